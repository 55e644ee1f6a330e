"""What changes on an open page, without a reload and without disturbing its reader: parts, the list, the bell."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from messenger.models import Notification
from tests.browser.conftest import Act, OpenPage, following
from tests.cast import Cast
from ticketing.models import Priority, Ticket, TicketStatus
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = OFFICE.url("ticket_list")
# The time after a hint in which a part is loaded again if nothing holds it back.
LOAD_MILLISECONDS = 1_500


def mark(page: Page) -> None:
    """Leave a mark that lasts until the page is loaded anew."""
    page.evaluate("document.documentElement.dataset.same = 'yes'")


def expect_same_page(page: Page) -> None:
    assert page.locator("html").get_attribute("data-same") == "yes"


def open_list(open_page: OpenPage, role: str = "responsible") -> Page:
    """The list, with what it follows already followed."""
    page = open_page(role, "?tab=general")
    with following(page):
        page.goto(LIST)
    return page


# The list ------------------------------------------------------------------------------------------------------------


def test_back_leads_through_views_and_filters_of_the_list(cast: Cast, open_page: OpenPage) -> None:
    page = open_list(open_page)
    mark(page)

    page.get_by_role("link", name="Waiting for rating").click()
    expect(page).to_have_url(re.compile(r"\?view=waiting$"))
    expect(page.get_by_role("link", name="Waiting for rating")).to_have_attribute("aria-current", "page")
    expect(page.locator("main")).not_to_contain_text(cast.ticket.subject)
    expect(page.locator("#language-next")).to_have_value(f"{LIST}?view=waiting")
    page.locator("summary", has_text="Priority").click()
    page.get_by_label("High").check()
    expect(page.locator(".chip")).to_have_text(re.compile("High"))
    expect(page).to_have_title("Tickets · Fleetdesk")
    expect_same_page(page)

    page.go_back()
    expect(page).to_have_url(re.compile(r"\?view=waiting$"))
    expect(page.locator(".chip")).to_have_count(0)

    page.go_back()
    expect(page).to_have_url(re.compile(f"{LIST}$"))
    expect(page.locator("main")).to_contain_text(cast.ticket.subject)
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None


def test_a_filter_chosen_by_keyboard_leaves_the_focus_in_the_list(cast: Cast, open_page: OpenPage) -> None:
    page = open_list(open_page)
    page.locator("summary", has_text="Priority").focus()

    # Faster than the options come.
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=priority]").first).to_be_focused()
    page.keyboard.press("Space")

    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("input[name=priority]:focus")).to_be_checked()


def test_a_filter_chosen_after_signing_out_elsewhere_leads_to_sign_in(cast: Cast, open_page: OpenPage) -> None:
    page = open_list(open_page)

    page.context.clear_cookies()
    page.get_by_role("link", name="Waiting for rating").click()

    page.wait_for_url(re.compile("/accounts/login/"))


def test_the_list_says_what_has_changed_and_shows_it_when_asked(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_list(open_page)
    page.get_by_role("link", name="All").click()
    expect(page).to_have_url(re.compile("view=all"))
    mark(page)

    act("responsible", "start")
    show = page.get_by_role("button", name="1 change, show")
    expect(show).to_be_visible()
    expect(page.locator("#ticket-rows .status")).to_have_text("ASSIGNED")

    show.click()
    expect(page.locator("#ticket-rows .status")).to_have_text("IN PROGRESS")
    expect(show).to_be_hidden()
    expect(page).to_have_url(re.compile("view=all"))
    expect_same_page(page)


def test_a_list_that_missed_a_change_says_so_when_it_is_back(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_list(open_page)

    page.context.set_offline(True)
    act("responsible", "start")
    page.context.set_offline(False)

    expect(page.get_by_role("button", name="1 change, show")).to_be_visible()


# Parts of the ticket page --------------------------------------------------------------------------------------------


def test_a_form_that_came_with_a_part_can_be_sent(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_page("moderator", "?tab=general")
    mark(page)

    act("responsible", "start")
    expect(page.locator(".status-bar [aria-current=step]")).to_contain_text("IN PROGRESS")
    expect_same_page(page)

    page.locator("summary", has_text="Priority:").click()
    page.locator(f"button[name=priority][value='{Priority.HIGH.value}']").click()
    expect(page.locator("summary", has_text="Priority: High")).to_be_visible()
    assert Ticket.objects.get().priority == Priority.HIGH


def test_a_part_waits_while_its_menu_is_open(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_page("moderator", "?tab=general")
    status = page.locator(".status-bar [aria-current=step]")
    page.locator("summary", has_text="Priority:").click()

    act("responsible", "start")
    page.wait_for_timeout(LOAD_MILLISECONDS)
    expect(page.locator(f"button[name=priority][value='{Priority.HIGH.value}']")).to_be_visible()
    expect(status).to_contain_text("ASSIGNED")

    page.locator("h1").click()
    expect(status).to_contain_text("IN PROGRESS")


def test_a_part_waits_while_its_reader_types(cast: Cast, open_page: OpenPage, act: Act) -> None:
    act("responsible", "finish")
    page = open_page("reporter")
    page.get_by_text("Still not right").click()
    page.locator(".rating textarea").fill("It leaks and")

    act("responsible", "reopen")
    page.wait_for_timeout(LOAD_MILLISECONDS)
    page.locator("h1").click()
    page.wait_for_timeout(LOAD_MILLISECONDS)
    expect(page.locator(".rating textarea")).to_have_value("It leaks and")

    page.locator(".rating textarea").fill("")
    page.locator("h1").click()
    expect(page.locator(".rating")).to_have_count(0)


def test_a_part_waits_while_the_keyboard_is_in_it(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_page("moderator", "?tab=general")
    link = page.get_by_role("link", name="Offers")
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")

    act("responsible", "start")
    page.wait_for_timeout(LOAD_MILLISECONDS)
    expect(link).to_be_focused()

    link.blur()
    expect(page.locator(".status-bar [aria-current=step]")).to_contain_text("IN PROGRESS")


def test_what_looks_the_same_is_left_alone(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_page("moderator", "?tab=offers")
    page.evaluate("document.querySelectorAll('h2').forEach((each) => { each.dataset.same = 'yes'; })")
    side = page.locator(".ticket-page__side")
    side.locator("details summary").first.click()

    with page.expect_response(re.compile("parts/side/")):
        act("responsible", "priority", priority=Priority.HIGH.value)
    expect(page.locator("summary", has_text="Priority: High")).to_be_visible()

    expect(side.locator("h2:not([data-same])")).to_have_count(0)
    expect(side.locator("details").first).not_to_have_attribute("open", "")


def test_a_folded_panel_stays_folded_when_others_change(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_page("moderator", "?tab=history")
    side = page.locator(".ticket-page__side")
    side.locator("details summary").first.click()

    act("moderator", "assign", person=str(cast.person("uninvolved").pk))
    expect(side).to_contain_text(cast.person("uninvolved").name)

    expect(side.locator("details").first).not_to_have_attribute("open", "")


# The bell ------------------------------------------------------------------------------------------------------------


def test_an_open_drawer_shows_what_arrives(cast: Cast, open_page: OpenPage, act: Act) -> None:
    page = open_list(open_page, "uninvolved")
    page.locator("#bell").click()
    drawer = page.locator("dialog#notifications")
    expect(drawer).to_contain_text("No notifications yet")
    expect(page).to_have_title("Tickets · Fleetdesk")

    act("moderator", "assign", person=str(cast.person("uninvolved").pk))
    expect(drawer).to_contain_text("assigned this ticket to you")
    expect(page.locator("#bell-count")).to_have_text("1")

    drawer.locator(".notification").click()
    page.wait_for_url(re.compile(OFFICE.ticket_url("ticket_detail", cast.ticket)))
    assert Ticket.objects.get().status == TicketStatus.ASSIGNED


# What was missed -----------------------------------------------------------------------------------------------------

# Addresses that only open pages ask, to be up to date.
OF_OPEN_PAGES = re.compile(r"/parts/|/bell/|/messages/\?after=|/status/")


class Asked:
    """The requests of an open page for what it shows, and its socket."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.addresses: list[str] = []
        page.on("request", self.note)

    def note(self, request: Request) -> None:
        if self.is_of_open_page(request):
            self.addresses.append(request.url)

    @staticmethod
    def is_of_open_page(request: Request) -> bool:
        is_list = request.resource_type in {"fetch", "xhr"} and request.url.endswith(LIST)
        return is_list or OF_OPEN_PAGES.search(request.url) is not None

    def reconnect(self) -> None:
        """The network goes and comes back; all answers to that have arrived."""
        with following(self.page):
            self.page.evaluate("window.dispatchEvent(new Event('offline'))")
            self.page.evaluate("window.dispatchEvent(new Event('online'))")
        self.page.wait_for_timeout(LOAD_MILLISECONDS)


@pytest.mark.parametrize(
    ("role", "address"),
    [("responsible", "?tab=general"), ("responsible", "?tab=messenger"), ("reporter", ""), ("responsible", LIST)],
    ids=["ticket", "messenger", "portal", "list"],
)
def test_a_page_that_missed_nothing_asks_nothing_again(
    role: str, address: str, cast: Cast, open_page: OpenPage, act: Act
) -> None:
    # To read one is a change.
    Notification.objects.all().delete()
    page = open_page(role, address if address.startswith("?") else "")
    asked = Asked(page)
    with following(page):
        page.goto(address) if address == LIST else page.reload()
    page.wait_for_timeout(LOAD_MILLISECONDS)

    asked.reconnect()
    assert asked.addresses == []

    page.context.set_offline(True)
    act("responsible", "start")
    asked.addresses.clear()
    with page.expect_request(asked.is_of_open_page):
        page.context.set_offline(False)
