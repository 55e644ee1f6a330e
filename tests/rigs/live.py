"""What does the live channel cost? CPU of one server for hints, idle sockets and reconnects, beside bare sockets."""

import asyncio
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol  # noqa: E402
from channels_redis.pubsub import RedisPubSubChannelLayer  # noqa: E402

from tests.postgres import find_programs, throwaway_cluster  # noqa: E402
from tests.rigs.load import Visitor, own_ticket  # noqa: E402
from tests.server import Server, collect_static, free_port, running  # noqa: E402

CROWDS, HINTS, PAUSE_SECONDS = (100, 1000), 40, 0.05
IDLE, IDLE_SECONDS, BEAT_SECONDS = 1000, 40, 40
RETURNING, WAIT_SECONDS = 500, 120
TICKS = os.sysconf("SC_CLK_TCK")
BARE = [sys.executable, "-m", "tests.rigs.bare", "{port}"]


class Page(WebSocketClientProtocol):
    """A page that follows one topic, sends its beat, and notes when hints come and when it is closed."""

    topic = ""

    def __init__(self) -> None:
        super().__init__()
        loop = asyncio.get_running_loop()
        self.follows, self.closed = loop.create_future(), loop.create_future()
        self.heard: list[float] = []

    def say(self, **frame: object) -> None:
        self.sendMessage(json.dumps(frame).encode())

    def onOpen(self) -> None:
        self.say(kind="follow", topics=[self.topic])
        self.say(kind="ping")
        # Not all at the same moment.
        self.beat_later(random.uniform(0, BEAT_SECONDS))

    def beat_later(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self.beat)

    def beat(self) -> None:
        if not self.closed.done():
            self.say(kind="ping")
            self.beat_later(BEAT_SECONDS)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        kind = json.loads(payload)["kind"]
        if kind == "hint":
            self.heard.append(time.monotonic())
        elif kind == "pong" and not self.follows.done():
            self.follows.set_result(None)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        if not self.follows.done():
            self.follows.set_exception(ConnectionError(f"The socket was closed: {code} {reason}"))
        if not self.closed.done():
            self.closed.set_result(time.monotonic())


@dataclass
class Rig:
    """A server with its pages; `publish` lets it send one hint to all of them."""

    server: Server
    cookies: str = ""
    publish: Callable[["Rig"], Awaitable[None]] = field(default=lambda _rig: asyncio.sleep(0))
    statements: Callable[[], int] = field(default=lambda: 0)
    pages: list[Page] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """Seconds of processor time that the server has used."""
        fields = Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    async def open(self, number: int, cookies: str = "") -> list[Page]:
        """So many pages at once, when all of them follow."""
        headers = {"Cookie": cookies or self.cookies}
        factory = WebSocketClientFactory(
            self.server.url.replace("http", "ws") + "/ws/", origin=self.server.url, headers=headers
        )
        factory.protocol = Page
        factory.setProtocolOptions(openHandshakeTimeout=WAIT_SECONDS)
        loop = asyncio.get_running_loop()

        async def open_one() -> Page:
            page: Page
            _transport, page = await loop.create_connection(factory, "127.0.0.1", self.server.port)
            try:
                await page.follows
            except ConnectionError:
                # The server gave up, being late. A page comes again, too.
                await asyncio.sleep(0.5)
                return await open_one()
            return page

        pages = await asyncio.wait_for(asyncio.gather(*(open_one() for _number in range(number))), WAIT_SECONDS)
        self.pages += pages
        return list(pages)

    async def gather(self, number: int) -> list[Page]:
        """So many pages, some after the other."""
        for _number in range(0, number, 100):
            await self.open(100)
        return self.pages

    async def close(self) -> None:
        for page in self.pages:
            if not page.closed.done():
                page.transport.abort()
        await asyncio.gather(*(page.closed for page in self.pages))
        self.pages.clear()
        # The server looks once a second which of its sockets have gone.
        await asyncio.sleep(3)


async def cost_of_hints(rig: Rig, crowd: int) -> dict[str, float]:
    """Microseconds of processor time for one socket and hint, milliseconds until a page hears it."""
    await rig.gather(crowd)
    await asyncio.sleep(3)
    waits: list[float] = []
    before, statements = rig.cpu, rig.statements()
    begin = time.monotonic()
    for number in range(1, HINTS + 1):
        sent = time.monotonic()
        await rig.publish(rig)
        while any(len(page.heard) < number for page in rig.pages) and time.monotonic() - sent < WAIT_SECONDS:
            await asyncio.sleep(0.005)
        waits += [page.heard[number - 1] - sent for page in rig.pages]
        await asyncio.sleep(PAUSE_SECONDS)
    spent, took = rig.cpu - before, time.monotonic() - begin
    await asyncio.sleep(took)
    # What the server does besides.
    spent -= rig.cpu - before - spent
    asked = rig.statements() - statements
    await rig.close()
    waits.sort()
    name = f"{crowd} sockets:"
    return {
        f"{name} CPU per hint and socket, µs": spent / HINTS / crowd * 1e6,
        f"{name} transactions per hint": asked / HINTS,
        f"{name} p99 until heard, ms": waits[len(waits) * 99 // 100] * 1000,
    }


async def cost_of_idleness(rig: Rig) -> dict[str, float]:
    """The share of one core that open pages take which send their beat and hear nothing."""
    await rig.gather(IDLE)
    await asyncio.sleep(3)
    before, statements = rig.cpu, rig.statements()
    await asyncio.sleep(IDLE_SECONDS)
    spent, asked = rig.cpu - before, rig.statements() - statements
    await rig.close()
    return {
        f"{IDLE} idle sockets: share of a core": spent / IDLE_SECONDS,
        f"{IDLE} idle sockets: transactions a second": asked / IDLE_SECONDS,
    }


async def time_of_return(rig: Rig) -> dict[str, float]:
    spans, spent = [], []
    for _number in range(2):
        before, begin = rig.cpu, time.monotonic()
        try:
            await rig.open(RETURNING)
        except TimeoutError:
            return {f"{RETURNING} sockets back at once, s": float("inf")}
        spans.append(time.monotonic() - begin)
        spent.append(rig.cpu - before)
        await rig.close()
    return {f"{RETURNING} sockets back at once, s": min(spans), f"{RETURNING} sockets back, CPU s": min(spent)}


async def measure(rig: Rig) -> dict[str, float]:
    found = await time_of_return(rig)
    for crowd in CROWDS:
        found |= await cost_of_hints(rig, crowd)
    return found | await cost_of_idleness(rig)


async def time_of_revocation(rig: Rig, visitor: Visitor, person: dict[str, str], shared: "Shared") -> dict[str, float]:
    """Seconds until the socket of a session that ended is closed, among many others."""
    await rig.gather(IDLE)
    spans = {}
    for name in ("one session", "everything"):
        visitor.sign_in(person)
        [page] = await rig.open(1, cookies_of(visitor))
        begin = time.monotonic()
        if name == "everything":
            await asyncio.to_thread(shared.end_session, visitor.cookies["fleetdesk_session"])
            begin = time.monotonic()
            await shared.layer.group_send("revocation", {"type": "access.revoked"})
        else:
            await asyncio.to_thread(visitor.post, "/accounts/logout/")
        spans[f"revocation of {name}, {IDLE} sockets, s"] = await asyncio.wait_for(page.closed, 60) - begin
        rig.pages.remove(page)
    await rig.close()
    return spans


class Shared:
    """What the rig shares with the server: its database and its Redis."""

    def __init__(self, database: str, redis: str) -> None:
        user, _at, place = database.removeprefix("postgres://").partition("@/")
        home, _slash, name = place.rpartition("/")
        self.connection = psycopg.connect(host=home, user=user, dbname=name, autocommit=True)
        self.layer = RedisPubSubChannelLayer(hosts=[redis], prefix="fleetdesk")

    def transactions(self) -> int:
        """How many the database has ended; that of this question included."""
        self.connection.execute("SELECT pg_stat_clear_snapshot()")
        asked = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        [(number,)] = self.connection.execute(asked).fetchall()
        return int(number)

    def end_session(self, key: str) -> None:
        self.connection.execute("DELETE FROM django_session WHERE session_key = %s", [key])

    async def publish(self, _rig: Rig) -> None:
        event = {"type": "live.hint", "topic": Page.topic, "kind": "message_sent", "sequence": 5}
        await self.layer.group_send(f"topic.{Page.topic}", event)


async def publish_bare(rig: Rig) -> None:
    rig.pages[0].say(kind="send")


def cookies_of(visitor: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


@contextmanager
def redis_server(home: Path) -> Iterator[str]:
    """Address of a private Redis on a UNIX socket."""
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("redis-server was not found: install it.")
    path = home / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", str(home)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        while not path.exists():
            time.sleep(0.02)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(10)


def measure_ours(home: Path, environment: dict[str, str]) -> dict[str, float]:
    manage: dict[str, Any] = {"cwd": ROOT, "env": environment, "stdout": subprocess.PIPE}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, **manage)
    demo = [sys.executable, "manage.py", "demo", "--json", "--tickets", "30"]
    people = json.loads(subprocess.run(demo, check=True, **manage).stdout)["people"]
    collect_static(environment)
    port = int(environment["PUBLIC_URL"].rpartition(":")[2])
    with running(home, environment, port=port) as server:
        visitor, leaving = Visitor(server.url), Visitor(server.url)
        person = next(person for person in people if person["role"] == "member")
        visitor.sign_in(person)
        Page.topic = f"ticket.{own_ticket(visitor).split('/')[3]}.messages"
        shared = Shared(environment["DATABASE_URL"], environment["REDIS_URL"])
        rig = Rig(server, cookies_of(visitor), shared.publish, shared.transactions)

        async def run() -> dict[str, float]:
            return await measure(rig) | await time_of_revocation(rig, leaving, person, shared)

        return asyncio.run(run())


def show(ours: dict[str, float], bare: dict[str, float]) -> None:
    print(f"{'':52}{'ours':>12}{'bare':>12}")
    for what, figure in ours.items():
        beside = f"{bare[what]:12.3f}" if what in bare and "transactions" not in what else ""
        print(f"{what:52}{figure:12.3f}{beside}", flush=True)


def main() -> None:
    programs = find_programs()
    if programs is None:
        raise SystemExit("initdb and pg_ctl were not found: install postgresql.")
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with throwaway_cluster(programs) as database, tempfile.TemporaryDirectory(prefix="fleetdesk-rig-") as name:
        home = Path(name)
        with redis_server(home) as redis:
            own = {
                "DEBUG": "0",
                "FLEETDESK_DEMO": "1",
                "LOG_LEVEL": "WARNING",
                "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
                "DATABASE_URL": database,
                "REDIS_URL": redis,
                "MEDIA_ROOT": f"{home}/media",
                "STATIC_ROOT": f"{home}/static",
                "DJANGO_SETTINGS_MODULE": "config.settings",
            }
            os.environ.update(own)
            with running(home, own, BARE) as server:
                bare = asyncio.run(measure(Rig(server, publish=publish_bare)))
            show(measure_ours(home, {**os.environ, **own}), bare)


if __name__ == "__main__":
    main()
