"""Answering, editing, taking back and finding messages while both sides look."""

import pytest
from playwright.sync_api import Page, expect

from messenger.models import Message
from tests.browser.conftest import OpenPage
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def write(page: Page, text: str) -> None:
    page.locator("form[data-composer] textarea").fill(text)
    page.locator("form[data-composer] button[type=submit]:visible").click()


def open_actions(page: Page, text: str) -> None:
    page.locator(".bubble", has_text=text).locator("[data-message-actions]").click()


def test_both_sides_see_what_is_edited_and_taken_back(cast: Cast, open_page: OpenPage) -> None:
    employee, customer = open_page("responsible"), open_page("reporter")
    write(customer, "Hasty words")
    # Nobody answers past what they have not seen.
    expect(employee.locator(".bubble")).to_have_count(1)
    write(employee, "**Wrong** ticket")
    expect(customer.locator(".bubble")).to_have_count(2)

    open_actions(customer, "Wrong ticket")
    customer.get_by_role("link", name="Reply").click()
    write(customer, "Really?")
    expect(customer.locator(".bubble__quote")).to_contain_text("Wrong ticket")

    open_actions(customer, "Hasty words")
    customer.locator("#message-text").fill("Calm words")
    customer.get_by_role("button", name="Save").click()
    employee.locator(".bubble--mine [data-message-actions]").click()
    employee.get_by_role("button", name="Take back").click()

    for page in (employee, customer):
        expect(page.locator(".bubble", has_text="Calm words")).to_contain_text("edited")
        expect(page.locator(".bubble__gone")).to_have_count(1)
        expect(page.locator(".bubble__quote")).to_contain_text("message back." if page is employee else "taken back")
        expect(page.locator(".bubble")).to_have_count(3)


def test_an_answer_quotes_and_a_search_leads_there(cast: Cast, open_page: OpenPage) -> None:
    employee, customer = open_page("responsible"), open_page("reporter")
    write(customer, "The pump leaks")
    expect(employee.locator(".bubble")).to_have_count(1)

    open_actions(employee, "The pump leaks")
    employee.get_by_role("link", name="Reply").click()
    expect(employee.locator("[data-reply-bar]")).to_contain_text("The pump leaks")
    write(employee, "Which one?")

    expect(customer.locator(".bubble__quote")).to_contain_text("The pump leaks")
    expect(employee.locator("[data-reply-bar]")).to_be_hidden()
    assert Message.objects.get(text="Which one?").reply_to is not None
    employee.reload()
    employee.locator(".message-search summary").click()
    employee.keyboard.type("PUMP")
    employee.keyboard.press("Enter")
    expect(employee.locator("[data-position]")).to_have_text("1 of 1")
    expect(employee.locator(".bubble:target")).to_contain_text("The pump leaks")


def test_an_answer_that_was_held_back_is_still_one_when_it_was_edited(cast: Cast, open_page: OpenPage) -> None:
    employee, customer = open_page("responsible"), open_page("reporter")
    write(customer, "The pump leaks")
    open_actions(employee, "The pump leaks")
    employee.get_by_role("link", name="Reply").click()
    employee.route("**/messages/?after=*", lambda route: route.abort())
    write(customer, "And smokes")
    write(employee, "Which one?")
    held = employee.locator(".bubble--failed")
    expect(held).to_contain_text("wrote meanwhile")

    held.get_by_role("button", name="Edit").click()

    expect(employee.locator("[data-reply-bar]")).to_contain_text("The pump leaks")
    write(employee, "Which pump?")
    expect(employee.locator(".bubble__quote")).to_contain_text("The pump leaks")
    assert Message.objects.get(text="Which pump?").reply_to is not None
