"""Calling a colleague in an internal update: proposed behind an @, by keyboard, told at once."""

import pytest
from playwright.sync_api import Page, expect

from messenger.models import Notification
from tests.browser.conftest import DESKTOP, NewContext
from tests.browser.story import open_shop
from tests.browser.test_story import sign_in
from tests.factories import AssignmentFactory, MemberFactory

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(server: str, new_visitor: NewContext) -> Page:
    """The conversation of a ticket, of which somebody writes an internal update."""
    shop = open_shop()
    MemberFactory(first_name="Tomke", last_name="Öz")
    MemberFactory(first_name="Thomas", last_name="Tomwell")
    page = new_visitor(DESKTOP).new_page()
    sign_in(page, shop.mara, shop)
    ticket = AssignmentFactory(person=shop.mara, ticket__device=shop.device, ticket__status="assigned").ticket
    page.goto(f"/office/tickets/{ticket.pk}/?tab=messenger&write=internal")
    return page


def test_a_colleague_is_found_and_told_by_keyboard(page: Page) -> None:
    field = page.locator("textarea[name=text]")
    field.press_sequentially("Look at this, @tom")
    options = page.get_by_role("listbox", name="Colleagues").get_by_role("option")
    expect(options).to_have_count(2)
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")
    name = options.nth(0).locator(".suggest__label").inner_text()
    field.press("Enter")
    expect(field).to_have_value(f"Look at this, @{name} ")
    expect(page.get_by_role("listbox", name="Colleagues")).to_be_hidden()

    page.get_by_role("button", name="Save internal update", exact=True).click()
    expect(page.locator(".chat")).to_contain_text(f"@{name}")
    told = Notification.objects.get(kind="mentioned")
    assert told.person.name == name


def test_nobody_is_proposed_in_what_customers_read(page: Page) -> None:
    page.get_by_text("Message", exact=True).first.click()
    field = page.locator("textarea[name=text]")
    field.press_sequentially("Ask @tom")
    page.wait_for_timeout(500)
    expect(page.get_by_role("listbox", name="Colleagues")).to_be_hidden()

    page.get_by_text("Internal", exact=True).first.click()
    field.press_sequentially("k")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    expect(field).to_have_value("Ask @tomk")
