"""The socket of a video session: it carries what two browsers say to each other to find a way for picture and sound.

Picture and sound themselves never pass the server. Who may say something is asked at each frame.
"""

import asyncio
import json
import logging
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from channels.db import database_sync_to_async

from fleet.actors import Actor
from fleet.live_sockets import Place, leave_place, take_place
from fleet.services.limits import socket_places
from fleet.sessions import NO_SESSION, actors_of_sessions
from messenger.consumers import BadFrame, Receive, Send, read_frame
from messenger.hub import AWAY, FAULT, NOTHING_LEFT, TOO_FAST, TOO_MANY, Hub, Socket, hub_of_this_process
from messenger.lines import LINE, Line, QueueLine
from messenger.models.video import TIME_TO_RETURN
from messenger.services.video import has_lost_seat, is_joinable, is_seated, note_seen, seated_browsers
from messenger.topics import Asked, numbers_of_allowed

logger = logging.getLogger(__name__)

# A browser sends about thirty when a call begins, and as many when it looks for another way.
MAX_FRAMES, FRAMES_SECONDS = 200, 10
# Another browser has the seat, or the session is over.
OUT: Final = 4409
Message = dict[str, Any]


class Arrival(Protocol):
    @property
    def side(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def is_other_in(self) -> bool: ...

    @property
    def other(self) -> str: ...


@dataclass(frozen=True)
class CallDesk:
    """What the app above does when somebody comes and goes. Seats are known by their keys."""

    # None where the seat is somebody else's by now, or the session is over.
    arrive: Callable[..., Arrival | None]
    depart: Callable[..., bool]
    # Ends the call if somebody has been away for too long; returns whether it goes on.
    end_lost_call: Callable[..., bool]


_desks: list[CallDesk] = []
_errands: set[asyncio.Task[None]] = set()


def register_desk(desk: CallDesk) -> None:
    """Called once, at start-up."""
    _desks[:] = [desk]


@dataclass(frozen=True)
class Caller:
    """A browser in a call: its session, the ticket by which it came, and the key of its seat."""

    session_key: str | None
    ticket_id: int
    session_id: int
    key: uuid.UUID

    @property
    def topic(self) -> str:
        return topic_of(self.ticket_id)


def topic_of(ticket_id: int) -> str:
    """The topic that says who may be in the calls of a ticket, and over which they travel."""
    return f"ticket.{ticket_id}.video"


def may_speak(caller: Caller) -> bool:
    """Whether the rule lets the browser's actor join, and its seat is still its own. Asked afresh each time."""
    found = actors_of_sessions({caller.session_key} if caller.session_key else ())
    actor = found.get(caller.session_key or "", NO_SESSION).actor.at_ticket(caller.ticket_id)
    if numbers_of_allowed([Asked(actor, caller.topic)], with_numbers=False)[0] is None:
        return False
    return is_seated(
        key=caller.key,
        person_id=actor.person_id,
        ticket_id=caller.ticket_id,
        session_id=caller.session_id,
        is_employee=actor.is_employee,
    )


def let_go_without_right(session_id: int | None = None) -> None:
    """Let those go for good who have a seat and no right to it any more; in one session, or in all.

    Asked of the seats, not of sockets: who has none just now still sees and hears the other side.
    """
    seats = seated_browsers(session_id)
    found = actors_of_sessions({session_key for session_key, *_rest in seats}) if seats else {}
    asked = [
        Asked(found.get(session_key, NO_SESSION).actor.at_ticket(ticket_id), topic_of(ticket_id))
        for session_key, ticket_id, *_rest in seats
    ]
    numbers = numbers_of_allowed(asked, with_numbers=False) if seats else []
    for (_key, _ticket, person_id, key), question, number in zip(seats, asked, numbers, strict=True):
        if number is None or question.actor.person_id != person_id:
            _desks[0].depart(key=key, for_good=True)


async def call(scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application of the socket of one browser in one session."""
    await receive()
    actor: Actor = scope["actor"]
    if actor.person is None and not (actor.device_ids or actor.links):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    hub = hub_of_this_process()
    line = CallLine(scope.get("extensions", {}).get(LINE) or QueueLine(send))
    socket = Socket(line, scope["session_key"], Place(socket_places(actor)))
    talk = Talk(hub, socket, scope["url_route"]["kwargs"])
    line.talk = talk
    try:
        if not await take_place(socket.place):
            hub.drop(socket, TOO_MANY)
        else:
            await _join(hub, socket)
        while (message := await receive())["type"] != "websocket.disconnect":
            await talk.hear(message.get("text"))
    finally:
        await talk.go(for_good=False)
        await hub.leave(socket)
        await leave_place(socket.place)


async def _join(hub: Hub, socket: Socket) -> None:
    try:
        await hub.join(socket)
    except Exception as error:
        logger.warning("No socket of a call can be opened: %r", error)
    # Without the layer nothing reaches the other side.
    if hub.is_away or socket not in hub.sockets:
        hub.drop(socket, AWAY)


class CallLine:
    """The line of a socket in a call: what the hub says there concerns the call."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.talk: Talk | None = None

    def send(self, text: str) -> bool:
        kind = json.loads(text)["kind"]
        if kind == "hint" and self.talk is not None:
            # Something happened to a session of this ticket.
            spawn(self.talk.look())
        if kind in ("hint", "following", "refused", "revoked"):
            return True
        return self._line.send(text)

    def close(self, code: int) -> None:
        if self.talk is not None:
            # At once, not when the browser has taken note of it.
            spawn(self.talk.go(for_good=code == NOTHING_LEFT))
        self._line.close(code)


class Talk:
    """Client: ``{"kind": "join", "key": …}`` first, then ``{"kind": "signal", "data": …}`` for the other side,
    ``{"kind": "ping"}``, and ``{"kind": "bye"}`` to leave for good.

    Server: ``in`` with the side, whether ``both`` are in, and the name of the other one; ``peer`` with whether that
    ``is_in``, and its name;
    ``signal`` of the other side; ``over`` with the reason; ``pong``; ``error`` with a code.
    """

    def __init__(self, hub: Hub, socket: Socket, address: dict[str, int]) -> None:
        self.hub = hub
        self.socket = socket
        self.ticket_id, self.session_id = address["ticket_id"], address["session_id"]
        self.caller: Caller | None = None
        self.is_in = False
        self.frames: deque[float] = deque(maxlen=MAX_FRAMES)

    async def hear(self, text: str | None) -> None:
        """Frames are handled in their order; those of a socket that was closed are not heard."""
        if self.socket.is_over:
            return
        self.socket.seen_at = time.monotonic()
        if self._is_too_fast():
            self.hub.drop(self.socket, TOO_FAST)
            return
        try:
            await self._handle(read_frame(text))
        except BadFrame as error:
            self.socket.send(kind="error", code=error.code)
        except Exception:
            logger.exception("A frame of a call could not be handled.")
            self.hub.drop(self.socket, FAULT)

    async def _handle(self, frame: Message) -> None:
        if self.caller is None:
            if frame["kind"] != "join":
                raise BadFrame("not_joined")
            await self._come(frame)
        elif frame["kind"] == "signal":
            if await self._may_speak():
                await self._tell(kind="signal", data=frame.get("data"))
        elif frame["kind"] == "ping":
            if await self._may_speak():
                await database_sync_to_async(self._stay)(self.caller.key)
                self.socket.send(kind="pong")
        elif frame["kind"] == "bye":
            await self.go(for_good=True)
            await self._be_out()
        else:
            raise BadFrame("unknown_kind")

    async def _come(self, frame: Message) -> None:
        try:
            key = uuid.UUID(str(frame.get("key")))
        except ValueError:
            raise BadFrame("bad_key") from None
        caller = Caller(self.socket.session_key, self.ticket_id, self.session_id, key)
        # From now on the hub closes the socket when what its right rests on is revoked.
        await self.hub.follow(self.socket, [caller.topic])
        if caller.topic not in self.socket.topics or not await database_sync_to_async(may_speak)(caller):
            await self._be_out()
            return
        arrival = await database_sync_to_async(_desks[0].arrive)(key=key)
        if arrival is None:
            await self._be_out()
            return
        self.caller, self.is_in = caller, True
        self.socket.call = (self.session_id, arrival.side)
        if self.socket.is_over:
            # Revoked while it came in.
            await self.go(for_good=True)
            return
        self.socket.send(kind="in", side=arrival.side, both=arrival.is_other_in, other=arrival.other)
        await self._tell(kind="peer", is_in=True, name=arrival.name)

    def _stay(self, key: uuid.UUID) -> None:
        """The process that would end the call may itself have ended, or never have heard that somebody went."""
        note_seen([key])
        let_go_without_right(self.session_id)
        if has_lost_seat(self.session_id):
            _desks[0].end_lost_call(session_id=self.session_id)

    async def look(self) -> None:
        """Leave if the seat is somebody else's by now, or the session is over."""
        if self.is_in:
            await self._may_speak()

    async def _may_speak(self) -> bool:
        caller = self.caller
        if caller is None or not await database_sync_to_async(may_speak)(caller):
            # Whose right was taken away is gone for good, also where the hub has not heard of it yet. Where another
            # browser has the seat, this changes nothing.
            await self.go(for_good=True)
            await self._be_out()
            return False
        return True

    async def go(self, *, for_good: bool) -> None:
        """Give the seat back, and tell the other side; once."""
        if not self.is_in or self.caller is None:
            return
        self.is_in = False
        # Not where another browser has the seat: that one is in.
        if not await database_sync_to_async(_desks[0].depart)(key=self.caller.key, for_good=for_good):
            return
        await self._tell(kind="peer", is_in=False)
        if not for_good:
            spawn(_end_later(self.session_id))

    async def _be_out(self) -> None:
        """Says why: the session has come to its ``end``, or the ``seat`` is somebody else's."""
        goes_on = await database_sync_to_async(is_joinable)(self.session_id)
        self.socket.send(kind="over", why="seat" if goes_on else "end")
        self.hub.drop(self.socket, OUT)

    async def _tell(self, **frame: object) -> None:
        try:
            await self.hub.signal(self.socket, topic_of(self.ticket_id), json.dumps(frame))
        except Exception as error:
            # The browsers try again by themselves.
            logger.warning("The other side of a call cannot be reached: %r", error)

    def _is_too_fast(self) -> bool:
        self.frames.append(self.socket.seen_at)
        return len(self.frames) == MAX_FRAMES and self.socket.seen_at - self.frames[0] < FRAMES_SECONDS


async def _end_later(session_id: int) -> None:
    """End the call if nobody came back. If this process ends before, the ping of who is still there finds it lost."""
    await asyncio.sleep(TIME_TO_RETURN.total_seconds())
    await database_sync_to_async(partial(_desks[0].end_lost_call, session_id=session_id))()


def spawn(errand: Awaitable[None]) -> None:
    task = asyncio.ensure_future(errand)
    _errands.add(task)
    task.add_done_callback(_errands.discard)
