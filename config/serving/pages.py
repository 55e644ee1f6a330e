"""Pages under an ASGI server: each is made by Django's WSGI handler in one of a few threads that stay.

Django's own ASGI handler makes a thread for each request. When the server gives a request up, that thread dies with the
connection to the database that it holds, and the connection is lost to the pool for good. Here giving up ends only the
waiting: the thread goes on to its end and gives back what it took.
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
    """An ASGI application over a WSGI one. Probes have threads of their own: they are answered when all are busy."""

    def __init__(self, application: WSGIApplication, threads: int = PAGE_THREADS) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")
        # One each: whether the process lives is answered while readiness still waits for the database.
        self.probes = {path: ThreadPoolExecutor(1, thread_name_prefix="probe") for path in PROBE_PATHS}

    def close(self) -> None:
        """Make no page any more that was not begun."""
        for threads in (self.threads, *self.probes.values()):
            threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = scope.get("extensions", {}).get(BODY_FILE)
        if body is not None:
            await self._serve(scope, body, receive, send)
            return
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as collected:
            refusal = await _collect(scope, receive, collected)
            if refusal is not None:
                await _send_refusal(send, refusal)
            else:
                await self._serve(scope, collected, receive, send)

    async def _serve(self, scope: Scope, body: IO[bytes], receive: Receive, send: Send) -> None:
        threads = self.probes.get(scope["path"], self.threads)
        environ = environ_of(scope, body)
        client = _Client(receive)
        try:
            made = threads.submit(_answer_of, self.application, environ)
            made.add_done_callback(lambda _done: body.close())
            answer = await client.unless_gone(made)
            if answer is not None:
                await _send_answer(threads, client, answer, send)
        finally:
            client.forget()


@dataclass
class _Answer:
    """What the application answered: a page, whole and closed, or a stream that is read on in any thread."""

    status: int
    headers: list[tuple[bytes, bytes]]
    page: bytes = b""
    stream: Iterator[bytes] | None = None
    close: Callable[[], None] = lambda: None


class _Client:
    """Who waits for the answer, and may leave at any time."""

    def __init__(self, receive: Receive) -> None:
        self.leaving = asyncio.ensure_future(_until_gone(receive))

    @property
    def has_left(self) -> bool:
        return self.leaving.done()

    async def unless_gone(self, made: "Future[_Answer]") -> _Answer | None:
        """The answer; None when the client left before. One that was not begun is not made then."""
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


def _drop(made: "Future[_Answer]") -> None:
    """Give up an answer: one that was not begun is not made, else it is closed when it is there."""
    if not made.cancel():
        made.add_done_callback(_close_answer)


def _close_answer(made: "Future[_Answer]") -> None:
    if made.exception() is None:
        made.result().close()


def _answer_of(application: WSGIApplication, environ: dict[str, Any]) -> _Answer:
    """Runs in a thread of its own; whatever happens, the thread's connection to the database is given back."""
    head: dict[str, Any] = {}

    def start_response(status: str, headers: Iterable[tuple[str, str]], exc_info: object = None) -> None:
        head["status"] = int(status.split(" ", 1)[0])
        head["headers"] = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]

    try:
        response: Any = application(environ, start_response)
        close = getattr(response, "close", lambda: None)
        if getattr(response, "streaming", False):
            return _Answer(**head, stream=iter(response), close=close)
        try:
            return _Answer(**head, page=b"".join(response))
        finally:
            close()
    finally:
        close_old_connections()


async def _send_answer(threads: ThreadPoolExecutor, client: _Client, answer: _Answer, send: Send) -> None:
    """A page leaves at once; of a stream no chunk before the one before it: `send` waits while the client is slow."""
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.stream is None:
            await send({"type": "http.response.body", "body": answer.page})
            return
        while not client.has_left:
            chunk = await asyncio.wrap_future(threads.submit(_next_chunk, answer.stream))
            await send({"type": "http.response.body", "body": chunk or b"", "more_body": chunk is not None})
            if chunk is None:
                return
    except ConnectionError:
        # From `send` only: a client that leaves in the middle is no fault.
        return
    finally:
        if answer.stream is not None:
            threads.submit(answer.close)


def _next_chunk(stream: Iterator[bytes]) -> bytes | None:
    """None at the end. Raises `RuntimeError` when the storage behind the stream fails, whatever that raised."""
    try:
        return next(stream, None)
    except OSError as error:
        raise RuntimeError("A file could not be read to its end.") from error


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _collect(scope: Scope, receive: Receive, body: Any) -> Refusal | None:
    """Takes in a body from a server that has no limit of its own; returns why it went no further, or None."""
    path, received = scope["path"], 0
    while (message := await receive())["type"] == "http.request":
        received += len(message.get("body", b""))
        if is_too_large(received, path):
            return too_large(headers_of(scope["headers"]), most_bytes(path))
        body.write(message.get("body", b""))
        if not message.get("more_body"):
            return None
    raise ConnectionResetError("The client left before its request was whole.")


async def _send_refusal(send: Send, refusal: Refusal) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in refusal.headers]
    await send({"type": "http.response.start", "status": refusal.status.value, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body})
