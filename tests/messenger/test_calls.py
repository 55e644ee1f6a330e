"""The socket of a video session: what one side says only the other one hears, as long as both may."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from config.asgi import application
from config.common import clock
from fleet.models import Assignment
from fleet.services import codes
from messenger.models import VideoSeat, VideoSession, VideoStatus
from messenger.models.video import TIME_TO_RETURN
from tests.cast import Cast, make_cast
from tests.ticketing.test_video import make, sit
from ticketing.models import TicketStatus, Visibility
from ticketing.services import assignment, life_cycle, properties

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.usefixtures("connection_given_back"),
]
OFFER = {"kind": "signal", "data": {"description": "an offer"}}


class Call:
    """A session of a ticket, and browsers in it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.session = make(cast)
        self.clients: dict[str, Client] = {}

    @asynccontextmanager
    async def browser(self, role: str, *, key: object = None) -> AsyncIterator[WebsocketCommunicator]:
        client, taken = await sync_to_async(lambda: (self.client(role), key or self.seat(role)))()
        socket = self.socket(client)
        assert (await socket.connect())[0]
        await socket.send_json_to({"kind": "join", "key": str(taken)})
        try:
            yield socket
        finally:
            await socket.disconnect()

    def client(self, role: str) -> Client:
        self.clients[role] = self.cast.client(role)
        return self.clients[role]

    def seat(self, role: str) -> object:
        return sit(self.cast, role, self.session, self.clients[role].session.session_key or "").key

    def socket(
        self, client: Client, *, ticket_id: int | None = None, session_id: int | None = None
    ) -> WebsocketCommunicator:
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
        headers = [(b"cookie", cookie.encode()), (b"origin", b"http://testserver")]
        address = f"/ws/calls/{ticket_id or self.cast.ticket.pk}/{session_id or self.session.pk}/"
        return WebsocketCommunicator(application, address, headers=headers)

    @sync_to_async
    def status(self) -> VideoStatus:
        return VideoSession.objects.get(pk=self.session.pk).status

    @asynccontextmanager
    async def both(self) -> AsyncIterator[tuple[WebsocketCommunicator, WebsocketCommunicator]]:
        async with self.browser("responsible") as desk, self.browser("reporter") as phone:
            assert await desk.receive_json_from() == {"kind": "in", "side": "service", "both": False, "other": ""}
            came = await phone.receive_json_from()
            assert (came["both"], came["other"]) == (True, self.cast.person("responsible").name)
            assert (await desk.receive_json_from())["is_in"]
            yield desk, phone


@sync_to_async
def make_call() -> Call:
    return Call(make_cast(TicketStatus.IN_PROGRESS))


async def ends(socket: WebsocketCommunicator) -> int:
    """The code with which the socket is closed, within a second."""
    async with asyncio.timeout(1):
        while (message := await socket.receive_output())["type"] != "websocket.close":
            pass
    code: int = message["code"]
    return code


async def test_what_one_side_says_only_the_other_one_hears() -> None:
    call = await make_call()
    async with call.both() as (desk, phone):
        assert await call.status() == VideoStatus.IN_PROGRESS
        await phone.send_json_to(OFFER)
        assert await desk.receive_json_from() == OFFER
        assert await phone.receive_nothing()

        await phone.send_json_to({"kind": "bye"})
        assert await ends(desk)
    assert await call.status() == VideoStatus.DONE


async def test_nobody_comes_in_without_a_seat_of_their_own() -> None:
    call = await make_call()
    async with call.both() as (desk, phone):
        key = (await sync_to_async(VideoSeat.objects.get)(side="customer")).key
        # With the key of somebody else, and with none.
        async with call.browser("manager", key=key) as third, call.browser("moderator", key="nothing") as fourth:
            assert await ends(third) == 4409
            assert (await fourth.receive_json_from())["code"] == "bad_key"
            await fourth.send_json_to(OFFER)
            assert (await fourth.receive_json_from())["code"] == "not_joined"
        assert await desk.receive_nothing()
        assert await phone.receive_nothing()
    assert await call.status() == VideoStatus.IN_PROGRESS


async def test_nobody_comes_in_by_another_ticket() -> None:
    call, other = await make_call(), await make_call()
    client, key = await sync_to_async(lambda: (call.client("moderator"), call.seat("moderator")))()
    socket = call.socket(client, ticket_id=other.cast.ticket.pk)
    assert (await socket.connect())[0]
    await socket.send_json_to({"kind": "join", "key": str(key)})

    assert await ends(socket) == 4409
    assert not await sync_to_async(VideoSeat.objects.filter(joined_at__isnull=False).exists)()
    await socket.disconnect()


async def test_a_session_of_any_number_is_refused_like_an_absent_one() -> None:
    call = await make_call()
    client, key = await sync_to_async(lambda: (call.client("moderator"), call.seat("moderator")))()
    socket = call.socket(client, session_id=10**30)
    assert (await socket.connect())[0]
    await socket.send_json_to({"kind": "join", "key": str(key)})

    assert await ends(socket) == 4409
    await socket.disconnect()


async def test_the_socket_of_before_is_closed_when_the_same_person_joins_anew() -> None:
    call = await make_call()
    async with call.both() as (desk, phone), call.browser("reporter") as again:
        assert await ends(phone) == 4409
        assert (await again.receive_json_from())["kind"] == "in"
        assert await desk.receive_json_from() == {"kind": "peer", "is_in": True, "name": ""}
    assert await call.status() == VideoStatus.IN_PROGRESS


def withdraw(call: Call) -> None:
    cast = call.cast
    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))


ENDS: dict[str, Callable[[Call], object]] = {
    "internal": lambda call: properties.change_visibility(
        actor=call.cast.moderator, ticket_id=call.cast.ticket.pk, visibility=Visibility.INTERNAL
    ),
    "cancelled": lambda call: life_cycle.cancel_ticket(actor=call.cast.moderator, ticket_id=call.cast.ticket.pk),
    "disabled code": lambda call: codes.enable_code(actor=call.cast.administrator, code=call.cast.code, enabled=False),
    "withdrawn": withdraw,
    "signed out": lambda call: call.clients["responsible"].post("/accounts/logout/"),
}


@pytest.mark.parametrize("what", ENDS)
async def test_what_takes_the_right_of_one_ends_it_for_both_at_once(what: str) -> None:
    call = await make_call()
    async with call.both() as (desk, phone):
        await sync_to_async(ENDS[what])(call)
        await asyncio.gather(ends(desk), ends(phone))
    assert await call.status() == VideoStatus.DONE


@pytest.mark.parametrize(("what", "role"), [("withdrawn", 0), ("signed out", 0), ("disabled code", 1)])
async def test_what_takes_the_right_of_who_has_no_socket_just_now_ends_it_at_once(what: str, role: int) -> None:
    call = await make_call()
    async with call.both() as sockets:
        await sockets[role].disconnect()
        assert await call.status() == VideoStatus.IN_PROGRESS
        await sync_to_async(ENDS[what])(call)
        assert await ends(sockets[1 - role]) == 4409
    assert await call.status() == VideoStatus.DONE


async def test_who_is_still_there_notices_that_the_other_side_may_not_be_there() -> None:
    call = await make_call()
    async with call.both() as (desk, phone):
        await desk.disconnect()
        await sync_to_async(Assignment.objects.filter(ticket=call.cast.ticket).delete)()
        await phone.send_json_to({"kind": "ping"})
        assert await ends(phone) == 4409
    assert await call.status() == VideoStatus.DONE


async def test_a_frame_that_is_faster_than_the_hub_ends_the_call_of_who_lost_the_right() -> None:
    call = await make_call()
    async with call.both() as (desk, phone):
        # As `withdraw` does, and without its event.
        await sync_to_async(Assignment.objects.filter(ticket=call.cast.ticket).delete)()
        await desk.send_json_to(OFFER)
        await asyncio.gather(ends(desk), ends(phone))
    assert await call.status() == VideoStatus.DONE


async def test_who_is_still_there_does_not_wait_for_a_process_that_has_ended() -> None:
    call = await make_call()
    async with call.both() as (desk, _phone):
        await sync_to_async(VideoSeat.objects.filter(side="customer").update)(left_at=clock.now() - TIME_TO_RETURN)
        await desk.send_json_to({"kind": "ping"})
        await ends(desk)
    assert await call.status() == VideoStatus.DONE


async def test_a_ping_of_who_has_no_seat_any_more_is_not_answered() -> None:
    call = await make_call()
    async with call.both() as (_desk, phone):
        # The hint got lost.
        await sync_to_async(VideoSeat.objects.filter(side="customer").update)(key=uuid.uuid4())
        await phone.send_json_to({"kind": "ping"})
        assert await ends(phone) == 4409


async def test_each_frame_is_asked_about_also_where_no_event_came() -> None:
    call = await make_call()
    async with call.both() as (desk, phone):
        await sync_to_async(VideoSession.objects.filter(pk=call.session.pk).update)(status=VideoStatus.CANCELLED)
        await phone.send_json_to(OFFER)
        assert await ends(phone) == 4409
        assert await desk.receive_nothing()
