"""The frame in real browsers: signing in looks right in each language and breaks no rule of accessibility or policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, NewContext

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_sign_in_page_is_accessible_in_every_language(
    new_visitor: NewContext, is_accessible: Callable[[Page], None], locale: str
) -> None:
    for kind in (PHONE, DESKTOP):
        page = new_visitor(kind, locale=locale).new_page()
        page.goto("/accounts/login/")

        expect(page.locator("html")).to_have_attribute("lang", locale)
        is_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"


def test_a_page_that_does_not_exist_is_accessible(desktop: Page, is_accessible: Callable[[Page], None]) -> None:
    answer = desktop.goto("/office/nothing/")

    assert answer is not None
    assert answer.status == 404
    is_accessible(desktop)


def test_a_socket_of_another_site_is_refused(desktop: Page, server: str) -> None:
    desktop.goto("about:blank")

    outcome = desktop.evaluate(
        """address => new Promise(done => {
            const socket = new WebSocket(address);
            socket.onopen = () => done('open');
            socket.onerror = () => done('refused');
        })""",
        server.replace("http", "ws") + "/ws/",
    )

    assert outcome == "refused"
