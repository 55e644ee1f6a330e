"""A text that was begun outlives its browser, and a message does not go out past what its writer has not seen."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from messenger.models import Message, UnsentText
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from ticketing.services.messages import send_message

pytestmark = [pytest.mark.browser, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]
FIELD = "form[data-composer] textarea"


def typed(page: Page, text: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.locator(FIELD).fill(text)


def test_a_text_goes_on_on_another_device_and_is_sent_once(cast: Cast, open_page: OpenPage) -> None:
    desk = open_page("responsible")
    typed(desk, "Begun at the desk")

    other = open_page("responsible")
    expect(other.locator(FIELD)).to_have_value("Begun at the desk")
    typed(other, "Ended elsewhere")
    # The desk goes on without knowing: neither text is lost.
    typed(desk, "Begun at the desk, and more")
    expect(desk.locator(".other-text")).to_contain_text("Ended elsewhere")

    desk.get_by_role("button", name="Take it").click()
    expect(desk.locator(FIELD)).to_have_value("Ended elsewhere")
    expect(desk.locator(".other-text")).to_contain_text("Begun at the desk, and more")
    desk.locator(".other-text").get_by_role("button", name="Discard").click()
    expect(desk.locator(".other-text")).to_have_count(0)
    desk.locator(FIELD).press("Enter")
    expect(desk.locator(".bubble--mine:not(.bubble--sending)")).to_have_count(1)

    assert [each.text for each in Message.objects.all()] == ["Ended elsewhere"]
    assert UnsentText.objects.count() == 0
    # What was sent elsewhere does not stand in the field again.
    other.reload()
    expect(other.locator(".bubble")).to_have_count(1)
    expect(other.locator(FIELD)).to_have_value("")


def test_a_phone_sees_what_it_missed_before_its_message_goes_out(cast: Cast, open_page: OpenPage) -> None:
    customer = open_page("reporter")
    # What is new does not reach the page, as when the answer is lost on its way.
    customer.route("**/messages/?after=*", lambda route: route.abort())
    send_message(actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Switch it off.")
    customer.locator(FIELD).fill("Shall I switch it off?")
    customer.locator("form[data-composer] button[type=submit]:visible").click()

    held = customer.locator(".bubble--failed")
    expect(held).to_contain_text("wrote meanwhile")
    expect(customer.locator(".bubble").first).to_contain_text("Switch it off.")
    held.get_by_role("button", name="Edit").click()
    expect(customer.locator(FIELD)).to_have_value("Shall I switch it off?")
    customer.locator(FIELD).fill("It is off.")
    customer.locator("form[data-composer] button[type=submit]:visible").click()
    expect(customer.locator(".bubble--mine:not(.bubble--sending)")).to_contain_text("It is off.")

    assert [each.text for each in Message.objects.all()] == ["Switch it off.", "It is off."]
