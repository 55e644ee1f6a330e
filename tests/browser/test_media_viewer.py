"""Pictures of a ticket in one viewer, and links to steps of the help in its messages."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, NewContext, carry_session
from tests.cast import Cast
from tests.ticketing.help import element, publish, text
from tests.ticketing.portal_browser import photo
from ticketing.services.messages import send_message
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_pictures_open_in_one_viewer(
    cast: Cast, new_visitor: NewContext, server: str, is_accessible: Callable[[Page], None]
) -> None:
    for name in ("one.png", "two.png", "three.png"):
        send_message(actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), files=[photo(name)])
    context = new_visitor(PHONE)
    carry_session(context, cast, "reporter", server)
    page = context.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(PORTAL.ticket_url("ticket_detail", cast.ticket))
    picture = page.get_by_role("link", name="two.png")
    expect(picture).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "behaviours/viewer." in url or "viewer.css" in url or "lib/zoom" in url]

    picture.tap()
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_contain_text("two.png")
    expect(viewer).to_contain_text("2 of 3")
    is_accessible(page)
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("3 of 3")
    page.keyboard.press("+")
    expect(viewer.locator(".is-zoomed")).to_be_visible()
    page.keyboard.press("0")
    expect(viewer.locator(".is-zoomed")).to_have_count(0)
    page.mouse.move(300, 400)
    page.mouse.down()
    page.mouse.move(100, 410, steps=4)
    page.mouse.up()
    expect(viewer).to_contain_text("1 of 3")
    expect(viewer.get_by_role("link", name="Save")).to_have_attribute("href", re.compile(r"\?download=1$"))

    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(picture).to_be_focused()


def test_a_step_of_the_help_is_chosen_sent_and_opened(
    cast: Cast, new_visitor: NewContext, server: str, is_accessible: Callable[[Page], None]
) -> None:
    title = text("Check the oil", de="Öl prüfen")
    publish(cast.device.template, element("oil", title=title), element("belt", title="Tighten the belt"))
    desk, phone = new_visitor(DESKTOP), new_visitor(PHONE, locale="de")
    carry_session(desk, cast, "responsible", server)
    carry_session(phone, cast, "reporter", server)
    page, reader = desk.new_page(), phone.new_page()
    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger")
    field = page.get_by_role("textbox", name="Message")
    field.fill("First:")

    page.get_by_role("link", name="Link to a step of the help").click()
    dialog = page.get_by_role("dialog", name="Link to a step of the help")
    expect(dialog.locator(".help-pick")).to_have_count(2)
    is_accessible(page)
    page.keyboard.type("oil")
    expect(dialog.locator(".help-pick")).to_have_count(1)
    dialog.get_by_role("link", name="Check the oil").click()
    expect(field).to_be_focused()
    expect(field).to_have_value(f"First: [[/d/{cast.device.slug}/help/oil/ | Check the oil]]")
    assert page.evaluate("getSelection().toString()") == "Check the oil"
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".bubble:not(.bubble--sending) .help-card")).to_contain_text("Check the oil")

    reader.goto(PORTAL.ticket_url("ticket_detail", cast.ticket))
    reader.get_by_role("link", name="Öl prüfen").tap()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Öl prüfen")
    is_accessible(reader)
    reader.locator(".help__back").tap()
    expect(reader.get_by_role("link", name="Öl prüfen")).to_be_visible()
