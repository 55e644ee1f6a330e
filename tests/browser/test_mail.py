"""E-mails in a browser, as many mail programs show them: light and dark, on a desk and on a phone."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.common import clock
from config.demo.mails import page_of_mail
from fleet import organisation
from fleet.models import Organisation
from messenger.carriers import all_carriers
from messenger.carriers.folder import kept_mails
from messenger.models import Channel, Delivery, Occasion
from messenger.services.delivering import deliver_due
from messenger.services.unsubscribing import token_for
from tests.browser.conftest import DESKTOP, PHONE, NewContext, carry_session
from tests.cast import Cast
from tests.messenger.samples import picture
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update

pytestmark = pytest.mark.browser
TEXT = "Hello,\n\nthe **spare part** is here: https://example.com/parts/" + "x" * 80


@pytest.fixture
def mail(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of one that Max got, with all that a mail can have."""
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "messenger.carriers.folder.FolderBackend")
    house = Organisation(pk=1, name="Donaudampfschifffahrtsgesellschaft Müller & Söhne")
    house.logo.save("logo.jpg", ContentFile(picture(size=(300, 100))))
    organisation.forget_organisation()
    Delivery.objects.all().delete()
    act: dict[str, Any] = {"actor": cast.responsible, "ticket_id": cast.ticket.pk}
    for text in (TEXT, "And one more."):
        send_message(client_key=uuid.uuid4(), text=text, **act)
    send_message(client_key=uuid.uuid4(), text="Good.", actor=cast.moderator, ticket_id=cast.ticket.pk)
    post_update(client_key=uuid.uuid4(), is_internal=False, text="Pump is *new*.", **act)
    Delivery.objects.exclude(person=cast.person("manager")).delete()
    with clock.freeze(timezone.now() + timedelta(minutes=2)):
        deliver_due({Channel.EMAIL: all_carriers()[Channel.EMAIL]})
    yield kept_mails()[0].stem
    for path in kept_mails():
        path.unlink()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_mail_can_be_read_in_light_and_dark_on_any_screen(
    mail: str,
    new_visitor: NewContext,
    is_accessible: Callable[[Page], None],
    tmp_path: Path,
    kind: dict[str, Any],
    theme: str,
) -> None:
    page = new_visitor(kind, color_scheme=theme).new_page()
    page.set_content(page_of_mail(mail))

    is_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.querySelector('img').naturalWidth") == 300
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(244, 246, 249)") == (theme == "light")
    width = page.locator("table table").first.bounding_box()
    assert width is not None
    assert width["width"] <= 600
    picture_of_it = page.screenshot(path=tmp_path / f"{theme}.png", full_page=True)
    assert len(picture_of_it) > 5_000


def test_the_demo_shows_it_in_a_frame(mail: str, cast: Cast, server: str, new_visitor: NewContext) -> None:
    context = new_visitor(DESKTOP)
    carry_session(context, cast, "administrator", server)
    page = context.new_page()
    page.goto("/demo/mails/")
    page.get_by_role("link", name=cast.ticket.reference).first.click()

    shown = page.frame_locator("iframe")
    expect(shown.get_by_role("heading", level=1)).to_have_text(cast.ticket.title)
    page.get_by_text("As plain text").click()
    expect(page.locator("pre")).to_contain_text("And one more.")
    with context.expect_page() as opened:
        shown.get_by_role("link", name="Open ticket").click()
    # An administrator reads the ticket, too, and so lands at the place.
    expect(opened.value.locator("[data-behaviour~=messenger]")).to_be_visible()


def test_a_link_of_a_mail_leads_through_signing_in_to_its_place(cast: Cast, desktop: Page) -> None:
    manager = cast.person("responsible")
    manager.set_password("correct horse battery staple")
    manager.save()

    desktop.goto(f"/office/tickets/{cast.ticket.pk}/?tab=messenger")
    desktop.locator("input[name=login]").fill(manager.email or "")
    desktop.locator("input[name=password]").fill("correct horse battery staple")
    desktop.locator("main button[type=submit]").click()

    desktop.wait_for_url(f"**/office/tickets/{cast.ticket.pk}/?tab=messenger")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_mail_is_switched_off_and_on_again_on_its_page(
    cast: Cast, new_visitor: NewContext, is_accessible: Callable[[Page], None], has_scripts: bool
) -> None:
    page = new_visitor(PHONE, java_script_enabled=has_scripts).new_page()
    page.goto(f"/unsubscribe/{token_for(person=cast.person('manager'), occasions=[Occasion.MESSAGE], exemptions=[])}/")

    if has_scripts:
        is_accessible(page)
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Switched off")
    page.get_by_role("button", name="Switch on again").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
