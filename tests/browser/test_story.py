"""From a scanned code to a rated ticket: a phone and a desktop at once, in three languages."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from fleet.models import Person
from ratings.models import Rating
from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.browser.story import Shop, open_shop, photo, say
from ticketing.models import Ticket, TicketStatus

pytestmark = [pytest.mark.browser]
IsAccessible = Callable[[Page], None]
# Axe reads elements and colours, which are the same in every language: it is asked in the one with the longest words.
ASKED_IN = "de"


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


@pytest.fixture
def is_accessible(is_accessible: IsAccessible, outside: str) -> IsAccessible:
    return is_accessible if outside == ASKED_IN else lambda _page: None


def sign_in(page: Page, person: Person, shop: Shop) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email or "")
    page.locator("input[name=password]").fill(shop.password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/office/tickets/"))


def present_station(page: Page) -> str:
    return page.locator(".status-bar [aria-current=step] .status-bar__label").inner_text()


def expect_status(page: Page, language: str, status: TicketStatus) -> None:
    label = say(language, status.name.replace("_", " "), "status" if status == TicketStatus.OPEN else "")
    expect(page.locator(".status-bar [aria-current=step]")).to_contain_text(label, ignore_case=True)


def report(page: Page, shop: Shop, language: str, is_accessible: IsAccessible) -> None:
    """Scan, answer, go back without loss, leave in the middle, resume, check and send with a double click."""
    text = partial(say, language)
    page.goto(shop.link)
    assert shop.link.rstrip("/").rpartition("/")[2] not in page.url, "The code's secret stays out of later addresses"
    expect(page.get_by_role("heading", level=1)).to_have_text(shop.device.name)
    is_accessible(page)
    page.get_by_role("button", name=f"Report {language}").click()
    _answer_first_step(page, language, text, is_accessible)
    page.get_by_role("button", name=text("Back"), exact=True).click()
    expect(page.get_by_label(f"Symptom {language}")).to_have_value("Conveyor stops")
    page.get_by_role("button", name=text("Next"), exact=True).last.click()
    _answer_second_step(page, language, text)
    page.goto(f"/d/{shop.device.slug}/")
    page.get_by_role("link", name="Conveyor stops").first.click()
    page.locator("input[type=file]").first.set_input_files([photo()])
    page.get_by_role("button", name=text("Next"), exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(text("Check and send"))
    expect(page.locator("main")).to_contain_text("12.5" if language == "en" else "12,5")
    is_accessible(page)
    page.get_by_label(text("Name"), exact=True).fill("Ada")
    page.get_by_role("button", name=text("Send"), exact=True).last.dblclick()
    page.wait_for_url(re.compile(r"/sent/"))
    is_accessible(page)


def _answer_first_step(page: Page, language: str, text: Callable[[str], str], is_accessible: IsAccessible) -> None:
    page.get_by_role("button", name=text("Next"), exact=True).last.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    is_accessible(page)
    page.get_by_label(f"Symptom {language}").fill("Conveyor stops")
    page.get_by_label(f"Story {language}").fill("Since this morning, every ten minutes.")
    page.get_by_text(f"Stands {language}").click()
    page.get_by_role("button", name=text("Next"), exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Details {language}")


def _answer_second_step(page: Page, language: str, text: Callable[[str], str]) -> None:
    page.get_by_text(f"Knocks {language}").click()
    page.get_by_label(f"Hours {language}").fill("12,5")
    page.get_by_label(f"Since {language}").fill("2026-01-31")
    page.get_by_text(text("No"), exact=True).click()
    page.get_by_role("button", name=text("Next"), exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Picture {language}")


def write(page: Page, text: str) -> None:
    page.locator("form[data-composer] textarea").fill(text)
    page.locator("form[data-composer] .composer__end button:visible").click()


def open_tab(page: Page, tab: str) -> None:
    page.goto(page.url.split("?")[0] + f"?tab={tab}")


def answer_dialog(page: Page, opener: str, confirm: str) -> None:
    link, button = (
        page.get_by_role("link", name=opener, exact=True),
        page.get_by_role("button", name=opener, exact=True),
    )
    link.or_(button).first.click()
    page.locator("dialog[open]").get_by_role("button", name=confirm, exact=True).click()


@pytest.mark.parametrize(("outside", "inside"), [("en", "en"), ("de", "fr"), ("fr", "de")])
def test_a_scanned_code_becomes_a_rated_ticket(
    shop: Shop, new_visitor: NewContext, is_accessible: IsAccessible, outside: str, inside: str
) -> None:
    phone = new_visitor(PHONE, locale=outside).new_page()
    desk = new_visitor(DESKTOP, locale=inside).new_page()
    Person.objects.update(language=inside)
    phone_text, desk_text = partial(say, outside), partial(say, inside)

    sign_in(desk, shop.mara, shop)
    is_accessible(desk)
    expect(desk.locator("#bell-count")).to_have_text("")
    report(phone, shop, outside, is_accessible)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.subject, ticket.offers.count()) == (TicketStatus.OPEN, "Conveyor stops", 2)

    # The open back office hears of it at once: bell, toast and list, without a reload.
    expect(desk.locator("#bell-count")).to_have_text("1")
    expect(desk.locator(".toast").first).to_be_visible()
    desk.goto(f"/office/tickets/{ticket.pk}/")
    expect_status(desk, inside, TicketStatus.OPEN)
    is_accessible(desk)

    phone.goto(f"/d/{shop.device.slug}/tickets/{ticket.pk}/")
    expect_status(phone, outside, TicketStatus.OPEN)
    is_accessible(phone)
    desk.get_by_role("button", name=desk_text("Accept"), exact=True).click()
    expect_status(desk, inside, TicketStatus.ASSIGNED)
    expect_status(phone, outside, TicketStatus.ASSIGNED)

    # They talk, live, and nothing gets lost while the phone has no network.
    open_tab(desk, "messenger")
    write(desk, "Is the **red lamp** on? See https://example.org/lamp")
    bubble = phone.locator(".bubble").filter(has_text="red lamp")
    expect(bubble.locator("strong")).to_have_text("red lamp")
    expect(bubble.get_by_role("link", name="https://example.org/lamp")).to_be_visible()
    write(phone, "Yes, <script>alert(1)</script> it blinks.")
    expect(desk.locator(".bubble").filter(has_text="it blinks")).to_contain_text("<script>")
    phone.context.set_offline(True)
    write(phone, "Written in the cellar.")
    expect(phone.locator(".bubble").filter(has_text="in the cellar")).to_be_visible()
    write(desk, "Said meanwhile.")
    # Else the phone may be the faster one, and the desk is asked.
    expect(desk.locator(".bubble--sending")).to_have_count(0)
    phone.context.set_offline(False)
    expect(desk.locator(".bubble").filter(has_text="in the cellar")).to_have_count(1, timeout=30_000)
    expect(phone.locator(".bubble").filter(has_text="Said meanwhile")).to_have_count(1, timeout=30_000)
    is_accessible(phone)
    is_accessible(desk)

    # Work, a public update with a photo, and an internal one of which the phone never sees a trace.
    desk.get_by_role("button", name=desk_text("Start work"), exact=True).click()
    expect_status(desk, inside, TicketStatus.IN_PROGRESS)
    expect_status(phone, outside, TicketStatus.IN_PROGRESS)
    open_tab(desk, "updates")
    desk.locator("textarea[name=text]").fill("Belt replaced.")
    desk.locator("input[type=file]").first.set_input_files([photo("navy")])
    desk.get_by_role("button", name=desk_text("Post update"), exact=True).click()
    expect(desk.locator("main")).to_contain_text("Belt replaced.")
    is_accessible(desk)
    open_tab(desk, "internal")
    desk.locator("textarea[name=text]").fill("Customer uses the wrong grease.")
    desk.get_by_role("button", name=desk_text("Save internal update"), exact=True).click()
    expect(desk.locator("main")).to_contain_text("wrong grease")
    is_accessible(desk)
    phone.goto(f"/d/{shop.device.slug}/tickets/{ticket.pk}/?view=updates")
    expect(phone.locator("main")).to_contain_text("Belt replaced.")
    assert "grease" not in phone.content()
    phone.locator("textarea[name=text]").fill("Runs again, thank you.")
    phone.locator("input[type=file]").first.set_input_files([photo("olive")])
    phone.get_by_role("button", name=phone_text("Post update"), exact=True).click()
    expect(phone.locator("main")).to_contain_text("Runs again")
    is_accessible(phone)

    # Done, rated with one tap, closed; then there is only a new ticket.
    answer_dialog(desk, desk_text("Finish"), desk_text("Finish"))
    expect_status(desk, inside, TicketStatus.DONE)
    expect(phone.locator(".rating__question")).to_be_in_viewport()
    phone.goto(f"/d/{shop.device.slug}/tickets/{ticket.pk}/")
    expect_status(phone, outside, TicketStatus.DONE)
    expect(phone.locator(".rating__question")).to_be_in_viewport()
    is_accessible(phone)
    phone.locator(".rating__answer summary").first.click()
    phone.locator(".rating__faces button[value='5']").click()
    expect_status(phone, outside, TicketStatus.CLOSED)
    expect(phone.get_by_role("link", name=phone_text("New ticket for this device"), exact=True)).to_be_visible()
    expect(phone.locator("form[data-composer]")).to_have_count(0)
    is_accessible(phone)
    expect_status(desk, inside, TicketStatus.CLOSED)
    phone.locator("form.rating textarea").fill("Fast and friendly.")
    phone.get_by_role("button", name=phone_text("Send comment")).click()
    expect(phone.locator(".ticket-status__comment")).to_have_text("Fast and friendly.")
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, rating.ticket_id) == (5, "Fast and friendly.", ticket.pk)

    answer_dialog(desk, desk_text("Reopen"), desk_text("Reopen"))
    expect_status(desk, inside, TicketStatus.ASSIGNED)
    open_tab(desk, "history")
    is_accessible(desk)
