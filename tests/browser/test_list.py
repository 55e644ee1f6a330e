"""The ticket list in a browser: rows, counts and employees that are loaded when they are wanted."""

import re

import pytest
from playwright.sync_api import expect

from fleet.models import Person
from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.browser.story import Shop, open_shop, say
from tests.browser.test_story import sign_in
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    DeviceFactory,
    OfferFactory,
    RatingFactory,
    TicketFactory,
)
from ticketing.models import Priority, TicketStatus, Visibility
from ticketing.office.listing import PAGE_SIZE

pytestmark = [pytest.mark.browser]


@pytest.mark.usefixtures("server")
def test_more_rows_come_while_scrolling_until_all_are_there(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    TicketFactory.create_batch(2 * PAGE_SIZE + 1, device=shop.device)
    sign_in(page, shop.moderator, shop)
    rows = page.locator("#ticket-rows a.subject")
    expect(rows).to_have_count(PAGE_SIZE)
    count = page.locator("#side-views [data-count=open]")
    expect(count).to_have_text(str(2 * PAGE_SIZE + 1))
    expect(page.locator(".table-list__count")).to_have_text(str(2 * PAGE_SIZE + 1))

    for wanted in (2 * PAGE_SIZE, 2 * PAGE_SIZE + 1):
        page.locator(".table-list__more").scroll_into_view_if_needed()
        expect(rows).to_have_count(wanted)

    expect(page.locator(".table-list__more")).to_have_count(0)
    assert len(set(rows.evaluate_all("links => links.map(link => link.href)"))) == 2 * PAGE_SIZE + 1


@pytest.mark.usefixtures("server")
def test_employees_to_filter_by_are_loaded_when_their_menu_opens(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    wanted = AssignmentFactory(person=shop.jonas, ticket__device=shop.device, ticket__status="assigned").ticket
    TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    menu = page.locator(".filter-bar--menus details.menu", has_text="Responsible")
    expect(menu.get_by_text(shop.jonas.name)).to_have_count(0)

    menu.locator("summary").click()
    menu.get_by_label(shop.jonas.name).check()

    page.wait_for_url(re.compile(rf"\?view=open&responsible={shop.jonas.pk}$"))
    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)
    expect(page.locator("#ticket-rows a.subject")).to_have_attribute("href", f"/office/tickets/{wanted.pk}/")
    menu.get_by_label("Not assigned").check()
    expect(page.locator("#ticket-rows a.subject")).to_have_count(2)
    expect(page.locator(".chip")).to_have_count(2)
    page.go_back()
    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)
    page.get_by_role("link", name="Reset filters").click()
    expect(page.locator("#ticket-rows a.subject")).to_have_count(2)


# Labels and headers that are wider than their place; subjects and places end with three dots instead.
CUT = """() => [...document.querySelectorAll(
    ".ticket-table :is(th, td, .status, .badge, time, .people__names), .side-nav span")]
  .filter((each) => !each.matches(".visually-hidden, td:nth-child(5), :has(.row-subject, .visually-hidden)"))
  .filter((each) => getComputedStyle(each).display !== "inline" && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.className + ": " + each.textContent.trim())"""
WIDTHS = "() => [...document.querySelectorAll('.ticket-table th')].map((each) => each.getBoundingClientRect().width)"


def read_in(language: str, person: Person) -> None:
    person.language = language
    person.save()


def fill_list(shop: Shop) -> None:
    """A screen of work in every group, with the longest words that a row has."""
    customer = CustomerFactory(name="Straßenmeisterei Oberbergischer Kreis Betriebshof Gummersbach")
    device = DeviceFactory(
        template=shop.device.template, customer=customer, name="Kaltmilchsammelfahrzeug mit Pumpe 12"
    )
    for number in range(8):
        TicketFactory(device=device, subject=f"Stands still and beeps {number}", priority=1 + number % 3)
    for status in (TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS):
        for number in range(6):
            ticket = TicketFactory(device=device, status=status, visibility=Visibility.INTERNAL if number else "public")
            AssignmentFactory(ticket=ticket, person=shop.jonas)
            AssignmentFactory(ticket=ticket, person=shop.mara)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_a_screen_shows_fifteen_rows_and_cuts_nothing(new_visitor: NewContext, locale: str) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP, locale=locale).new_page()
    read_in(locale, shop.moderator)
    fill_list(shop)
    for status in (TicketStatus.DONE, TicketStatus.CLOSED, TicketStatus.CANCELLED):
        RatingFactory(ticket=TicketFactory(status=status, done_count=1))
    sign_in(page, shop.moderator, shop)
    rows = page.locator("#ticket-rows tbody tr:not(.table-list__group)")
    bottoms = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().bottom)")

    assert len([bottom for bottom in bottoms if bottom <= 900]) >= 15
    for width in (1440, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for view in ("open", "all"):
            page.goto(f"/office/tickets/?view={view}")
            assert page.evaluate(CUT) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("server")
def test_a_long_subject_changes_no_column(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    ticket = TicketFactory(device=shop.device, subject="Short")
    sign_in(page, shop.moderator, shop)
    before = page.evaluate(WIDTHS)
    row = page.locator("#ticket-rows tr", has=page.locator("a.subject")).first
    height = row.evaluate("row => row.offsetHeight")

    ticket.subject = "W" * 200
    ticket.save()
    page.reload()

    assert page.evaluate(WIDTHS) == before
    assert row.evaluate("row => row.offsetHeight") == height


@pytest.mark.usefixtures("server")
def test_the_order_of_work_is_what_the_reader_sees_first(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    working = AssignmentFactory(person=shop.jonas, ticket__status="in_progress", ticket__priority=Priority.HIGH).ticket
    first, high = TicketFactory(), TicketFactory(priority=Priority.HIGH)
    sign_in(page, shop.moderator, shop)

    lines = page.locator("#ticket-rows tbody tr").evaluate_all(
        "rows => rows.map(row => (row.querySelector('.num, th').textContent).trim().split(/\\s/)[0])"
    )

    assert lines == ["Not", f"#{high.number}", f"#{first.number}", "In", f"#{working.number}"]


@pytest.mark.usefixtures("server")
def test_a_ticket_is_assigned_from_its_row(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    ticket = TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/?view=unassigned")

    page.locator("a.subject").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Assign")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.locator("#assign-dialog")
    dialog.get_by_role("combobox").select_option(str(shop.jonas.pk))
    dialog.get_by_role("button", name="Assign").click()

    expect(page.locator(".toast")).to_contain_text(f"{shop.jonas.name} is responsible")
    assert page.url.endswith("/office/tickets/?view=unassigned")
    expect(page.locator("#ticket-rows")).to_contain_text("Everything has someone")
    assert ticket.assignments.get().person == shop.jonas


@pytest.mark.usefixtures("server")
def test_a_row_that_came_later_is_assigned_on_a_page(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    ticket = TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/?view=mine")
    page.locator("#side-views").get_by_role("link", name="Not assigned").click()
    page.wait_for_url(re.compile(r"\?view=unassigned$"))

    page.locator("#ticket-rows tr", has_text=ticket.subject).hover()
    page.get_by_role("button", name="Assign").click()
    page.get_by_role("combobox").select_option(str(shop.jonas.pk))
    page.get_by_role("button", name="Assign").click()

    expect(page.locator(".toast")).to_contain_text(f"{shop.jonas.name} is responsible")
    assert page.url.endswith("/office/tickets/?view=unassigned")


@pytest.mark.usefixtures("server")
def test_an_offer_is_accepted_from_its_row_without_scripts(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP, java_script_enabled=False).new_page()
    ticket = TicketFactory(device=shop.device)
    OfferFactory(ticket=ticket, person=shop.jonas)
    sign_in(page, shop.jonas, shop)
    page.goto("/office/tickets/?view=offered")

    page.locator("#ticket-rows tr", has_text=ticket.subject).hover()
    page.get_by_role("button", name="Accept").click()

    expect(page.locator(".toast")).to_contain_text("You are responsible for this ticket now.")
    assert page.url.endswith("/office/tickets/?view=offered")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_five_tickets_fit_on_the_screen_of_a_phone(new_visitor: NewContext, locale: str) -> None:
    shop, page = open_shop(), new_visitor(PHONE, locale=locale).new_page()
    read_in(locale, shop.moderator)
    fill_list(shop)
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/")
    bottom = page.locator(".bottom-bar").bounding_box()
    assert bottom is not None

    rows = page.locator("#ticket-rows tbody tr:not(.table-list__group)")
    bottoms = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().bottom)")

    assert len([each for each in bottoms if each <= bottom["y"]]) >= 5
    page.locator(".filter-toggle summary").click()
    page.locator(".filter-bar__menus summary").first.click()
    page.locator("input[name=status][value=open]").check()
    expect(rows).to_have_count(8)
    page.touchscreen.tap(200, 20)
    expect(page.locator(".filter-bar__menus")).to_be_hidden()
    page.locator(".list-header__views summary").click()
    page.get_by_role("link", name=say(locale, "Drafts")).click()
    page.wait_for_url("**/office/tickets/?view=drafts")
