"""Steps are answered with the next page itself: its address, Back and Reload are as if it had been opened."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.story import Shop, open_shop, photo
from ticketing.models import Answer, Ticket, TicketStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


@pytest.fixture
def sent(phone: Page) -> list[str]:
    """The pages that the phone asks for, such as "POST /d/…/drafts/1/2/"."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request():
            asked.append(f"{request.method} {request.url}")

    phone.on("request", note)
    return asked


def expect_page(page: Page, title: str, address: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page).to_have_url(re.compile(rf"{address}$"))


def begin(page: Page, shop: Shop) -> None:
    page.goto(shop.link)
    page.get_by_role("button", name="Report en").click()
    expect_page(page, "What happened en", "/1/")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def answer_first_step(page: Page) -> None:
    page.get_by_label("Symptom en").fill("Conveyor stops")
    page.get_by_label("Story en").fill("Since this morning.")
    page.get_by_text("Stands en").click()
    press(page, "Next")
    expect_page(page, "Details en", "/2/")


def test_a_report_is_sent_without_asking_for_any_page_twice(phone: Page, shop: Shop, sent: list[str]) -> None:
    begin(phone, shop)
    answer_first_step(phone)
    sent.clear()

    phone.get_by_text("No", exact=True).click()
    press(phone, "Next")
    expect_page(phone, "Picture en", "/3/")
    phone.locator("input[type=file]").first.set_input_files([photo()])
    press(phone, "Next")
    expect_page(phone, "Check and send", "/summary/")
    expect(phone.locator("main")).to_contain_text("Conveyor stops")
    expect(phone.locator("main img")).to_have_count(1)
    press(phone, "Send")
    expect_page(phone, "Thank you, we have it", "/sent/")

    assert [request.split()[0] for request in sent] == ["POST"] * 3
    assert Ticket.objects.get().status == TicketStatus.OPEN


def test_back_forward_and_reload_show_the_steps_and_send_nothing(phone: Page, shop: Shop, sent: list[str]) -> None:
    begin(phone, shop)
    answer_first_step(phone)
    sent.clear()

    phone.reload()
    expect_page(phone, "Details en", "/2/")
    phone.go_back()
    expect_page(phone, "What happened en", "/1/")
    expect(phone.get_by_label("Symptom en")).to_have_value("Conveyor stops")
    phone.go_forward()
    expect_page(phone, "Details en", "/2/")
    phone.go_back()
    phone.go_back()
    expect_page(phone, shop.device.name, f"/d/{shop.device.slug}/")

    assert [request.split()[0] for request in sent] == ["GET"] * 5
    assert Ticket.objects.count() == 1
    assert Answer.objects.filter(value__text="Conveyor stops").count() == 1


def test_a_refused_step_keeps_its_address_and_its_place_in_the_history(phone: Page, shop: Shop) -> None:
    begin(phone, shop)
    phone.get_by_label("Symptom en").fill("Conveyor stops")
    press(phone, "Next")
    expect(phone.locator("[aria-invalid=true]").first).to_be_visible()
    expect_page(phone, "What happened en", "/1/")

    phone.reload()
    expect_page(phone, "What happened en", "/1/")
    expect(phone.get_by_label("Symptom en")).to_have_value("Conveyor stops")
    answer_first_step(phone)
    phone.go_back()
    expect_page(phone, "What happened en", "/1/")


def test_a_page_that_came_after_a_form_changes_its_language_where_it_is(phone: Page, shop: Shop) -> None:
    begin(phone, shop)
    answer_first_step(phone)

    phone.locator("summary", has_text="EN").first.click()
    phone.get_by_role("button", name="Deutsch").click()

    expect_page(phone, "Details de", "/2/")
