"""Push notifications from the fact to the lock screen: to whom, with what in them, and when not any more."""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible
from fleet.actors import CODE_USER_KEY, KnownActor, actor_of
from fleet.models import Person
from fleet.services.code_tokens import url_of
from fleet.services.codes import log_out_code_users, share_code
from fleet.services.people import set_password
from messenger.carriers.push import PushCarrier
from messenger.kinds import _kinds
from messenger.models import (
    Channel,
    Delivery,
    DeliveryState,
    Mute,
    Notification,
    Preferences,
    PushDevice,
    Reason,
    TicketPush,
)
from messenger.services.delivering import deliver_due
from messenger.services.outbox import MOST_ATTEMPTS
from messenger.services.push_devices import MAX_DEVICES, renew_device, store_device
from tests.cast import Cast, client_of, holding, make_cast, open_for
from tests.factories import CodeFactory, MemberFactory
from tests.messenger.push_service import Browser, PushService
from ticketing.models import Ticket, TicketStatus, Visibility
from ticketing.services import properties
from ticketing.services.links import make_link, revoke_links
from ticketing.services.messages import send_message
from ticketing.services.people import deactivate_person
from ticketing.services.updates import post_update
from ticketing.surfaces import PORTAL

pytestmark = pytest.mark.django_db
SECRET = "The boiler room is unlocked."
DEVICES = "/push/devices/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


@pytest.fixture(autouse=True)
def _nothing_waits(cast: Cast) -> None:
    """What happened before the test is not pushed in it."""
    Delivery.objects.all().delete()


def subscribe(cast: Cast, role: str, browser: Browser, session: dict[str, Any] | None = None) -> PushDevice:
    return store_device(
        actor=KnownActor(person=cast.person(role)),
        subscription=browser.subscription,
        name="Chrome, Android",
        session={} if session is None else session,
    )


def write(cast: Cast, text: str = SECRET, role: str = "reporter") -> None:
    actor = cast.acting(role)
    send_message(actor=actor, ticket_id=cast.ticket.pk, text=text, client_key=uuid.uuid4())


def deliver() -> None:
    deliver_due({Channel.PUSH: PushCarrier()})


def pushed(person: Person) -> list[tuple[str, str]]:
    """State and reason of what should be pushed to the person."""
    found = Delivery.objects.filter(person=person, channel=Channel.PUSH).order_by("pk")
    return [(row.state, row.reason) for row in found]


# What a lock screen shows ---------------------------------------------------------------------------------------------


def test_a_message_reaches_all_browsers_of_the_person(cast: Cast, push_server: PushService) -> None:
    phone, desktop = push_server.browser("phone"), push_server.browser("desktop")
    devices = [subscribe(cast, "responsible", each) for each in (phone, desktop)]

    write(cast)
    deliver()

    for browser, name in ((phone, "phone"), (desktop, "desktop")):
        (request,) = push_server.at(name)
        message = browser.decrypted(request.body)
        assert message["title"] == cast.ticket.reference
        assert message["body"] == "1 message"
        assert message["ticket"] == cast.ticket.pk
        assert message["tag"] == f"ticket-{cast.ticket.pk}"
        assert message["url"].endswith(f"/office/tickets/{cast.ticket.pk}/?tab=messenger")
        assert message["unread"] == [cast.ticket.pk]
    assert pushed(cast.person("responsible")) == [(DeliveryState.SENT, "")]
    assert all(PushDevice.objects.get(pk=device.pk).last_sent_at for device in devices)


def test_neither_names_nor_texts_are_shown_unless_the_person_allows_it(cast: Cast, push_server: PushService) -> None:
    browser, person = push_server.browser(), cast.person("responsible")
    subscribe(cast, "responsible", browser)
    write(cast, role="manager")
    deliver()

    Preferences.objects.create(person=person, shows_text=True)
    write(cast, role="manager")
    deliver()

    hidden, shown = (browser.decrypted(each.body) for each in push_server.requests)
    assert SECRET not in str(hidden)
    assert cast.ticket.title not in str(hidden)
    assert "Manager" not in str(hidden)
    assert SECRET in shown["body"]
    assert "Max Manager" in shown["body"]
    assert cast.ticket.title in shown["title"]


def test_texts_of_internal_updates_never_leave_the_house(cast: Cast, push_server: PushService) -> None:
    browser, person = push_server.browser(), cast.person("responsible")
    subscribe(cast, "responsible", browser)
    Preferences.objects.create(person=person, shows_text=True)

    post_update(actor=cast.moderator, ticket_id=cast.ticket.pk, text=SECRET, is_internal=True, client_key=uuid.uuid4())
    deliver()

    (request,) = push_server.requests
    message = browser.decrypted(request.body)
    assert SECRET not in str(message)
    assert "internal update" in message["body"]


def test_several_messages_travel_as_one(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)

    for _number in range(3):
        write(cast)
    deliver()

    (request,) = push_server.requests
    message = browser.decrypted(request.body)
    assert (message["body"], message["count"], message["urgent"]) == ("3 messages", 3, False)
    assert request.headers["Urgency"] == "normal"


def test_a_lock_screen_speaks_the_language_of_the_person(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)
    Person.objects.filter(pk=cast.person("responsible").pk).update(language="de")

    write(cast)
    deliver()

    assert browser.decrypted(push_server.requests[0].body)["body"] == "1 Nachricht"


def test_every_kind_can_be_said_without_a_name() -> None:
    assert _kinds
    for kind in _kinds.values():
        assert "%" not in kind.in_brief(2)


def test_a_long_text_is_cut(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)
    Preferences.objects.create(person=cast.person("responsible"), shows_text=True)

    write(cast, text="ü" * 5000)
    deliver()

    (request,) = push_server.requests
    assert len(request.body) < 4096
    assert browser.decrypted(request.body)["body"].endswith("ü…")


# Who and when not -----------------------------------------------------------------------------------------------------


def test_without_a_device_nothing_is_sent(cast: Cast) -> None:
    write(cast)
    deliver()

    assert pushed(cast.person("responsible")) == [(DeliveryState.NOT_NEEDED, Reason.NO_DEVICE)]


def test_without_a_key_nothing_is_sent_and_nothing_fails(
    cast: Cast, push_server: PushService, settings: Settings
) -> None:
    subscribe(cast, "responsible", push_server.browser())
    settings.VAPID_PRIVATE_KEY = ""

    write(cast)
    deliver()

    assert pushed(cast.person("responsible")) == [(DeliveryState.NOT_NEEDED, Reason.NO_DEVICE)]
    assert push_server.requests == []
    with pytest.raises(InvalidInput):
        subscribe(cast, "responsible", push_server.browser("two"))


def test_what_was_read_meanwhile_is_not_sent(cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser())
    write(cast)

    Notification.objects.filter(person=cast.person("responsible")).update(read_at=cast.ticket.created_at)
    deliver()

    assert push_server.requests == []
    assert pushed(cast.person("responsible")) == [(DeliveryState.NOT_NEEDED, Reason.READ)]


def test_a_muted_ticket_stays_silent(cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser())
    until = cast.ticket.created_at.replace(year=2100)
    Mute.objects.create(person=cast.person("responsible"), ticket=cast.ticket, until=until)

    write(cast)
    deliver()

    assert push_server.requests == []


def test_nothing_is_pushed_to_a_person_who_left(cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser())
    write(cast)

    deactivate_person(actor=cast.administrator, person=cast.person("responsible"))
    deliver()

    assert push_server.requests == []
    assert not PushDevice.objects.filter(person=cast.person("responsible")).exists()


# What push services answer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(status: int, cast: Cast, push_server: PushService) -> None:
    gone, there = push_server.browser("gone"), push_server.browser("there")
    for browser in (gone, there):
        subscribe(cast, "responsible", browser)
    push_server.answers["/gone"] = (status, {})

    write(cast)
    deliver()

    assert [each.endpoint for each in PushDevice.objects.all()] == [there.endpoint]
    assert pushed(cast.person("responsible")) == [(DeliveryState.SENT, "")]


def test_when_the_last_browser_is_gone_no_device_is_left(cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser("gone"))
    push_server.answers["/gone"] = (410, {})

    write(cast)
    deliver()

    assert not PushDevice.objects.exists()
    assert pushed(cast.person("responsible")) == [(DeliveryState.NOT_NEEDED, Reason.NO_DEVICE)]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_asked_again(status: int, cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser("busy"))
    subscribe(cast, "responsible", push_server.browser("ready"))
    push_server.answers["/busy"] = (status, {})
    write(cast)
    deliver()
    assert pushed(cast.person("responsible")) == [(DeliveryState.WAITING, "")]
    row = Delivery.objects.get(person=cast.person("responsible"), channel=Channel.PUSH)
    assert f"1 of 2 devices: {status}" in row.error
    assert "localhost" not in row.error

    del push_server.answers["/busy"]
    Delivery.objects.filter(pk=row.pk).update(take_at=row.created_at)
    deliver()

    assert pushed(cast.person("responsible")) == [(DeliveryState.SENT, "")]
    # Who took it the first time is not told twice.
    assert (len(push_server.at("busy")), len(push_server.at("ready"))) == (2, 1)


@pytest.mark.parametrize("status", [301, 400, 403, 413])
def test_what_a_service_will_never_take_is_given_up(status: int, cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser("refusing"))
    push_server.answers["/refusing"] = (status, {"Location": "/elsewhere"})

    write(cast)
    deliver()

    assert pushed(cast.person("responsible")) == [(DeliveryState.DEAD, Reason.REFUSED)]
    assert [each.path for each in push_server.requests] == ["/refusing"]


def test_a_service_that_is_away_is_asked_again(cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", Browser("https://localhost:9/away"))

    write(cast)
    deliver()

    assert pushed(cast.person("responsible")) == [(DeliveryState.WAITING, "")]


def test_a_service_that_never_answers_makes_no_letter_dead_that_another_browser_took(
    cast: Cast, push_server: PushService
) -> None:
    subscribe(cast, "responsible", Browser("https://localhost:9/away"))
    subscribe(cast, "responsible", push_server.browser("ready"))
    write(cast)
    for _each in range(MOST_ATTEMPTS):
        assert pushed(cast.person("responsible")) == [(DeliveryState.WAITING, "")]
        Delivery.objects.update(take_at=F("created_at"))
        deliver()

    assert pushed(cast.person("responsible")) == [(DeliveryState.SENT, "")]
    assert len(push_server.at("ready")) == 1


def test_what_comes_again_after_quiet_hours_leaves_out_browsers_that_took_it(
    cast: Cast, push_server: PushService
) -> None:
    person = cast.person("responsible")
    subscribe(cast, "responsible", push_server.browser("busy"))
    subscribe(cast, "responsible", push_server.browser("ready"))
    push_server.answers["/busy"] = (503, {})
    write(cast)
    deliver()
    Preferences.objects.update_or_create(
        person=person, defaults={"quiet_from": time(0, 1), "quiet_until": time(23, 59), "time_zone": "UTC"}
    )
    noon = datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)
    del push_server.answers["/busy"]
    with clock.freeze(noon):
        deliver()
        assert pushed(person) == [(DeliveryState.WAITING, "")]
    with clock.freeze(noon + timedelta(hours=12)):
        deliver()

    assert pushed(person) == [(DeliveryState.SENT, "")]
    assert (len(push_server.at("busy")), len(push_server.at("ready"))) == (2, 1)


# Browsers come and go -------------------------------------------------------------------------------------------------


def test_a_browser_is_stored_for_the_person_who_is_signed_in(cast: Cast, push_server: PushService) -> None:
    client, browser = cast.client("responsible"), push_server.browser()
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"

    response = client.post(DEVICES, browser.fields, headers={"User-Agent": agent})
    again = client.post(DEVICES, browser.fields, headers={"User-Agent": agent})

    assert (response.status_code, again.status_code) == (201, 201)
    device = PushDevice.objects.get()
    assert (device.person, device.name) == (cast.person("responsible"), "Chrome, Android")


def test_a_browser_may_send_its_subscription_as_it_is(cast: Cast, push_server: PushService) -> None:
    fields = push_server.browser().fields
    sent = {"endpoint": fields["endpoint"], "keys": {"p256dh": fields["p256dh"], "auth": fields["auth"]}}

    response = cast.client("responsible").post(DEVICES, sent, content_type="application/json")

    assert response.status_code == 201
    assert PushDevice.objects.count() == 1


@pytest.mark.parametrize("role", ["stranger", "holder", "reporter", "former_employee"])
def test_only_people_who_signed_in_have_browsers_of_their_own(role: str, cast: Cast, push_server: PushService) -> None:
    response = cast.client(role).post(DEVICES, push_server.browser().fields)

    assert response.status_code in (403, 404)
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"endpoint": "https://evil.example/x"}, "The push service of this browser is not known here."),
        ({"endpoint": "http://localhost/x"}, "The push service of this browser is not known here."),
        ({"p256dh": "AAAA"}, "keys that cannot be used"),
        ({"auth": "AAAA"}, "keys that cannot be used"),
        ({"endpoint": ""}, "Please check what you entered."),
        ({"endpoint": "https://localhost/" + "x" * 1000}, "Please check what you entered."),
    ],
)
def test_a_subscription_that_nothing_can_be_sent_to_is_refused(
    wrong: dict[str, str], words: str, cast: Cast, push_server: PushService
) -> None:
    fields = {**push_server.browser().fields, **wrong}

    response = cast.client("responsible").post(DEVICES, fields, headers={"X-Requested-With": "fetch"})

    assert response.status_code == 400
    assert words in response.json()["message"]
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{", '"x"', '{"endpoint": {}, "keys": 5}'])
def test_what_is_no_subscription_is_refused(body: str, cast: Cast) -> None:
    response = cast.client("responsible").post(DEVICES, body, content_type="application/json")

    assert response.status_code == 400


@pytest.mark.parametrize("address", [DEVICES, f"{DEVICES}leave/", f"{DEVICES}renew/", "/push/unread/"])
@pytest.mark.parametrize(
    "body",
    ["[" * 200_000, '{"endpoint": "\\ud800", "old_endpoint": "\\ud800"}', '{"endpoint": "https://localhost/\\ud800"}'],
    ids=["too deep", "half a character", "half a character in an address"],
)
def test_nothing_that_is_sent_to_the_scripts_addresses_breaks_them(body: str, address: str, cast: Cast) -> None:
    response = cast.client("responsible").post(address, body, content_type="application/json")

    assert response.status_code in (200, 400)


def test_a_form_of_another_site_stores_nothing(cast: Cast, push_server: PushService) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.person("responsible"))

    assert client.post(DEVICES, push_server.browser().fields).status_code == 403


def test_the_same_browser_moves_to_who_signs_in_there(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)

    cast.client("moderator").post(DEVICES, browser.fields)

    assert [each.person for each in PushDevice.objects.all()] == [cast.person("moderator")]


def test_a_person_has_a_limited_number_of_browsers(cast: Cast, push_server: PushService) -> None:
    for number in range(MAX_DEVICES):
        subscribe(cast, "responsible", push_server.browser(f"{number}"))

    with pytest.raises(InvalidInput, match="Remove one of them first"):
        subscribe(cast, "responsible", push_server.browser("more"))
    # One of them may come again.
    subscribe(cast, "responsible", Browser(push_server.browser("3").endpoint))
    assert PushDevice.objects.count() == MAX_DEVICES


def test_signing_out_ends_what_is_pushed_to_that_browser(cast: Cast, push_server: PushService) -> None:
    here, elsewhere = cast.client("responsible"), cast.client("responsible")
    here.post(DEVICES, push_server.browser("here").fields)
    elsewhere.post(DEVICES, push_server.browser("elsewhere").fields)

    here.post(reverse("account_logout"))

    assert [each.endpoint[-9:] for each in PushDevice.objects.all()] == ["elsewhere"]


def test_a_new_password_ends_what_is_pushed_to_other_browsers(cast: Cast, push_server: PushService) -> None:
    person = cast.person("responsible")
    person.set_password("old-Passw0rd-of-theirs")
    person.save()
    here, elsewhere = cast.client("responsible"), cast.client("responsible")
    for client, name in ((here, "here"), (elsewhere, "elsewhere")):
        client.post(DEVICES, push_server.browser(name).fields)
    subscribe(cast, "moderator", push_server.browser("another"))

    fields = {"oldpassword": "old-Passw0rd-of-theirs"} | dict.fromkeys(("password1", "password2"), "quite-Another-0ne")
    assert here.post(reverse("account_change_password"), fields).status_code == 302
    assert [each.endpoint.rpartition("/")[2] for each in PushDevice.objects.order_by("pk")] == ["here", "another"]

    set_password(actor=cast.acting("administrator"), person=person, password="a-Third-0ne-of-theirs")
    assert [each.person for each in PushDevice.objects.all()] == [cast.person("moderator")]


def test_a_browser_leaves_by_its_address(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)

    Client().post("/push/devices/leave/", {"endpoint": "https://localhost/other"})
    assert PushDevice.objects.exists()
    Client().post("/push/devices/leave/", {"endpoint": browser.endpoint})
    assert not PushDevice.objects.exists()


def test_a_new_address_takes_the_place_of_the_old_one(cast: Cast, push_server: PushService) -> None:
    old, new = push_server.browser("old"), push_server.browser("new")
    device = subscribe(cast, "responsible", old)
    sent = {**new.fields, "old_endpoint": old.endpoint}

    # As a service worker asks: without a token.
    client = Client(enforce_csrf_checks=True)
    response = client.post("/push/devices/renew/", sent, content_type="application/json")

    assert response.status_code == 204
    device.refresh_from_db()
    assert (device.endpoint, device.person) == (new.endpoint, cast.person("responsible"))
    write(cast)
    deliver()
    assert new.decrypted(push_server.requests[0].body)["ticket"] == cast.ticket.pk


def test_who_does_not_know_the_old_address_renews_nothing(cast: Cast, push_server: PushService) -> None:
    subscribe(cast, "responsible", push_server.browser("old"))

    with pytest.raises(NotVisible):
        renew_device(old_endpoint="https://localhost/guessed", subscription=push_server.browser("new").subscription)


def test_unread_tickets_are_those_of_the_reader(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)
    write(cast)

    def asked(role: str) -> Any:
        return cast.client(role).post("/push/unread/", {"endpoint": browser.endpoint})

    assert asked("responsible").json() == {"tickets": [cast.ticket.pk], "is_known": True}
    assert asked("uninvolved").json() == {"tickets": [], "is_known": False}
    assert asked("stranger").status_code in (403, 404)


def test_another_session_of_the_person_knows_the_browser_again(cast: Cast, push_server: PushService) -> None:
    browser = push_server.browser()
    subscribe(cast, "responsible", browser)
    client, other = cast.client("responsible"), cast.client("moderator")
    sent = {**browser.fields, "old_endpoint": browser.endpoint}

    assert client.post("/push/devices/renew/", sent).status_code == 204
    assert other.post("/push/devices/renew/", sent).status_code == 204

    # Only the session of its own person removes it.
    other.post(reverse("account_logout"))
    assert PushDevice.objects.exists()
    client.post(reverse("account_logout"))
    assert not PushDevice.objects.exists()
    assert client.post("/push/devices/renew/", sent).status_code == 404


# The page of one's devices --------------------------------------------------------------------------------------------


def test_people_rename_and_remove_their_own_devices(cast: Cast, push_server: PushService) -> None:
    client = cast.client("responsible")
    client.post(DEVICES, push_server.browser().fields)
    device = PushDevice.objects.get()

    client.post(reverse("office:push_device_rename", args=[device.pk]), {"name": " Cab of the van "})
    page = client.get(reverse("office:push_devices")).content.decode()

    assert "Cab of the van" in page
    assert "This browser" in page
    client.post(reverse("office:push_device_remove", args=[device.pk]))
    assert not PushDevice.objects.exists()


def test_devices_of_others_are_not_there(cast: Cast, push_server: PushService) -> None:
    device = subscribe(cast, "responsible", push_server.browser())
    other = cast.client("moderator")

    assert "Chrome, Android" not in other.get(reverse("office:push_devices")).content.decode()
    assert other.post(reverse("office:push_device_rename", args=[device.pk]), {"name": "Mine"}).status_code == 404
    assert other.post(reverse("office:push_device_remove", args=[device.pk])).status_code == 404
    device.refresh_from_db()
    assert device.name == "Chrome, Android"


def test_without_a_key_pages_offer_nothing(cast: Cast, settings: Settings) -> None:
    client, address = cast.client("responsible"), reverse("office:push_devices")
    assert 'class="push-switch"' in client.get(address).content.decode()

    settings.VAPID_PRIVATE_KEY = ""

    assert "There are no push notifications here" in client.get(address).content.decode()
    for page in (address, reverse("office:notification_list"), cast.ticket.get_absolute_url()):
        body = client.get(page).content.decode()
        assert 'data-behaviour="push"' not in body


def test_who_accepted_a_ticket_is_offered_notifications_on_its_page(cast: Cast) -> None:
    for role, expected in (("responsible", True), ("uninvolved", False)):
        page = cast.client(role).get(cast.ticket.get_absolute_url()).content.decode()
        assert ('class="push-switch"' in page) is expected


# Code users -----------------------------------------------------------------------------------------------------------


def push_url(ticket: Ticket, name: str = "ticket_push") -> str:
    return PORTAL.ticket_url(name, ticket)


def test_a_phone_hears_of_the_ticket_that_it_asked_for(cast: Cast, push_server: PushService) -> None:
    browser, phone = push_server.browser(), cast.client("reporter")
    other = open_for(cast.acting("reporter"), cast.device, cast.flow)
    Delivery.objects.all().delete()

    assert phone.post(push_url(cast.ticket), browser.fields).status_code == 201
    write(cast, role="responsible")
    send_message(actor=cast.moderator, ticket_id=other.pk, text=SECRET, client_key=uuid.uuid4())
    deliver()

    (request,) = push_server.requests
    message = browser.decrypted(request.body)
    assert (message["title"], message["body"], message["unread"]) == (cast.ticket.reference, "1 message", None)
    assert PORTAL.ticket_url("ticket_detail", cast.ticket) in message["url"]
    assert SECRET not in str(message)


def test_internal_facts_are_not_pushed_to_phones(cast: Cast, push_server: PushService) -> None:
    cast.client("reporter").post(push_url(cast.ticket), push_server.browser().fields)

    post_update(actor=cast.moderator, ticket_id=cast.ticket.pk, text=SECRET, is_internal=True, client_key=uuid.uuid4())
    deliver()

    assert push_server.requests == []


def test_a_ticket_that_became_internal_is_not_pushed_any_more(cast: Cast, push_server: PushService) -> None:
    cast.client("reporter").post(push_url(cast.ticket), push_server.browser().fields)
    write(cast, role="responsible")

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    deliver()

    assert push_server.requests == []


def test_who_was_logged_out_of_a_code_hears_nothing(cast: Cast, push_server: PushService) -> None:
    cast.client("reporter").post(push_url(cast.ticket), push_server.browser().fields)
    write(cast, role="responsible")

    log_out_code_users(actor=cast.administrator, code=cast.code)
    deliver()

    assert push_server.requests == []
    (state, _reason) = pushed(cast.person("reporter"))[0]
    assert state == DeliveryState.NOT_NEEDED


def test_only_the_browser_that_still_holds_the_code_hears(cast: Cast, push_server: PushService) -> None:
    """Two phones of one code user, who scanned two codes of the device."""
    second = CodeFactory(device=cast.device)
    reporter = cast.person("reporter")
    cast.client("reporter").post(push_url(cast.ticket), push_server.browser("first").fields)
    client_of(reporter, holding(second, person=reporter)).post(
        push_url(cast.ticket), push_server.browser("second").fields
    )
    log_out_code_users(actor=cast.administrator, code=cast.code)

    write(cast, role="responsible")
    deliver()

    assert [each.path for each in push_server.requests] == ["/second"]


def test_a_private_link_is_enough_until_it_is_revoked(cast: Cast, push_server: PushService) -> None:
    visitor = Client()
    link = make_link(actor=cast.reporter, ticket_id=cast.ticket.pk)
    visitor.get("/" + link.split("/", 3)[3])

    assert visitor.post(push_url(cast.ticket), push_server.browser().fields).status_code == 201
    assert TicketPush.objects.get().link is not None
    write(cast, role="responsible")
    deliver()
    assert len(push_server.requests) == 1

    revoke_links(actor=cast.moderator, ticket_id=cast.ticket.pk)
    write(cast, role="responsible")
    deliver()
    assert len(push_server.requests) == 1


def test_a_code_that_was_shared_for_a_time_pushes_until_it_ends(cast: Cast, push_server: PushService) -> None:
    shared = share_code(actor=cast.moderator, code=cast.code)
    visitor = client_of(session={CODE_USER_KEY: cast.person("reporter").pk})
    visitor.get("/" + shared.url.split("/", 3)[3])
    link: dict[str, Any] = {"actor": actor_of(None, visitor.session), "ticket_id": cast.ticket.pk}

    assert visitor.post(push_url(cast.ticket), push_server.browser().fields).status_code == 201
    with pytest.raises(NotAllowed):
        make_link(**link)
    write(cast, role="responsible")
    deliver()
    assert len(push_server.requests) == 1

    with clock.freeze(shared.until):
        write(cast, role="responsible")
        deliver()
    assert len(push_server.requests) == 1

    # Who scans the sticker itself stays.
    visitor.get("/" + url_of(cast.code).split("/", 3)[3])
    assert visitor.post(push_url(cast.ticket), push_server.browser().fields).status_code == 201
    assert TicketPush.objects.get().ends_at is None
    assert make_link(**link | {"actor": actor_of(None, visitor.session)})


def test_a_phone_switches_off_at_the_same_place(cast: Cast, push_server: PushService) -> None:
    phone, url = cast.client("reporter"), PORTAL.ticket_url("ticket_detail", cast.ticket)
    assert "data-is-on" not in phone.get(url).content.decode()
    phone.post(push_url(cast.ticket), push_server.browser().fields)
    assert "data-is-on" in phone.get(url).content.decode()

    response = phone.post(push_url(cast.ticket, "ticket_push_off"))

    assert response.json() == {"is_last": True}
    assert not PushDevice.objects.exists()
    assert phone.post(push_url(cast.ticket, "ticket_push_off")).json() == {"is_last": True}


def test_strangers_and_holders_of_other_codes_ask_for_nothing(cast: Cast, push_server: PushService) -> None:
    for role in ("stranger", "other_holder"):
        assert cast.client(role).post(push_url(cast.ticket), push_server.browser().fields).status_code == 404
    assert not PushDevice.objects.exists()


def test_who_signed_in_is_offered_nothing_in_the_portal(cast: Cast, push_server: PushService) -> None:
    page = cast.client("manager").get(PORTAL.ticket_url("ticket_detail", cast.ticket)).content.decode()

    assert 'data-behaviour="push"' not in page


def test_an_ended_ticket_offers_nothing(push_server: PushService) -> None:
    cast = make_cast(TicketStatus.CLOSED)

    page = cast.client("reporter").get(PORTAL.ticket_url("ticket_detail", cast.ticket)).content.decode()

    assert 'data-behaviour="push"' not in page
    assert cast.client("reporter").post(push_url(cast.ticket), push_server.browser().fields).status_code != 201
    assert not PushDevice.objects.exists()


def test_a_member_without_devices_costs_no_request(cast: Cast) -> None:
    assert PushCarrier().obstacle(MemberFactory()) == Reason.NO_DEVICE
