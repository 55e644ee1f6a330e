"""The bell on open pages: its drawer, toasts, notifications of the system, and reading once for all browsers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from messenger.models import Notification
from tests.browser.conftest import DESKTOP, Act, NewContext, OpenPage, carry_session, following
from tests.cast import Cast
from tests.factories import NotificationFactory
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = OFFICE.url("ticket_list")
DRAWER = "dialog#notifications"
# A browser that allows notifications and keeps those that were shown, and a page that can be sent out of sight.
SYSTEM = """
window.shown = [];
window.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title, options) { super(); Object.assign(this, {title, options, isOpen: true}); window.shown.push(this); }
  close() { this.isOpen = false; }
};
Object.defineProperty(document, "hidden", {get: () => window.isAway === true});
"""
# A service worker that keeps what it shows.
WORKER = """
window.byWorker = [];
navigator.serviceWorker.getRegistration = async () => ({
  active: {},
  showNotification: async (title, options) => window.byWorker.push([options, true]),
  getNotifications: async () => window.byWorker.map((each) => ({close: () => { each[1] = false; }})),
});
"""
GO_AWAY = "window.isAway = true; document.dispatchEvent(new Event('visibilitychange'))"
COME_BACK = "window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))"
SHOWN = "window.shown.map((each) => [each.title, each.options.body, each.options.tag, each.isOpen])"


@pytest.fixture
def open_list(new_visitor: NewContext, server: str, cast: Cast) -> Callable[..., Page]:
    """The list of tickets as the member sees it whom the ticket does not concern yet, in a browser of its own."""

    def open_it(context: BrowserContext | None = None) -> Page:
        if context is None:
            context = new_visitor(DESKTOP)
            carry_session(context, cast, "uninvolved", server)
        page = context.new_page()
        with following(page):
            page.goto(LIST)
        return page

    return open_it


@pytest.fixture
def assign(act: Act, cast: Cast) -> Callable[[], None]:
    """Makes the member responsible, which is urgent."""
    return lambda: act("moderator", "assign", person=str(cast.person("uninvolved").pk))


def test_what_is_read_in_one_browser_is_read_in_the_other_at_once(
    cast: Cast, open_list: Callable[..., Page], assign: Callable[[], None]
) -> None:
    here, there = open_list(), open_list()
    there.locator("#bell").click()
    expect(there.locator(DRAWER)).to_contain_text("No notifications yet")

    assign()

    for page in (here, there):
        expect(page.locator("#bell-count")).to_have_text("1")
        expect(page.locator(f"#toast-ticket-{cast.ticket.pk}")).to_contain_text("assigned this ticket to you")
    expect(there.locator(f"{DRAWER} .notification.is-unread")).to_have_count(1)

    here.locator("#bell").click()
    here.locator(DRAWER).get_by_role("button", name="Mark as read", exact=True).click()

    for page in (here, there):
        expect(page.locator("#bell-count")).to_be_empty()
        expect(page.locator(".toast")).to_have_count(0)
        expect(page.locator(f"{DRAWER} .notification")).to_have_count(1)
        expect(page.locator(f"{DRAWER} .notification.is-unread")).to_have_count(0)
    expect(here).to_have_url(re.compile(f"{LIST}$"))


def test_the_line_and_the_toast_of_a_ticket_grow_and_lead_there(
    cast: Cast, open_list: Callable[..., Page], assign: Callable[[], None], act: Act
) -> None:
    page = open_list()
    assign()
    expect(page.locator(".toast")).to_contain_text("Urgent")

    act("responsible", "start")

    expect(page.locator("#bell-count")).to_have_text("2")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("status: IN PROGRESS, assigned to you")
    page.locator("#bell").click()
    line = page.locator(f"{DRAWER} .notification")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("status: IN PROGRESS, assigned to you")
    expect(line.locator(".notification__count")).to_contain_text("2")

    line.locator(".notification__main").click()

    page.wait_for_url(re.compile(OFFICE.ticket_url("ticket_detail", cast.ticket) + r"\?tab=general"))
    expect(page.locator("#bell-count")).to_be_empty()


def test_a_toast_leads_to_the_place_and_goes_when_it_is_closed(
    cast: Cast, open_list: Callable[..., Page], assign: Callable[[], None]
) -> None:
    page = open_list()
    assign()
    toast = page.locator(".toast")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)
    assert Notification.objects.filter(person=cast.person("uninvolved"), read_at=None).exists()

    other = open_list(page.context)
    NotificationFactory(person=cast.person("uninvolved"), ticket=cast.ticket, kind="update_posted")
    other.evaluate("window.dispatchEvent(new Event('offline')); window.dispatchEvent(new Event('online'))")
    other.locator(".toast a").click()

    other.wait_for_url(re.compile(OFFICE.ticket_url("ticket_detail", cast.ticket) + r"\?tab=updates"))


def test_the_drawer_works_by_keyboard(
    cast: Cast, open_list: Callable[..., Page], assign: Callable[[], None], is_accessible: Callable[[Page], None]
) -> None:
    NotificationFactory(person=cast.person("uninvolved"), kind="ticket_offered")
    page = open_list()
    assign()
    expect(page.locator("#bell-count")).to_have_text("2")

    page.locator("#bell").focus()
    page.keyboard.press("Enter")
    drawer = page.locator(DRAWER)
    expect(drawer.locator(".notification")).to_have_count(2)
    is_accessible(page)
    first = drawer.locator(".notification").first
    first.get_by_role("button", name="Mark as read", exact=True).focus()
    page.keyboard.press("Enter")

    expect(drawer.locator(".notification.is-unread")).to_have_count(1)
    expect(first.locator(".notification__main")).to_be_focused()
    drawer.get_by_role("button", name="Mark all as read").focus()
    page.keyboard.press("Enter")
    expect(drawer.locator(".notification.is-unread")).to_have_count(0)
    expect(page.locator("#bell-count")).to_be_empty()
    expect(page).to_have_url(re.compile(f"{LIST}$"))


@pytest.mark.usefixtures("server")
def test_a_line_is_marked_as_read_without_scripts(cast: Cast, new_visitor: NewContext, server: str) -> None:
    NotificationFactory(person=cast.person("uninvolved"), ticket=cast.ticket)
    context = new_visitor(DESKTOP, java_script_enabled=False)
    carry_session(context, cast, "uninvolved", server)
    page = context.new_page()
    page.goto("/office/notifications/")

    page.get_by_role("button", name="Mark as read", exact=True).click()

    expect(page).to_have_url(re.compile("/office/notifications/$"))
    expect(page.locator("#notification-list .notification")).to_have_count(1)
    expect(page.locator("#notification-list .is-unread")).to_have_count(0)


# Of the system -------------------------------------------------------------------------------------------------------


@pytest.fixture
def away(new_visitor: NewContext, server: str, cast: Cast, open_list: Callable[..., Page]) -> list[Page]:
    """Two tabs of a browser, both out of sight."""
    context = new_visitor(DESKTOP)
    context.add_init_script(SYSTEM)
    carry_session(context, cast, "uninvolved", server)
    tabs = [open_list(context), open_list(context)]
    for tab in tabs:
        tab.evaluate(GO_AWAY)
    return tabs


def shown_in(tabs: list[Page]) -> list[tuple[str, str, str, bool]]:
    return [tuple(each) for tab in tabs for each in tab.evaluate(SHOWN)]


def test_one_tab_in_the_background_notifies_and_takes_it_back_when_it_is_read(
    cast: Cast, away: list[Page], assign: Callable[[], None], open_list: Callable[..., Page]
) -> None:
    assign()
    for tab in away:
        expect(tab.locator(".toast")).to_have_count(1)
    away[0].wait_for_timeout(500)

    ((title, text, tag, is_open),) = shown_in(away)
    assert title.startswith(f"{cast.ticket.reference} ")
    assert "assigned this ticket to you" in text
    assert (tag, is_open) == (f"ticket-{cast.ticket.pk}", True)

    elsewhere = open_list()
    elsewhere.locator("#bell").click()
    elsewhere.locator(DRAWER).get_by_role("button", name="Mark all as read").click()
    for tab in away:
        expect(tab.locator(".toast")).to_have_count(0)
    assert [each[3] for each in shown_in(away)] == [False]


def test_a_worker_shows_it_where_there_is_one_so_that_pushes_replace_it(
    cast: Cast, away: list[Page], assign: Callable[[], None], act: Act
) -> None:
    for tab in away:
        tab.evaluate(WORKER)
    assign()
    expect(away[0].locator(".toast")).to_have_count(1)
    away[0].wait_for_timeout(500)

    assert shown_in(away) == []
    ((options, is_open),) = [each for tab in away for each in tab.evaluate("window.byWorker")]
    place = Notification.objects.get(person=cast.person("uninvolved"))
    assert (options["tag"], is_open) == (f"ticket-{cast.ticket.pk}", True)
    assert options["data"] == {"url": OFFICE.url("notification_place", notification_id=place.pk)}

    for tab in away:
        tab.locator(".toast").get_by_role("button", name="Close").click()
    away[0].wait_for_timeout(200)
    assert [each[1] for tab in away for each in tab.evaluate("window.byWorker")] == [False]


def test_a_click_on_it_leads_to_the_place(cast: Cast, away: list[Page], assign: Callable[[], None]) -> None:
    assign()
    for tab in away:
        expect(tab.locator(".toast")).to_have_count(1)
    away[0].wait_for_timeout(500)
    (tab,) = [tab for tab in away if tab.evaluate("window.shown.length")]

    tab.evaluate("window.shown[0].dispatchEvent(new Event('click'))")

    tab.wait_for_url(re.compile(OFFICE.ticket_url("ticket_detail", cast.ticket)))


def test_the_system_stays_silent_while_a_tab_is_in_sight(away: list[Page], assign: Callable[[], None]) -> None:
    away[1].evaluate(COME_BACK)

    assign()

    for tab in away:
        expect(tab.locator(".toast")).to_have_count(1)
    away[0].wait_for_timeout(500)
    assert shown_in(away) == []


def test_the_page_never_asks_to_be_allowed(open_page: OpenPage, assign: Callable[[], None]) -> None:
    page = open_page("uninvolved", "?tab=general")
    with following(page):
        page.goto(LIST)
    page.evaluate("void (Notification.requestPermission = () => { window.hasAsked = true; })")

    assign()

    expect(page.locator(".toast")).to_have_count(1)
    assert page.evaluate("window.hasAsked === undefined")
