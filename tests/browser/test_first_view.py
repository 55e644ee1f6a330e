"""What a phone loads that comes from a code for the first time: few requests, and few bytes."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import DESKTOP, PHONE, NewContext, carry_session
from tests.browser.story import open_shop
from tests.browser.test_slow_scripts import hold
from tests.cast import Cast
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# 38 KB when this was written, without help, scanning, files and tickets; slow 4G brings 180 KB in a second.
MOST_BYTES = 41_000


@dataclass
class Traffic:
    """What came over the network, by the browser's own account: head and body of each answer, as they travelled."""

    addresses: dict[str, str] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def listen(self, session: CDPSession) -> None:
        session.on("Network.responseReceived", self._begun)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _begun(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = event["response"]["url"]
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        self.encodings[event["response"]["url"]] = headers.get("content-encoding", "")

    def _finished(self, event: dict[str, Any]) -> None:
        self.sizes[self.addresses[event["requestId"]]] = int(event["encodedDataLength"])


@pytest.mark.usefixtures("server")
def test_first_view_behind_a_code_takes_few_requests_and_bytes(new_visitor: NewContext) -> None:
    context = new_visitor(PHONE)
    page, traffic = context.new_page(), Traffic()
    traffic.listen(context.new_cdp_session(page))

    page.goto(open_shop().link, wait_until="networkidle")

    # The page, its stylesheet, its script, and htmx.
    assert len(traffic.sizes) == 4, traffic.sizes
    assert sum(traffic.sizes.values()) <= MOST_BYTES, traffic.sizes
    encodings = [encoding for address, encoding in traffic.encodings.items() if "/static/" in address]
    assert encodings == ["br"] * 3


def test_scripts_that_are_loaded_later_do_not_wait_for_the_first(
    cast: Cast, new_visitor: NewContext, server: str
) -> None:
    context = new_visitor(DESKTOP)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()
    let_go = hold(page, "office")

    with (
        page.expect_request(re.compile(r"/js/behaviours/messenger\.")),
        page.expect_request(re.compile(r"/js/behaviours/uploads\.")),
    ):
        page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger", wait_until="commit")

    let_go()
    expect(page.locator(".chat__new")).to_be_attached()
    names = page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    assert len(names) == len(set(names)), "None is loaded twice"
