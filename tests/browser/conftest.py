"""A real server, real browsers: the server on the very test database, a phone and a desktop in Chromium, and axe."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.server import Server, collect_static, database_url, running
from tests.source import ROOT

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
# A machine that does other things as well is slow, not wrong.
expect.set_options(timeout=20_000)


def find_chromium() -> str | None:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if name and (path := shutil.which(name))), None)


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
    }
    collect_static(environment)
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
        expected = "Failed to load resource" in message.text or "WebSocket connection" in message.text
        return message.type == "error" and not expected


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert not heard, "\n".join(heard)


NewContext = Callable[..., BrowserContext]


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


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each. The policy forbids script tags, so axe is evaluated."""
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{page.url} {rule['id']} ({rule['impact']}): {rule['help']} {places(rule)}" for rule in found]


def places(rule: dict[str, Any]) -> str:
    return json.dumps([node["html"][:200] for node in rule["nodes"][:3]])


@pytest.fixture
def is_accessible() -> Callable[[Page], None]:
    """`is_accessible(page)` fails with every violation that axe finds."""

    def check(page: Page) -> None:
        found = violations(page)
        assert not found, "\n".join(found)

    return check
