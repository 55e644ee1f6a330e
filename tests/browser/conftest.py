"""A real server, real browsers: the server on the very test database, a phone and a desktop in Chromium, and axe."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from config.common import live
from tests import chromium
from tests.cast import Cast, make_cast
from tests.chromium import CHROMIUM_ARGUMENTS, find_chromium
from tests.server import Server, collect_static_once, database_url, running
from tests.source import ROOT
from ticketing.models import TicketStatus
from ticketing.surfaces import OFFICE, PORTAL

PHONE, DESKTOP = chromium.PHONE, chromium.DESKTOP
# What htmx says of a request that was refused, aborted or never arrived.
HTMX_WITHOUT_ANSWER = (
    "htmx:responseError",
    "Response Status Error Code",
    "htmx:sendAbort",
    "htmx:sendError",
    "htmx:afterRequest",
)
# What is half faded in has other colours than it will have.
STILL = """() => Promise.allSettled(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity).map((each) => each.finished))"""
# Stylesheets of other files it would copy into the page, which the policy forbids, for no rule that we need.
ASK_AXE = """(options) => axe.run(document, { resultTypes: ["violations"], preload: false, ...options })
  .then((found) => found.violations)"""
# A machine that does other things as well is slow, not wrong.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("Chromium was not found: install it, or name it in CHROMIUM.")
    return {"executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def own_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A process on this worker's test database; one for each test would cost most of the time."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LIVE_SERVER": "1",
        "DATABASE_URL": database_url(),
        "PYTHONPATH": str(ROOT),
        # What tests write would be sent while they delete it.
        "DELIVER_IN_SERVER": "0",
    }
    collect_static_once(environment, Path(os.environ["FLEETDESK_TEST_DIR"]))
    with running(tmp_path_factory.mktemp("server"), environment) as server:
        yield server


@pytest.fixture
def server(transactional_db: None, own_server: Server) -> Iterator[str]:
    """Address of a server that works on this test's database; what the test wrote is visible to it."""
    url, log = own_server.url, own_server.log
    begin = log.stat().st_size
    # Links and QR codes that the test makes lead to the server under test.
    settings.PUBLIC_URL, before = url, settings.PUBLIC_URL
    try:
        yield url
    finally:
        settings.PUBLIC_URL = before
    words = log.read_bytes()[begin:].decode()
    assert not has_fault(words), words


def has_fault(words: str) -> bool:
    """Whether the log names a fault. Django also logs visitors who leave before they are answered: that is none."""
    left = re.findall(
        r"^Traceback[^\n]*\n(?:[ \t][^\n]*\n)*django\.core\.exceptions\.RequestAborted", words, re.MULTILINE
    )
    return words.count("Traceback") > len(left)


class Complaints(list[str]):
    """What pages said on their consoles: scripts that failed, and everything that the security policy blocked."""

    def listen(self, context: BrowserContext) -> None:
        context.on("weberror", lambda error: self.append(f"page error: {error.error}"))
        context.on("console", lambda message: self.append(message.text) if self.is_bad(message) else None)

    @staticmethod
    def is_bad(message: Any) -> bool:
        # A 4xx answer is the test's own matter, and it may cut the network on purpose.
        expected = ("Failed to load resource", "WebSocket connection", *HTMX_WITHOUT_ANSWER)
        return message.type == "error" and not any(words in message.text for words in expected)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert not heard, "\n".join(heard)


NewContext = Callable[..., BrowserContext]
OpenPage = Callable[..., Page]
Act = Callable[..., None]


@pytest.fixture
def new_visitor(browser: Browser, server: str, complaints: Complaints) -> Iterator[NewContext]:
    """Makes a browser context of its own cookies: `new_visitor(PHONE, locale="de")`."""
    contexts: list[BrowserContext] = []

    def make(kind: dict[str, Any], *, locale: str = "en", **options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": server, "locale": locale, **kind, **options})
        context.set_default_timeout(30_000)
        complaints.listen(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_visitor: NewContext) -> Page:
    return new_visitor(PHONE).new_page()


@pytest.fixture
def desktop(new_visitor: NewContext) -> Page:
    return new_visitor(DESKTOP).new_page()


@pytest.fixture
def cast(server: str, monkeypatch: pytest.MonkeyPatch) -> Cast:
    # Hints of this process reach no page; what the tests change while pages are open goes through the server.
    monkeypatch.setattr(live, "_send", lambda *_args: None)
    return make_cast(TicketStatus.ASSIGNED)


@pytest.fixture
def open_page(new_visitor: NewContext, server: str, cast: Cast) -> OpenPage:
    """A page of the ticket as that actor sees it, with what it follows already followed, and all its scripts ready."""

    def open_it(role: str, where: str = "") -> Page:
        is_outside = role in ("reporter", "holder", "other_holder")
        context = new_visitor(PHONE if is_outside else DESKTOP)
        carry_session(context, cast, role, server)
        page = context.new_page()
        surface = PORTAL if is_outside else OFFICE
        with following(page):
            page.goto(surface.ticket_url("ticket_detail", cast.ticket) + (where or "?view=messages&tab=messenger"))
        if page.locator("[data-behaviour~=messenger]").count():
            expect_messenger_ready(page)
        expect_uploads_ready(page)
        return page

    return open_it


def expect_messenger_ready(page: Page) -> None:
    """The messenger is loaded after the page. Before it listens, a message is sent by the plain form."""
    expect(page.locator(".chat__new")).to_be_attached()


def expect_uploads_ready(page: Page) -> None:
    expect(page.locator(".uploader:not(.is-enhanced)")).to_have_count(0)


@contextmanager
def following(page: Page) -> Iterator[None]:
    """What is done inside opens a socket; afterwards all topics of the page are followed."""
    pongs: list[str] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: pongs.append(str(frame)) if '"pong"' in str(frame) else None)

    # Before anything is done: a pong that comes while the page is still loading counts.
    page.on("websocket", watch)
    yield
    begin = time.monotonic()
    while not pongs:
        assert time.monotonic() - begin < 30, "The page follows nothing."
        page.wait_for_timeout(20)
    page.remove_listener("websocket", watch)


@pytest.fixture
def act(new_visitor: NewContext, server: str, cast: Cast) -> Act:
    """Does something to the ticket as that employee: `act("responsible", "finish")`."""

    def do(role: str, verb: str, **fields: Any) -> None:
        context = new_visitor(DESKTOP)
        carry_session(context, cast, role, server)
        page = context.new_page()
        page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket))
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        url = OFFICE.ticket_url(f"ticket_{verb}", cast.ticket)
        answer = context.request.post(url, form={**fields, "csrfmiddlewaretoken": token}, headers={"Referer": server})
        assert answer.ok, answer.text()

    return do


def carry_session(context: BrowserContext, cast: Cast, role: str, server: str) -> None:
    key = str(cast.client(role).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each. The policy forbids script tags, so axe is evaluated."""
    page.evaluate(axe())
    return found_by_axe(page)


@cache
def axe() -> str:
    return Path(AXE_FILE_PATH).read_text(encoding="utf-8")


def found_by_axe(page: Page, *rules: str) -> list[str]:
    """The same on a page that has axe already, and by these rules only if some are named."""
    page.evaluate(STILL)
    return [
        f"{page.url} {rule['id']} ({rule['impact']}): {rule['help']} {places(rule)}"
        for rule in page.evaluate(ASK_AXE, {"runOnly": rules} if rules else {})
    ]


def places(rule: dict[str, Any]) -> str:
    return json.dumps([node["html"][:200] for node in rule["nodes"][:3]])


@pytest.fixture
def is_accessible() -> Callable[[Page], None]:
    """`is_accessible(page)` fails with every violation that axe finds."""

    def check(page: Page) -> None:
        found = violations(page)
        assert not found, "\n".join(found)

    return check
