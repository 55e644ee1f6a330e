"""Push notifications in Chromium: the service worker shows, replaces and takes them away; people switch them on.

No browser here can reach a push service: `subscribe` is replaced, and the tools for developers deliver messages.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import PushDevice, TicketPush
from messenger.services.notifications import notify
from messenger.services.push_devices import store_device
from tests.browser.conftest import Complaints, NewContext, carry_session
from tests.cast import Cast, CastRole
from tests.chromium import CHROMIUM_ARGUMENTS, DESKTOP, PHONE, find_whole_chromium
from tests.factories import NotificationFactory
from tests.messenger.push_service import Browser
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICES = "/office/settings/devices/"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/"
# A browser that lets pages ask, and subscribes without a push service; both are remembered beyond the page.
STUB = """({endpoint, keys, answer}) => {
  const kept = (name) => localStorage.getItem(`test.${name}`);
  Object.defineProperty(Notification, "permission", {get: () => kept("permission") || "default"});
  window.asked = 0;
  Notification.requestPermission = async () => {
    window.asked += 1;
    localStorage.setItem("test.permission", answer);
    return answer;
  };
  const subscription = () => ({
    endpoint, options: {applicationServerKey: null},
    toJSON: () => ({endpoint, keys}),
    unsubscribe: async () => { localStorage.removeItem("test.subscribed"); return true; },
  });
  PushManager.prototype.getSubscription = async () => (kept("subscribed") ? subscription() : null);
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedWith = {visible: options.userVisibleOnly, bytes: options.applicationServerKey.length};
    localStorage.setItem("test.subscribed", "1");
    return subscription();
  };
}"""


def can_subscribe(context: BrowserContext, answer: str = "granted", name: str = "one") -> str:
    """Lets pages of the context subscribe; returns the endpoint."""
    fields = Browser(f"{ENDPOINT}{name}").fields
    given = {"endpoint": fields.pop("endpoint"), "keys": fields, "answer": answer}
    context.add_init_script(f"({STUB})({json.dumps(given)})")
    return str(given["endpoint"])


@pytest.fixture
def open_as(new_visitor: NewContext, server: str, cast: Cast) -> Callable[..., Page]:
    """A page of a browser that can subscribe, for an actor: `open_as("responsible", "/office/")`."""

    def open_it(role: str, url: str, answer: str = "granted", name: str = "one") -> Page:
        is_outside = role in (CastRole.REPORTER, CastRole.HOLDER)
        context = new_visitor(PHONE if is_outside else DESKTOP)
        carry_session(context, cast, role, server)
        can_subscribe(context, answer, name)
        page = context.new_page()
        page.goto(url)
        return page

    return open_it


OpenAs = Callable[..., Page]


def expect_unsubscribed(page: Page) -> None:
    for _try in range(200):
        if page.evaluate("localStorage.getItem('test.subscribed')") is None:
            return
        page.wait_for_timeout(50)
    raise AssertionError("The browser is still subscribed.")


# The service worker ---------------------------------------------------------------------------------------------------


@pytest.fixture
def lasting(
    playwright: Playwright, server: str, cast: Cast, complaints: Complaints, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser with a profile on disk, as service workers want it, of the person who is responsible."""
    program = find_whole_chromium()
    if program is None:
        pytest.skip("Chromium was not found: install it; its shell shows no notifications.")
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=program, args=CHROMIUM_ARGUMENTS, base_url=server, locale="en"
    )
    context.grant_permissions(["notifications"], origin=server)
    complaints.listen(context)
    carry_session(context, cast, "responsible", server)
    yield context
    context.close()


def register(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.register('/service-worker.js').then(() => null)")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


class LockScreen:
    """What the service worker of a page shows, and what a push service would deliver to it."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.registrations: list[str] = []
        self.sent = 0
        self.last: dict[str, str] = {}
        self.tools = page.context.new_cdp_session(page)
        self.tools.on("ServiceWorker.workerRegistrationUpdated", self._remember)
        self.tools.send("ServiceWorker.enable")
        register(page)
        while not self.registrations:
            page.wait_for_timeout(20)

    def _remember(self, event: dict[str, Any]) -> None:
        self.registrations += [each["registrationId"] for each in event["registrations"]]

    def deliver(self, data: str | dict[str, Any]) -> None:
        self.sent += 1
        text = data if isinstance(data, str) else json.dumps({"sent": self.sent, **data})
        self.last = {"origin": self.origin, "registrationId": self.registrations[-1], "data": text}
        self.tools.send("ServiceWorker.deliverPushMessage", self.last)

    def shown(self) -> list[list[str]]:
        """Title and body of each."""
        found: list[list[str]] = self.page.evaluate(
            """async () => (await (await navigator.serviceWorker.ready).getNotifications())
            .map(({title, body}) => [title, body])"""
        )
        return sorted(found)

    def expect(self, *wanted: list[str]) -> None:
        for number in range(400):
            if self.shown() == sorted(wanted):
                return
            # Chromium loses one now and then while the worker starts. Push services deliver again, too.
            if number % 80 == 79:
                self.tools.send("ServiceWorker.deliverPushMessage", self.last)
            self.page.wait_for_timeout(50)
        assert self.shown() == sorted(wanted)


def message(ticket: int, body: str, **more: Any) -> dict[str, Any]:
    return {
        "title": f"#{ticket}",
        "body": body,
        "tag": f"ticket-{ticket}",
        "ticket": ticket,
        "url": f"/office/tickets/{ticket}/?tab=messenger",
        # Others would go by themselves after some seconds.
        "urgent": True,
        "count": 1,
        "at": 1_700_000_000_000,
        "unread": [ticket],
        **more,
    }


def test_the_worker_shows_replaces_and_takes_away(lasting: BrowserContext, server: str) -> None:
    page = lasting.new_page()
    page.goto(DEVICES)
    screen = LockScreen(page, server)

    screen.deliver(message(17, "1 message"))
    screen.expect(["#17", "1 message"])
    screen.deliver(message(17, "3 messages"))
    screen.expect(["#17", "3 messages"])
    screen.deliver(message(18, "Assigned to you", unread=[18, 17]))
    screen.expect(["#17", "3 messages"], ["#18", "Assigned to you"])
    # Meanwhile 17 was read elsewhere.
    screen.deliver(message(19, "New ticket", unread=[19, 18]))
    screen.expect(["#18", "Assigned to you"], ["#19", "New ticket"])
    # A message that was overtaken knows nothing of those that came after it was sent.
    screen.deliver(message(16, "New ticket", unread=[16], sent=0))
    screen.expect(["#16", "New ticket"], ["#18", "Assigned to you"], ["#19", "New ticket"])
    # Where nobody knows what was read, all stay.
    screen.deliver(message(20, "New ticket", unread=None))
    screen.expect(["#16", "New ticket"], ["#18", "Assigned to you"], ["#19", "New ticket"], ["#20", "New ticket"])


def test_the_worker_shows_something_for_what_it_cannot_read(lasting: BrowserContext, server: str) -> None:
    page = lasting.new_page()
    page.goto(DEVICES)
    screen = LockScreen(page, server)

    screen.deliver("no JSON")

    screen.expect(["Fleetdesk", ""])


def test_what_is_read_on_a_page_goes_from_the_lock_screen(lasting: BrowserContext, server: str, cast: Cast) -> None:
    page, person, read = lasting.new_page(), cast.person("responsible"), cast.ticket.pk
    unread = NotificationFactory(person=person).ticket_id
    notify(ticket_id=read, kind="message_sent", people=[person], sequence=cast.ticket.sequence, actor=None)
    subscribed(page, can_subscribe(lasting), person)
    screen = LockScreen(page, server)
    screen.deliver(message(read, "1 message"))
    screen.expect([f"#{read}", "1 message"])
    screen.deliver(message(unread, "1 message", unread=[read, unread]))
    screen.expect([f"#{read}", "1 message"], [f"#{unread}", "1 message"])

    page.goto(f"/office/tickets/{read}/?tab=messenger")

    screen.expect([f"#{unread}", "1 message"])


def subscribed(page: Page, endpoint: str, person: Person) -> None:
    """Makes the browser one that the person switched on, on a page of the back office."""
    page.goto(DEVICES)
    register(page)
    kept = {"test.permission": "granted", "test.subscribed": "1", "push.owner": person.pk, "push.endpoint": endpoint}
    page.evaluate("(kept) => Object.entries(kept).forEach(([name, value]) => localStorage.setItem(name, value))", kept)
    store_device(
        actor=KnownActor(person=person), subscription=Browser(endpoint).subscription, name="Chrome, Linux", session={}
    )
    with page.expect_response("**/push/unread/"):
        page.goto(DEVICES)


def test_the_worker_keeps_no_pages(lasting: BrowserContext, server: str) -> None:
    page = lasting.new_page()
    page.goto(DEVICES)
    LockScreen(page, server)

    page.reload()

    assert page.evaluate("caches.keys()") == []


def test_signing_out_empties_the_lock_screen(lasting: BrowserContext, server: str, cast: Cast) -> None:
    page, person = lasting.new_page(), cast.person("responsible")
    unread = NotificationFactory(person=person).ticket_id
    subscribed(page, can_subscribe(lasting), person)
    screen = LockScreen(page, server)
    screen.deliver(message(unread, "1 message"))
    screen.expect([f"#{unread}", "1 message"])

    page.locator("summary.profile").click()
    page.get_by_role("button", name="Sign out").click()
    # Where it leads depends on whether the socket or the answer is first.
    expect(page.locator("summary.profile")).to_have_count(0)

    screen.expect()
    assert not PushDevice.objects.exists()


# The back office ------------------------------------------------------------------------------------------------------


def test_a_person_switches_notifications_on_and_off(open_as: OpenAs, cast: Cast, is_accessible: Any) -> None:
    page = open_as("responsible", DEVICES)
    button = page.get_by_role("button", name="Switch on notifications")
    expect(button).to_be_visible()
    # Never asked on load.
    assert page.evaluate("window.asked") == 0

    button.click()

    expect(page.get_by_text("You get notifications in this browser")).to_be_visible()
    expect(page.locator(".push-device")).to_contain_text("This browser")
    assert page.evaluate("window.subscribedWith") == {"visible": True, "bytes": 65}
    device = PushDevice.objects.get()
    assert (device.person, device.endpoint) == (cast.person("responsible"), f"{ENDPOINT}one")
    is_accessible(page)
    page.reload()
    expect(page.get_by_text("You get notifications in this browser")).to_be_visible()

    page.get_by_role("button", name="Switch off here").click()

    expect(page.get_by_role("button", name="Switch on notifications")).to_be_visible()
    expect(page.locator(".push-device")).to_have_count(0)
    assert not PushDevice.objects.exists()


def test_who_refuses_reads_how_to_allow_it_again(open_as: OpenAs) -> None:
    page = open_as("responsible", DEVICES, answer="denied")

    page.get_by_role("button", name="Switch on notifications").click()

    expect(page.get_by_text("This browser blocks notifications from here")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on notifications")).to_be_hidden()
    assert not PushDevice.objects.exists()


def test_browsers_are_renamed_and_removed(open_as: OpenAs, cast: Cast) -> None:
    page = open_as("responsible", DEVICES)
    page.get_by_role("button", name="Switch on notifications").click()
    row = page.locator(".push-device")
    expect(row).to_be_visible()

    row.get_by_text("Rename").click()
    row.get_by_label("Name of this browser").fill("Tablet in the van")
    row.get_by_role("button", name="Save").click()

    expect(row).to_contain_text("Tablet in the van")
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("This browser gets no more notifications.")).to_be_visible()
    expect(row).to_have_count(0)
    assert not PushDevice.objects.exists()
    # It does not come back by itself, not even when the person signs in again.
    expect_unsubscribed(page)


def test_what_is_dismissed_does_not_come_back(open_as: OpenAs, cast: Cast) -> None:
    page = open_as("responsible", cast.ticket.get_absolute_url())
    card = page.locator(".push-switch")
    expect(card).to_be_visible()

    card.get_by_role("button", name="Not now").click()

    expect(card).to_be_hidden()
    page.goto(reverse("office:notification_list"))
    page.wait_for_load_state("networkidle")
    expect(page.locator(".push-switch")).to_be_hidden()
    # It stays where settings are.
    page.goto(DEVICES)
    expect(page.locator(".push-switch")).to_be_visible()


def test_a_browser_in_which_somebody_else_signs_in_is_told_nothing(open_as: OpenAs, cast: Cast, server: str) -> None:
    page = open_as("responsible", DEVICES)
    page.get_by_role("button", name="Switch on notifications").click()
    expect(page.locator(".push-device")).to_be_visible()
    carry_session(page.context, cast, "moderator", server)

    page.goto(DEVICES)

    expect(page.get_by_role("button", name="Switch on notifications")).to_be_visible()
    expect_unsubscribed(page)
    assert not PushDevice.objects.exists()


def test_a_new_session_of_the_same_person_knows_the_browser(open_as: OpenAs, cast: Cast, server: str) -> None:
    page = open_as("responsible", DEVICES)
    page.get_by_role("button", name="Switch on notifications").click()
    expect(page.locator(".push-device")).to_be_visible()
    carry_session(page.context, cast, "responsible", server)

    with page.expect_response("**/push/devices/renew/"):
        page.goto(DEVICES)
    page.goto(DEVICES)

    expect(page.get_by_text("You get notifications in this browser")).to_be_visible()
    assert PushDevice.objects.count() == 1


def test_an_iphone_is_told_to_add_the_page_to_the_home_screen(new_visitor: NewContext, server: str, cast: Cast) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Safari/604.1"
    context = new_visitor(PHONE, user_agent=agent)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()

    page.goto(DEVICES)

    expect(page.get_by_text("first add this page to the home screen")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on notifications")).to_be_hidden()


def test_without_scripts_nothing_is_offered(new_visitor: NewContext, server: str, cast: Cast) -> None:
    for role, url in (("responsible", DEVICES), ("reporter", PORTAL.ticket_url("ticket_detail", cast.ticket))):
        context = new_visitor(PHONE, java_script_enabled=False)
        carry_session(context, cast, role, server)
        page = context.new_page()

        page.goto(url)

        expect(page.locator(".push-switch")).to_be_hidden()


# Code users -----------------------------------------------------------------------------------------------------------


def test_a_phone_wants_to_hear_of_its_ticket(open_as: OpenAs, cast: Cast, is_accessible: Any) -> None:
    page = open_as("reporter", PORTAL.ticket_url("ticket_detail", cast.ticket))
    assert page.evaluate("window.asked") == 0

    page.get_by_role("button", name="Get notified on this phone").click()

    expect(page.get_by_text("You get notified about this ticket here")).to_be_visible()
    row = TicketPush.objects.get()
    assert (row.ticket, row.code, row.push_device.person) == (cast.ticket, cast.code, cast.person("reporter"))
    is_accessible(page)

    page.goto(f"{PORTAL.ticket_url('ticket_detail', cast.ticket)}?view=details")
    page.get_by_role("button", name="Switch off here").click()

    expect(page.get_by_role("button", name="Get notified on this phone")).to_be_visible()
    assert not TicketPush.objects.exists()


def test_what_is_dismissed_stays_among_the_details(open_as: OpenAs, cast: Cast) -> None:
    url = PORTAL.ticket_url("ticket_detail", cast.ticket)
    page = open_as("reporter", url)
    page.get_by_role("button", name="Not now").click()

    expect(page.locator(".push-switch")).to_be_hidden()
    page.goto(f"{url}?view=details")
    expect(page.get_by_role("button", name="Get notified on this phone")).to_be_visible()


# Installing -----------------------------------------------------------------------------------------------------------


def test_manifests_and_icons_are_there(open_as: OpenAs, cast: Cast) -> None:
    office = open_as("responsible", DEVICES)
    portal = open_as("reporter", PORTAL.url("device", slug=cast.device.slug))

    for page, start in ((office, "/office/"), (portal, PORTAL.url("device", slug=cast.device.slug))):
        address = page.locator("link[rel=manifest]").get_attribute("href")
        assert address is not None
        answer = page.context.request.get(address)
        manifest = answer.json()
        assert answer.headers["content-type"] == "application/manifest+json"
        assert (manifest["start_url"], manifest["scope"]) == (start, "/")
        assert {screen["form_factor"] for screen in manifest.get("screenshots", ())} == (
            {"wide", "narrow"} if page is office else set()
        )
        for picture in (*manifest["icons"], *manifest.get("screenshots", ())):
            assert page.context.request.get(picture["src"]).headers["content-type"] == "image/png"
        touch = page.locator("link[rel=apple-touch-icon]").get_attribute("href")
        assert page.context.request.get(touch or "").ok


def test_a_stranger_reads_no_manifest_of_a_device(new_visitor: NewContext, server: str, cast: Cast) -> None:
    request = new_visitor(PHONE).request

    assert request.get(f"/d/{cast.device.slug}/manifest.webmanifest").status == 404
    assert request.get("/d/absent/manifest.webmanifest").status == 404
    assert request.get("/icons/absent.png").status == 404
    assert settings.SESSION_COOKIE_NAME not in str(request.get("/service-worker.js").headers)
