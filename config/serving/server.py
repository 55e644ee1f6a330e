"""Daphne with limits: refuses requests that are too large or too slow, and waits for slow readers."""

import asyncio
import io
from collections import deque
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

# First, because it chooses Twisted's reactor.
from daphne.server import Server as Daphne  # isort: skip

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketProtocol
from django.template.loader import render_to_string
from twisted.internet.protocol import connectionDone
from twisted.web.http import NO_BODY_CODES, HTTPChannel

from config.serving import limits
from config.serving.database import STATEMENT_SECONDS
from config.serving.environment import Scope, headers_of
from config.serving.limits import KILOBYTE
from config.serving.pages import BODY_FILE, Pages
from config.serving.refusals import Refusal, too_large, too_slow
from config.serving.sockets import DirectLine
from messenger.lines import LINE

PACE_SECONDS = 5  # Between two checks of the pace of a request.
LINGER_SECONDS = 30  # For a refused client that still sends: its connection cut at once, it would never read why.
SLOW_READER_SECONDS = 60  # A client that takes nothing of a response for so long has gone.
DAY_SECONDS = 24 * 60 * 60
# Connections that wait to be accepted. Twisted's 50 are full at once when the pages of a house come back after a
# restart, and who is turned away tries again only after a second. The kernel lowers it to its own limit.
BACKLOG = 4096
SOCKET_FRAME_BYTES = 128 * KILOBYTE  # Twice what the live channel accepts; beyond it the socket is closed.


class PageRequest(WebRequest):
    """A request whose body is counted while it comes in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        # Twisted would read every form into memory, for arguments that no page of ours asks for.
        super().__init__(*args, parsePOSTFormSubmission=False, **kwargs)

    def process(self) -> object:
        # Daphne would believe it from any client and put it before every address.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()

    def handleContentChunk(self, data: bytes) -> None:
        # Also after a refusal: Twisted goes on with what it has read already.
        if not self.channel.is_refused and not self.channel.refuse_if_too_large(self.content.tell() + len(data)):
            super().handleContentChunk(data)

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Cuts the connection instead of ending a response whose length is not the announced one."""
        # The client would take it for whole, and the next response for its rest.
        if self.is_last(message) and self.is_of_wrong_length(len(message.get("body", b""))):
            self.channel.transport.abortConnection()
        else:
            super().handle_reply(message)

    @staticmethod
    def is_last(message: dict[str, object]) -> bool:
        return message["type"] == "http.response.body" and not message.get("more_body")

    def is_of_wrong_length(self, rest: int) -> bool:
        said = self.responseHeaders.getRawHeaders(b"content-length")
        if not said or self.finished or self.channel is None or self.method == b"HEAD" or self.code in NO_BODY_CODES:
            return False
        return bool(int(said[0]) != self.sentLength + rest)

    def handle_exception(self, exception: BaseException) -> None:
        """Sends the page for a fault, or cuts the connection when the response has begun."""
        if self.channel is None or self.finished:
            return
        if self._response_started:
            self.channel.transport.abortConnection()
            return
        headers = [(b"Content-Type", b"text/html; charset=utf-8")]
        self.handle_reply({"type": "http.response.start", "status": 500, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": render_to_string("500.html").encode()})


class Channel(HTTPChannel):
    """One connection of a browser, which brings one request after the other."""

    requestFactory = PageRequest
    # The annotations of Twisted know neither the methods of a TCP transport nor the request line.
    transport: Any
    _path: Any

    def __init__(self) -> None:
        super().__init__()
        self.is_refused = False
        self.most: int | None = None
        self.received = 0
        # Bytes received by each check within the last span of patience; empty between two requests.
        self.marks: deque[int] = deque(maxlen=max(1, round(limits.PATIENCE_SECONDS / PACE_SECONDS)))
        self.timer: Any = None
        self.writable = asyncio.Event()
        self.writable.set()

    @property
    def path(self) -> str:
        # Cut as Daphne cuts it: the limit must be that of the address which the pages will see.
        return unquote(self._path.split(b"?", 1)[0].decode("latin1"))

    @property
    def head(self) -> dict[str, str]:
        """The headers of the present request under their WSGI names."""
        raw = self.requests[-1].requestHeaders.getAllRawHeaders()
        return headers_of((name, value) for name, values in raw for value in values)

    # Coming in ---------------------------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        if self.is_refused:
            return
        if not self.marks and not self._handlingRequest:
            self.received = 0
            self.marks.append(0)
            self.timer = self.callLater(PACE_SECONDS, self.check_pace)
        self.received += len(data)
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:
        self.most = None
        # No length: the body comes in chunks, and is counted by its request.
        if not self.refuse_if_too_large(self.length or 0):
            super().allHeadersReceived()

    def refuse_if_too_large(self, size: int) -> bool:
        """Refuse a body of `size` bytes if the address accepts less; returns whether it did."""
        if size <= limits.MAX_FORM_BYTES:
            return False
        # Looked up once for each request, and for large ones only.
        if self.most is None:
            self.most = limits.most_bytes(self.path)
        if size > self.most:
            self.refuse(too_large(self.head, self.most))
        return size > self.most

    def rawDataReceived(self, data: bytes) -> None:
        if not self.is_refused:
            super().rawDataReceived(data)

    def allContentReceived(self) -> None:
        if not self.is_refused:
            self.stop_pace()
            super().allContentReceived()

    def check_pace(self) -> None:
        """Refuse a request of which too little came since the oldest mark."""
        if len(self.marks) == self.marks.maxlen and limits.is_too_slow(self.received - self.marks[0]):
            self.refuse(too_slow(self.head if self.requests else {}))
        else:
            self.marks.append(self.received)
            self.timer = self.callLater(PACE_SECONDS, self.check_pace)

    def stop_pace(self) -> None:
        self.marks.clear()
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self.timer = None

    def refuse(self, refusal: Refusal) -> None:
        """Send the refusal at once, ignore the rest of the request, and close."""
        if self.is_refused:
            return
        self.is_refused = True
        self.stop_pace()
        self.setTimeout(None)
        lines = [f"HTTP/1.1 {refusal.status.value} {HTTPStatus(refusal.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in refusal.headers]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin1") + refusal.body)
        self.transport.loseWriteConnection()
        self.timer = self.callLater(LINGER_SECONDS, self.transport.abortConnection)

    def connectionLost(self, reason: object = connectionDone) -> None:
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
        """Waits until the client has taken what was written; cuts the connection after `SLOW_READER_SECONDS`."""
        try:
            async with asyncio.timeout(SLOW_READER_SECONDS):
                await self.writable.wait()
        except TimeoutError:
            self.transport.abortConnection()


class ChannelFactory(HTTPFactory):
    def buildProtocol(self, addr: object) -> Channel:
        channel = Channel()
        channel.factory = self
        channel.timeOut = self.timeOut
        return channel


class Server(Daphne):
    @property
    def http_factory(self) -> ChannelFactory:
        return self._channels

    @http_factory.setter
    def http_factory(self, _stock: HTTPFactory) -> None:
        # Daphne sets its own at start-up and has no other place to choose one.
        self._channels = ChannelFactory(self)

    def create_application(self, protocol: object, scope: Scope) -> object:
        if isinstance(protocol, WebSocketProtocol):
            scope["extensions"] = {LINE: DirectLine(protocol)}
        # The pages read the file in which the body was collected; Daphne would copy it into memory.
        if isinstance(protocol, PageRequest):
            scope["extensions"] = {BODY_FILE: protocol.content}
            protocol.content = io.BytesIO()
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> object:
        # A request that is still coming in has no application yet, on which Daphne would fail and end nothing.
        nothing = asyncio.get_event_loop().create_future()
        nothing.set_result(None)
        for details in self.connections.values():
            details.setdefault("application_instance", nothing)
        return super().kill_all_applications()

    async def handle_reply(self, protocol: object, message: dict[str, object]) -> None:
        """Returns when the client has room for more. Raises `ConnectionResetError` when it has left."""
        if not isinstance(protocol, PageRequest):
            await super().handle_reply(protocol, message)
            return
        channel = protocol.channel
        if channel is None or self.connections.get(protocol, {}).get("disconnected"):
            raise ConnectionResetError
        await super().handle_reply(protocol, message)
        await channel.drained()


def serve(application: object, pages: Pages, host: str, port: int) -> None:
    """Serve pages and sockets until the process is asked to end; pages that were not started by then are not made."""
    endpoints = build_endpoint_description_strings(host=host, port=port)
    Server(
        application,
        endpoints=[f"{endpoint}:backlog={BACKLOG}" for endpoint in endpoints],
        # No log of requests: some addresses hold the token of a code.
        verbosity=0,
        # Pages are not cancelled in any case; sockets get the time that their last query may take.
        application_close_timeout=2 * STATEMENT_SECONDS,
        # Pages send a beat of their own, and those that fall silent are closed (messenger.hub).
        ping_interval=DAY_SECONDS,
        websocket_max_message_size=SOCKET_FRAME_BYTES,
        websocket_max_frame_size=SOCKET_FRAME_BYTES,
        server_name="",
    ).run()
    pages.close()
