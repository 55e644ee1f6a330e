"""Two people talk: live, through dead spots and reloads, with files, and only as long as they may."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from config.common import clock
from messenger.models import Message
from tests.browser.conftest import Act, OpenPage
from tests.cast import Cast
from tests.messenger import samples
from ticketing.models import Ticket, Update
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def write(page: Page, text: str) -> None:
    page.locator("form[data-composer] textarea").fill(text)
    page.locator("form[data-composer] button[type=submit]:visible").click()


def bubbles(page: Page) -> Any:
    return page.locator(".bubble")


def texts() -> list[str]:
    return list(Message.objects.order_by("sequence").values_list("text", flat=True))


def test_messages_arrive_on_the_other_side_without_reload(cast: Cast, open_page: OpenPage) -> None:
    employee, customer = open_page("responsible"), open_page("reporter")

    write(customer, "It **leaks**")
    expect(customer.locator(".bubble--mine strong")).to_have_text("leaks")
    expect(employee.locator(".bubble strong")).to_have_text("leaks")

    write(employee, "On my way")
    expect(bubbles(customer).last).to_contain_text("On my way")
    for page in (employee, customer):
        expect(bubbles(page)).to_have_count(2)
        expect(page.locator(".bubble--sending")).to_have_count(0)

    assert texts() == ["It **leaks**", "On my way"]


def test_enter_sends_on_a_desktop_and_begins_a_line_on_a_phone(cast: Cast, open_page: OpenPage) -> None:
    employee, customer = open_page("responsible"), open_page("reporter")

    employee.locator("textarea").first.fill("One")
    employee.locator("textarea").first.press("Shift+Enter")
    employee.keyboard.type("Two")
    employee.keyboard.press("Enter")
    expect(bubbles(customer)).to_have_count(1)

    customer.locator("textarea").first.fill("Three")
    customer.locator("textarea").first.press("Enter")
    customer.keyboard.type("Four")
    write(customer, customer.locator("textarea").first.input_value())
    expect(bubbles(employee)).to_have_count(2)

    assert texts() == ["One\nTwo", "Three\nFour"]


def test_what_is_written_in_a_dead_spot_waits_survives_a_reload_and_leaves_in_order(
    cast: Cast, open_page: OpenPage
) -> None:
    customer, employee = open_page("reporter"), open_page("responsible")
    customer.context.set_offline(True)

    for text in ("First", "Second"):
        write(customer, text)
    expect(customer.locator(".bubble--failed")).to_have_count(1)
    expect(bubbles(customer)).to_have_count(2)

    customer.locator("textarea").first.fill("Half a sent")
    customer.wait_for_timeout(600)
    assert texts() == []

    write(employee, "Are you there?")
    expect(bubbles(employee)).to_have_count(1)
    # The bubble stands there before the server has the message, which is to come before those that wait.
    expect(employee.locator(".bubble--sending")).to_have_count(0)

    # A reload cannot be made offline; it is the storage that has to survive, and it is read on connecting.
    customer.context.set_offline(False)
    customer.reload()
    expect(customer.locator(".bubble--sending, .bubble--failed")).to_have_count(0)
    expect(bubbles(customer)).to_have_count(3)
    expect(customer.locator("textarea").first).to_have_value("Half a sent")
    assert texts() == ["Are you there?", "First", "Second"]
    expect(bubbles(employee)).to_have_count(3)


def test_message_whose_answer_was_lost_in_a_reload_stands_there_once(open_page: OpenPage) -> None:
    customer = open_page("reporter")
    arrived = []

    def lose_the_answer(route: Route) -> None:
        arrived.append(route.fetch().status)
        route.abort()

    customer.route("**/send/", lose_the_answer)
    with customer.expect_event("requestfailed"):
        write(customer, "Still leaking")

    customer.unroute("**/send/")
    customer.reload()

    expect(customer.locator(".bubble--sending, .bubble--failed")).to_have_count(0)
    expect(bubbles(customer)).to_have_count(1)
    assert arrived == [201]
    assert texts() == ["Still leaking"]
    assert customer.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('messages.'))") == []


def fill(cast: Cast, count: int) -> None:
    Message.objects.bulk_create(
        Message(
            conversation=cast.ticket.conversation,
            author=cast.person("responsible"),
            text=f"Text {number}",
            sequence=1_000 + number,
            public_sequence=1_000 + number,
            client_key=uuid.uuid4(),
            created_at=clock.now() - timedelta(hours=count - number),
        )
        for number in range(count)
    )
    # What is sent next comes after them.
    Ticket.objects.filter(pk=cast.ticket.pk).update(sequence=1_000 + count, public_sequence=1_000 + count)


def shown_texts(page: Page) -> list[str]:
    return [str(each.text_content()).strip() for each in page.locator(".bubble__text").all()]


@pytest.mark.parametrize("role", ["responsible", "reporter"])
def test_earlier_messages_are_loaded_above_and_what_is_read_stays_in_place(
    cast: Cast, open_page: OpenPage, role: str
) -> None:
    fill(cast, 120)
    page = open_page(role)
    expect(bubbles(page)).to_have_count(50)
    link = page.get_by_role("link", name="Earlier messages")

    for count in (100, 120):
        link.scroll_into_view_if_needed()
        first = page.locator(".bubble").first.element_handle()
        before = first.bounding_box()
        link.click()
        expect(bubbles(page)).to_have_count(count)
        after = first.bounding_box()
        assert before
        assert after
        assert abs(before["y"] - after["y"]) < 2

    expect(link).to_have_count(0)
    assert shown_texts(page) == [f"Text {number}" for number in range(120)]
    days = page.locator(".day-separator").all_text_contents()
    assert len(days) == len(set(days))


def test_page_of_earlier_messages_reads_on_and_sends_without_a_gap(cast: Cast, open_page: OpenPage) -> None:
    fill(cast, 160)
    page, customer = open_page("responsible", "?tab=messenger&message=1030#message-1030"), open_page("reporter")
    expect(page.locator("#message-1030")).to_be_in_viewport()

    write(customer, "Meanwhile")
    expect(customer.locator(".bubble--sending")).to_have_count(0)
    page.get_by_role("link", name="Later messages").click()
    expect(bubbles(page)).to_have_count(100)
    assert shown_texts(page) == [f"Text {number}" for number in range(5, 105)]

    write(page, "From far above")

    expect(page.get_by_role("link", name="Later messages")).to_have_count(0)
    expect(bubbles(page).last).to_contain_text("From far above")
    assert shown_texts(page)[-3:] == ["Text 159", "Meanwhile", "From far above"]


def test_page_that_missed_much_fetches_all_of_it(cast: Cast, open_page: OpenPage) -> None:
    customer = open_page("reporter")
    customer.context.set_offline(True)
    expect(customer.locator("html")).to_have_attribute("data-live", "late")
    fill(cast, 130)

    customer.context.set_offline(False)

    expect(bubbles(customer)).to_have_count(130)
    assert shown_texts(customer) == [f"Text {number}" for number in range(130)]


def test_connection_that_comes_back_sends_by_itself_and_fetches_the_gap(cast: Cast, open_page: OpenPage) -> None:
    customer, employee = open_page("reporter"), open_page("responsible")
    customer.context.set_offline(True)

    write(customer, "Still leaking")
    expect(customer.locator(".bubble--failed")).to_have_count(1)

    write(employee, "Missed by the phone")
    expect(bubbles(employee)).to_have_count(1)
    expect(customer.locator("html")).to_have_attribute("data-live", "late")
    expect(customer.locator("#live-late")).to_be_visible()

    customer.context.set_offline(False)
    expect(bubbles(customer)).to_have_count(2)
    expect(customer.locator(".bubble--failed, .bubble--sending")).to_have_count(0)
    expect(customer.locator("html")).not_to_have_attribute("data-live", "late")
    expect(bubbles(employee)).to_have_count(2)
    assert [b.text_content() for b in bubbles(customer).locator(".bubble__text").all()] == texts()


def test_photo_is_uploaded_while_writing_and_shown_on_the_other_side(cast: Cast, open_page: OpenPage) -> None:
    customer, employee = open_page("reporter"), open_page("responsible")
    content = samples.picture(size=(1200, 800))
    file = FilePayload(name="leak.jpg", mimeType="image/jpeg", buffer=content)
    evil = FilePayload(name="evil.svg", mimeType="image/svg+xml", buffer=samples.SVG)

    customer.locator("#id_files").set_input_files([file, evil])
    expect(customer.locator(".uploader__file[data-state=done]")).to_have_count(1)
    expect(customer.locator(".uploader__file[data-state=failed]")).to_contain_text("evil.svg")

    customer.locator("[data-remove]").last.click()
    expect(customer.locator(".uploader__file")).to_have_count(1)

    write(customer, "")
    for page in (customer, employee):
        expect(page.locator(".attachment__image img")).to_have_attribute("alt", "leak.jpg")
        expect(page.locator(".attachment__image img")).to_have_js_property("naturalWidth", 640)
    expect(customer.locator(".uploader__file")).to_have_count(0)


def test_update_form_waits_for_its_files(cast: Cast, open_page: OpenPage) -> None:
    employee = open_page("responsible", "?tab=internal")

    def dawdle(route: Route) -> None:
        employee.wait_for_timeout(300)
        route.continue_()

    employee.route("**/uploads/", dawdle)
    employee.locator("textarea").first.fill("Prices")
    file = FilePayload(name="prices.pdf", mimeType="application/pdf", buffer=samples.PDF)
    employee.locator("#id_files").set_input_files([file])
    employee.locator(".composer--internal button[type=submit]").click()
    expect(employee.locator(".timeline__entry--internal .attachment__name")).to_have_text("prices.pdf")
    update = Update.objects.get()
    assert (update.is_internal, update.attachments.count()) == (True, 1)


def test_composer_changes_with_who_reads_it(cast: Cast, open_page: OpenPage, act: Act) -> None:
    employee = open_page("responsible")
    employee.locator("textarea").first.fill("Costs 500")

    act("moderator", "visibility", visibility="internal")
    expect(employee.locator(".composer--internal")).to_be_visible()
    expect(employee.locator("textarea").first).to_have_value("Costs 500")

    write(employee, "Costs 500")
    expect(employee.locator(".bubble--internal")).to_have_count(1)


def test_refused_message_says_why_and_can_be_sent_again_or_discarded(cast: Cast, open_page: OpenPage) -> None:
    employee = open_page("responsible")
    refusal = {"message": "Not now.", "code": "wrong_status"}
    employee.route("**/messages/send/", lambda route: route.fulfill(status=409, json=refusal))

    write(employee, "One")
    write(employee, "Two")
    expect(employee.locator(".bubble__refusal")).to_have_count(2)
    expect(employee.locator(".bubble__refusal").first).to_contain_text("Not now.")

    employee.unroute("**/messages/send/")
    employee.locator("[data-choice=discard]").first.click()
    expect(bubbles(employee)).to_have_count(1)

    employee.locator("[data-choice=retry]").click()
    expect(employee.locator(".bubble--failed")).to_have_count(0)

    employee.reload()
    expect(bubbles(employee)).to_have_count(1)
    assert texts() == ["Two"]


def test_closed_ticket_takes_the_composer_away(cast: Cast, open_page: OpenPage, act: Act) -> None:
    customer = open_page("reporter")

    act("responsible", "finish")
    expect(customer.locator(".status-bar").first).to_contain_text("DONE")
    expect(customer.locator("form[data-composer]")).to_be_visible()

    act("responsible", "close")
    expect(customer.locator("form[data-composer]")).to_have_count(0)


def test_ticket_made_internal_leaves_the_customers_screen_at_once(cast: Cast, open_page: OpenPage, act: Act) -> None:
    customer = open_page("reporter")

    write(customer, "Hello")
    expect(bubbles(customer)).to_have_count(1)

    act("responsible", "visibility", visibility="internal")
    expect(customer.locator(".bubble")).to_have_count(0)
    expect(customer.locator("body")).not_to_contain_text("Hello")


def test_withdrawn_offer_takes_the_messages_away_at_once(cast: Cast, open_page: OpenPage, act: Act) -> None:
    other, worker = open_page("offered"), open_page("responsible")

    write(worker, "For those who judge the case")
    expect(bubbles(other)).to_have_count(1)

    act("moderator", "withdraw", person=str(cast.person("offered").pk))
    expect(bubbles(other)).to_have_count(0)


def test_conversation_is_accessible(cast: Cast, open_page: OpenPage, is_accessible: Callable[[Page], None]) -> None:
    customer, employee = open_page("reporter"), open_page("responsible")

    write(customer, "Hello")
    for page in (customer, employee):
        # The bubble of the server has a number; it has taken the place of the one that was shown at once.
        expect(page.locator(".bubble[data-number]")).to_have_count(1)

    file = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=samples.picture())
    for page in (customer, employee):
        page.locator("#id_files").set_input_files([file])
        # The picture takes the place of an icon.
        expect(page.locator(".uploader__file[data-state=done] img")).to_have_count(1)
        is_accessible(page)


def test_bell_rings_for_a_message(cast: Cast, open_page: OpenPage) -> None:
    employee, customer = open_page("responsible", "?tab=general"), open_page("reporter")
    employee.goto(OFFICE.url("ticket_list"))
    employee.wait_for_timeout(500)
    before = employee.locator("#bell-count").text_content()

    write(customer, "Ring")

    expect(employee.locator("#bell-count")).not_to_have_text(str(before))
    expect(employee.locator(".toast a")).to_have_attribute("href", re.compile(r"/office/notifications/\d+/place/"))
