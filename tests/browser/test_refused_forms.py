"""A choice that cannot be used is asked again in its dialog, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from fleet.models import Person
from tests.browser.conftest import DESKTOP, NewContext
from tests.browser.story import open_shop
from tests.factories import AssignmentFactory

pytestmark = [pytest.mark.browser]


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_employee_who_left_meanwhile_is_not_assigned(
    new_visitor: NewContext, is_accessible: Callable[[Page], None], has_scripts: bool
) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP, java_script_enabled=has_scripts).new_page()
    ticket = AssignmentFactory(person=shop.mara, ticket__device=shop.device, ticket__status="assigned").ticket
    sign_in(page, shop.moderator, shop.password)
    page.goto(f"/office/tickets/{ticket.pk}/?tab=offers")
    page.locator("[data-target='assign-dialog']").click()
    dialog = page.locator("#assign-dialog")
    dialog.get_by_label("Employee").select_option(str(shop.jonas.pk))
    Person.objects.filter(pk=shop.jonas.pk).update(is_active=False)

    dialog.get_by_role("button", name="Assign", exact=True).click()

    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Choose an active employee.")).to_be_visible()
    expect(dialog.get_by_label("Employee")).to_have_attribute("aria-invalid", "true")
    if has_scripts:
        is_accessible(page)

    dialog.get_by_role("button", name="Back", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".offer-list").first).to_contain_text(shop.mara.name)


def sign_in(page: Page, person: Person, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email or "")
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    page.wait_for_url(re.compile(r"/office/tickets/"))
