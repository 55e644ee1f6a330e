"""What goes wrong behind the pages is seen by those it concerns, and by no one after them."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.server import Server, running
from tests.serving.raw import MEGABYTE, answer, connected, head, seconds_until_closed
from tests.source import ROOT

COMMAND = [sys.executable, "-m", "tests.serving.odd_pages", "{port}"]
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "CRITICAL"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("odd"), ENVIRONMENT, COMMAND) as made:
        yield made


def ask(server: Server, path: str, **headers: str) -> bytes:
    with connected(server.url) as line:
        line.settimeout(20)
        line.sendall(head("GET", path, **headers))
        return answer(line)


def open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


@pytest.mark.parametrize("path", ["/broken/", "/lost/", "/short/"])
def test_answer_that_breaks_off_is_cut_and_the_next_one_is_whole(server: Server, path: str) -> None:
    begin = time.monotonic()

    broken = ask(server, path)

    # The connection is closed although the client would have kept it.
    assert time.monotonic() - begin < 10
    assert len(broken.partition(b"\r\n\r\n")[2]) == 1000
    for _ in range(3):
        assert ask(server, "/page/", Connection="close").endswith(b"\r\n\r\nok")


def test_fault_is_answered_with_our_page_also_after_others(server: Server) -> None:
    ask(server, "/broken/")

    for _ in range(2):
        page = ask(server, "/fault/", Connection="close")
        assert page.startswith(b"HTTP/1.1 500 ")
        assert b"Fleetdesk" in page
        assert b"Daphne" not in page


def test_page_that_is_made_leaves_at_once_although_all_threads_are_busy(server: Server) -> None:
    begin = time.monotonic()

    def seconds() -> float:
        assert ask(server, "/slow/", Connection="close").endswith(b"\r\n\r\nok")
        return time.monotonic() - begin

    with ThreadPoolExecutor(4) as pool:
        waits = sorted(each.result() for each in [pool.submit(seconds) for _ in range(4)])

    # Two threads: the first two pages are made after four seconds, when the other two take both threads.
    assert waits[1] < 6.5


def test_refused_clients_that_stay_leave_nothing_behind(server: Server) -> None:
    before = open_files(server)
    begin = head("POST", "/page/", Content_Type="multipart/form-data; boundary=x", Content_Length=str(200_000))
    lines = [connected(server.url) for _ in range(5)]
    for each in lines:
        each.__enter__().sendall(begin)
    time.sleep(6)

    for each in lines:
        each.__exit__(None, None, None)
    time.sleep(1)

    assert open_files(server) <= before + 1


def test_large_beginning_buys_no_time(server: Server) -> None:
    with connected(server.url) as line:
        line.sendall(head("POST", "/page/", Content_Length=str(MEGABYTE)) + b"x" * (MEGABYTE - 1000))

        assert seconds_until_closed(line, byte_every=0.3, at_most=20) < 8


@pytest.mark.parametrize("target", ["//[", "/\xff", "/%00", "/%ff", "*"])
def test_odd_targets_are_answered(server: Server, target: str) -> None:
    with connected(server.url) as line:
        line.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("latin1"))

        assert answer(line).startswith(b"HTTP/1.1 ")


def test_half_a_request_does_not_keep_the_server_from_ending(tmp_path: Path) -> None:
    with (
        running(tmp_path, ENVIRONMENT, COMMAND) as server,
        ThreadPoolExecutor(12) as pool,
        connected(server.url) as half,
    ):
        half.sendall(head("POST", "/page/", Content_Length="5000") + b"x")
        for _ in range(10):
            pool.submit(ask, server, "/slow/")
        time.sleep(1)
        begin = time.monotonic()

        os.kill(server.process.pid, signal.SIGTERM)
        server.process.wait(30)

        # The two pages that were begun are waited for; the eight others would take sixteen seconds more.
        assert time.monotonic() - begin < 8


def test_values_of_headers_begin_without_a_blank(server: Server) -> None:
    assert b"set-cookie: theme=dark; path=/\r\n" in ask(server, "/page/").lower()
