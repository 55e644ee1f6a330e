"""Readers who need more contrast, or colours of their own, see what others see by colour."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, NewContext, carry_session
from tests.cast import Cast
from tests.factories import NotificationFactory
from ticketing.models import Priority, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINE = "getComputedStyle(document.documentElement).getPropertyValue('--line')"


@pytest.fixture
def office(new_visitor: NewContext, server: str, cast: Cast) -> Page:
    Ticket.objects.filter(pk=cast.ticket.pk).update(priority=Priority.HIGH)
    NotificationFactory(ticket=cast.ticket, person=cast.person("responsible"))
    context = new_visitor(DESKTOP)
    carry_session(context, cast, "responsible", server)
    return context.new_page()


def style(page: Page, what: str, of: str, pseudo: str = "") -> str:
    script = "([element, name, pseudo]) => getComputedStyle(element, pseudo || null)[name]"
    return str(page.evaluate(script, [page.locator(of).first.element_handle(), what, pseudo]))


def test_with_forced_colours_urgent_and_unread_rows_are_marked(office: Page) -> None:
    office.emulate_media(forced_colors="active")
    office.goto("/office/tickets/")

    assert style(office, "borderLeftStyle", "tr.is-high td") == "solid"
    dot = style(office, "backgroundColor", "tr.is-unread td", "::before")
    assert dot not in ("rgba(0, 0, 0, 0)", style(office, "backgroundColor", "body"))


def test_with_more_contrast_lines_are_darker(office: Page) -> None:
    office.goto("/office/tickets/")
    usual = office.evaluate(LINE)

    office.emulate_media(contrast="more")

    assert office.evaluate(LINE) != usual


def test_no_letters_are_smaller_than_twelve_pixels(office: Page) -> None:
    office.goto("/office/tickets/")
    script = """() => [...document.body.querySelectorAll("*")]
        .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 12).map((each) => each.outerHTML)"""

    assert office.evaluate(script) == []
