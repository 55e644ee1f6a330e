"""Notification settings and muting in a real browser, with and without scripts; the tone of what is urgent."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fleet.models import Person
from messenger.models import Choice, Exemption, Mute, Preferences
from tests.browser.conftest import DESKTOP, PHONE, NewContext, OpenPage, carry_session
from tests.cast import Cast
from tests.factories import NotificationFactory
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/office/settings/notifications/"
# Counts tones instead of playing them; scripts of tests would count as a touch of the page.
COUNTING = """(isTouched) => {
  Object.defineProperty(navigator, "userActivation", {value: {hasBeenActive: isTouched}});
  window.tones = 0;
  window.OscillatorNode = class { connect() { return {connect() {}}; } start() { window.tones += 1; } stop() {} };
}"""


def visit(new_visitor: NewContext, cast: Cast, server: str, role: str, kind: dict[str, Any], **options: Any) -> Page:
    context = new_visitor(kind, **options)
    carry_session(context, cast, role, server)
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("kind", [PHONE, DESKTOP])
def test_settings_are_made_in_one_form(
    cast: Cast, new_visitor: NewContext, server: str, kind: dict[str, Any], javascript: bool
) -> None:
    page = visit(new_visitor, cast, server, "responsible", kind, java_script_enabled=javascript)
    page.goto(PAGE)

    page.get_by_label("Offers of tickets: E-mail").uncheck()
    page.get_by_label("Once a day").check()
    page.get_by_label("Quiet from").fill("20:00")
    page.get_by_label("Saturday").uncheck()
    page.get_by_label("Sunday").uncheck()
    page.get_by_role("button", name="Add an exception").click()
    page.get_by_label("Template or team").select_option(label="Washing machine")
    page.get_by_label("When").select_option(label="never")
    page.locator(".form-actions").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Quiet until")
    expect(page.get_by_label("Template or team")).to_have_value(f"template-{cast.device.template_id}")
    page.get_by_label("Quiet until").fill("06:30")
    page.locator(".form-actions").get_by_role("button", name="Save").click()

    expect(page.get_by_text("Your notification settings were saved.")).to_be_visible()
    own = Preferences.objects.get(person=cast.person("responsible"))
    assert (own.pace, own.working_days, str(own.quiet_from)) == ("daily", 0b001_1111, "20:00:00")
    assert [(each.occasion, each.channel) for each in Choice.objects.all()] == [("offer", "email")]
    assert [each.template for each in Exemption.objects.all()] == [cast.device.template]

    page.get_by_role("button", name="Remove exception").click()
    expect(page.get_by_label("Template or team")).to_have_count(0)
    page.locator(".form-actions").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your notification settings were saved.")).to_be_visible()
    assert not Exemption.objects.exists()


def test_the_default_shows_beside_what_is_changed_and_enter_saves(
    cast: Cast, new_visitor: NewContext, server: str
) -> None:
    page = visit(new_visitor, cast, server, "responsible", DESKTOP)
    page.goto(PAGE)
    mark = page.locator(".channel-box", has=page.get_by_label("Offers of tickets: Push")).get_by_text("Default: on")
    expect(mark).to_be_hidden()

    page.get_by_label("Offers of tickets: Push").uncheck()
    expect(mark).to_be_visible()
    page.get_by_label("Time zone").press("Enter")

    expect(page.get_by_text("Your notification settings were saved.")).to_be_visible()
    expect(mark).to_be_visible()
    page.get_by_role("button", name="Reset to defaults").click()
    page.locator("dialog[open]").get_by_role("button", name="Reset", exact=True).click()
    expect(page.get_by_label("Offers of tickets: Push")).to_be_checked()


def test_the_browser_proposes_its_time_zone_once(cast: Cast, new_visitor: NewContext, server: str) -> None:
    page = visit(new_visitor, cast, server, "responsible", DESKTOP, timezone_id="America/New_York")

    page.goto(PAGE)
    expect(page.get_by_label("Time zone")).to_have_value("America/New_York")
    page.get_by_label("Time zone").fill("Tokyo")
    page.locator(".form-actions").get_by_role("button", name="Save").click()

    expect(page.get_by_text("Your notification settings were saved.")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")


@pytest.mark.parametrize("locale", ["en", "de", "fr"])
@pytest.mark.parametrize("kind", [PHONE, DESKTOP, {"viewport": {"width": 320, "height": 640}}])
def test_the_page_is_accessible_and_no_wider_than_the_screen(
    cast: Cast,
    new_visitor: NewContext,
    server: str,
    is_accessible: Callable[[Page], None],
    kind: dict[str, Any],
    locale: str,
) -> None:
    Person.objects.update(language=locale)
    Mute.objects.create(person=cast.person("administrator"), ticket=cast.ticket)
    Choice.objects.create(person=cast.person("administrator"), occasion="offer", channel="push", is_on=False)
    page = visit(new_visitor, cast, server, "administrator", kind, locale=locale)
    page.goto(PAGE)
    page.locator("button[name=add]").click()
    expect(page.locator("[name=exemption-0-about]")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= kind["viewport"]["width"]
    is_accessible(page)


# Muting --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("kind", [PHONE, DESKTOP])
def test_a_ticket_is_muted_and_unmuted_on_its_page(
    cast: Cast,
    new_visitor: NewContext,
    server: str,
    is_accessible: Callable[[Page], None],
    kind: dict[str, Any],
    javascript: bool,
) -> None:
    page = visit(new_visitor, cast, server, "responsible", kind, java_script_enabled=javascript)
    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=updates")
    menu = page.locator(".ticket-header summary", has_text="More actions")

    menu.click()
    page.get_by_role("link", name="Mute …").click()
    dialog = page.locator("#mute-dialog")
    expect(dialog).to_be_visible()
    if javascript:
        is_accessible(page)
    dialog.get_by_role("button", name="Mute until then").click()
    expect(page.locator("#mute-dialog")).to_contain_text("Choose a day in the future.")
    page.locator("#mute-dialog").get_by_role("button", name="Until I switch it on again").click()

    muted = page.locator(".ticket-header__muted")
    expect(muted).to_contain_text("Muted")
    assert "tab=updates" in page.url
    assert Mute.objects.get().until is None
    muted.get_by_role("button", name="Unmute").click()
    expect(page.get_by_text("This ticket is not muted any more.")).to_be_visible()
    expect(muted).to_have_count(0)
    assert not Mute.objects.exists()


# Sound ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "plays_sound", "touched", "tones"),
    [
        ("ticket_assigned", True, True, 2),
        ("ticket_assigned", False, True, 0),
        ("message_sent", True, True, 0),
        # Nobody has touched the page yet: browsers would refuse.
        ("ticket_assigned", True, False, 0),
    ],
)
def test_what_is_urgent_sounds_once(
    cast: Cast, open_page: OpenPage, act: Any, kind: str, plays_sound: bool, touched: bool, tones: int
) -> None:
    person = cast.person("uninvolved")
    Preferences.objects.create(person=person, plays_sound=plays_sound)
    page = open_page("uninvolved", "?tab=general")
    page.evaluate(COUNTING, touched)
    elsewhere = NotificationFactory(person=person, kind=kind)

    # Any hint of the bell has it asked what is new.
    page.evaluate("document.querySelector('.shell__tools [data-behaviour=live]').dispatchEvent(new Event('live'))")

    expect(page.locator("#bell-toasts .toast")).to_contain_text(elsewhere.ticket.reference)
    expect(page.locator("[data-behaviour=chime]")).to_have_count(0)
    page.wait_for_timeout(300)
    assert page.evaluate("window.tones") == tones
