"""The tickets of a device on the phone: the same problem, and what employees do there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewContext, OpenPage, carry_session, expect_uploads_ready
from tests.cast import Cast
from ticketing.models import Affected, Ticket, TicketStatus, Visibility
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Check = Callable[[Page], None]


def fits(page: Page) -> bool:
    return not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_me_too_is_counted_once_and_seen_by_those_who_are_there(
    cast: Cast, open_page: OpenPage, is_accessible: Check, server: str
) -> None:
    """Who joins, the technician and the reporter have their pages open; nobody loads one again."""
    technician, reporter = open_page("responsible", "?tab=messenger"), open_page("reporter")
    phone = open_page("holder")
    for page in (technician, reporter):
        page.evaluate("document.documentElement.dataset.same = 'yes'")

    phone.goto(PORTAL.url("device", slug=cast.device.slug))
    expect(phone.locator(".same-problem")).to_contain_text(f"Is it one of these? {cast.ticket.title}")
    is_accessible(phone)
    second = phone.context.new_page()
    for page in (phone, second):
        page.goto(PORTAL.url("device", slug=cast.device.slug))
        page.get_by_role("link", name="Same problem? Me too: ").tap()
        expect_uploads_ready(page)
    is_accessible(phone)
    phone.get_by_label("What do you see?").fill("It drips at the door, too")
    phone.get_by_role("button", name="Me too").tap()
    expect(phone.locator(".affected")).to_have_text(re.compile("You are affected, too."))
    expect(phone.get_by_role("log")).to_contain_text("It drips at the door, too")
    is_accessible(phone)

    expect(technician.locator(".ticket-header")).to_contain_text("1 more affected")
    expect(technician.locator(".chat")).to_contain_text("It drips at the door, too")
    expect(reporter.locator(".ticket-status")).to_contain_text("1 more person is affected.")

    # The other tab knows nothing of that yet.
    second.get_by_role("button", name="Me too").tap()
    expect(second.locator(".ticket-status")).to_contain_text("You are affected, too.")
    assert Affected.objects.count() == 1

    phone.goto(PORTAL.ticket_url("ticket_detail", cast.ticket))
    phone.get_by_role("button", name="It works again").tap()
    expect(phone.locator(".ticket-status")).to_contain_text("You said that it works again.")
    expect(technician.locator(".chat")).to_contain_text("It works again.")
    phone.get_by_role("button", name="No longer affected").tap()
    expect(phone.get_by_role("link", name="Same problem? Me too")).to_be_visible()
    expect(technician.locator(".ticket-header")).not_to_contain_text("more affected")
    expect(reporter.locator(".ticket-status")).not_to_contain_text("affected")
    for page in (technician, reporter):
        assert page.locator("html").get_attribute("data-same") == "yes"
    assert Ticket.objects.get().status == TicketStatus.ASSIGNED


def test_an_employee_works_from_the_page_of_the_device(
    cast: Cast, new_visitor: NewContext, is_accessible: Check, server: str
) -> None:
    """Accept in place, go on to an update, report something internal, and the same from the list of the office."""
    context = new_visitor(PHONE)
    carry_session(context, cast, "offered", server)
    page = context.new_page()

    page.goto(PORTAL.url("ticket_list", slug=cast.device.slug))
    assert fits(page)
    is_accessible(page)
    page.get_by_role("button", name="Accept").tap()
    expect(page.locator(".toast")).to_contain_text("You are responsible for this ticket now.")
    expect(page).to_have_url(re.compile(f"/d/{cast.device.slug}/$"))
    card = page.locator(".ticket-row", has_text=cast.ticket.title)
    expect(card.get_by_role("button", name="Accept")).to_have_count(0)
    card.get_by_role("link", name="Update").tap()
    expect(page).to_have_url(re.compile(r"\?tab=updates$"))
    assert fits(page)

    page.goto(PORTAL.url("ticket_list", slug=cast.device.slug))
    page.get_by_role("link", name="New ticket").tap()
    page.locator(".action-card").first.tap()
    page.get_by_role("textbox").first.fill("Seen on the tour")
    page.get_by_role("button", name="Next").last.tap()
    page.get_by_text("Internal: only employees").tap()
    assert fits(page)
    page.get_by_role("button", name="Send", exact=True).last.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have it")
    assert Ticket.objects.latest("pk").visibility == Visibility.INTERNAL

    page.goto(OFFICE.url("ticket_list"))
    page.get_by_role("link", name="Create", exact=True).last.tap()
    page.get_by_role("combobox", name="Device").fill("Wash")
    page.get_by_role("option").first.tap()
    expect(page).to_have_url(re.compile(f"/office/tickets/new/{cast.device.slug}/"))
    assert fits(page)
    is_accessible(page)
