"""Voice messages and films that are recorded in the page, with the microphone and the camera that Chromium pretends."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from messenger.services.preparing import prepare_next
from tests.browser.conftest import DESKTOP, NewContext, OpenPage, carry_session, expect_uploads_ready, following
from tests.cast import Cast
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database]
ROW = ".uploader__file[data-state=done]"
# Chromium, as it is started here, asks nobody.
REFUSE = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""


def send(page: Page) -> None:
    page.locator("form[data-composer] button[type=submit]:visible").click()


def plays(page: Page) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def record(page: Page) -> None:
    """Until the browser has kept a second of it."""
    button = page.get_by_role("button", name="Record a voice message")
    button.hover()
    page.mouse.down()
    expect(page.locator(".recording [data-time]")).to_have_text("0:02")
    assert button.count() == 0, "It says what it does now."


def test_a_voice_message_outlives_its_page_and_is_heard_by_the_other_side(
    cast: Cast, open_page: OpenPage, is_accessible: Callable[[Page], None]
) -> None:
    phone, desk = open_page("reporter"), open_page("responsible")
    record(phone)
    is_accessible(phone)
    with following(phone):
        phone.reload()
    expect_uploads_ready(phone)
    expect(phone.locator(ROW)).to_contain_text("Voice message")
    record(phone)
    phone.keyboard.press("Escape")
    expect(phone.locator(".recorder [data-said]")).to_have_text("The recording was discarded.")
    phone.mouse.up()
    expect(phone.locator(".recording")).to_have_count(0)
    expect(phone.locator(ROW)).to_have_count(1)
    plays(phone)
    is_accessible(phone)
    send(phone)

    voice = desk.locator(".attachment--audio")
    expect(voice).to_be_visible()
    assert prepare_next()
    # Hints of this process reach no page; one that was away asks.
    desk.evaluate("['offline', 'online'].forEach((each) => window.dispatchEvent(new Event(each)))")
    expect(voice.locator("source")).to_have_count(2)
    assert voice.locator("source").evaluate_all("all => all.map(({type}) => type)") == ["audio/webm", "audio/mp4"]
    speed = desk.get_by_role("button", name="Speed 1", exact=True)
    speed.click()
    expect(speed).to_have_count(0)
    plays(desk)
    assert voice.locator("audio").evaluate("audio => audio.playbackRate") == 1.5
    slider = voice.get_by_role("slider")
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"0:0\d of 0:0[23]"))


def test_a_refused_microphone_leaves_the_text_and_a_film_is_looked_at_before_it_is_sent(
    cast: Cast, new_visitor: NewContext, server: str
) -> None:
    context = new_visitor(DESKTOP)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()
    address = OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger"
    page.goto(address)
    expect_uploads_ready(page)
    page.evaluate(REFUSE)
    page.get_by_role("button", name="Record a voice message").press("Enter")
    expect(page.locator(".toast")).to_contain_text("The microphone was refused.")
    page.locator("[name=text]:visible").fill("Then I write it.")
    send(page)
    expect(page.locator(".bubble:not(.bubble--sending)")).to_contain_text("Then I write it.")

    page.goto(address)
    expect_uploads_ready(page)
    page.get_by_role("button", name="Record a film").click()
    filming = page.get_by_role("dialog")
    filming.get_by_role("button", name="Start recording").click()
    expect(filming.locator("[data-time]")).to_have_text("0:01")
    filming.get_by_role("button", name="Stop").click()
    expect(filming.locator("video[controls]")).to_be_visible()
    filming.get_by_role("button", name="Add the film").click()
    expect(page.locator(ROW)).to_contain_text("Film")
    send(page)
    expect(page.locator(".attachment--video video")).to_be_visible()
