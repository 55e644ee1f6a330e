"""The sheet of a device on a phone and at a desk: from the ticket to the record, on paper, and edited by two."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fleet.models import Device
from tests.browser.conftest import DESKTOP, PHONE, NewContext, carry_session, violations
from tests.browser.story import photo
from tests.cast import Cast
from tests.factories import ReservationFactory, VehicleFactory

pytestmark = pytest.mark.browser


def visit(new_visitor: NewContext, cast: Cast, server: str, role: str, kind: dict[str, Any], **options: Any) -> Page:
    context = new_visitor(kind, **options)
    carry_session(context, cast, role, server)
    return context.new_page()


@pytest.mark.parametrize("kind", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_ticket_leads_to_the_sheet_and_the_sheet_to_all_its_parts(
    new_visitor: NewContext, cast: Cast, server: str, kind: dict[str, Any]
) -> None:
    page = visit(new_visitor, cast, server, "moderator", kind)
    page.goto(f"/office/tickets/{cast.ticket.pk}/")

    page.get_by_role("link", name=cast.device.name, exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(cast.device.name)
    expect(page.get_by_role("link", name=cast.ticket.subject)).to_be_visible()
    assert violations(page) == []
    for name in ("All tickets", "Service record", "Codes"):
        page.get_by_role("navigation", name="Parts of the sheet").get_by_role("link", name=name).click()
        expect(page.locator(".tab[aria-current]")).to_contain_text(name)
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_the_record_is_narrowed_without_scripts(new_visitor: NewContext, cast: Cast, server: str) -> None:
    page = visit(new_visitor, cast, server, "moderator", PHONE, java_script_enabled=False)
    page.goto(f"/office/devices/{cast.device.slug}/?tab=record")
    expect(page.locator(".record")).to_contain_text("Took responsibility.")

    page.get_by_label("Version").select_option("customer")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".notice")).to_contain_text("Version for the customer")
    expect(page.locator(".record")).to_contain_text("Sent the ticket.")
    expect(page.locator(".record")).not_to_contain_text("Rejected the offer.")
    assert "tab=record" in page.url


def test_paper_shows_the_record_and_nothing_of_the_frame(new_visitor: NewContext, cast: Cast, server: str) -> None:
    page = visit(new_visitor, cast, server, "manager", DESKTOP)
    page.goto(f"/office/devices/{cast.device.slug}/record/")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    expect(page.get_by_text(re.compile("Record complete and unchanged, [0-9]+ entries"))).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator(".record")).to_be_visible()
    for frame in (".shell__side", ".shell__top", ".page-header__actions"):
        expect(page.locator(frame)).to_be_hidden()


def test_two_who_edit_at_once_lose_nothing(new_visitor: NewContext, cast: Cast, server: str) -> None:
    first = visit(new_visitor, cast, server, "moderator", DESKTOP)
    second = visit(new_visitor, cast, server, "administrator", DESKTOP)
    for page in (first, second):
        page.goto(f"/office/devices/{cast.device.slug}/edit/")
    first.get_by_label("Name", exact=False).first.fill("Washer of the first")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Washer of the first")

    second.locator("[name=name]").fill("Washer of the second")
    second.locator("[name=location]").fill("Cellar")
    second.get_by_role("button", name="Save").click()

    expect(second.locator(".field__errors")).to_contain_text("Washer of the first")
    expect(second.locator("[name=name]")).to_have_value("Washer of the second")
    expect(second.locator("[name=location]")).to_have_value("Cellar")
    assert violations(second) == []
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Washer of the second")
    assert Device.objects.get(pk=cast.device.pk).location == "Cellar"


def test_a_manager_finds_a_reservation_on_a_phone(new_visitor: NewContext, cast: Cast, server: str) -> None:
    vehicle = VehicleFactory(customer=cast.device.customer, licence_plate="AB-123-CD")
    reservation = ReservationFactory(device=vehicle, person=cast.person("subscriber"), number="R-77")
    page = visit(new_visitor, cast, server, "manager", PHONE)
    page.goto("/office/reservations/")

    page.get_by_label("Search reservations").last.fill("ab 123")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="R-77").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(reservation.number)
    page.get_by_role("link", name=vehicle.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(vehicle.name)
    assert page.get_by_role("link", name="Edit").count() == 0


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_picture_is_added_and_removed(new_visitor: NewContext, cast: Cast, server: str, *, has_scripts: bool) -> None:
    page = visit(new_visitor, cast, server, "moderator", PHONE, java_script_enabled=has_scripts)
    sheet, shown = f"/office/devices/{cast.device.slug}/", page.locator("main img")
    page.goto(f"{sheet}edit/")
    remove = page.get_by_label("Remove picture")
    expect(remove).to_have_count(0)

    page.get_by_label("Picture").set_input_files(photo())
    page.get_by_role("button", name="Save").click()
    expect(shown).to_have_count(1)
    page.goto(f"{sheet}edit/")
    remove.check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Your changes were saved.")).to_be_visible()
    expect(shown).to_have_count(0)
    page.goto(f"{sheet}edit/")
    expect(remove).to_have_count(0)
