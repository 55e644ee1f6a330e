"""The whole story with JavaScript switched off in both browsers: plain pages, links and forms."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from fleet.models import Person
from messenger.models import Message, Notification
from ratings.models import Rating
from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.browser.story import Shop, open_shop, photo
from tests.messenger import samples
from ticketing.models import Priority, Ticket, TicketStatus, Update, Visibility

pytestmark = [pytest.mark.browser]


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


@pytest.fixture
def open_plain(new_visitor: NewContext) -> Callable[[dict[str, Any]], Page]:
    """A page of a browser that runs no scripts."""
    return lambda kind: new_visitor(kind, java_script_enabled=False).new_page()


def sign_in(page: Page, person: Person, shop: Shop) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email or "")
    page.locator("input[name=password]").fill(shop.password)
    press(page, "Sign in")
    page.wait_for_url(re.compile(r"/office/tickets/"))


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).last.click()


def decide(page: Page, action: str) -> None:
    """Press what opens a question, then the answer in it; a menu is opened first where it hides the question."""
    opener = page.locator(f"a[href='#{action}-dialog']").first
    if not opener.is_visible():
        page.locator("details.menu", has=opener).locator("summary").click()
    opener.click()
    page.locator(f"#{action}-dialog form button[type=submit]").click()


def present_status(page: Page) -> Locator:
    return page.locator(".status-bar [aria-current=step]")


def report(page: Page, shop: Shop) -> None:
    """Scan, read what is missing, answer, go back, leave in the middle, resume, and send."""
    page.goto(shop.link)
    press(page, "Report en")
    press(page, "Next")
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    page.get_by_label("Symptom en").fill("Conveyor stops")
    page.get_by_label("Stands en").check()
    press(page, "Next")
    page.get_by_label("Knocks en").check()
    page.get_by_label("Hours en").fill("many")
    page.get_by_label("No", exact=True).check()
    press(page, "Next")
    expect(page.get_by_label("Hours en")).to_have_value("many")
    page.get_by_label("Hours en").fill("12,5")
    page.get_by_label("Since en").fill("2026-01-31")
    press(page, "Back")
    expect(page.get_by_label("Symptom en")).to_have_value("Conveyor stops")
    page.goto(f"/d/{shop.device.slug}/")
    page.get_by_role("link", name="Conveyor stops").first.click()
    page.locator("input[type=file]").last.set_input_files([photo()])
    press(page, "Next")
    expect(page.locator("main")).to_contain_text("12.5")
    expect(page.locator("main img")).to_have_count(1)
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_text("By e-mail instead").click()
    page.get_by_label("E-mail").fill("ada")
    press(page, "Send")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada")
    page.get_by_label("E-mail").fill("ada@example.org")
    press(page, "Send")
    page.wait_for_url(re.compile(r"/sent/"))
    page.go_back()
    press(page, "Send")
    page.wait_for_url(re.compile(r"/sent/"))


def write(page: Page, text: str, *files: Any) -> None:
    page.locator("form[data-composer] textarea").fill(text)
    page.locator("#id_files").set_input_files(list(files))
    page.locator("form[data-composer] .composer__end button:visible").click()
    expect(page.locator(".bubble").last).to_contain_text(text)


def post(page: Page, text: str, button: str, *files: Any) -> None:
    page.locator("textarea[name=text]").fill(text)
    page.locator("#id_files").set_input_files(list(files))
    press(page, button)
    expect(page.locator(".timeline")).to_contain_text(text)


def test_the_story_works_by_plain_pages(shop: Shop, open_plain: Callable[[dict[str, Any]], Page]) -> None:
    phone, desk, chief = open_plain(PHONE), open_plain(DESKTOP), open_plain(DESKTOP)
    report(phone, shop)
    ticket = Ticket.objects.get()
    outside, inside = f"/d/{shop.device.slug}/tickets/{ticket.pk}/", f"/office/tickets/{ticket.pk}/"
    reread: Callable[[], Ticket] = partial(Ticket.objects.get, pk=ticket.pk)

    # The bell leads to the ticket, and what it said is read.
    sign_in(desk, shop.mara, shop)
    expect(desk.locator("#bell-count")).to_have_text("1")
    desk.locator("#bell").click()
    desk.locator(".notification").first.click()
    desk.wait_for_url(re.compile(inside))
    assert not Notification.objects.filter(person=shop.mara, read_at=None).exists()
    desk.locator(".ticket-header__actions").get_by_role("button", name="Accept", exact=True).click()
    expect(present_status(desk)).to_contain_text("ASSIGNED")

    # A second one rejects; a moderator assigns, withdraws, and changes priority and visibility there and back.
    colleague = open_plain(DESKTOP)
    sign_in(colleague, shop.jonas, shop)
    colleague.goto(inside)
    decide(colleague, "reject")
    expect(colleague.get_by_role("button", name="Accept", exact=True)).to_have_count(0)
    sign_in(chief, shop.moderator, shop)
    chief.goto(inside)
    chief.locator("[data-target='assign-dialog']").click()
    chief.locator("#assign-person").select_option(str(shop.jonas.pk))
    press(chief.locator("#assign-dialog"), "Assign")
    expect(chief.locator(".people__names").first).to_contain_text("Jonas Keller")
    chief.goto(f"{inside}?tab=offers")
    chief.locator(".offer-list li", has_text="Jonas Keller").get_by_role("button", name="Withdraw").click()
    press(chief.locator("dialog:target"), "Withdraw assignment")
    expect(chief.locator(".people__names").first).not_to_contain_text("Jonas")
    chief.locator("details.menu", has_text="Priority:").locator("summary").click()
    chief.locator(f"button[name=priority][value='{Priority.HIGH.value}']").click()
    assert reread().priority == Priority.HIGH
    for visibility in (Visibility.INTERNAL, Visibility.PUBLIC):
        decide(chief, "visibility")
        expect(chief.locator(".toast, .notice, [role=status]").first).to_be_attached()
        assert reread().visibility == visibility

    # They talk, with files.
    desk.goto(f"{inside}?tab=messenger")
    write(desk, "Is the red lamp on?")
    phone.goto(outside)
    expect(present_status(phone)).to_contain_text("ASSIGNED")
    write(phone, "It blinks.", photo("red"), photo("blue"))
    expect(phone.locator(".bubble").last.locator("img")).to_have_count(2)
    desk.reload()
    expect(desk.locator(".bubble")).to_have_count(2)

    # Work, a public update with a photo and an internal one of which the phone sees no trace.
    press(desk, "Start work")
    expect(present_status(desk)).to_contain_text("IN PROGRESS")
    desk.goto(f"{inside}?tab=updates")
    post(desk, "Belt replaced.", "Post update", photo("navy"))
    desk.goto(f"{inside}?tab=internal")
    post(desk, "Wrong grease.", "Save internal update")
    phone.goto(f"{outside}?view=updates")
    expect(phone.locator("main")).to_contain_text("Belt replaced.")
    assert "grease" not in phone.content()
    post(phone, "Runs again.", "Post update", photo("olive"))

    # What cannot be used is said, and nothing typed is lost.
    evil = FilePayload(name="lamp.png", mimeType="image/png", buffer=samples.SVG)
    phone.locator("textarea[name=text]").fill("See the lamp")
    phone.locator("#id_files").set_input_files([evil])
    press(phone, "Post update")
    expect(phone.locator("[role=alert]:visible")).to_contain_text("lamp.png")
    expect(phone.locator("textarea[name=text]")).to_have_value("See the lamp")
    press(phone, "Send without it")
    expect(phone.locator(".timeline")).to_contain_text("See the lamp")

    # Done, rated, closed, reopened, and cancelled.
    desk.goto(inside)
    decide(desk, "finish")
    expect(present_status(desk)).to_contain_text("DONE")
    phone.goto(outside)
    phone.locator(".rating__answer summary").first.click()
    phone.locator(".rating__faces button[value='5']").click()
    expect(present_status(phone)).to_contain_text("CLOSED")
    phone.locator("form.rating textarea").fill("Fast and friendly.")
    press(phone, "Send comment")
    expect(phone.locator(".ticket-status__comment")).to_have_text("Fast and friendly.")
    expect(phone.get_by_role("link", name="New ticket for this device", exact=True)).to_be_visible()
    desk.reload()
    decide(desk, "reopen")
    expect(present_status(desk)).to_contain_text("ASSIGNED")
    chief.goto(inside)
    decide(chief, "cancel")
    assert reread().status == TicketStatus.CANCELLED
    assert Rating.objects.get().comment == "Fast and friendly."
    assert [m.attachments.count() for m in Message.objects.order_by("sequence")] == [0, 2]
    assert [update.is_internal for update in Update.objects.order_by("sequence")] == [False, True, False, False]
    assert Ticket.objects.count() == 1


def test_an_employee_creates_a_ticket_by_plain_pages(shop: Shop, open_plain: Callable[[dict[str, Any]], Page]) -> None:
    desk = open_plain(DESKTOP)
    sign_in(desk, shop.mara, shop)
    desk.goto("/office/tickets/new/")
    desk.get_by_text("Find it by place, model or customer").click()
    desk.locator("#id_q").fill("Brotfabrik")
    press(desk, "Search")
    desk.get_by_role("link", name="Packer 7").click()
    desk.locator("form .action-card").click()
    desk.get_by_label("Symptom en").fill("Called by phone")
    desk.get_by_label("Runs en").check()
    desk.get_by_label("No", exact=True).check()
    press(desk, "Create ticket")
    expect(desk.locator("[role=alert], .field__error").first).to_be_visible()

    desk.locator("input[name=visibility][value=public]").check()
    press(desk, "Create ticket")
    desk.wait_for_url(re.compile(r"/office/tickets/\d+/"))
    desk.locator("input[name=q]").first.fill("by phone")
    desk.locator("input[name=q]").first.press("Enter")
    expect(desk.locator("main")).to_contain_text("Called by phone")


def test_a_code_user_takes_a_ticket_back_by_plain_pages(
    shop: Shop, open_plain: Callable[[dict[str, Any]], Page]
) -> None:
    phone = open_plain(PHONE)
    report(phone, shop)
    ticket = Ticket.objects.get()
    phone.goto(f"/d/{shop.device.slug}/tickets/{ticket.pk}/")
    cancel = phone.locator(f"a[href$='/tickets/{ticket.pk}/cancel/']")
    phone.locator("details.menu", has=cancel).locator("summary").click()
    cancel.click()

    press(phone, "Cancel ticket")
    expect(phone.locator("main")).to_contain_text("New ticket for this device")

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.CANCELLED
