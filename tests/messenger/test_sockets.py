"""A socket hears what its actor may follow at that very moment, and survives all that is thrown at it."""

import asyncio
import json
import uuid
from contextlib import asynccontextmanager
from http import HTTPStatus
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.asgi import application
from config.common import live
from fleet.models import Role
from fleet.models.devices import PortalScope
from fleet.revocation import REVOCATION_GROUP
from fleet.services import codes, people
from fleet.services.people import PersonDetails
from messenger import consumers, hub
from tests.cast import client_of, holding, make_cast
from tests.factories import PASSWORD, CustomerFactory
from ticketing.models import TicketStatus, Visibility
from ticketing.services import assignment, links, messages, properties, updates

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.usefixtures("connection_given_back"),
]


def cookie_of(client):
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def connection(client, origin="http://testserver"):
    headers = [(b"cookie", cookie_of(client).encode()), (b"origin", origin.encode())]
    return WebsocketCommunicator(application, "/ws/", headers=headers)


@asynccontextmanager
async def socket_of(client, *topics):
    socket = connection(client)
    connected, _protocol = await socket.connect()
    assert connected
    await socket.send_json_to({"kind": "follow", "topics": list(topics)})
    for topic in topics:
        frame = await socket.receive_json_from()
        assert (frame["kind"], frame["topic"]) == ("following", topic)
    await is_alive(socket)
    try:
        yield socket
    finally:
        await socket.disconnect()


async def is_alive(socket):
    """All that was sent before is answered."""
    await socket.send_json_to({"kind": "ping"})
    assert await socket.receive_json_from() == {"kind": "pong"}


@sync_to_async
def cast_in(status, visibility=Visibility.PUBLIC):
    return make_cast(status, visibility)


async def send(cast, role="responsible", text="Hello"):
    key = uuid.uuid4()
    await sync_to_async(messages.send_message)(actor=cast[role], ticket_id=cast.ticket.pk, client_key=key, text=text)


async def test_message_reaches_both_sides_with_their_own_numbers_and_without_its_text():
    cast = await cast_in(TicketStatus.ASSIGNED)
    await sync_to_async(updates.post_update)(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=True, text="Inside"
    )
    number = cast.ticket.pk
    inside, outside = f"ticket.{number}.messages", f"ticket.{number}.follow"
    clients = await sync_to_async(lambda: (cast.client("responsible"), cast.client("reporter")))()

    async with socket_of(clients[0], inside) as employee, socket_of(clients[1], outside) as customer:
        await send(cast, text="A secret")
        heard = [await employee.receive_json_from(), await customer.receive_json_from()]
        ticket = await sync_to_async(cast.fresh)()
        base = {"kind": "hint", "event": "message_sent"}
        assert heard[0] == {**base, "topic": inside, "sequence": ticket.sequence}
        assert heard[1] == {**base, "topic": outside, "sequence": ticket.public_sequence}
        assert ticket.public_sequence < ticket.sequence


@pytest.mark.parametrize(
    ("role", "followed"),
    [
        ("reporter", {"follow"}),
        ("holder", {"follow"}),
        ("subscriber", {"follow"}),
        ("manager", {"follow"}),
        ("responsible", {"follow", "inside", "messages", "tickets"}),
        ("offered", {"follow", "inside", "messages", "tickets"}),
        ("uninvolved", {"follow", "inside", "tickets"}),
        ("other_holder", set()),
        ("other_customers_manager", set()),
    ],
)
async def test_each_reader_follows_what_the_rules_allow(role, followed):
    cast = await cast_in(TicketStatus.ASSIGNED)
    socket = connection(await sync_to_async(cast.client)(role))
    await socket.connect()
    parts = ("follow", "inside", "messages")
    names = {f"ticket.{cast.ticket.pk}.{part}": part for part in parts} | {"tickets": "tickets"}
    never = {"person.999999", "ticket.0.follow", "nonsense"}
    refused: set[str] = set()

    await socket.send_json_to({"kind": "follow", "topics": [*names, *never]})
    await socket.send_json_to({"kind": "ping"})
    following: set[str] = set()
    while (frame := await socket.receive_json_from())["kind"] != "pong":
        assert frame["kind"] in {"refused", "following"}
        (refused if frame["kind"] == "refused" else following).add(frame["topic"])

    assert refused == {t for t in names if names[t] not in followed} | never
    assert following == {t for t in names if names[t] in followed}
    await socket.disconnect()


async def test_stranger_and_foreign_site_are_not_connected():
    cast = await cast_in(TicketStatus.OPEN)
    stranger, member = await sync_to_async(lambda: (cast.client("stranger"), cast.client("uninvolved")))()

    assert not (await connection(stranger).connect())[0]
    assert not (await connection(member, origin="https://evil.example").connect())[0]
    assert (await connection(member).connect())[0]


# What ends ----------------------------------------------------------------------------------------------------------


async def ends(socket, within=1):
    """The topic is revoked within so many seconds, and nothing more is heard."""
    assert (await socket.receive_json_from(within))["kind"] == "revoked"
    assert await socket.receive_output() == {"type": "websocket.close", "code": hub.NOTHING_LEFT}


@pytest.fixture(params=["heard", "lost"])
def event(request, monkeypatch):
    """The event of a revocation reaches this process, or the channel layer lost it and only the epoch says so."""
    if request.param == "lost":
        send = live._send
        monkeypatch.setattr(
            live, "_send", lambda group, event: None if group == REVOCATION_GROUP else send(group, event)
        )
    return request.param


@pytest.mark.parametrize("way", ["sign-out", "deactivation", "new role", "new password", "offer withdrawn"])
async def test_employee_hears_nothing_after(way, event):
    cast = await cast_in(TicketStatus.ASSIGNED)
    client = await sync_to_async(cast.client)("offered")

    async with socket_of(client, f"ticket.{cast.ticket.pk}.messages") as socket:
        await send(cast)
        assert (await socket.receive_json_from())["kind"] == "hint"
        await sync_to_async(END[way])(cast, client)
        await ends(socket)


def change_role(cast, _client):
    customer = CustomerFactory()
    details = PersonDetails(email=cast.person("offered").email, role=Role.MANAGER, customer=customer)
    people.change_person(actor=cast.administrator, person=cast.person("offered"), details=details)


END = {
    "sign-out": lambda _cast, client: client.post(reverse("account_logout")),
    "deactivation": lambda cast, _client: people.deactivate_person(
        actor=cast.administrator, person=cast.person("offered")
    ),
    "new role": change_role,
    "new password": lambda cast, _client: people.set_password(
        actor=cast.administrator, person=cast.person("offered"), password="another long password"
    ),
    "offer withdrawn": lambda cast, _client: assignment.withdraw(
        actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("offered")
    ),
}


async def test_withdrawing_the_offer_closes_the_socket_at_once():
    cast = await cast_in(TicketStatus.ASSIGNED)

    async with socket_of(await sync_to_async(cast.client)("offered"), f"ticket.{cast.ticket.pk}.messages") as socket:
        await sync_to_async(assignment.withdraw)(
            actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("offered")
        )
        await ends(socket)


async def test_ticket_made_internal_is_silent_to_customers():
    cast = await cast_in(TicketStatus.ASSIGNED)
    clients = await sync_to_async(lambda: (cast.client("reporter"), cast.client("manager")))()
    topic = f"ticket.{cast.ticket.pk}.follow"

    async with socket_of(clients[0], topic) as code_user, socket_of(clients[1], topic) as manager:
        await sync_to_async(properties.change_visibility)(
            actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL
        )
        for socket in (code_user, manager):
            await ends(socket)


async def test_logging_out_code_users_closes_their_sockets():
    cast = await cast_in(TicketStatus.OPEN)

    async with socket_of(await sync_to_async(cast.client)("reporter"), f"ticket.{cast.ticket.pk}.follow") as socket:
        await sync_to_async(codes.log_out_code_users)(actor=cast.moderator, code=cast.code)
        await ends(socket)


async def test_who_came_by_a_private_link_follows_its_ticket_until_the_link_is_revoked():
    cast = await cast_in(TicketStatus.OPEN)
    client = Client()

    def open_link():
        address = links.make_link(actor=cast.reporter, ticket_id=cast.ticket.pk)
        client.get(address.removeprefix(settings.PUBLIC_URL))

    await sync_to_async(open_link)()
    async with socket_of(client, f"ticket.{cast.ticket.pk}.follow") as socket:
        await sync_to_async(links.revoke_links)(actor=cast.reporter, ticket_id=cast.ticket.pk)
        await ends(socket)


async def test_signing_in_ends_what_the_session_before_followed(event):
    cast = await cast_in(TicketStatus.OPEN)
    phone = await sync_to_async(cast.client)("reporter")
    account = {"login": cast.person("manager").email, "password": PASSWORD}

    async with socket_of(phone, f"ticket.{cast.ticket.pk}.follow") as socket:
        await sync_to_async(phone.post)(reverse("account_login"), account)
        await ends(socket)


async def test_holders_of_a_code_lose_tickets_of_others_when_the_template_shows_them_their_own_only(event):
    cast = await cast_in(TicketStatus.OPEN)
    topic = f"ticket.{cast.ticket.pk}.follow"
    holder, reporter, admin = await sync_to_async(
        lambda: [cast.client(role) for role in ("holder", "reporter", "administrator")]
    )()

    def narrow():
        template = cast.ticket.device.template
        address = reverse("admin:fleet_template_change", args=[template.pk])
        form = admin.get(address).context["adminform"].form
        shown = {name: form.initial.get(name) or "" for name in form.fields if name != "picture"}
        changed = admin.post(address, {**shown, "portal_scope": PortalScope.OWN})
        assert changed.status_code == HTTPStatus.FOUND

    async with socket_of(holder, topic) as other, socket_of(reporter, topic) as own:
        await sync_to_async(narrow)()
        await ends(other)
        await is_alive(own)


async def test_other_topics_stay_when_one_is_revoked():
    cast = await cast_in(TicketStatus.ASSIGNED)
    topics = [f"ticket.{cast.ticket.pk}.messages", f"person.{cast.person('offered').pk}"]

    async with socket_of(await sync_to_async(cast.client)("offered"), *topics) as socket:
        await sync_to_async(assignment.reject_offer)(actor=cast.offered, ticket_id=cast.ticket.pk)
        assert await socket.receive_json_from() == {"kind": "revoked", "topic": topics[0]}
        await sync_to_async(live.publish)(topics[1], "notification", ticket=1)
        assert (await socket.receive_json_from())["topic"] == topics[1]


# What is thrown at it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "not_json"),
        ("[]", "no_kind"),
        ("null", "no_kind"),
        ('"x"', "no_kind"),
        ("{}", "no_kind"),
        ('{"kind": 5}', "no_kind"),
        ('{"kind": "write"}', "unknown_kind"),
        ('{"kind": "follow"}', "bad_topics"),
        ('{"kind": "follow", "topics": "tickets"}', "bad_topics"),
        ('{"kind": "follow", "topics": [null]}', "bad_topics"),
        (json.dumps({"kind": "follow", "topics": ["x" * 100]}), "bad_topics"),
        (json.dumps({"kind": "follow", "topics": [str(n) for n in range(1000)]}), "too_many_topics"),
        ("[" * 60_000, "not_json"),
        ('{"kind": ' + "9" * 10_000 + "}", "not_json"),
        (" " * 70_000, "too_large"),
        ("ä" * 40_000, "too_large"),
        (b"\x00\xff", "not_text"),
    ],
)
async def test_hostile_frame_is_answered_with_an_error(frame, code):
    client = await sync_to_async(lambda: client_of(make_cast().person("uninvolved")))()

    async with socket_of(client) as socket:
        await (socket.send_to(bytes_data=frame) if isinstance(frame, bytes) else socket.send_to(text_data=frame))
        assert await socket.receive_json_from() == {"kind": "error", "code": code}
        await is_alive(socket)


async def test_flood_of_frames_is_cut_off():
    client = await sync_to_async(lambda: client_of(make_cast().person("uninvolved")))()

    with mock.patch.object(consumers, "MAX_FRAMES", 5):
        async with socket_of(client) as socket:
            for _number in range(5):
                await socket.send_to(text_data="x")
            frames = [await socket.receive_output() for _number in range(3)]
            while frames[-1]["type"] == "websocket.send":
                frames.append(await socket.receive_output())
            assert frames[-1] == {"type": "websocket.close", "code": hub.TOO_FAST}


async def test_silent_client_is_closed_and_one_that_pings_is_not():
    clients = await sync_to_async(lambda: [client_of(make_cast().person(role)) for role in ("uninvolved", "offered")])()

    with mock.patch.object(hub, "BEAT_SECONDS", 0.2):
        async with socket_of(clients[0]) as silent, socket_of(clients[1]) as lively:
            for _number in range(4):
                await asyncio.sleep(0.2)
                await is_alive(lively)
            assert await silent.receive_output() == {"type": "websocket.close", "code": hub.SILENT}


async def test_code_holder_without_a_person_follows():
    cast = await cast_in(TicketStatus.OPEN)
    client = await sync_to_async(lambda: client_of(session=holding(cast.code)))()

    async with socket_of(client, f"ticket.{cast.ticket.pk}.follow"):
        pass


async def test_what_a_page_left_it_hears_no_more():
    cast = await cast_in(TicketStatus.ASSIGNED)
    topics = [f"ticket.{cast.ticket.pk}.{part}" for part in ("follow", "messages")]

    async with socket_of(await sync_to_async(cast.client)("responsible"), *topics) as socket:
        await socket.send_json_to({"kind": "leave", "topics": [topics[0], "tickets"]})
        await is_alive(socket)
        await send(cast)
        assert (await socket.receive_json_from())["topic"] == topics[1]
        await is_alive(socket)


async def test_nothing_of_a_closed_socket_or_of_a_topic_that_was_left_stays_behind():
    cast = await cast_in(TicketStatus.ASSIGNED)
    topics = [f"ticket.{cast.ticket.pk}.{part}" for part in ("follow", "messages")]

    def followed():
        return {topic for topic in topics if get_channel_layer().groups.get(live.group_name(topic))}

    async with socket_of(await sync_to_async(cast.client)("responsible"), *topics) as socket:
        assert followed() == set(topics)
        await socket.send_json_to({"kind": "leave", "topics": topics[:1]})
        await is_alive(socket)
        assert followed() == {topics[1]}
    assert followed() == set()
