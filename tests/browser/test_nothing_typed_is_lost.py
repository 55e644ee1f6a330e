"""What was typed survives another language, a reload, a dead spot, and signing out in another window."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.browser.story import Shop, open_shop
from tests.browser.test_story import sign_in
from tests.factories import AssignmentFactory, SubscriberFactory
from ticketing.models import Update

pytestmark = [pytest.mark.browser]


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


@pytest.fixture
def step(shop: Shop, new_visitor: NewContext) -> Page:
    """The first step of a flow, half filled in."""
    page = new_visitor(PHONE).new_page()
    page.goto(shop.link)
    page.get_by_role("button", name="Report en").click()
    page.get_by_label("Symptom en").fill("Conveyor stops")
    page.get_by_text("Stands en").click()
    return page


def expect_half_filled(page: Page, language: str = "en") -> None:
    expect(page.get_by_label(f"Symptom {language}")).to_have_value("Conveyor stops")
    expect(page.get_by_label(f"Stands {language}")).to_be_checked()


def test_another_language_and_a_reload_keep_a_half_filled_step(step: Page) -> None:
    step.reload()
    expect_half_filled(step)

    step.locator("header details.menu summary").last.click()
    step.locator("button[name=language][value=fr]").click()
    expect(step.locator("html")).to_have_attribute("lang", "fr")
    expect_half_filled(step, "fr")


def test_a_step_sent_in_a_dead_spot_is_still_there_when_its_writer_goes_back(step: Page) -> None:
    step.context.set_offline(True)
    step.get_by_role("button", name="Next", exact=True).last.click()
    step.wait_for_url(re.compile("chrome-error"))

    step.context.set_offline(False)
    step.go_back()
    expect_half_filled(step)

    step.get_by_role("button", name="Next", exact=True).last.click()
    expect(step.get_by_role("heading", level=1)).to_have_text("Details en")

    step.get_by_role("button", name="Back", exact=True).click()
    step.get_by_label("Symptom en").fill("Conveyor squeaks")
    step.get_by_role("button", name="Next", exact=True).last.click()
    step.get_by_role("button", name="Back", exact=True).click()
    expect(step.get_by_label("Symptom en")).to_have_value("Conveyor squeaks")


def test_an_update_outlives_signing_out_in_another_window_and_is_posted_once(
    shop: Shop, new_visitor: NewContext
) -> None:
    context = new_visitor(DESKTOP)
    page = context.new_page()
    sign_in(page, shop.mara, shop)
    ticket = AssignmentFactory(person=shop.mara, ticket__device=shop.device, ticket__status="assigned").ticket
    address = f"/office/tickets/{ticket.pk}/"
    page.goto(f"{address}?tab=internal")
    page.locator("textarea[name=text]").fill("Two hours of work")

    sign_out_elsewhere(context)
    page.wait_for_url(re.compile("/accounts/login/"))
    sign_in(page, shop.mara, shop)

    page.goto(f"{address}?tab=internal")
    expect(page.locator("textarea[name=text]")).to_have_value("Two hours of work")

    page.get_by_role("button", name="Save internal update", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Two hours of work")
    expect(page.locator("textarea[name=text]")).to_have_value("")
    assert Update.objects.count() == 1


def test_a_new_ticket_outlives_signing_out_with_what_was_chosen_in_it(shop: Shop, new_visitor: NewContext) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg", customer=shop.device.customer)
    context = new_visitor(DESKTOP)
    page = context.new_page()
    sign_in(page, shop.mara, shop)
    page.goto("/office/tickets/new/")
    page.get_by_role("combobox", name="Device").press_sequentially("pack")
    page.get_by_role("option").click()
    page.wait_for_url("**/form/")
    address = page.url
    page.get_by_role("combobox", name="Reported by").press_sequentially("anna")
    page.get_by_role("option").click()
    page.get_by_label("Internal: only employees").check()
    page.get_by_text("Not there yet?").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_label("Phone", exact=True).fill("030 1")
    page.get_by_label("Symptom en").fill("Conveyor stops")

    sign_out_elsewhere(context)
    page.wait_for_url(re.compile("/accounts/login/"))
    sign_in(page, shop.mara, shop)
    page.goto(address)

    expect(page.get_by_label("Symptom en")).to_have_value("Conveyor stops")
    expect(page.get_by_label("Internal: only employees")).to_be_checked()
    expect(page.get_by_label("Phone", exact=True)).to_have_value("030 1")
    expect(page.get_by_role("combobox", name="Reported by")).to_have_value("Anna Berg")
    expect(page.locator("input[name=person]")).to_have_value(str(anna.pk))


def sign_out_elsewhere(context: BrowserContext) -> None:
    other = context.new_page()
    other.goto("/accounts/logout/")
    other.locator("main button[type=submit]").click()
    other.wait_for_load_state()
