"""What every test stands on: no network, an empty cache, the reader's language back to English."""

import ipaddress
import math
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.core.cache.backends import base, locmem
from django.db import connection, connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.creation import DatabaseCreation
from django.template.backends.jinja2 import Template as Jinja2Template
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from django.utils import translation
from pytest_django import Settings

from fleet import organisation
from messenger import web_push
from tests import migrated
from tests.messenger.push_service import PushService, push_service

# Playwright keeps an event loop in this thread; the ORM is not used from inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_connect = socket.socket.connect


def is_local(address: Any) -> bool:
    """True for sockets of this machine: UNIX sockets and the loopback address."""
    if not isinstance(address, tuple):
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return bool(address[0] == "localhost")


def connect_locally(self: socket.socket, address: Any) -> None:
    if not is_local(address):
        raise RuntimeError(f"A test tried to reach {address!r}. Tests use nothing outside this machine.")
    _connect(self, address)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="leave out what no database has a part in")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What has run on one database and uses none need not run on the next."""
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("any_database"):
        return False
    fixtures = {"db", "transactional_db", "django_db_setup"}
    named = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & named)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_locally)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """A database that the run has migrated already is copied.

    PostgreSQL drops no database that has sessions; what threads of the tests have left open ends with them.
    """
    drop = DatabaseCreation._destroy_test_db  # type: ignore[attr-defined]

    def drop_with_sessions(self: Any, name: str, verbosity: int) -> None:
        self.connection.close_pool()
        with self._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        drop(self, name, verbosity)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", drop_with_sessions)
        if source := os.environ.get(migrated.VARIABLE):
            patch.setattr(BaseDatabaseCreation, "create_test_db", migrated.copying(source))
        yield


@pytest.fixture(autouse=True, scope="session")
def emptied_by_deleting() -> Iterator[None]:
    """What a test with transactions of its own leaves behind is deleted.

    Django truncates every table and makes content types and permissions anew, which takes ten times as long.
    """
    kept = {"django_migrations", "django_content_type", "auth_permission"}

    def delete_rows(_case: TransactionTestCase) -> None:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        # Foreign keys are looked at on commit, so the order does not matter.
        with transaction.atomic(), connection.cursor() as cursor:
            for table in set(tables) - kept:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", delete_rows)
        yield


@pytest.fixture(autouse=True, scope="session")
def contexts_of_jinja() -> Iterator[None]:
    """`response.context` of pages that Jinja2 draws: Django records what its own templates were given only."""
    render = Jinja2Template.render

    def recorded(self: Jinja2Template, context: Any = None, request: Any = None) -> Any:
        template_rendered.send(sender=self, template=self, context=context or {})
        return render(self, context, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Jinja2Template, "render", recorded)
        yield


@pytest.fixture(autouse=True)
def clean_slate() -> Iterator[None]:
    """Rate limits live in the cache and the language in the thread: neither may reach the next test.

    No page asks who runs the service desk, which it would once a minute.
    """
    cache.clear()
    organisation.known.found, organisation.known.until = None, math.inf
    with translation.override("en"):
        yield


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass for the cache, and for nothing else."""
    passed = 0.0
    clock = SimpleNamespace(time=lambda: time.time() + passed)

    def let_pass(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(base, "time", clock)
    monkeypatch.setattr(locmem, "time", clock)
    return let_pass


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """Address of a private Redis on a UNIX socket."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server was not found: install it to test what processes share")
    path = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", str(tmp_path)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def push_server(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service on this machine, which the product takes for one on the internet."""
    settings.PUSH_HOSTS = ["localhost"]
    monkeypatch.setattr(web_push, "is_public", lambda _address: True)
    with push_service(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        yield running


@pytest.fixture(autouse=True)
def only_on_postgresql(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")


@pytest_asyncio.fixture
async def connection_given_back() -> AsyncIterator[None]:
    """The thread of the sockets, which tests use as well, keeps no connection to the database."""
    yield
    await sync_to_async(connections.close_all)()
