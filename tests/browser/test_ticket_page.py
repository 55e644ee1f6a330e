"""The ticket page of employees: two lines above the conversation, stations that act, one composer for both sides."""

import pytest
from playwright.sync_api import FilePayload, Route, expect

from fleet.models import Person
from messenger.models import Message
from tests.browser.conftest import DESKTOP, PHONE, NewContext, OpenPage, carry_session, expect_messenger_ready
from tests.cast import Cast
from tests.messenger import samples
from ticketing.models import Ticket, TicketStatus, Update
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS = ("general", "messenger", "updates", "internal", "offers", "notifications", "history")


# The header ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 1280])
@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_the_conversation_has_two_thirds_of_a_desktop(
    cast: Cast, new_visitor: NewContext, server: str, locale: str, width: int
) -> None:
    Ticket.objects.filter(pk=cast.ticket.pk).update(subject="Wasser" * 33)
    Person.objects.update(language=locale)
    context = new_visitor({"viewport": {"width": width, "height": 900}}, locale=locale)
    carry_session(context, cast, "moderator", server)
    page = context.new_page()

    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger")

    box = page.locator(".chat").bounding_box()
    assert box is not None
    assert box["height"] >= 590
    assert box["y"] + box["height"] <= 900
    lines = page.locator(".ticket-header__line").evaluate_all("all => all.map((each) => each.clientHeight)")
    assert all(height < 50 for height in lines), lines
    expect(page.locator(".ticket-header .button--primary")).to_have_count(1)


def test_stations_are_buttons_for_those_who_may_and_ask_where_something_follows(
    cast: Cast, open_page: OpenPage
) -> None:
    page, reader = open_page("responsible"), open_page("uninvolved")
    expect(reader.locator(".status-bar")).to_contain_text("IN PROGRESS")
    expect(reader.locator(".status-bar :is(a, button)")).to_have_count(0)

    page.locator(".status-bar").get_by_role("button", name="IN PROGRESS").click()
    expect(page.locator(".status-bar [aria-current=step]")).to_contain_text("IN PROGRESS")

    page.locator(".status-bar").get_by_role("button", name="DONE").click()
    expect(page.locator("dialog[open]")).to_contain_text("Is the work done?")
    assert cast.fresh().status == TicketStatus.IN_PROGRESS
    page.locator("dialog[open]").get_by_role("button", name="Finish", exact=True).click()
    expect(page.locator(".status-bar [aria-current=step]")).to_contain_text("DONE")
    expect(reader.locator(".status-bar [aria-current=step]")).to_contain_text("DONE")


# The composer --------------------------------------------------------------------------------------------------------


def test_internal_updates_are_written_where_messages_are_and_never_leave_as_one(
    cast: Cast, open_page: OpenPage
) -> None:
    page = open_page("responsible")
    form = page.locator("form[data-composer]")
    white = form.evaluate("each => getComputedStyle(each).backgroundColor")
    form.locator("textarea").fill("He never oils it.")

    form.get_by_text("Internal", exact=True).click()

    expect(form.locator("textarea")).to_have_value("He never oils it.")
    expect(form.get_by_role("button", name="Send", exact=True)).to_be_hidden()
    expect(form.get_by_text("Only employees read this update.")).to_be_visible()
    assert form.evaluate("each => getComputedStyle(each).backgroundColor") != white
    form.locator("textarea").press("Enter")
    expect(page.locator(".toast")).to_contain_text("The internal update was saved.")
    assert [(each.text, each.is_internal) for each in Update.objects.filter(ticket=cast.ticket)] == [
        ("He never oils it.", True)
    ]
    assert not Message.objects.exists()
    note = page.locator(".bubble--internal", has_text="He never oils it.")
    expect(note.locator(".bubble__internal")).to_have_text("Internal update")
    # Whoever wrote for colleagues and goes on does not write to the customer all of a sudden.
    expect(page.locator("form[data-composer] textarea")).to_have_value("")
    expect(page.locator("form[data-composer] [data-mode=internal]")).to_be_checked()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_hidden()
    page.locator("form[data-composer] textarea").fill("Nor does she.")
    page.locator("form[data-composer] textarea").press("Enter")
    expect(page.locator(".toast")).to_contain_text("The internal update was saved.")
    assert not Message.objects.exists()


def test_internal_updates_stand_between_messages_as_they_come_and_never_on_the_phone(
    cast: Cast, open_page: OpenPage
) -> None:
    phone, colleague, page = open_page("reporter"), open_page("moderator"), open_page("responsible")
    form = page.locator("form[data-composer]")

    for text, mode in (("It squeaks.", "Message"), ("Never oiled.", "Internal"), ("I bring oil.", "Message")):
        form.get_by_text(mode, exact=True).click()
        form.locator("textarea").fill(text)
        form.locator("textarea").press("Enter")
        expect(page.locator(".bubble__text", has_text=text)).to_be_visible()
        expect_messenger_ready(page)

    for reader in (page, colleague):
        expect(reader.locator(".bubble__text")).to_have_text(["It squeaks.", "Never oiled.", "I bring oil."])
    expect(colleague.locator(".bubble--internal .icon")).not_to_have_count(0)
    expect(phone.locator(".bubble__text")).to_have_text(["It squeaks.", "I bring oil."])


def test_a_note_that_is_written_while_a_message_sends_its_file_stays_a_note(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("responsible")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/uploads/", hold)
    form = page.locator("form[data-composer]")
    form.locator("textarea").fill("Here is the bill.")
    bill = FilePayload(name="bill.pdf", mimeType="application/pdf", buffer=samples.PDF)
    form.locator("#id_files").set_input_files([bill])
    form.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".bubble--sending")).to_contain_text("bill.pdf")

    form.get_by_text("Internal", exact=True).click()
    form.locator("textarea").fill("He never pays in time.")
    held[0].continue_()

    expect(page.locator(".bubble[data-number]")).to_contain_text("bill.pdf")
    expect(form.locator("textarea")).to_have_value("He never pays in time.")
    message = Message.objects.get()
    assert (message.text, message.attachments.count()) == ("Here is the bill.", 1)


def test_what_is_written_for_colleagues_comes_back_as_that(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("responsible")
    page.locator("form[data-composer]").get_by_text("Internal", exact=True).click()
    page.locator("form[data-composer] textarea").fill("Half a note")
    expect(page.locator("form[data-composer] [data-mode=internal]")).to_be_checked()
    page.wait_for_timeout(600)  # It is kept when the writer pauses.

    page.evaluate("sessionStorage.clear()")
    page.reload()
    expect_messenger_ready(page)

    expect(page.locator("form[data-composer] textarea")).to_have_value("Half a note")
    expect(page.locator("form[data-composer] [data-mode=internal]")).to_be_checked()
    page.locator("form[data-composer]").get_by_text("Message", exact=True).click()
    expect(page.locator("form[data-composer] textarea")).to_have_value("Half a note")


def test_marks_go_around_what_is_selected(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("responsible")
    field = page.locator("form[data-composer] textarea")
    field.fill("Please stop it now")
    field.evaluate("each => each.setSelectionRange(7, 12)")

    page.get_by_role("button", name="Bold", exact=True).click()
    expect(field).to_have_value("Please **stop** it now")

    field.evaluate("each => each.setSelectionRange(each.value.length - 3, each.value.length)")
    field.press("Control+i")
    expect(field).to_have_value("Please **stop** it *now*")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".bubble strong")).to_have_text("stop")
    expect(page.locator(".bubble em")).to_have_text("now")


def test_without_scripts_both_are_sent_from_the_same_place(cast: Cast, new_visitor: NewContext, server: str) -> None:
    context = new_visitor(DESKTOP, java_script_enabled=False)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()
    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger")
    form = page.locator("form[data-composer]")

    form.locator("textarea").fill("For us")
    form.get_by_text("Internal", exact=True).click()
    form.get_by_role("button", name="Save internal update", exact=True).click()
    form.locator("textarea").fill("For you")
    form.get_by_text("Message", exact=True).click()
    form.get_by_role("button", name="Send", exact=True).click()

    # Colleagues read both in their order.
    expect(page.locator(".bubble")).to_have_count(2)
    assert [each.text for each in Message.objects.all()] == ["For you"]
    assert [each.text for each in Update.objects.filter(is_internal=True)] == ["For us"]


def test_a_closed_ticket_still_takes_notes_of_colleagues(cast: Cast, open_page: OpenPage) -> None:
    Ticket.objects.filter(pk=cast.ticket.pk).update(status=TicketStatus.CLOSED)
    page = open_page("responsible")

    expect(page.locator(".chat__shut")).to_be_visible()
    page.locator(".chat textarea").fill("Invoice is paid.")
    page.get_by_role("button", name="Save internal update", exact=True).click()

    expect(page.locator(".toast")).to_be_visible()
    assert [each.is_internal for each in Update.objects.filter(ticket=cast.ticket)] == [True]


# On a phone ----------------------------------------------------------------------------------------------------------


def test_a_phone_reaches_all_parts_through_one_button(cast: Cast, new_visitor: NewContext, server: str) -> None:
    context = new_visitor(PHONE)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()
    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket))

    for tab in TABS:
        page.locator(".ticket-parts summary").tap()
        link = page.locator(f".ticket-parts a[href$='tab={tab}']")
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        link.tap()
        page.wait_for_url(f"**tab={tab}")
    expect(page.locator(".tabs")).to_be_hidden()


def test_a_phone_calls_the_reporter_with_one_tap(cast: Cast, new_visitor: NewContext, server: str) -> None:
    reporter = cast.fresh().reporter
    Person.objects.filter(pk=reporter.pk).update(phone="+49 30 901820", contact_email="p@example.org")
    context = new_visitor(PHONE)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()

    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket))

    for scheme in ("tel:+4930901820", "mailto:p@example.org"):
        box = page.locator(f"a[href='{scheme}']").bounding_box()
        assert box is not None
        assert box["height"] >= 44
