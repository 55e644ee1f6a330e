"""The live socket of a page, over which it gets hints that something changed, and hears and says who is there.

It gets no content but the bubbles of new messages, and nothing that it says is stored.
"""

import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from fleet.actors import Actor
from fleet.live_sockets import Place, leave_place, take_place
from fleet.services.limits import socket_places
from messenger.hub import AWAY, FAULT, TOO_FAST, TOO_MANY, Hub, Socket, hub_of_this_process
from messenger.lines import LINE, QueueLine

logger = logging.getLogger(__name__)

MAX_FRAME_BYTES = 64 * 1024
MAX_TOPICS = 120  # A page follows five, and a list who is at each of its tickets.
MAX_TOPIC_LENGTH = 80
MAX_FRAMES, FRAMES_SECONDS = 60, 10  # A page sends one frame when it opens and one every beat.

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BadFrame(Exception):
    """A frame outside the protocol; `code` is sent to the client."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


async def live(scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application of a socket. No channel of its own: the hub listens for all of them."""
    await receive()
    actor: Actor = scope["actor"]
    if actor.person is None and not (actor.device_ids or actor.links):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    line = scope.get("extensions", {}).get(LINE) or QueueLine(send)
    socket = Socket(line, scope["session_key"], Place(socket_places(actor)))
    hub = hub_of_this_process()
    try:
        await _admit(hub, socket)
        conversation = Conversation(hub, socket)
        while (message := await receive())["type"] != "websocket.disconnect":
            await conversation.hear(message.get("text"))
    finally:
        await hub.leave(socket)
        await leave_place(socket.place)


async def _admit(hub: Hub, socket: Socket) -> None:
    # After it was accepted: a page does not learn why a socket did not open.
    if not await take_place(socket.place):
        hub.drop(socket, TOO_MANY)
        return
    try:
        await hub.join(socket)
    except Exception as error:
        logger.warning("No socket can be opened: %r", error)
    # Without hints the page has to ask by itself.
    if hub.is_away or socket not in hub.sockets:
        hub.drop(socket, AWAY)


class Conversation:
    """Client: ``{"kind": "follow" | "leave", "topics": […]}``, ``{"kind": "ping", "numbers": {topic: …}}`` with what
    the page shows, and what its reader does there: ``{"kind": "here", "topic": …, "doing": …}``. With ``"language"``
    in ``follow``, hints of new messages may bring their bubbles.

    Server: ``following`` with topic and its number, ``refused`` and ``revoked`` with the topic; ``hint`` with topic,
    event and numbers; ``here`` and ``seen`` as the hub makes them; ``pong``; ``error`` with a code. Rules are asked
    when a topic is followed, and again when something is revoked that the answer rests on.
    """

    def __init__(self, hub: Hub, socket: Socket) -> None:
        self.hub = hub
        self.socket = socket
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
            logger.exception("A frame of a socket could not be handled.")
            self.hub.drop(self.socket, FAULT)

    async def _handle(self, frame: Message) -> None:
        if frame["kind"] == "follow":
            wanted = topics_of(frame)
            if len(self.socket.topics.keys() | set(wanted)) > MAX_TOPICS:
                raise BadFrame("too_many_topics")
            self.socket.language = language_of(frame)
            await self.hub.follow(self.socket, wanted)
        elif frame["kind"] == "leave":
            await self.hub.unfollow(self.socket, topics_of(frame))
        elif frame["kind"] == "here":
            self.hub.say(self.socket, str(frame.get("topic")), str(frame.get("doing")))
        elif frame["kind"] == "ping":
            # While no hint can come, the page must not take itself for live.
            if not self.hub.is_away:
                shown = frame.get("numbers")
                self.hub.catch_up(self.socket, shown if isinstance(shown, dict) else {})
                self.socket.send(kind="pong")
        else:
            raise BadFrame("unknown_kind")

    def _is_too_fast(self) -> bool:
        self.frames.append(self.socket.seen_at)
        return len(self.frames) == MAX_FRAMES and self.socket.seen_at - self.frames[0] < FRAMES_SECONDS


class NoConsumer(AsyncWebsocketConsumer):
    """Closes the sockets of all other addresses."""

    async def connect(self) -> None:
        # Without a consumer for the address Channels would log a fault.
        await self.close()


def read_frame(text: str | None) -> Message:
    """The frame as a dictionary with a text under ``kind``. Raises `BadFrame` for any other frame."""
    if text is None:
        raise BadFrame("not_text")
    if len(text) > MAX_FRAME_BYTES or len(text.encode(errors="replace")) > MAX_FRAME_BYTES:
        raise BadFrame("too_large")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("not_json") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("kind"), str):
        raise BadFrame("no_kind")
    return frame


def language_of(frame: Message) -> str:
    """The language of the page, if it is one of ours; else empty."""
    return next((code for code, _name in settings.LANGUAGES if code == frame.get("language")), "")


def topics_of(frame: Message) -> list[str]:
    """The topics of the frame, each once. Raises `BadFrame` if they are no list of short texts."""
    topics = frame.get("topics")
    if not isinstance(topics, list) or not all(isinstance(t, str) and len(t) <= MAX_TOPIC_LENGTH for t in topics):
        raise BadFrame("bad_topics")
    return list(dict.fromkeys(topics))
