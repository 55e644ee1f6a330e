"""Ready messages between a desk and a phone of another language, and canned replies behind a slash."""

import pytest
from playwright.sync_api import Page, expect

from messenger.models import Message
from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.browser.story import Shop, open_shop
from tests.browser.test_story import IsAccessible, sign_in
from tests.factories import AssignmentFactory
from ticketing.models import CannedReply, Ticket

pytestmark = [pytest.mark.browser]


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


@pytest.fixture
def ticket(shop: Shop) -> Ticket:
    ticket: Ticket = AssignmentFactory(person=shop.mara, ticket__device=shop.device, ticket__status="assigned").ticket
    return ticket


@pytest.fixture
def desk(shop: Shop, ticket: Ticket, new_visitor: NewContext) -> Page:
    page = new_visitor(DESKTOP).new_page()
    sign_in(page, shop.mara, shop)
    page.goto(f"/office/tickets/{ticket.pk}/?tab=messenger")
    return page


def test_a_question_is_asked_and_answered_in_two_languages(
    shop: Shop, ticket: Ticket, desk: Page, new_visitor: NewContext, is_accessible: IsAccessible
) -> None:
    phone = new_visitor(PHONE, locale="de").new_page()
    phone.goto(shop.link)
    phone.goto(f"/d/{shop.device.slug}/tickets/{ticket.pk}/?view=messages")
    desk.get_by_role("link", name="Ready messages").press("Enter")
    dialog = desk.get_by_role("dialog", name="Ready messages")
    dialog.get_by_role("link", name="Is anyone in danger?").press("Enter")
    expect(dialog).to_contain_text("Code user reads (English):")
    is_accessible(desk)
    dialog.get_by_role("button", name="Send", exact=True).press("Enter")
    expect(desk.locator(".bubble--mine")).to_contain_text("Is anyone in danger?")

    expect(phone.locator(".bubble")).to_contain_text("Ist jemand in Gefahr?")
    is_accessible(phone)
    phone.get_by_role("button", name="Nein", exact=True).dblclick()

    expect(phone.locator(".bubble--mine")).to_contain_text("Nein")
    expect(phone.get_by_role("button", name="Nein", exact=True)).to_have_count(0)
    expect(desk.locator(".bubble:not(.bubble--mine)")).to_contain_text("No")
    assert Message.objects.count() == 2


def test_a_canned_reply_is_found_behind_a_slash_and_not_sent(shop: Shop, ticket: Ticket, desk: Page) -> None:
    CannedReply.objects.create(owner=shop.mara, name="Greeting", text_en="Hello, this is {{me}}.")
    field = desk.locator("textarea[name=text]")
    options = desk.get_by_role("listbox", name="Canned replies").get_by_role("option")
    # A slash inside of a word begins none.
    field.press_sequentially("24/7 /gre")
    expect(options).to_have_count(1)
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("24/7 /gre")

    field.press("e")
    expect(options).to_have_count(1)
    field.press("Enter")

    expect(field).to_have_value("24/7 Hello, this is Mara Vogt.")
    assert Message.objects.count() == 0
