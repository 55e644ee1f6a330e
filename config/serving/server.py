"""Daphne with limits: what is too large or too slow is refused before it is collected; slow readers are waited for."""

import asyncio
import io
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

# First, because it chooses Twisted's reactor.
from daphne.server import Server as Daphne  # isort: skip

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor
from twisted.internet.protocol import connectionDone
from twisted.web.http import HTTPChannel

from config.serving.database import STATEMENT_SECONDS
from config.serving.environment import Scope, headers_of
from config.serving.limits import KILOBYTE, is_too_large, most_bytes, seconds_allowed
from config.serving.pages import BODY_FILE
from config.serving.refusals import Refusal, too_large, too_slow

PACE_SECONDS = 5  # How often the pace of a request that is on its way is looked at.
LINGER_SECONDS = 30  # What a refused client still sends is thrown away, or it would never read why.
SLOW_READER_SECONDS = 60  # Who takes nothing of an answer for so long has gone.
SOCKET_FRAME_BYTES = 128 * KILOBYTE  # Twice what the live channel takes: beyond it an answer is a closed socket.


class PageRequest(WebRequest):
    """A request whose body is counted while it comes in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Twisted would read every form into memory, for arguments that no page of ours asks for.
        super().__init__(*args, parsePOSTFormSubmission=False, **kwargs)

    def handleContentChunk(self, data: bytes) -> None:
        if is_too_large(self.content.tell() + len(data), self.channel.path):
            self.channel.refuse(too_large(self.channel.head, most_bytes(self.channel.path)))
        else:
            super().handleContentChunk(data)


class Channel(HTTPChannel):
    """One connection of a browser: its requests one after the other."""

    requestFactory = PageRequest
    # Twisted's own annotations know neither the methods of a TCP transport nor the request line.
    transport: Any
    _path: Any

    def __init__(self) -> None:
        super().__init__()
        self.is_refused = False
        self.begin: float | None = None
        self.received = 0
        self.timer: Any = None
        self.writable = asyncio.Event()
        self.writable.set()

    @property
    def path(self) -> str:
        """The path of the request that is coming in."""
        return unquote(urlsplit(self._path.decode("latin1")).path)

    @property
    def head(self) -> dict[str, str]:
        """Its headers as WSGI names them."""
        raw = self.requests[-1].requestHeaders.getAllRawHeaders()
        return headers_of((name, value) for name, values in raw for value in values)

    # Coming in ---------------------------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        if self.is_refused:
            return
        if self.begin is None and not self._handlingRequest:
            self.begin, self.received = time.monotonic(), 0
            self.timer = self.callLater(PACE_SECONDS, self.check_pace)
        self.received += len(data)
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:
        # No length: the body comes in chunks, and is counted by its request.
        if self.length is not None and is_too_large(self.length, self.path):
            self.refuse(too_large(self.head, most_bytes(self.path)))
        else:
            super().allHeadersReceived()

    def rawDataReceived(self, data: bytes) -> None:
        if not self.is_refused:
            super().rawDataReceived(data)

    def allContentReceived(self) -> None:
        if not self.is_refused:
            self.stop_pace()
            super().allContentReceived()

    def check_pace(self) -> None:
        self.timer = None
        if self.begin is None:
            return
        if time.monotonic() - self.begin > seconds_allowed(self.received):
            self.refuse(too_slow(self.head if self.requests else {}))
        else:
            self.timer = self.callLater(PACE_SECONDS, self.check_pace)

    def stop_pace(self) -> None:
        self.begin = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def refuse(self, refusal: Refusal) -> None:
        """Answer at once, take nothing more in, and close."""
        self.is_refused = True
        self.stop_pace()
        self.setTimeout(None)
        lines = [f"HTTP/1.1 {refusal.status.value} {HTTPStatus(refusal.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in refusal.headers]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin1") + refusal.body)
        self.transport.loseWriteConnection()
        self.timer = self.callLater(LINGER_SECONDS, self.transport.abortConnection)

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self.stop_pace()
        self.writable.set()
        super().connectionLost(reason)

    # Going out ---------------------------------------------------------------------------------------------------

    def pauseProducing(self) -> None:
        self.writable.clear()
        super().pauseProducing()

    def resumeProducing(self) -> None:
        self.writable.set()
        super().resumeProducing()

    async def drained(self) -> None:
        """Waits until the client has taken what was written; ends the connection of one that does not."""
        try:
            async with asyncio.timeout(SLOW_READER_SECONDS):
                await self.writable.wait()
        except TimeoutError:
            self.transport.abortConnection()


class ChannelFactory(HTTPFactory):
    """Makes a `Channel` for each connection."""

    def buildProtocol(self, addr: Any) -> Channel:
        channel = Channel()
        channel.factory = self
        channel.callLater = reactor.callLater  # type: ignore[method-assign,assignment]
        channel.timeOut = self.timeOut
        return channel


class Server(Daphne):
    """Daphne over our channels."""

    @property
    def http_factory(self) -> ChannelFactory:
        return self._channels

    @http_factory.setter
    def http_factory(self, _stock: HTTPFactory) -> None:
        # Daphne makes its own when it starts and has no other place to choose one.
        self._channels = ChannelFactory(self)

    def create_application(self, protocol: Any, scope: Scope) -> Any:
        """The pages read the file in which the body was collected; Daphne would copy it into memory, to be queued."""
        if isinstance(protocol, PageRequest):
            scope["extensions"] = {BODY_FILE: protocol.content}
            protocol.content = io.BytesIO()
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Returns when the client has room for more. Raises `ConnectionResetError` when a reader of a page has left."""
        if not isinstance(protocol, PageRequest):
            await super().handle_reply(protocol, message)
            return
        channel = protocol.channel
        if channel is None or self.connections.get(protocol, {}).get("disconnected"):
            raise ConnectionResetError
        await super().handle_reply(protocol, message)
        await channel.drained()


def serve(application: Any, host: str, port: int) -> None:
    """Serve pages and sockets until the process is asked to end. Writes no log of addresses: some hold a token."""
    Server(
        application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        verbosity=0,
        # Pages are not cancelled anyway; sockets are given the time that their last question to the database takes.
        application_close_timeout=2 * STATEMENT_SECONDS,
        websocket_max_message_size=SOCKET_FRAME_BYTES,
        websocket_max_frame_size=SOCKET_FRAME_BYTES,
        server_name="",
    ).run()
