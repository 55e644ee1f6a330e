"""The live socket of a page, over which it gets hints that something changed. It gets no content and writes nothing."""

import asyncio
import json
import time
from collections import deque
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from config.common.live import REVOCATION_GROUP, group_name
from fleet.actors import Actor
from fleet.live_sockets import RENEW_AFTER, Place, leave_place, renew_place, take_place
from fleet.middleware import actor_of_session
from fleet.services.limits import socket_places
from messenger.topics import may_follow

BEAT_SECONDS = 25  # Proxies close silent connections after 30 to 60 seconds.
MISSED_BEATS = 2
MAX_FRAME_BYTES = 64 * 1024
MAX_TOPICS = 40  # A page follows five.
MAX_TOPIC_LENGTH = 80
MAX_FRAMES, FRAMES_SECONDS = 60, 10  # A page sends one frame when it opens and one every beat.

# Codes with which the socket is closed.
NOTHING_LEFT, SILENT, TOO_FAST, TOO_MANY = 4401, 4408, 4429, 4430


class BadFrame(Exception):
    """A frame outside the protocol; `code` is sent to the client."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class LiveConsumer(AsyncWebsocketConsumer):
    """Client: ``{"kind": "follow" | "leave", "topics": […]}``, ``{"kind": "ping"}``.

    Server: ``hint`` with topic, event and numbers; ``refused``, ``revoked`` with the topic; ``pong``; ``error`` with a
    code. The rules of all topics are asked again at every frame and before every hint.
    """

    async def connect(self) -> None:
        self.topics: set[str] = set()
        self.seen_at = time.monotonic()
        self.frames: deque[float] = deque(maxlen=MAX_FRAMES)
        self.watch: asyncio.Task[None] | None = None
        self.place = Place(socket_places(self.scope["actor"]))
        self.renewed_at = self.seen_at
        self.is_over = False
        actor: Actor = self.scope["actor"]
        if actor.person is None and not actor.device_ids:
            await self.close()
            return
        await self.accept()
        self.groups.append(REVOCATION_GROUP)
        await self.channel_layer.group_add(REVOCATION_GROUP, self.channel_name)
        # After it was accepted: a page does not learn why a socket did not open.
        if not await take_place(self.place):
            self.is_over = True
            await self.close(TOO_MANY)
            return
        self.watch = asyncio.create_task(self._close_when_silent())

    async def disconnect(self, code: int) -> None:
        await leave_place(self.place)
        for topic in self.topics:
            await self.channel_layer.group_discard(group_name(topic), self.channel_name)
        if self.watch is not None:
            self.watch.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_over:
            return
        self.seen_at = time.monotonic()
        if self.seen_at - self.renewed_at > RENEW_AFTER:
            self.renewed_at = self.seen_at
            await renew_place(self.place)
        if self._is_too_fast():
            await self.close(TOO_FAST)
            return
        try:
            frame = read_frame(text_data)
            await self._handle(frame)
        except BadFrame as error:
            await self._send(kind="error", code=error.code)

    async def _handle(self, frame: dict[str, object]) -> None:
        if frame["kind"] == "follow":
            await self._follow(topics_of(frame))
        elif frame["kind"] == "leave":
            await self._leave(self.topics & set(topics_of(frame)))
        elif frame["kind"] == "ping":
            await self._revoke_forbidden(set(self.topics))
            await self._send(kind="pong")
        else:
            raise BadFrame("unknown_kind")

    async def _follow(self, wanted: list[str]) -> None:
        if len(self.topics | set(wanted)) > MAX_TOPICS:
            raise BadFrame("too_many_topics")
        allowed = await self._allowed(self.topics | set(wanted))
        await self._revoke(self.topics - allowed)
        for topic in wanted:
            if topic not in allowed:
                await self._send(kind="refused", topic=topic)
            elif topic not in self.topics:
                self.topics.add(topic)
                await self.channel_layer.group_add(group_name(topic), self.channel_name)

    async def live_hint(self, event: dict[str, Any]) -> None:
        """Called by the channel layer when something changed under a topic."""
        topic = event["topic"]
        if topic not in self.topics:
            return
        await self._revoke_forbidden({topic})
        if topic in self.topics:
            numbers = {name: event[name] for name in ("sequence", "ticket") if name in event}
            await self._send(kind="hint", topic=topic, event=event["kind"], **numbers)

    async def access_revoked(self, event: dict[str, object]) -> None:
        """Called by the channel layer when a person, session or code lost access to something."""
        await self._revoke_forbidden(set(self.topics))

    async def _revoke_forbidden(self, topics: set[str]) -> None:
        await self._revoke(topics - await self._allowed(topics))

    async def _allowed(self, topics: set[str]) -> set[str]:
        # Not the actor who opened the socket, which outlives signing out.
        actor = await actor_of_session(self.scope["session_key"])
        allowed: set[str] = await database_sync_to_async(followed_by)(actor, topics)
        return allowed

    async def _revoke(self, forbidden: set[str]) -> None:
        if not forbidden:
            return
        await self._leave(forbidden)
        for topic in sorted(forbidden):
            await self._send(kind="revoked", topic=topic)
        if not self.topics:
            await self.close(NOTHING_LEFT)

    async def _leave(self, topics: set[str]) -> None:
        for topic in topics:
            self.topics.discard(topic)
            await self.channel_layer.group_discard(group_name(topic), self.channel_name)

    async def _send(self, **frame: str | int | None) -> None:
        # The client may have gone while its rules were asked.
        with suppress(Disconnected):
            await self.send(text_data=json.dumps(frame))

    def _is_too_fast(self) -> bool:
        self.frames.append(self.seen_at)
        return len(self.frames) == MAX_FRAMES and self.seen_at - self.frames[0] < FRAMES_SECONDS

    async def _close_when_silent(self) -> None:
        # A phone that loses its network leaves the socket open.
        patience = BEAT_SECONDS * MISSED_BEATS + BEAT_SECONDS / 2
        with suppress(asyncio.CancelledError):
            while (silence := time.monotonic() - self.seen_at) < patience:
                await asyncio.sleep(patience - silence)
            await self.close(SILENT)


class NoConsumer(AsyncWebsocketConsumer):
    """Closes the sockets of all other addresses."""

    async def connect(self) -> None:
        # Without a consumer for the address Channels would log a fault.
        await self.close()


def read_frame(text: str | None) -> dict[str, object]:
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


def topics_of(frame: dict[str, object]) -> list[str]:
    """The topics of the frame, each once. Raises `BadFrame` if they are no list of short texts."""
    topics = frame.get("topics")
    if not isinstance(topics, list) or not all(isinstance(t, str) and len(t) <= MAX_TOPIC_LENGTH for t in topics):
        raise BadFrame("bad_topics")
    return list(dict.fromkeys(topics))


def followed_by(actor: Actor, topics: set[str]) -> set[str]:
    """Those of the topics that the actor may follow now."""
    return {topic for topic in topics if may_follow(actor, topic)}
