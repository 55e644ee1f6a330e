"""By keyboard alone: the focus is never lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NewContext
from tests.browser.story import open_shop
from tests.browser.test_story import sign_in
from tests.factories import AssignmentFactory

pytestmark = [pytest.mark.browser]


@pytest.mark.usefixtures("server")
def test_a_question_opened_from_a_menu_gives_the_focus_back_to_the_menu(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    ticket = AssignmentFactory(person=shop.mara, ticket__device=shop.device, ticket__status="assigned").ticket
    sign_in(page, shop.moderator, shop)
    page.goto(f"/office/tickets/{ticket.pk}/")
    opener = page.locator(".ticket-header__actions details.menu summary")
    opener.focus()

    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(1)

    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(opener).to_be_focused()
