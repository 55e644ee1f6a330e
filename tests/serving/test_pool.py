"""No connection to the database is lost, whenever a client leaves; a process that lost them all would end itself."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg_pool import ConnectionPool, PoolTimeout

from config.serving import database
from config.serving.database import PoolWatch
from fleet.models import Code
from tests.factories import CodeFactory, FlowFactory
from tests.server import Server, database_url, running
from tests.serving.raw import connected, head
from tests.source import ROOT
from tests.ticketing.portal_browser import PortalBrowser
from ticketing.models import Ticket

POOL = 8
# Longer than the ten seconds after which Daphne gives up a page whose reader has left.
LOCK_SECONDS = 14


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "DATABASE_POOL": str(POOL),
    }
    with running(tmp_path, environment) as made:
        yield made


@contextlib.contextmanager
def locked_tickets(seconds: float) -> Iterator[None]:
    """No ticket can be read or written for so long; the block runs meanwhile."""
    begin = time.monotonic()
    own: Any = connection.get_connection_params()
    own = {name: own[name] for name in ("dbname", "user", "password", "host", "port") if own.get(name)}
    with psycopg.connect(**own) as other:
        other.execute("LOCK TABLE ticketing_ticket IN ACCESS EXCLUSIVE MODE")
        yield
        time.sleep(max(0.0, seconds - (time.monotonic() - begin)))


def waiting_for_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


CSRF_TOKEN = "a" * 32


class Phone:
    """A browser that holds the code of a device."""

    def __init__(self, server: Server, code: Code | None = None) -> None:
        self.browser = PortalBrowser(code or CodeFactory())
        session = self.browser.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.url, self.path = server.url, self.browser.url("device")
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF_TOKEN}"

    def leave_early(self) -> None:
        with connected(self.url) as line:
            line.sendall(head("GET", self.path, Cookie=self.cookie))
            time.sleep(0.8)

    def wait(self) -> int:
        return self.ask(Request(self.url + self.path))

    def post(self, path: str) -> int:
        return self.ask(Request(self.url + path, urlencode({"csrfmiddlewaretoken": CSRF_TOKEN}).encode()))

    def ask(self, request: Request) -> int:
        request.add_header("Cookie", self.cookie)
        try:
            with urlopen(request, timeout=60) as page:
                return int(page.status)
        except HTTPError as refusal:
            return refusal.code


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_readers_who_leave_during_a_lock_take_no_connection_with_them(server: Server) -> None:
    phone = Phone(server)
    with ThreadPoolExecutor(40) as pool:
        with locked_tickets(LOCK_SECONDS):
            leavers = [pool.submit(phone.leave_early) for _ in range(40)]
        [each.result() for each in leavers]

        with locked_tickets(3):
            patient = [pool.submit(phone.wait) for _ in range(POOL)]
            # As long as a slow machine needs for what is left of those who have gone; below the limit for a lock.
            deadline = time.monotonic() + 15
            while (at_the_lock := waiting_for_locks()) < POOL and time.monotonic() < deadline:
                time.sleep(0.2)

    # All of the pool stand at the lock: none was lost.
    assert at_the_lock == POOL
    assert {each.result() for each in patient} == {200}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lock_of_seconds_makes_forty_pages_late_and_none_fail(server: Server) -> None:
    phone = Phone(server)
    with ThreadPoolExecutor(40) as pool:
        with locked_tickets(8):
            patient = [pool.submit(phone.wait) for _ in range(40)]
            time.sleep(1)
            begin = time.monotonic()
            assert urlopen(f"{server.url}/healthz", timeout=5).status == 200
            assert time.monotonic() - begin < 1

        assert {each.result() for each in patient} == {200}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sixteen_tickets_sent_at_once_all_open(server: Server) -> None:
    code = CodeFactory()
    flow = FlowFactory(template=code.device.template)
    phones = [Phone(server, code) for _ in range(16)]
    drafts = [(phone, phone.browser.start(flow)) for phone in phones]
    with ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(phone.post, phone.browser.url("flow_send", ticket_id=draft.pk)) for phone, draft in drafts]

        assert {each.result() for each in sent} == {200}

    numbers = Ticket.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1001, 1017))


@pytest.mark.postgres
@pytest.mark.parametrize(("serves", "limits"), [("config.wsgi", ["20s", "25s"]), ("django", ["0", "0"])])
def test_only_servers_give_up_what_takes_too_long(db: None, serves: str, limits: list[str]) -> None:
    code = f"""
import django; django.setup()
import {serves}
from django.db import connection
for name in ("lock_timeout", "statement_timeout"):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {{name}}")
        print(cursor.fetchone()[0])
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)

    assert said.stdout.decode().split() == limits


class TestWatch:
    """The watch beside a real pool, in tenths of the real times."""

    @pytest.fixture
    def watched(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PoolWatch, "ConnectionPool[Any]"]]:
        monkeypatch.setattr("config.serving.database.UNREADY_SECONDS", 1.0)
        watch = PoolWatch()
        given: Any = connection.get_connection_params()
        kwargs = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
        with ConnectionPool(kwargs=kwargs, min_size=2, max_size=2, timeout=0.3, reset=watch.count_return) as pool:
            pool.wait()
            yield watch, pool

    def readiness(self, watch: PoolWatch, pool: "ConnectionPool[Any]", seconds: float) -> list[bool]:
        seen = []
        for _ in range(int(seconds / 0.1)):
            time.sleep(0.1)
            watch.look(pool.get_stats())
            seen.append(watch.is_ready)
        return seen

    def ask(self, pool: "ConnectionPool[Any]", over: threading.Event, seconds: float) -> None:
        while not over.is_set():
            with contextlib.suppress(PoolTimeout), pool.connection():
                time.sleep(seconds)

    @pytest.mark.postgres
    @pytest.mark.parametrize(("is_lost", "ready"), [(True, False), (False, True)])
    def test_pool_is_unready_when_nothing_comes_back_and_not_when_it_is_busy(
        self, db: None, watched: tuple[PoolWatch, "ConnectionPool[Any]"], is_lost: bool, ready: bool
    ) -> None:
        watch, pool = watched
        lost = [pool.getconn() for _ in range(2)] if is_lost else []
        over = threading.Event()
        with ThreadPoolExecutor(8) as threads:
            for _ in range(8):
                threads.submit(self.ask, pool, over, 0.2)

            seen = self.readiness(watch, pool, 3)

            over.set()
        for each in lost:
            pool.putconn(each)
        assert seen[-1] is ready
        assert (False in seen) is not ready

    def test_database_that_cannot_be_reached_is_no_reason_to_end(self) -> None:
        watch = PoolWatch()
        seen = []

        # Errors stop when the pool gives up trying; a connection that came back is the end of it.
        for errors, returned in ((3, 0), (3, 0), (3, 1)):
            watch.returned = returned
            watch.look({"connections_errors": errors, "requests_waiting": 5})
            seen.append((watch.is_unreachable, watch.stuck_seconds))

        assert [unreachable for unreachable, _ in seen] == [True, True, False]
        assert seen[1][1] == 0

    def test_process_whose_pool_stays_stuck_says_so_and_ends_itself(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        ended: list[int] = []
        stuck = SimpleNamespace(get_stats=lambda: {"requests_waiting": 3, "pool_available": 0}, timeout=0)
        monkeypatch.setattr(database, "WATCH_SECONDS", 0.01)
        monkeypatch.setattr(database, "STUCK_SECONDS", 0.2)
        monkeypatch.setattr(database, "existing_pool", lambda: stuck)
        monkeypatch.setattr(os, "kill", lambda _process, signal: ended.append(signal))

        PoolWatch().run()

        assert ended == [signal.SIGTERM]
        assert "this process ends" in caplog.text
        assert stuck.timeout == settings.DATABASE_WAIT_SECONDS
        [last] = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
        last.cancel()
