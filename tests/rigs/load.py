"""How fast is it? Five times the demo on PostgreSQL, one server process, many readers of one ticket; loopback only."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol  # noqa: E402

from tests.postgres import find_programs, throwaway_cluster  # noqa: E402
from tests.server import collect_static, free_port, running  # noqa: E402

TICKETS, REQUESTS, SOCKETS, HINTS = 500, 60, 200, 10
HINT_SECONDS = 30


class Visitor:
    """A browser without pictures: keeps its cookies and posts forms."""

    def __init__(self, url: str) -> None:
        self.url, self.jar = url, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> int:
        form = urlencode({**fields, "csrfmiddlewaretoken": self.cookies["fleetdesk_csrf"]}).encode()
        request = urllib.request.Request(self.url + path, form, {"X-Requested-With": "fetch"})
        with self.opener.open(request, timeout=60) as answer:
            return int(answer.status)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.jar}

    def sign_in(self, person: dict[str, str]) -> None:
        self.get("/accounts/login/")
        self.post("/accounts/login/", login=person["email"], password=person["password"])


class Reader(WebSocketClientProtocol):
    """A page that follows one topic and notes when hints come."""

    topic = ""

    def __init__(self) -> None:
        super().__init__()
        self.follows = asyncio.get_running_loop().create_future()
        self.heard: list[float] = []

    def onOpen(self) -> None:
        for frame in ({"kind": "follow", "topics": [self.topic]}, {"kind": "ping"}):
            self.sendMessage(json.dumps(frame).encode())

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        kind = json.loads(payload)["kind"]
        if kind == "hint":
            self.heard.append(time.monotonic())
        elif kind == "pong" and not self.follows.done():
            self.follows.set_result(None)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        if not self.follows.done():
            self.follows.set_exception(ConnectionError(f"The socket was closed: {reason}"))


def timed(act: Callable[[], object], times: int) -> list[float]:
    spans = []
    for _ in range(times):
        begin = time.monotonic()
        act()
        spans.append(time.monotonic() - begin)
    return spans


def show(what: str, spans: Sequence[float]) -> None:
    order = sorted(spans)
    at = {share: order[min(len(order) - 1, len(order) * share // 100)] * 1000 for share in (50, 95, 99)}
    figures = "".join(f"{at[share]:9.0f}" for share in at)
    print(f"{what:38}{len(order):7}{figures}{order[-1] * 1000:9.0f}", flush=True)


def send(visitor: Visitor, ticket: str) -> None:
    status = visitor.post(f"{ticket}messages/send/", client_key=str(uuid.uuid4()), text="Measured.", audience="public")
    assert status == 201


def own_ticket(visitor: Visitor) -> str:
    """The address of a ticket in which the visitor may write."""
    for number in re.findall(r"/office/tickets/([1-9]\d*)/", visitor.get("/office/tickets/?view=mine")):
        ticket = f"/office/tickets/{number}/"
        page = visitor.get(f"{ticket}?tab=messenger")
        if "messages/send/" in page and 'value="public"' in page:
            return ticket
    raise SystemExit("No one of the demo may write in any ticket.")


async def measure_hints(visitor: Visitor, ticket: str) -> None:
    Reader.topic = f"ticket.{ticket.split('/')[3]}.messages"
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    address = visitor.url.replace("http", "ws") + "/ws/"
    factory = WebSocketClientFactory(address, origin=visitor.url, headers={"Cookie": cookies})
    factory.protocol = Reader
    factory.setProtocolOptions(openHandshakeTimeout=60)
    loop, port = asyncio.get_running_loop(), int(visitor.url.rpartition(":")[2])
    begin = time.monotonic()
    readers: list[Reader] = [(await loop.create_connection(factory, "127.0.0.1", port))[1] for _ in range(SOCKETS)]
    await asyncio.wait_for(asyncio.gather(*(reader.follows for reader in readers)), 120)
    print(f"{SOCKETS} sockets follow one ticket after {time.monotonic() - begin:.1f} s")
    spans: list[float] = []
    for number in range(1, HINTS + 1):
        sent = time.monotonic()
        await asyncio.to_thread(send, visitor, ticket)
        while any(len(reader.heard) < number for reader in readers) and time.monotonic() - sent < HINT_SECONDS:
            await asyncio.sleep(0.02)
        spans += [reader.heard[number - 1] - sent for reader in readers if len(reader.heard) >= number]
    show("from sending to a reader's hint", spans)
    print(f"hints that did not come: {SOCKETS * HINTS - len(spans)} of {SOCKETS * HINTS}")
    for reader in readers:
        reader.transport.abort()


def measure(url: str, people: list[dict[str, str]]) -> None:
    visitor = Visitor(url)
    visitor.sign_in(next(person for person in people if person["role"] == "member"))
    ticket = own_ticket(visitor)
    print(f"{'milliseconds':38}{'count':>7}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}")
    pages = {"ticket list": "/office/tickets/?view=all", "search": "/office/tickets/?view=all&q=folie"}
    for what, path in {**pages, "ticket page": ticket, "messenger": f"{ticket}?tab=messenger"}.items():
        show(what, timed(lambda path=path: visitor.get(path), REQUESTS))  # type: ignore[misc]
    show("send a message", timed(lambda: send(visitor, ticket), REQUESTS))
    asyncio.run(measure_hints(visitor, ticket))


def main() -> None:
    programs = find_programs()
    if programs is None:
        raise SystemExit("initdb and pg_ctl were not found: install postgresql.")
    with throwaway_cluster(programs) as database, tempfile.TemporaryDirectory(prefix="fleetdesk-rig-") as home:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        own = {"DEBUG": "0", "FLEETDESK_DEMO": "1", "LOG_LEVEL": "WARNING", "PUBLIC_URL": url, "DATABASE_URL": database}
        environment = {
            **os.environ,
            **own,
            "REDIS_URL": "",
            "MEDIA_ROOT": f"{home}/media",
            "STATIC_ROOT": f"{home}/static",
        }
        manage: dict[str, Any] = {"cwd": ROOT, "env": environment, "stdout": subprocess.PIPE}
        begin = time.monotonic()
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, **manage)
        demo = [sys.executable, "manage.py", "demo", "--json", "--tickets", str(TICKETS)]
        said = subprocess.run(demo, check=True, **manage)
        print(f"{TICKETS} tickets made in {time.monotonic() - begin:.0f} s")
        collect_static(environment)
        with running(Path(home), environment, port=port):
            measure(url, json.loads(said.stdout)["people"])


if __name__ == "__main__":
    main()
