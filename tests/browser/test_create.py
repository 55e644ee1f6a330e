"""Creating a ticket at a desk: by keyboard alone, without scripts, by thumb, and by impatient people."""

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from fleet.models import Person
from messenger.models import Attachment
from tests.browser.conftest import DESKTOP, PHONE, NewContext, expect_uploads_ready, violations
from tests.browser.story import Shop, open_shop, photo
from tests.cast import client_of
from tests.factories import SubscriberFactory
from ticketing.models import Ticket, TicketStatus, Visibility

pytestmark = [pytest.mark.browser]
NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


def desk(new_visitor: NewContext, shop: Shop, server: str, kind: dict[str, Any] = DESKTOP, **options: Any) -> Page:
    """A page of a member who signed in."""
    context = new_visitor(kind, **options)
    key = str(client_of(shop.mara).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    return context.new_page()


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def form_of(page: Page, shop: Shop) -> None:
    """The form of a new draft, with its field ready to propose."""
    page.goto("/office/tickets/new/")
    suggest_ready(page)
    page.get_by_role("combobox", name="Device").press_sequentially("pack")
    page.get_by_role("option", name=shop.device.name).click()
    page.wait_for_url("**/form/")
    suggest_ready(page)


def suggest_ready(page: Page) -> None:
    expect(page.locator("[data-behaviour~=suggest] [data-text]:not([role=combobox])")).to_have_count(0)


def is_in_sight(button: Locator) -> bool:
    """Whether it is whole on the screen, and nothing lies on it."""
    return bool(
        button.evaluate(
            """element => {
              const {left, right, top, bottom} = element.getBoundingClientRect();
              const points = [[left + 4, top + 4], [right - 4, bottom - 4]];
              return points.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
            }"""
        )
    )


def answer(page: Page) -> None:
    """Everything that must be answered."""
    page.get_by_label("Symptom en").fill("Conveyor stops")
    page.get_by_label("Stands en").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Internal: only employees").check()


def only_ticket() -> Ticket:
    return Ticket.objects.posted().get()


def tab_to(page: Page, target: Locator) -> None:
    for _press in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not reach {target}.")


def test_by_keyboard_alone_from_create_to_the_ticket_with_a_new_person(
    new_visitor: NewContext, shop: Shop, server: str
) -> None:
    page = desk(new_visitor, shop, server)
    page.goto("/office/tickets/")
    tab_to(page, page.locator("main").get_by_role("link", name="Create", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/new/")
    suggest_ready(page)
    expect(page.get_by_role("combobox", name="Device")).to_be_focused()
    page.keyboard.type("PACK-er")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")

    page.wait_for_url("**/form/")
    suggest_ready(page)
    expect(page.get_by_role("combobox", name="Reported by")).to_be_focused()
    page.keyboard.type("Zoe Thal")
    expect(page.locator("[data-behaviour~=suggest] [data-status]").first).to_have_text(
        "No person found. Check the spelling."
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field(page, "Name")).to_be_focused()
    expect(field(page, "Name")).to_have_value("Zoe Thal")
    expect(page.get_by_role("combobox", name="Reported by")).to_have_value("")
    page.keyboard.press("Tab")
    page.keyboard.type("+49 30 1")
    tab_to(page, page.get_by_label("Symptom en"))
    page.keyboard.type("Conveyor stops")
    tab_to(page, page.get_by_label("Stands en"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Yes", exact=True))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    tab_to(page, page.get_by_label("Internal: only employees"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Create ticket").last)
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/office/tickets/\d+/"))
    ticket, zoe = only_ticket(), Person.objects.get(last_name="Thal")
    assert (ticket.subject, ticket.person, ticket.creator) == ("Conveyor stops", zoe, shop.mara)
    assert (ticket.status, ticket.visibility) == (TicketStatus.OPEN, Visibility.PUBLIC)
    assert (zoe.phone, zoe.customer) == ("+49 30 1", shop.device.customer)
    expect(page.locator("main")).to_contain_text("Recorded by Mara Vogt")


def test_the_same_without_scripts(new_visitor: NewContext, shop: Shop, server: str) -> None:
    page = desk(new_visitor, shop, server, java_script_enabled=False)
    page.goto("/office/tickets/new/")
    page.get_by_role("textbox", name="Device").fill("pack")
    page.get_by_role("button", name="Search", exact=True).first.click()
    page.get_by_label(shop.device.name).check()
    page.get_by_role("button", name="Continue").last.click()

    answer(page)
    page.get_by_role("textbox", name="Reported by").fill("Zoe")
    page.get_by_role("button", name="Search", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("No person found")
    expect(page.get_by_label("Symptom en")).to_have_value("Conveyor stops")
    expect(page.get_by_label("Internal: only employees")).to_be_checked()
    page.get_by_text("Not there yet?").click()
    field(page, "Name").fill("Zoe Thal")
    page.get_by_role("button", name="Create ticket").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Phone")
    expect(page.get_by_label("Internal: only employees")).to_be_checked()
    field(page, "Phone").fill("030 1")
    page.get_by_role("button", name="Create ticket").last.dblclick()

    # Else it says what was wrong.
    expect(page.get_by_role("alert")).to_have_count(0)
    page.wait_for_url(re.compile(r"/office/tickets/\d+/"))
    assert only_ticket().person == Person.objects.get(last_name="Thal")


def test_a_found_person_is_chosen_from_the_list_without_scripts(
    new_visitor: NewContext, shop: Shop, server: str
) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg", customer=shop.device.customer)
    form = desk(new_visitor, shop, server)
    form_of(form, shop)
    page = desk(new_visitor, shop, server, java_script_enabled=False)
    page.goto(form.url)

    page.get_by_role("textbox", name="Reported by").fill("berg")
    page.get_by_role("button", name="Search", exact=True).first.click()
    page.get_by_label("Anna Berg").check()
    answer(page)
    page.get_by_role("button", name="Create ticket").last.click()

    page.wait_for_url(re.compile(r"/office/tickets/\d+/"))
    assert only_ticket().person == anna


def test_the_list_of_suggestions_is_a_combobox(new_visitor: NewContext, shop: Shop, server: str) -> None:
    for name in ("Berg", "Bergmann"):
        SubscriberFactory(first_name="Anna", last_name=name, customer=shop.device.customer)
    page = desk(new_visitor, shop, server)
    form_of(page, shop)
    box, options = page.get_by_role("combobox", name="Reported by"), page.get_by_role("option")
    status = page.locator("[data-behaviour~=suggest] [data-status]").first
    chosen = page.locator("input[name=person]")

    box.press_sequentially("be")
    page.wait_for_timeout(400)
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")

    box.press_sequentially("r")
    expect(options).to_have_count(2)
    expect(status).to_have_text("2 suggestions")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-controls", str(page.get_by_role("listbox").get_attribute("id")))
    assert not violations(page)

    active = lambda: page.locator(f"#{box.get_attribute('aria-activedescendant')}")  # noqa: E731
    expect(active()).to_contain_text("Anna Berg")
    box.press("ArrowDown")
    expect(active()).to_contain_text("Anna Bergmann")
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("Anna Bergmann")
    expect(options).to_have_count(0)
    expect(chosen).not_to_have_value("")
    expect(page.locator("#form-summary")).to_contain_text("Anna Bergmann")

    box.press("Backspace")
    expect(chosen).to_have_value("")
    expect(options).to_have_count(1)
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("Anna Bergman")
    box.press("Escape")
    expect(box).to_have_value("")
    assert page.url.endswith("/form/")


def test_it_works_by_thumb_on_a_small_phone(new_visitor: NewContext, shop: Shop, server: str) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg", customer=shop.device.customer)
    page = desk(new_visitor, shop, server, NARROW)
    form_of(page, shop)
    page.get_by_role("combobox", name="Reported by").press_sequentially("anna")
    option = page.get_by_role("option")
    place = option.bounding_box()
    assert place is not None
    assert place["height"] >= 44

    option.tap()
    expect(page.locator("input[name=person]")).to_have_value(str(anna.pk))
    page.locator("[data-clear]").first.tap()
    expect(page.locator("input[name=person]")).to_have_value("")
    expect(page.get_by_role("combobox", name="Reported by")).to_have_value("")

    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert is_in_sight(page.get_by_role("button", name="Create ticket").last)
    assert not violations(page)


def test_an_impatient_double_click_makes_one_ticket(new_visitor: NewContext, shop: Shop, server: str) -> None:
    page = desk(new_visitor, shop, server)
    form_of(page, shop)
    answer(page)

    page.get_by_role("button", name="Create ticket").last.dblclick()

    page.wait_for_url(re.compile(r"/office/tickets/\d+/"))
    assert Ticket.objects.count() == 1
    assert only_ticket().visibility == Visibility.INTERNAL


def test_what_was_typed_is_kept_as_a_draft_when_the_page_is_left(
    new_visitor: NewContext, shop: Shop, server: str
) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg", customer=shop.device.customer)
    page = desk(new_visitor, shop, server)
    form_of(page, shop)
    page.get_by_role("combobox", name="Reported by").press_sequentially("anna")
    page.get_by_role("option").click()
    page.get_by_label("Symptom en").fill("Conveyor stops")
    page.get_by_label("Stands en").check()
    expect(page.locator("#form-summary")).to_contain_text("Conveyor stops")
    expect(page.locator("#form-summary")).to_contain_text("Stands en")
    address = page.url

    page.goto("/office/tickets/?view=drafts")
    elsewhere = desk(new_visitor, shop, server)
    elsewhere.goto(address)

    expect(elsewhere.get_by_label("Symptom en")).to_have_value("Conveyor stops")
    expect(elsewhere.get_by_label("Stands en")).to_be_checked()
    expect(elsewhere.get_by_role("combobox", name="Reported by")).to_have_value("Anna Berg")
    assert Ticket.objects.get().person == anna


def test_a_photo_is_added_once_although_the_draft_was_kept_meanwhile(
    new_visitor: NewContext, shop: Shop, server: str
) -> None:
    page = desk(new_visitor, shop, server)
    form_of(page, shop)
    expect_uploads_ready(page)
    page.locator("input[type=file]").last.set_input_files([photo()])
    expect(page.locator(".uploader__file[data-state=done]")).to_have_count(1)
    answer(page)
    expect(page.locator("#form-summary .attachment__image")).to_have_count(1)

    page.get_by_role("button", name="Create ticket").last.click()

    page.wait_for_url(re.compile(r"/office/tickets/\d+/"))
    assert Attachment.objects.filter(answer__ticket=only_ticket()).count() == 1


def test_at_a_desk_one_button_is_always_in_sight_and_the_summary_beside(
    new_visitor: NewContext, shop: Shop, server: str
) -> None:
    page = desk(new_visitor, shop, server)
    form_of(page, shop)

    for place in (0, 10_000):
        page.evaluate(f"window.scrollTo(0, {place})")
        assert is_in_sight(page.get_by_role("button", name="Create ticket").last)
    summary, first = page.locator("#form-summary").bounding_box(), page.locator(".ticket-form__main").bounding_box()
    assert summary is not None
    assert first is not None
    assert summary["x"] > first["x"] + first["width"]
