"""The ticket list in a browser: rows, counts and employees that are loaded when they are wanted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NewContext
from tests.browser.story import open_shop
from tests.browser.test_story import sign_in
from tests.factories import AssignmentFactory, TicketFactory
from ticketing.office.listing import PAGE_SIZE

pytestmark = [pytest.mark.browser]


@pytest.mark.usefixtures("server")
def test_more_rows_come_while_scrolling_until_all_are_there(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    TicketFactory.create_batch(2 * PAGE_SIZE + 1, device=shop.device)
    sign_in(page, shop.moderator, shop)
    rows = page.locator("#ticket-rows a.subject")
    expect(rows).to_have_count(PAGE_SIZE)
    expect(page.locator("#count-open")).to_have_text(str(2 * PAGE_SIZE + 1))

    for wanted in (2 * PAGE_SIZE, 2 * PAGE_SIZE + 1):
        page.locator(".table-list__more").scroll_into_view_if_needed()
        expect(rows).to_have_count(wanted)

    expect(page.locator(".table-list__more")).to_have_count(0)
    assert len(set(rows.evaluate_all("links => links.map(link => link.href)"))) == 2 * PAGE_SIZE + 1


@pytest.mark.usefixtures("server")
def test_employees_to_filter_by_are_loaded_when_their_menu_opens(new_visitor: NewContext) -> None:
    shop, page = open_shop(), new_visitor(DESKTOP).new_page()
    wanted = AssignmentFactory(person=shop.jonas, ticket__device=shop.device, ticket__status="assigned").ticket
    TicketFactory(device=shop.device)
    sign_in(page, shop.moderator, shop)
    menu = page.locator(".filter-bar details.menu", has_text="Responsible")
    expect(menu.get_by_text(shop.jonas.name)).to_have_count(0)

    menu.locator("summary").click()
    menu.get_by_text(shop.jonas.name).click()

    page.wait_for_url(re.compile(rf"responsible={shop.jonas.pk}$"))
    expect(page.locator("#ticket-rows a.subject")).to_have_count(1)
    expect(page.locator("#ticket-rows a.subject")).to_have_attribute("href", f"/office/tickets/{wanted.pk}/")
    page.go_back()
    expect(page.locator("#ticket-rows a.subject")).to_have_count(2)
