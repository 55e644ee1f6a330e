"""Pages under an ASGI server: Django's WSGI handler makes each of them in one of a few threads that stay.

Django's own ASGI handler makes a thread for each request. When the server gives a request up, that thread dies with its
connection to the database, which is lost to the pool for good. Here giving up ends only the waiting: the thread goes on
to its end and returns its connection.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.db import close_old_connections

from config.serving.bodies import WSGIApplication
from config.serving.environment import Scope, environ_of, headers_of
from config.serving.limits import KILOBYTE, is_too_large, most_bytes
from config.serving.refusals import Refusal, too_large

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Twice as many as connections: a thread that decodes a picture or waits for a disk needs none.
PAGE_THREADS = 2 * settings.DATABASE_POOL
PROBE_PATHS = ("/healthz", "/readyz")
IN_MEMORY_BYTES = 64 * KILOBYTE
# Our server hands the body over as the file in which it collected it; see `config.serving.server`.
BODY_FILE = "fleetdesk.body"


class Pages:
    """An ASGI application over a WSGI one."""

    def __init__(self, application: WSGIApplication, threads: int = PAGE_THREADS) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")
        # Of their own, so that they answer when all others are busy. One each: the liveness probe answers while the
        # readiness probe still waits for the database.
        self.probes = {path: ThreadPoolExecutor(1, thread_name_prefix="probe") for path in PROBE_PATHS}

    def close(self) -> None:
        """Start no more pages; those that were started go on to their end."""
        for threads in (self.threads, *self.probes.values()):
            threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = scope.get("extensions", {}).get(BODY_FILE)
        if body is not None:
            await self._serve(scope, body, receive, send)
            return
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as collected:
            refusal = await _collect(scope, receive, collected)
            if refusal is None:
                await self._serve(scope, collected, receive, send)
                return
        headers = [(name.lower().encode(), value.encode()) for name, value in refusal.headers]
        await send({"type": "http.response.start", "status": refusal.status.value, "headers": headers})
        await send({"type": "http.response.body", "body": refusal.body})

    async def _serve(self, scope: Scope, body: IO[bytes], receive: Receive, send: Send) -> None:
        threads = self.probes.get(scope["path"], self.threads)
        environ = environ_of(scope, body)
        client = _Client(receive)
        try:
            made = threads.submit(_call, self.application, environ)
            made.add_done_callback(lambda _done: body.close())
            response = await client.unless_gone(made)
            if response is not None:
                await _send_response(threads, client, response, send)
        finally:
            client.forget()


@dataclass
class _Response:
    """The response of the application: a page, whole and closed, or a stream that is still to be read."""

    status: int
    headers: list[tuple[bytes, bytes]]
    page: bytes = b""
    stream: Iterator[bytes] | None = None
    close: Callable[[], None] = lambda: None


class _Client:
    """The receiver of the response, who may leave at any time."""

    def __init__(self, receive: Receive) -> None:
        self.leaving = asyncio.ensure_future(self._wait_until_gone(receive))

    @property
    def has_left(self) -> bool:
        return self.leaving.done()

    async def unless_gone(self, made: "Future[_Response]") -> _Response | None:
        """The response, or None when the client left before; a page that was not started is not made then."""
        waiting = asyncio.wrap_future(made)
        try:
            both: set[asyncio.Future[Any]] = {waiting, self.leaving}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not self.has_left:
                return await waiting
        except asyncio.CancelledError:
            _drop(made)
            raise
        _drop(made)
        return None

    def forget(self) -> None:
        self.leaving.cancel()

    @staticmethod
    async def _wait_until_gone(receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


def _drop(made: "Future[_Response]") -> None:
    """Cancel a page that was not started; close any other one as soon as it is made."""

    def close(made: "Future[_Response]") -> None:
        if made.exception() is None:
            made.result().close()

    if not made.cancel():
        made.add_done_callback(close)


def _call(application: WSGIApplication, environ: dict[str, object]) -> _Response:
    """Runs in one of the threads and returns the thread's connection to the database in any case."""
    head: dict[str, Any] = {}

    def start_response(status: str, headers: Iterable[tuple[str, str]], _exc_info: object = None) -> None:
        head["status"] = int(status.split(" ", 1)[0])
        # Django begins the values of cookies with a blank, at which stricter servers than ours break off the answer.
        head["headers"] = [(name.lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers]

    try:
        response: Any = application(environ, start_response)
        close = getattr(response, "close", lambda: None)
        if getattr(response, "streaming", False):
            return _Response(**head, stream=iter(response), close=close)
        try:
            return _Response(**head, page=b"".join(response))
        finally:
            close()
    finally:
        close_old_connections()


async def _send_response(threads: ThreadPoolExecutor, client: _Client, response: _Response, send: Send) -> None:
    """Sends a page at once and a stream chunk by chunk, each when the client has taken the one before it."""
    try:
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        if response.stream is None:
            await send({"type": "http.response.body", "body": response.page})
            return
        while not client.has_left:
            chunk = await asyncio.wrap_future(threads.submit(_next_chunk, response.stream))
            # Waits while the client is slow.
            await send({"type": "http.response.body", "body": chunk or b"", "more_body": chunk is not None})
            if chunk is None:
                return
    except ConnectionError:
        # Raised by `send` when a client leaves in the middle, which is no fault.
        return
    finally:
        if response.stream is not None:
            threads.submit(response.close)


def _next_chunk(stream: Iterator[bytes]) -> bytes | None:
    """The next chunk, or None at the end. Raises `RuntimeError` when the storage behind the stream fails."""
    try:
        return next(stream, None)
    except OSError as error:
        # A `ConnectionError` of the storage would pass for a client that left.
        raise RuntimeError("A file could not be read to its end.") from error


async def _collect(scope: Scope, receive: Receive, body: IO[bytes]) -> Refusal | None:
    """Writes the body into the file, for servers that have no limit of their own; returns a refusal if it is too large.

    Raises `ConnectionResetError` when the client leaves before its end.
    """
    path, received = scope["path"], 0
    while (message := await receive())["type"] == "http.request":
        received += len(message.get("body", b""))
        if is_too_large(received, path):
            return too_large(headers_of(scope["headers"]), most_bytes(path))
        body.write(message.get("body", b""))
        if not message.get("more_body"):
            return None
    raise ConnectionResetError("The client left before its request was whole.")
