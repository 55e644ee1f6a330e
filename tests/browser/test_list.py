"""The ticket list in a browser: rows, counts and employees that are loaded when they are wanted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from config.common import clock
from fleet.models import Person
from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.browser.story import Shop, open_shop, say
from tests.browser.test_story import sign_in
from tests.factories import (
    AssignmentFactory,
    CategoryFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    OfferFactory,
    RatingFactory,
    SubscriberFactory,
    TicketFactory,
)
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.office.listing import PAGE_SIZE
from ticketing.office.pages.filter_options import MOST_OPTIONS

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
    # The menu stays open.
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
@pytest.mark.parametrize("locale", ["en", "de", "fr"])
@pytest.mark.parametrize("role", ["moderator", "manager"])
def test_a_tablet_leaves_room_for_subjects(new_visitor: NewContext, role: str, locale: str) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP, locale=locale).new_page()
    fill_list(shop)
    reader = shop.moderator if role == "moderator" else ManagerFactory(customer=Ticket.objects.all()[0].customer)
    read_in(locale, reader)
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(reader.email or "")
    page.locator("input[name=password]").fill(shop.password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/office/**")

    for width in (1024, 1152, 1280):
        page.set_viewport_size({"width": width, "height": 768})
        page.goto("/office/tickets/?view=open")
        room = page.locator("td:has(.row-subject)").first.evaluate("each => each.clientWidth - 16")
        assert room >= 200, (width, room)
        assert [each for each in page.evaluate(CUT) if "row-place" not in each] == []
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
def test_a_click_on_the_device_opens_its_sheet_and_a_thumb_opens_the_ticket(new_visitor: NewContext) -> None:
    shop, page, phone = open_shop(), new_visitor(DESKTOP).new_page(), new_visitor(PHONE).new_page()
    ticket = TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    sign_in(phone, shop.moderator, shop)

    page.locator("#ticket-rows").get_by_role("link", name=shop.device.name).click()
    page.wait_for_url(f"**/office/devices/{shop.device.slug}/")
    page.go_back()
    page.locator("#ticket-rows td:nth-child(5)").click(position={"x": 200, "y": 20}, force=True)
    page.wait_for_url(f"**/office/tickets/{ticket.pk}/")

    box = phone.locator("#ticket-rows").get_by_role("link", name=shop.device.name).bounding_box()
    assert box is not None
    phone.touchscreen.tap(box["x"] + 10, box["y"] + box["height"] / 2)
    phone.wait_for_url(f"**/office/tickets/{ticket.pk}/")


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


def row_of(page: Page, ticket: Ticket) -> Locator:
    return page.locator("#ticket-rows tr", has=page.locator(f"a[href='/office/tickets/{ticket.pk}/']"))


def assign_to(page: Page, person: Person) -> None:
    dialog = page.locator("#row-dialog")
    dialog.get_by_role("combobox").select_option(str(person.pk))
    dialog.get_by_role("button", name="Assign").click()
    expect(page.locator(".toast").last).to_contain_text(f"{person.name} is responsible")
    expect(dialog).to_be_hidden()


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
    assign_to(page, shop.jonas)

    # The last one is gone, and the list says so.
    expect(page.locator("#ticket-rows")).to_contain_text("Everything has someone")
    assert page.url.endswith("/office/tickets/?view=unassigned")
    assert ticket.assignments.get().person == shop.jonas


@pytest.mark.usefixtures("server")
def test_the_list_stays_where_it_is_while_its_rows_are_worked_on(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    tickets = TicketFactory.create_batch(PAGE_SIZE + 5, device=shop.device)
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/?view=unassigned")
    rows = page.locator("#ticket-rows a.subject")
    page.locator(".table-list__more").scroll_into_view_if_needed()
    expect(rows).to_have_count(PAGE_SIZE + 5)
    late = row_of(page, tickets[PAGE_SIZE + 1])
    late.hover()
    before = page.evaluate("scrollY")
    assert before > 0

    late.get_by_role("button", name="Assign").click()
    assign_to(page, shop.jonas)

    expect(rows).to_have_count(PAGE_SIZE + 4)
    expect(row_of(page, tickets[PAGE_SIZE + 2]).locator("a.subject")).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) < 100
    expect(page.locator("#side-views [data-count=unassigned]")).to_have_text(str(PAGE_SIZE + 4))
    # What the reader did is no news to the reader.
    page.wait_for_timeout(1_000)
    expect(page.locator(".live-hint")).to_be_hidden()


@pytest.mark.usefixtures("server")
def test_a_row_that_has_somebody_gets_somebody_else_as_well(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    ticket = AssignmentFactory(person=shop.jonas, ticket__device=shop.device).ticket
    over = AssignmentFactory(person=shop.jonas, ticket__status=TicketStatus.CLOSED).ticket
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/?view=all")
    expect(row_of(page, over).get_by_role("button")).to_have_count(0)

    row_of(page, ticket).hover()
    row_of(page, ticket).get_by_role("button", name="Assign").click()
    assign_to(page, shop.mara)

    expect(row_of(page, ticket)).to_contain_text("+1")
    row_of(page, ticket).hover()
    expect(row_of(page, ticket).get_by_role("button", name="Assign")).to_be_visible()


LINES = "rows => rows.map((row) => row.querySelector('th, .num').firstChild.textContent.trim())"


def lines_of(page: Page) -> list[str]:
    """The names of groups and the numbers of tickets, as they stand under each other."""
    found: list[str] = page.locator("#ticket-rows tbody:not(.table-list__more) tr").evaluate_all(LINES)
    return found


def top_of(row: Locator) -> float:
    box = row.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("has_assigned", [True, False])
def test_an_accepted_row_stays_and_goes_to_its_group_when_asked(new_visitor: NewContext, has_assigned: bool) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    urgent = TicketFactory(device=shop.device, priority=Priority.HIGH, status=TicketStatus.ASSIGNED)
    mine, other = TicketFactory.create_batch(2, device=shop.device)
    late = TicketFactory(device=shop.device, status=TicketStatus.ASSIGNED)
    if not has_assigned:
        Ticket.objects.filter(pk__in=[urgent.pk, late.pk]).update(status=TicketStatus.IN_PROGRESS)
    OfferFactory(person=shop.jonas, ticket=mine)
    sign_in(page, shop.jonas, shop)
    page.goto("/office/tickets/?view=open")
    before, row = lines_of(page), row_of(page, mine)
    top = top_of(row)

    row.hover()
    row.get_by_role("button", name="Accept").click()

    moved = row.get_by_role("button", name="Now under “Assigned” Show")
    expect(moved).to_be_visible()
    expect(row).to_contain_text("ASSIGNED")
    assert lines_of(page) == before
    assert top_of(row) == top
    page.set_viewport_size({"width": 1280, "height": 900})
    assert moved.evaluate(
        "(each) => each.getBoundingClientRect().right <= each.closest('td').getBoundingClientRect().right"
    )
    expect(row_of(page, other).locator("a.subject")).to_be_focused()
    moved.click()
    expect(moved).to_have_count(0)
    expect(row.locator("a.subject")).to_be_focused()
    shown = lines_of(page)
    assert shown[:3] == ["Not assigned", f"#{other.number}", "Assigned"]
    expect(page.locator(".table-list__group", has_text="Not assigned")).to_contain_text("1")
    expect(page.locator(".table-list__group").nth(1)).to_contain_text("3" if has_assigned else "1")
    page.reload()
    assert lines_of(page) == shown


@pytest.mark.usefixtures("server")
def test_an_accepted_row_of_a_long_group_comes_once_more_with_its_own(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    tickets = TicketFactory.create_batch(PAGE_SIZE + 5, device=shop.device)
    OfferFactory(person=shop.jonas, ticket=tickets[0])
    sign_in(page, shop.jonas, shop)
    page.goto("/office/tickets/?view=open")
    row = row_of(page, tickets[0])

    row.hover()
    row.get_by_role("button", name="Accept").click()
    expect(row.get_by_role("button", name="Now under “Assigned”")).to_be_disabled()
    page.locator(".table-list__more").scroll_into_view_if_needed()

    expect(page.locator(".table-list__more")).to_have_count(0)
    expect(row).to_have_count(1)
    assert lines_of(page)[-2:] == ["Assigned", f"#{tickets[0].number}"]


@pytest.mark.usefixtures("server")
def test_rejecting_from_a_row_asks_first(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(PHONE).new_page()
    first, second = (OfferFactory(person=shop.jonas, ticket=TicketFactory(device=shop.device)).ticket for _ in "ab")
    sign_in(page, shop.jonas, shop)
    page.goto("/office/tickets/?view=offered")
    reject = row_of(page, first).get_by_role("button", name="Reject")
    for button in (reject, row_of(page, first).get_by_role("button", name="Accept")):
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44

    reject.tap()
    page.locator("#row-dialog").get_by_role("button", name="Back").tap()
    expect(row_of(page, first)).to_have_count(1)
    reject.tap()
    page.locator("#row-dialog").get_by_role("button", name="Reject").tap()

    expect(row_of(page, first)).to_have_count(0)
    expect(row_of(page, second)).to_have_count(1)
    row_of(page, second).get_by_role("button", name="Accept").tap()
    expect(page.locator("#ticket-rows")).to_contain_text("Nothing is offered to you")
    assert second.assignments.get().person == shop.jonas


@pytest.mark.usefixtures("server")
def test_who_was_slower_reads_why_and_sees_the_row_as_it_is(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    offer = OfferFactory(person=shop.jonas, ticket=TicketFactory(device=shop.device))
    sign_in(page, shop.jonas, shop)
    page.goto("/office/tickets/?view=offered")
    offer.delete()

    row_of(page, offer.ticket).hover()
    page.get_by_role("button", name="Accept").click()

    expect(page.locator(".toast")).to_contain_text("This ticket is not offered to you, or no longer.")


@pytest.mark.usefixtures("server")
def test_the_options_of_filters_have_numbers_when_their_menu_opens(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    AssignmentFactory(person=shop.jonas, ticket__device=shop.device, ticket__priority=Priority.HIGH)
    TicketFactory.create_batch(2, device=shop.device)
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/")
    status, people = (page.locator(".filter-bar__menus > details", has_text=text) for text in ("Status", "Responsible"))

    status.locator("summary").click()
    expect(status.locator("label", has_text="OPEN")).to_contain_text("2")
    people.locator("summary").click()
    expect(people.locator("label", has_text="Not assigned")).to_contain_text("2")
    expect(people.locator("label", has_text=shop.jonas.name)).to_contain_text("1")
    people.get_by_label(shop.jonas.name).check()
    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)

    # Of the list as it is now, also where the menu was open before.
    status.locator("summary").click()
    expect(status.locator("label", has_text="OPEN")).to_contain_text("0")
    people.locator("summary").click()
    expect(people.get_by_label(shop.jonas.name)).to_be_checked()


@pytest.mark.usefixtures("server")
def test_filters_are_chosen_by_keyboard(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    TicketFactory(device=shop.device, priority=Priority.HIGH)
    TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    menu = page.locator(".filter-bar__menus > details", has_text="Priority")

    menu.locator("summary").press("Enter")
    high = menu.get_by_label("High")
    expect(high).to_be_visible()
    for name in ("Low", "Normal", "High"):
        page.keyboard.press("ArrowDown")
        expect(menu.get_by_label(name)).to_be_focused()
    page.keyboard.press("Space")

    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)
    # Also after its values were loaded once more.
    menu.locator(".menu__list").dispatch_event("menu:wanted")
    expect(menu.locator(".menu__list")).not_to_have_class(re.compile("htmx"))
    expect(high).to_be_focused()
    page.keyboard.press("Escape")
    expect(high).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


@pytest.mark.usefixtures("server")
def test_seldom_filters_come_together_and_each_looks_for_its_own(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    wanted = TicketFactory(device=shop.device, category=CategoryFactory(name="Zebra crossings"))
    CategoryFactory.create_batch(MOST_OPTIONS)
    for number in range(MOST_OPTIONS + 1):
        SubscriberFactory(first_name="Zoe", last_name=f"{number:02}", customer=shop.device.customer)
    TicketFactory(device=shop.device, opened_at=clock.now() - timedelta(days=30))
    sign_in(page, shop.moderator, shop)
    menu = page.locator(".filter-bar__menus > details", has_text="More")

    menu.locator("summary").click()
    categories = menu.get_by_role("group", name="Category")
    categories.get_by_label("Search by name").fill("zebra")
    expect(categories.get_by_role("checkbox")).to_have_count(1)
    expect(menu.get_by_role("group", name="Person").get_by_role("checkbox")).to_have_count(MOST_OPTIONS)
    categories.get_by_label("Zebra crossings").check()

    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)
    expect(page.locator("#ticket-rows a.subject")).to_have_attribute("href", f"/office/tickets/{wanted.pk}/")
    # To leave the search does not load it again, as it was before.
    page.wait_for_load_state("networkidle")
    expect(categories.get_by_label("Zebra crossings")).to_be_checked()
    categories.get_by_label("Zebra crossings").uncheck()
    expect(page.locator("#ticket-rows a.subject")).to_have_count(2)
    menu.get_by_label("Opened until").fill(f"{clock.now() - timedelta(days=7):%Y-%m-%d}")
    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)
    expect(page.locator(".chip")).to_contain_text("Opened until")
    assert "category=" not in page.url


@pytest.mark.usefixtures("server")
def test_a_menu_that_did_not_come_leads_to_its_page(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    TicketFactory(device=shop.device, priority=Priority.HIGH)
    sign_in(page, shop.moderator, shop)
    page.route(
        "**/filters/priority/?*",
        lambda route: route.abort() if route.request.headers.get("hx-request") else route.continue_(),
    )
    menu = page.locator(".filter-bar__menus > details", has_text="Priority")

    menu.locator("summary").click()
    menu.get_by_role("link", name="Choose").click()

    page.wait_for_url("**/office/tickets/filters/priority/?view=open")


@pytest.mark.usefixtures("server")
def test_filters_are_chosen_without_scripts(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(PHONE, java_script_enabled=False).new_page()
    TicketFactory(device=shop.device, priority=Priority.HIGH, visibility=Visibility.INTERNAL)
    wanted = TicketFactory(device=shop.device, priority=Priority.HIGH)
    TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)

    for menu, value in (("Priority", "High"), ("More", "PUBLIC")):
        page.locator(".filter-toggle summary").click()
        page.locator(".filter-bar__menus > details", has_text=menu).locator("summary").click()
        page.get_by_role("link", name="Choose").click()
        page.get_by_label(value).check()
        page.get_by_role("button", name="Show tickets").click()

    page.wait_for_url("**/office/tickets/?view=open&priority=3&visibility=public**")
    expect(page.locator("#ticket-rows a.subject")).to_have_attribute("href", f"/office/tickets/{wanted.pk}/")
    assert page.locator(".chip").all_inner_texts() == ["High\nRemove filter", "PUBLIC\nRemove filter"]


@pytest.mark.usefixtures("server")
def test_views_have_their_numbers_on_every_page(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    TicketFactory.create_batch(2, device=shop.device)
    sign_in(page, shop.moderator, shop)

    page.goto("/office/notifications/")

    expect(page.locator("#side-views [data-count=unassigned]")).to_have_text("2")
    exception = page.locator("#side-views").get_by_role("link", name="Not fixed")
    expect(exception).to_be_hidden()
    TicketFactory(device=shop.device, status=TicketStatus.DONE, is_not_fixed=True)
    page.wait_for_timeout(5_500)
    page.reload()
    expect(exception).to_contain_text("1")


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


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_the_menu_of_a_phone_is_a_drawer_with_the_views(new_visitor: NewContext, java_script_enabled: bool) -> None:
    shop, page = open_shop(), new_visitor(PHONE, java_script_enabled=java_script_enabled).new_page()
    TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    page.goto("/office/tickets/")
    menu, opener = page.locator("#main-menu"), page.get_by_role("button", name="Menu", exact=True)
    expect(menu).to_be_hidden()

    opener.tap()
    expect(menu).to_be_visible()
    menu.get_by_role("button", name="Close").tap()
    expect(menu).to_be_hidden()
    opener.tap()
    page.touchscreen.tap(380, 400)
    expect(menu).to_be_hidden()
    opener.tap()
    if java_script_enabled:
        expect(menu.locator("[data-count=unassigned]")).to_have_text("1")
    menu.get_by_role("link", name="Drafts").tap()

    page.wait_for_url("**/office/tickets/?view=drafts")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()


@pytest.mark.usefixtures("server")
def test_a_small_menu_names_what_the_reader_points_at(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    sign_in(page, shop.moderator, shop)
    page.get_by_role("button", name="Small menu").click()
    name = page.locator("#side-views").get_by_text("Waiting for rating")

    def width() -> float:
        box = name.bounding_box()
        assert box is not None
        return box["width"]

    assert width() <= 1
    page.get_by_role("link", name="Waiting for rating").hover()
    assert width() > 50
    page.get_by_role("link", name="Drafts").focus()
    page.keyboard.press("Shift+Tab")
    page.mouse.move(700, 500)
    assert width() > 50
