"""A code at a desk: paired while typing, protected, shared for a time that ends in open pages, and renewed."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from config.common import clock
from fleet.models import Code
from fleet.services.code_tokens import shared_token_of, url_of
from tests.browser.conftest import DESKTOP, PHONE, NewContext, carry_session, violations
from tests.cast import Cast
from tests.factories import CodeFactory

pytestmark = pytest.mark.browser


def test_a_code_is_paired_protected_shared_and_renewed(new_visitor: NewContext, cast: Cast, server: str) -> None:
    code: Code = CodeFactory(device=None, label="Left door")
    desk = new_visitor(DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    carry_session(desk, cast, "moderator", server)
    page = desk.new_page()
    page.goto("/office/codes/?state=unpaired")
    page.get_by_role("link", name="Left door").click()
    expect(page.get_by_text("it is not paired with a device")).to_be_visible()

    page.get_by_role("link", name="Pair with a device").click()
    page.get_by_role("combobox", name="Device").press_sequentially(cast.device.name[:4])
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".page-header__subtitle")).to_have_text(cast.device.name)
    assert violations(page) == []
    page.get_by_role("link", name="Set PIN").click()
    page.get_by_label("New PIN").fill("4711")
    page.get_by_role("button", name="Set PIN").click()
    expect(page.locator(".sheet__side")).to_contain_text("with PIN")

    page.get_by_role("button", name="Share for 30 minutes").click()
    page.get_by_role("button", name="Make the link").click()
    shared = page.get_by_label("Let it be scanned").input_value()
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("navigator.clipboard.readText()") == shared
    assert violations(page) == []
    guest = new_visitor(PHONE).new_page()
    guest.goto(shared)
    guest.get_by_label("PIN").fill("4711")
    guest.get_by_role("button").last.click()
    expect(guest.get_by_role("heading", level=1)).to_have_text(cast.device.name)

    old = url_of(Code.objects.get(pk=code.pk))
    page.goto(f"/office/codes/{code.pk}/")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Renew the code").click()
    page.get_by_role("button", name="Renew the code").click()
    expect(page.get_by_text("The code is renewed.")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("Renewed")
    for gone in (guest.url, shared, old):
        answer = guest.goto(gone)
        assert answer is not None
        assert answer.status == 404
    page.goto(f"/office/codes/?q={old}")
    expect(page.get_by_role("link", name="Left door")).to_be_visible()


def test_an_open_page_ends_with_the_link_by_which_it_was_opened(
    new_visitor: NewContext, cast: Cast, server: str
) -> None:
    guest = new_visitor(PHONE).new_page()
    closed: list[str] = []
    guest.on("websocket", lambda socket: socket.on("close", lambda _socket: closed.append(guest.url)))
    until = clock.now() + timedelta(seconds=8)
    guest.goto(f"/c/{shared_token_of(cast.code, until)}/")
    ticket = f"/d/{cast.device.slug}/tickets/{cast.ticket.pk}/"
    with guest.expect_websocket():
        guest.goto(ticket)
    closed.clear()

    guest.wait_for_timeout(max(0, (until - clock.now()).total_seconds() * 1000) + 1500)

    assert closed
    answer = guest.goto(ticket)
    assert answer is not None
    assert answer.status == 404
