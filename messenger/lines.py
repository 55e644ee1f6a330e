"""The way to the browser behind a socket: it takes a frame at once, or says that the browser takes too little."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from autobahn.exception import Disconnected

# Under this name our server puts a line of its own into the scope's extensions: see `config.serving.sockets`.
LINE = "fleetdesk.line"
LONGEST_QUEUE = 500  # Frames; a page that is so far behind has gone, and catches up when it comes back.


class Line(Protocol):
    """Nothing waits here: what a slow browser has not taken yet holds up no one else."""

    def send(self, text: str) -> bool:
        """Send the frame; returns False, and sends nothing, when too much of what came before was not taken."""

    def close(self, code: int) -> None:
        """Close the socket after what was sent."""


class QueueLine:
    """A line over ASGI's `send`: a queue, and a task that empties it."""

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[dict[str, Any]] = deque()
        self._writer: asyncio.Task[None] | None = None

    def send(self, text: str) -> bool:
        if len(self._waiting) >= LONGEST_QUEUE:
            return False
        self._put({"type": "websocket.send", "text": text})
        return True

    def close(self, code: int) -> None:
        self._put({"type": "websocket.close", "code": code})

    def _put(self, message: dict[str, Any]) -> None:
        self._waiting.append(message)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        # The client may have gone meanwhile.
        with suppress(Disconnected, ConnectionError):
            while self._waiting:
                await self._send(self._waiting[0])
                self._waiting.popleft()
