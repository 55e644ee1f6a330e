"""Scanning a code, and the page of the device behind it."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.common import clock
from fleet.actors import CODES_KEY, KnownActor
from fleet.models import Person
from fleet.services.code_tokens import token_of
from fleet.services.codes import log_out_code_users
from tests.cast import client_of, holding, make_cast
from tests.factories import (
    AssignmentFactory,
    CodeFactory,
    DeviceFactory,
    DraftFactory,
    FlowFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TemplateFactory,
    TicketFactory,
    make_flow,
)
from tests.ticketing.portal_browser import PortalBrowser, make_device, photo
from ticketing.models import TicketStatus, Visibility
from ticketing.portal.pages.progress import since_words
from ticketing.portal.pin_limits import PINS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def scan(client: Client, token: str, **data: Any) -> Any:
    address = reverse("portal:scan", args=[token])
    return client.post(address, data) if data else client.get(address)


def plain(answer: Any) -> str:
    """The page without what differs from request to request: its own address and the token against forgery."""
    text = re.sub(r'name="next" value="[^"]*"', "", answer.content.decode())
    return re.sub(r'"[A-Za-z0-9]{64}"|X-CSRFToken": "[A-Za-z0-9]+"', "", text)


# Codes


def test_scanning_opens_the_device_without_an_account() -> None:
    code = CodeFactory(device=make_device())
    client = Client()

    answer = scan(client, token_of(code))

    assert (answer.status_code, answer.url) == (303, reverse("portal:device", args=[code.device.slug]))
    assert client.get(answer.url).status_code == 200
    assert Client().get(answer.url).status_code == 404


def test_the_token_is_in_no_later_address_nor_referrer() -> None:
    code = CodeFactory()
    client, token = Client(), token_of(code)

    answer = scan(client, token)

    assert answer["Referrer-Policy"] == "strict-origin"
    assert token not in answer.url
    assert token not in client.get(answer.url).content.decode()
    assert token not in str(dict(client.session))


def test_unknown_disabled_and_unpaired_codes_get_one_kind_page() -> None:
    codes = [CodeFactory(is_enabled=False), CodeFactory(device=None)]
    client = Client()

    answers = [scan(client, token) for token in ("unknown", "a.b", *map(token_of, codes))]

    assert {answer.status_code for answer in answers} == {404}
    assert len({plain(answer) for answer in answers}) == 1
    assert "This code does not open anything" in answers[0].content.decode()
    assert CODES_KEY not in client.session


def test_employees_open_a_device_also_by_a_disabled_code() -> None:
    code = CodeFactory(is_enabled=False)

    assert scan(client_of(MemberFactory()), token_of(code)).status_code == 303
    assert scan(Client(), token_of(code)).status_code == 404


def test_a_pin_is_asked_and_checked() -> None:
    code = CodeFactory(pin="4711")
    client, token = Client(), token_of(code)

    assert "Enter the PIN" in scan(client, token).content.decode()

    wrong = scan(client, token, pin="1")
    assert wrong.status_code == 403
    assert "This PIN is not right." in wrong.content.decode()
    assert scan(client, token, pin=" ").status_code == 400
    assert CODES_KEY not in client.session

    assert scan(client, token, pin=" 4711 ").status_code == 303
    assert scan(client, token).status_code == 303


def test_after_five_wrong_pins_even_the_right_one_has_to_wait() -> None:
    code, other = CodeFactory(pin="4711"), CodeFactory(pin="4711")
    token, elsewhere = token_of(code), Client(REMOTE_ADDR="10.1.1.1")
    for _ in range(PINS.pair.tries):
        assert scan(Client(), token, pin="1").status_code == 403

    answer = scan(Client(), token, pin="4711")

    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"
    assert "wait five minutes" in answer.content.decode()
    assert scan(Client(), token_of(other), pin="4711").status_code == 303
    assert scan(elsewhere, token, pin="4711").status_code == 303


def test_a_right_pin_forgets_the_wrong_ones() -> None:
    token = token_of(CodeFactory(pin="4711"))

    for _ in range(3):
        for _ in range(PINS.pair.tries - 1):
            scan(Client(), token, pin="1")
        assert scan(Client(), token, pin="4711").status_code == 303


def test_pins_guessed_from_everywhere_become_slow_and_lock_no_code() -> None:
    code, other = CodeFactory(pin="4711"), CodeFactory(pin="4711")
    for number in range(PINS.secret.tries):
        assert scan(Client(REMOTE_ADDR=f"10.1.0.{number}"), token_of(code), pin="1").status_code == 403

    phone, guesser = Client(REMOTE_ADDR="10.2.0.1"), Client(REMOTE_ADDR="10.2.0.2")

    assert [scan(guesser, token_of(code), pin="1").status_code for _ in range(2)] == [403, 429]
    assert [scan(guesser, token_of(other), pin="1").status_code for _ in range(2)] == [403, 403]
    assert scan(guesser, token_of(code), pin="4711").status_code == 429
    assert scan(phone, token_of(code), pin="4711").status_code == 303


def test_the_session_gets_a_new_id_when_it_begins_to_open_devices() -> None:
    client = Client()
    session = client.session
    session["known"] = True
    session.save()
    before = session.session_key

    scan(client, token_of(CodeFactory()))

    assert client.session.session_key != before
    assert not Client(headers={"cookie": f"fleetdesk_session={before}"}).session.get(CODES_KEY)


def test_logging_out_code_users_ends_their_access_at_once(phone: PortalBrowser) -> None:
    moderator = KnownActor(person=ModeratorFactory())
    assert phone.get("device").status_code == 200

    log_out_code_users(actor=moderator, code=phone.code)

    assert phone.get("device").status_code == 404


# The device


def test_the_device_page_says_what_it_is_and_what_can_be_done(phone: PortalBrowser) -> None:
    template = phone.device.template
    for name in ("One", "Two", "Three", "Four"):
        FlowFactory(template=template, button_label=f"Flow {name}", icon="no-such-icon")
    FlowFactory(template=template, button_label="Hidden", open_to_code_users=False)

    page = phone.get("device").content.decode()

    assert "Is this the one in front of you?" in page
    assert all(text in page for text in ("Washer 3", "WX 200", "SN-77", "Flow One", "Flow Three", "Something else"))
    assert "Flow Four" not in page
    assert "Hidden" not in page
    assert "Flow Four" in phone.get("ticket_new").content.decode()


def test_where_the_device_stands_and_whose_it_is_stays_unsaid() -> None:
    device = make_device(location="Cellar of the villa")
    phone = PortalBrowser(CodeFactory(device=device))

    page = phone.get("device").content.decode()

    assert "Cellar of the villa" not in page
    assert str(device.customer) not in page


@pytest.mark.parametrize("role", ["own manager", "own subscriber", "employee", "manager of another"])
def test_employees_and_people_of_the_customer_read_where_the_device_stands_and_whose_it_is(role: str) -> None:
    device = make_device(location="Cellar of the villa")
    reader = {
        "own manager": lambda: ManagerFactory(customer=device.customer),
        "own subscriber": lambda: SubscriberFactory(customer=device.customer),
        "employee": MemberFactory,
        "manager of another": ManagerFactory,
    }[role]()
    client = client_of(reader, holding(CodeFactory(device=device)))

    page = client.get(reverse("portal:device", args=[device.slug])).content.decode()

    assert device.name in page
    assert ("Cellar of the villa" in page) is (role != "manager of another")
    assert (str(device.customer) in page) is (role != "manager of another")


def test_only_own_drafts_are_offered_to_go_on(phone: PortalBrowser) -> None:
    flow = make_flow(phone.device.template, name="My report")
    DraftFactory(device=phone.device, flow=make_flow(phone.device.template, name="Foreign report"))
    assert "Continue where you stopped" not in phone.get("device").content.decode()

    phone.start(flow)
    page = phone.get("device").content.decode()
    assert "My report" in page
    assert "Foreign report" not in page


def test_open_tickets_are_described_in_plain_words(phone: PortalBrowser) -> None:
    ticket = TicketFactory(device=phone.device, status=TicketStatus.IN_PROGRESS, subject="Drum squeals")
    AssignmentFactory(ticket=ticket, person=MemberFactory(first_name="Mara", last_name="Vogt"))

    with clock.freeze(clock.now() + timedelta(days=1)):
        page = phone.get("device").content.decode()

    assert "In progress since yesterday, Mara Vogt is working on it." in page
    assert f"ticket.{ticket.pk}.follow" in page


def test_lists_hold_public_tickets_of_this_device_only(phone: PortalBrowser) -> None:
    TicketFactory(device=phone.device, subject="Shown open")
    TicketFactory(device=phone.device, subject="Shown closed", status=TicketStatus.CLOSED)
    TicketFactory(device=phone.device, subject="Secret", visibility=Visibility.INTERNAL)
    TicketFactory(subject="Elsewhere")

    device, tickets = phone.get("device").content.decode(), phone.get("ticket_list").content.decode()

    assert "Shown open" in device
    assert "Shown closed" not in device
    closed = phone.client.get(phone.url("ticket_list"), {"show": "closed"}).content.decode()
    assert ("Shown open" in tickets, "Shown closed" in tickets) == (True, False)
    assert ("Shown open" in closed, "Shown closed" in closed) == (False, True)
    for page in (device, tickets, closed, phone.get("device_tickets").content.decode()):
        assert "Secret" not in page
        assert "Elsewhere" not in page


def test_a_template_can_narrow_its_portal_to_own_tickets() -> None:
    device = make_device(template=TemplateFactory(portal_scope="own"))
    phone = PortalBrowser(CodeFactory(device=device))
    TicketFactory(device=device, subject="Foreign")

    assert "Foreign" not in phone.get("device").content.decode()
    assert "Foreign" not in phone.get("ticket_list").content.decode()


def test_only_who_sees_no_tickets_of_others_reads_that() -> None:
    cast = make_cast(TicketStatus.OPEN, template={"portal_scope": "own"})
    device = reverse("portal:device", args=[cast.device.slug])

    said = {role: "Your open tickets" in str(cast.client(role).get(device).content) for role in ("holder", "manager")}

    assert said == {"holder": True, "manager": False}


def test_a_long_list_has_pages(phone: PortalBrowser) -> None:
    for _ in range(27):
        TicketFactory(device=phone.device)

    first = phone.get("ticket_list").content.decode()

    assert first.count("ticket-row__link") == 25
    assert "?show=open&amp;page=2" in first
    assert phone.client.get(phone.url("ticket_list") + "?page=2").content.decode().count("ticket-row__link") == 2
    assert phone.client.get(phone.url("ticket_list") + "?page=x").status_code == 200


@pytest.mark.parametrize("follows", ["", "x", "0", "99999999999999999999", "²"])
def test_a_wrong_older_ticket_in_the_address_is_ignored(phone: PortalBrowser, follows: str) -> None:
    make_flow(phone.device.template)

    page = phone.client.get(phone.url("ticket_new"), {"follows": follows})
    assert page.status_code == 200
    assert 'name="follows" value' not in page.content.decode()


def test_an_internal_older_ticket_is_not_named(phone: PortalBrowser) -> None:
    make_flow(phone.device.template)
    shown = TicketFactory(device=phone.device, status=TicketStatus.CLOSED, subject="Known")
    hidden = TicketFactory(device=phone.device, visibility=Visibility.INTERNAL, subject="Secret")

    assert "Known" in phone.client.get(phone.url("ticket_new"), {"follows": shown.pk}).content.decode()
    assert "Secret" not in phone.client.get(phone.url("ticket_new"), {"follows": hidden.pk}).content.decode()


def test_employees_are_led_to_the_page_that_lets_them_work(phone: PortalBrowser) -> None:
    ticket = TicketFactory(device=phone.device, visibility=Visibility.INTERNAL)
    client: Any = client_of(MemberFactory())
    office = reverse("office:ticket_detail", args=[ticket.pk])

    assert office in client.get(phone.url("device")).content.decode()
    assert client.get(phone.url("ticket_detail", ticket_id=ticket.pk)).url == office


def test_looking_around_makes_no_person(phone: PortalBrowser) -> None:
    ticket = TicketFactory(device=phone.device, creator=MemberFactory())

    for name in ("device", "ticket_list", "ticket_new", "device_tickets"):
        phone.get(name)
    phone.get("ticket_detail", ticket_id=ticket.pk)

    assert not Person.objects.filter(role="code_user").exists()


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(hours=1), "since 1 p.m."),
        (timedelta(days=1), "since yesterday"),
        (timedelta(days=3), "since Tuesday"),
        (timedelta(days=30), "since Oct. 14, 2026"),
    ],
)
def test_times_are_written_as_people_say_them(ago: timedelta, words: str) -> None:
    friday = timezone.make_aware(datetime(2026, 11, 13, 14, 0))  # noqa: DTZ001

    with clock.freeze(friday):
        assert since_words(friday - ago) == words


# Pictures


def test_the_picture_is_for_those_who_may_open_the_device(phone: PortalBrowser) -> None:
    address = reverse("device_picture", args=[phone.device.slug])
    assert phone.client.get(address).status_code == 404
    phone.device.picture.save("washer.png", ContentFile(photo().read()))

    shown: Any = phone.client.get(address)

    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert shown["Cache-Control"].startswith("private")
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
    assert Client().get(address).status_code == 404
    assert PortalBrowser().client.get(address).status_code == 404


def test_without_an_own_picture_the_template_s_is_shown(phone: PortalBrowser) -> None:
    phone.device.template.picture.save("all.png", ContentFile(photo().read()))
    assert reverse("device_picture", args=[phone.device.slug]) in phone.get("device").content.decode()


# Counting


@pytest.mark.parametrize(("name", "limit"), [("device", 10), ("ticket_list", 9), ("device_tickets", 7)])
def test_queries_do_not_grow_with_tickets(phone: PortalBrowser, name: str, limit: int) -> None:
    flow = make_flow(phone.device.template)
    counts = []

    for rows in (1, 2):
        for _ in range(rows):
            AssignmentFactory(ticket=TicketFactory(device=phone.device, flow=flow, status=TicketStatus.ASSIGNED))
            phone.start(flow)
        with CaptureQueriesContext(connection) as queries:
            page = phone.get(name).content.decode()
        counts.append(len(queries))

    assert len(set(re.findall("/tickets/[0-9]+/", page))) == 3
    assert counts[0] == counts[1] <= limit


def test_no_key_is_made_twice_nor_shared_by_two_flows(phone: PortalBrowser) -> None:
    for _ in range(2):
        make_flow(phone.device.template)

    pages = [phone.get(name).content.decode() for name in ("device", "ticket_new")]

    keys = [uuid.UUID(key) for page in pages for key in re.findall('client_key" value="([^"]+)"', page)]
    assert len(set(keys)) == len(keys) == 4


def test_a_device_is_only_found_at_its_own_address(phone: PortalBrowser) -> None:
    other = DeviceFactory()
    assert phone.client.get(reverse("portal:device", args=[other.slug])).status_code == 404
    assert phone.client.get(reverse("portal:device", args=["nothing"])).status_code == 404
