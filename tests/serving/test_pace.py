"""Slow senders and slow readers: the first are ended, the second are waited for, and neither costs memory."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from fleet.models import Person
from tests.cast import client_of
from tests.factories import AttachmentFactory, MemberFactory
from tests.server import Server, database_url, running
from tests.serving.raw import answer, connected, head, seconds_until_closed

# It is the server that is tried, not the database.
pytestmark = pytest.mark.any_database
MEGABYTE = 1024 * 1024
IMPATIENT = [sys.executable, "-m", "tests.serving.impatient", "serve", "--port", "{port}"]


@pytest.fixture(scope="module")
def impatient(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}
    with running(tmp_path_factory.mktemp("server"), environment, IMPATIENT) as made:
        yield made


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        head("POST", "/accounts/login/", Content_Type="application/x-www-form-urlencoded", Content_Length="5000"),
    ],
    ids=["request line", "headers", "form"],
)
def test_one_byte_in_a_while_is_ended(impatient: Server, beginning: bytes) -> None:
    with connected(impatient.url) as line:
        line.sendall(beginning)

        assert 1.5 < seconds_until_closed(line, byte_every=0.3, at_most=20) < 6


def test_a_slow_phone_that_goes_on_is_heard(impatient: Server) -> None:
    """8 KB a second for longer than the patience of one that sends next to nothing."""
    body = b"x=" + b"y" * 40_000
    begin = time.monotonic()
    with connected(impatient.url) as line:
        form = {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": str(len(body))}
        line.sendall(head("POST", "/accounts/login/", Connection="close", **form))
        for start in range(0, len(body), 2000):
            line.sendall(body[start : start + 2000])
            time.sleep(0.2)

        assert answer(line).startswith(b"HTTP/1.1 403 ")
    assert time.monotonic() - begin > 3


@pytest.fixture
def film(transactional_db: None) -> tuple[Person, str]:
    """A film of 300 MB, and who may read it."""
    owner = MemberFactory()
    stored = AttachmentFactory(uploader=owner, kind="video", content_type="video/mp4", name="a.mp4")
    with Path(settings.MEDIA_ROOT, stored.file.name).open("wb") as file:
        file.truncate(300 * MEGABYTE)
    return owner, f"/files/{stored.pk}/"


def test_slow_readers_cost_no_memory_and_hold_no_thread(film: tuple[Person, str], server: Server) -> None:
    owner, path = film
    cookie = f"{settings.SESSION_COOKIE_NAME}={client_of(owner).cookies[settings.SESSION_COOKIE_NAME].value}"
    lines = [connected(server.url) for _ in range(20)]
    opened = [line.__enter__() for line in lines]
    for line in opened:
        line.sendall(head("GET", path, Cookie=cookie))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
    time.sleep(2)

    # More readers than threads that make pages, and a page all the same.
    with connected(server.url) as another:
        another.sendall(head("GET", "/accounts/login/", Connection="close"))
        assert answer(another).startswith(b"HTTP/1.1 200 ")
    assert server.memory("VmHWM") < 200
    for each in lines:
        each.__exit__(None, None, None)


def test_a_whole_film_arrives_unharmed(film: tuple[Person, str], server: Server) -> None:
    owner, path = film
    cookie = f"{settings.SESSION_COOKIE_NAME}={client_of(owner).cookies[settings.SESSION_COOKIE_NAME].value}"
    received = 0
    with connected(server.url) as line:
        line.sendall(head("GET", path, Cookie=cookie, Connection="close"))
        _head, _, content = line.recv(65536).partition(b"\r\n\r\n")
        received = len(content)
        while chunk := line.recv(1 << 20):
            received += len(chunk)

    assert received == 300 * MEGABYTE
    assert server.memory("VmHWM") < 200
