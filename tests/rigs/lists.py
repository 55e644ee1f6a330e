"""Do all pages show the same? Many readers of one conversation whose frames get lost and whose sockets are cut.

``python tests/rigs/lists.py 200 5000``: so many readers, so many messages. Each reader follows the rules of the page's
scripts (`tests.following`). Says what is missing or there twice, and what it took; ends with an error if anything is.
"""

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol  # noqa: E402

from tests.following import Follower  # noqa: E402
from tests.postgres import find_programs, throwaway_cluster  # noqa: E402
from tests.rigs.live import cookies_of, redis_server  # noqa: E402
from tests.rigs.load import Visitor, own_ticket, send  # noqa: E402
from tests.server import collect_static, free_port, running  # noqa: E402

READERS, MESSAGES = 200, 5000
LOST = 0.2  # Of all frames that come from the server.
CUT_SECONDS = 20  # Each socket is cut after that long, more or less.
BEAT_SECONDS, AGAIN_SECONDS = 10, 2  # Faster than pages are, because the rig is over sooner.
WRITERS, FETCHERS, SETTLE_SECONDS = 4, 8, 300


class Socket(WebSocketClientProtocol):
    """One connection of a reader, which loses frames; it is cut from outside."""

    reader: "Reader"

    def __init__(self) -> None:
        super().__init__()
        self.closed = asyncio.get_running_loop().create_future()

    def say(self, frame: dict[str, Any]) -> None:
        if not self.closed.done():
            self.sendMessage(json.dumps(frame).encode())

    def onOpen(self) -> None:
        self.say(self.reader.follower.opening())
        self.say(self.reader.follower.beat())

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if random.random() >= self.reader.lost:
            self.reader.hear(json.loads(payload))

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        if not self.closed.done():
            self.closed.set_result(code)


class Reader:
    """A page: opens a socket whenever it has none, beats, and tries again what failed."""

    def __init__(self, url: str, cookies: str, ticket: str, pool: ThreadPoolExecutor) -> None:
        self.url, self.cookies, self.ticket, self.pool = url, cookies, ticket, pool
        self.lost, self.cuts = LOST, 0
        self.follower = Follower(f"ticket.{ticket.split('/')[3]}.messages", self.fetch)
        self.tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, after: int) -> str:
        markup = await asyncio.get_running_loop().run_in_executor(self.pool, self.ask, after)
        if random.random() < self.lost:
            raise ConnectionError
        return markup

    def ask(self, after: int) -> str:
        headers = {"Cookie": self.cookies, "X-Requested-With": "fetch"}
        request = urllib.request.Request(f"{self.url}{self.ticket}messages/?after={after}", headers=headers)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return str(answer.read().decode())

    def hear(self, frame: dict[str, Any]) -> None:
        task = asyncio.create_task(self.follower.hear(frame))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def live(self) -> None:
        class Own(Socket):
            reader = self

        factory = WebSocketClientFactory(
            self.url.replace("http", "ws") + "/ws/", origin=self.url, headers={"Cookie": self.cookies}
        )
        factory.protocol = Own
        factory.setProtocolOptions(openHandshakeTimeout=60)
        port = int(self.url.rpartition(":")[2])
        while True:
            _transport, socket = await asyncio.get_running_loop().create_connection(factory, "127.0.0.1", port)
            await self._use(socket, time.monotonic() + random.uniform(0.2, 2) * CUT_SECONDS)
            self.cuts += 1

    async def _use(self, socket: Socket, until: float) -> None:
        beat_at = time.monotonic() + BEAT_SECONDS
        while not socket.closed.done():
            await asyncio.sleep(AGAIN_SECONDS)
            if self.follower.is_behind:
                await self.follower.fetch_new()
            if time.monotonic() > beat_at:
                beat_at = time.monotonic() + BEAT_SECONDS
                socket.say(self.follower.beat())
            if self.lost and time.monotonic() > until:
                socket.transport.abort()
                return


async def write(visitor: Visitor, ticket: str, number: int, pool: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    for _message in range(number):
        await loop.run_in_executor(pool, send, visitor, ticket)


async def read_and_write(visitor: Visitor, other: Visitor, ticket: str, readers: int, messages: int) -> bool:
    """Whether all lists are the same in the end, those of the writer's own pages and those of somebody else's."""
    cookies = [cookies_of(visitor), cookies_of(other)]
    with ThreadPoolExecutor(FETCHERS) as fetching, ThreadPoolExecutor(WRITERS) as writing:
        pages = [Reader(visitor.url, cookies[number % 2], ticket, fetching) for number in range(readers)]
        lives = [asyncio.create_task(page.live()) for page in pages]
        begin = time.monotonic()
        await asyncio.gather(*(write(visitor, ticket, messages // WRITERS, writing) for _writer in range(WRITERS)))
        written = time.monotonic() - begin
        for page in pages:
            page.lost = 0.0
        truth = Reader(visitor.url, cookies[0], ticket, fetching)
        truth.lost = 0.0
        await truth.follower.fetch_new()
        expected = truth.follower.shown
        settled_by = time.monotonic() + SETTLE_SECONDS
        while any(page.follower.last < expected[-1] for page in pages) and time.monotonic() < settled_by:
            await asyncio.sleep(0.5)
        settled = time.monotonic() - begin - written
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
    missing = sum(len(set(expected) - set(page.follower.shown)) for page in pages)
    twice = sum(len(page.follower.shown) - len(set(page.follower.shown)) for page in pages)
    equal = sum(page.follower.shown == expected for page in pages)
    print(f"{readers} readers, {messages} messages in {written:.0f} s, all there {settled:.0f} s later")
    fetches, brought = (sum(getattr(page.follower, name) for page in pages) for name in ("fetches", "brought"))
    print(f"sockets cut: {sum(page.cuts for page in pages)}, requests: {fetches}, came with hints: {brought}")
    print(f"identical lists: {equal} of {readers}; missing: {missing}, twice: {twice}", flush=True)
    return equal == readers


def writer(url: str, people: list[dict[str, str]]) -> tuple[Visitor, str]:
    """The first who may write in a ticket, and its address: a small demo has not one for everybody."""
    for person in people:
        visitor = Visitor(url)
        visitor.sign_in(person)
        with suppress(SystemExit):
            return visitor, own_ticket(visitor)
    raise SystemExit("No one of the demo may write in any ticket.")


def superior(url: str, people: list[dict[str, str]]) -> Visitor:
    """Somebody who reads all conversations, and writes none here."""
    visitor = Visitor(url)
    visitor.sign_in(next(person for person in people if person["role"] == "administrator"))
    return visitor


def main() -> None:
    readers, messages = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (READERS, MESSAGES)
    programs = find_programs()
    if programs is None:
        raise SystemExit("initdb and pg_ctl were not found: install postgresql.")
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with throwaway_cluster(programs) as database, tempfile.TemporaryDirectory(prefix="fleetdesk-rig-") as name:
        home, port = Path(name), free_port()
        with redis_server(home) as redis:
            own = {
                "DEBUG": "0",
                "FLEETDESK_DEMO": "1",
                "LOG_LEVEL": "WARNING",
                "DATABASE_URL": database,
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "REDIS_URL": redis,
                "MEDIA_ROOT": f"{home}/media",
                "STATIC_ROOT": f"{home}/static",
            }
            environment = {**os.environ, **own}
            manage: dict[str, Any] = {"cwd": ROOT, "env": environment, "stdout": subprocess.PIPE}
            subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, **manage)
            demo = [sys.executable, "manage.py", "demo", "--json", "--tickets", "30"]
            people = json.loads(subprocess.run(demo, check=True, **manage).stdout)["people"]
            collect_static(environment)
            with running(home, environment, port=port) as server:
                visitor, ticket = writer(server.url, people)
                other = superior(server.url, people)
                agree = asyncio.run(read_and_write(visitor, other, ticket, readers, messages))
    if not agree:
        raise SystemExit("The lists differ.")


if __name__ == "__main__":
    main()
