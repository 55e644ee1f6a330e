"""Photos of a step wait on the server: another tab shows them in order, and a refused one stops no other."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from messenger.models import Attachment
from tests.browser.conftest import PHONE, NewContext, expect_uploads_ready
from tests.browser.story import Shop, in_three, open_shop, photo
from tests.browser.test_uploads import ROW, reach_the_photo_step
from tests.factories import QuestionFactory
from ticketing.models import QuestionKind, Step, Ticket, TicketStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COLOURS = ("red", "blue", "green")
FILES = [f"{colour}.jpg" for colour in COLOURS]


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


def names(page: Page) -> list[str]:
    return page.locator(f"{ROW}[data-state=done] .uploader__name").all_inner_texts()


def test_three_photos_are_there_in_order_after_a_reload_and_in_another_tab_and_are_sent_once(
    shop: Shop, new_visitor: NewContext
) -> None:
    context = new_visitor(PHONE)
    page = context.new_page()
    reach_the_photo_step(page, shop)
    page.locator("input[type=file]").last.set_input_files([photo(colour) for colour in COLOURS])
    expect(page.locator(f"{ROW}[data-state=done]")).to_have_count(3)
    page.reload()
    expect_uploads_ready(page)
    assert names(page) == FILES

    address = page.url
    page.close()
    page = context.new_page()
    page.goto(address)
    expect_uploads_ready(page)
    assert names(page) == FILES
    expect(page.locator(f"{ROW} img")).to_have_count(3)
    page.locator("button[value=next]").last.click()
    page.wait_for_url(re.compile(r"/summary/"))
    page.locator("button[type=submit]:visible", has_text="Send").last.click()
    expect(page.locator(".confirmation__number")).to_be_visible()

    ticket = Ticket.objects.get()
    assert ticket.status != TicketStatus.DRAFT
    assert list(Attachment.objects.filter(answer__ticket=ticket).values_list("name", flat=True)) == FILES
    assert Attachment.objects.count() == 3


def test_a_photo_of_one_question_never_answers_another(shop: Shop, phone: Page) -> None:
    details = Step.objects.order_by("position", "pk")[1]
    plate = QuestionFactory(step=details, kind=QuestionKind.FILES, is_required=False, **in_three("text", "Plate"))
    reach_the_photo_step(phone, shop)
    phone.locator("input[type=file]").last.set_input_files([photo("red")])
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(1)

    phone.go_back()
    expect(phone.get_by_text("Plate en")).to_be_visible()
    expect_uploads_ready(phone)
    phone.wait_for_load_state("networkidle")
    assert names(phone) == []
    phone.locator("button[value=next]").last.click()
    expect(phone.get_by_text("Photo en")).to_be_visible()
    expect_uploads_ready(phone)
    assert names(phone) == ["red.jpg"]
    assert not Attachment.objects.filter(answer__question=plate).exists()


def test_of_three_files_a_refused_one_is_named_and_the_others_are_still_there_without_it(
    shop: Shop, phone: Page
) -> None:
    reach_the_photo_step(phone, shop)
    program = FilePayload(name="setup.exe", mimeType="application/octet-stream", buffer=b"MZ" + bytes(range(256)) * 8)
    phone.locator("input[type=file]").last.set_input_files([photo("red"), program, photo("blue")])
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(2)
    expect(phone.locator(f"{ROW}[data-state=failed]")).to_contain_text("setup.exe")

    phone.reload()
    expect_uploads_ready(phone)
    assert names(phone) == ["red.jpg", "blue.jpg"]
    phone.locator("button[value=next]").last.click()
    phone.wait_for_url(re.compile(r"/summary/"))
    assert list(Attachment.objects.values_list("name", flat=True)) == ["red.jpg", "blue.jpg"]
