"""Words that have no form any more, and notes that have no network, stay where their writer sees them."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from messenger.models import UnsentText
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from ticketing.models import Update

pytestmark = [pytest.mark.browser, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


def test_a_comment_that_was_begun_is_shown_when_the_ticket_is_reopened(open_page: OpenPage, act: Any) -> None:
    act("responsible", "start")
    act("responsible", "finish")
    phone = open_page("reporter")
    phone.get_by_text("Yes", exact=True).tap()
    phone.locator(".rating__faces button[value='2']").tap()
    with phone.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        phone.get_by_label("What should we know? (optional)").fill("The door still")

    act("responsible", "reopen")
    # What is being written is not taken away.
    expect(phone.get_by_label("What should we know? (optional)")).to_have_value("The door still")
    phone.reload()
    # Its buttons work when their script is there.
    phone.wait_for_load_state("networkidle")

    box = phone.locator(".unsent-text:visible")
    expect(box).to_have_count(1)
    expect(box).to_contain_text("The door still")
    box.get_by_role("button", name="Discard").tap()
    expect(box).to_have_count(0)
    phone.reload()
    expect(phone.locator("form[data-composer]")).to_be_visible()
    expect(box).to_have_count(0)
    assert not UnsentText.objects.exists()


def test_what_is_typed_at_a_desk_outlives_its_network_and_its_tab(open_page: OpenPage, cast: Cast) -> None:
    desk = open_page("responsible")
    desk.locator(".composer__mode--internal").click()
    field = desk.locator("form[data-composer] textarea")
    field.fill("Ask for the spare part")
    desk.context.set_offline(True)

    field.press("Enter")

    expect(desk.locator("[data-no-network]")).to_be_visible()
    expect(field).to_have_value("Ask for the spare part")
    desk.context.set_offline(False)
    expect(desk.locator("[data-no-network]")).to_be_hidden()
    field.press("Enter")
    expect(desk.locator(".bubble", has_text="Ask for the spare part")).to_have_count(1)
    assert [each.text for each in Update.objects.all()] == ["Ask for the spare part"]

    desk.goto(reverse("office:desk_form"))
    desk.get_by_label("Subject").fill("A hose")
    expect(desk.locator("[data-left]")).to_have_count(1)
    desk.wait_for_function("Object.keys(localStorage).some((name) => name.startsWith('left.'))")
    desk.close()
    again = desk.context.new_page()
    again.goto(reverse("office:desk_form"))
    expect(again.get_by_label("Subject")).to_have_value("A hose")
    again.locator("[data-left]").get_by_role("button", name="Discard").click()
    expect(again.get_by_label("Subject")).to_have_value("")
    expect(again.locator("[data-left]")).to_be_hidden()
