"""On a slow phone a person is faster than the scripts: what was chosen, typed or sent before they came is not lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from messenger.models import Attachment, Message
from tests.browser.conftest import PHONE, NewContext, carry_session, expect_messenger_ready, expect_uploads_ready
from tests.browser.story import Shop, open_shop, photo
from tests.cast import Cast
from ticketing.models import Answer, QuestionKind, Ticket
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROW = ".uploader__file"
LetGo = Callable[[], None]


def hold(page: Page, *names: str) -> LetGo:
    """Keeps these scripts from the page, such as "behaviours/uploads", until the function that it returns is called."""
    held: list[Route] = []
    is_free = False

    def answer(route: Route) -> None:
        if is_free:
            route.continue_()
        else:
            held.append(route)

    def let_go() -> None:
        nonlocal is_free
        is_free = True
        for route in held:
            route.continue_()

    page.route(re.compile(rf"/js/({'|'.join(names)})\.([0-9a-f]+\.)?js$"), answer)
    return let_go


@pytest.fixture
def customer(cast: Cast, new_visitor: NewContext, server: str) -> Page:
    """The phone of the person who reported the ticket; it shows no page yet."""
    context = new_visitor(PHONE)
    carry_session(context, cast, "reporter", server)
    return context.new_page()


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


def open_messages(page: Page, cast: Cast) -> None:
    page.goto(PORTAL.ticket_url("ticket_detail", cast.ticket) + "?view=messages")


def send(page: Page) -> None:
    page.locator("form[data-composer] button[type=submit]:visible").click()


def test_a_file_chosen_before_uploads_are_ready_is_uploaded_and_sent(cast: Cast, customer: Page) -> None:
    let_go = hold(customer, "behaviours/uploads")
    open_messages(customer, cast)
    customer.locator("#id_files").set_input_files([photo("red"), photo("blue")])
    expect(customer.locator(ROW)).to_have_count(0)

    let_go()
    expect(customer.locator(f"{ROW}[data-state=done]")).to_have_count(2)
    customer.locator("form[data-composer] textarea").fill("See the lamp")
    send(customer)
    expect(customer.locator(".bubble .attachment__image img")).to_have_count(2)

    message = Message.objects.get()
    assert sorted(message.attachments.values_list("name", flat=True)) == ["blue.jpg", "red.jpg"]
    assert Attachment.objects.count() == 2


def test_files_chosen_in_a_step_before_uploads_are_ready_belong_to_their_question(shop: Shop, phone: Page) -> None:
    phone.goto(shop.link)
    phone.get_by_role("button", name="Report en").click()
    phone.wait_for_url(re.compile(r"/drafts/\d+/1/"))
    ticket = Ticket.objects.get()
    let_go = hold(phone, "behaviours/uploads")
    phone.goto(PORTAL.ticket_url("flow_step", ticket, number=3))
    phone.locator("input[type=file][capture]").set_input_files([photo("red")])
    phone.locator("input[type=file][multiple]").set_input_files([photo("blue")])

    let_go()
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(2)
    phone.locator("button[value=next]").last.click()
    phone.wait_for_url(lambda url: "/3/" not in url)

    answer = Answer.objects.get(kind=QuestionKind.FILES)
    assert sorted(answer.attachments.values_list("name", flat=True)) == ["blue.jpg", "red.jpg"]


@pytest.mark.parametrize("late", [("messenger",), ("uploads",), ("messenger", "uploads")], ids="+".join)
def test_a_message_sent_before_all_scripts_are_ready_arrives_once_with_its_file(
    cast: Cast, customer: Page, late: tuple[str, ...]
) -> None:
    def dawdle(route: Route) -> None:
        customer.wait_for_timeout(500)
        route.continue_()

    customer.route("**/uploads/", dawdle)
    let_go = hold(customer, *(f"behaviours/{name}" for name in late))
    open_messages(customer, cast)
    if "messenger" not in late:
        expect_messenger_ready(customer)
    if "uploads" not in late:
        expect_uploads_ready(customer)

    customer.locator("form[data-composer] textarea").fill("See the lamp")
    customer.locator("#id_files").set_input_files([photo("red")])
    # A draft is kept a moment after the last letter.
    customer.wait_for_timeout(500)
    send(customer)
    expect(customer.locator(".bubble .attachment__image img")).to_have_count(1)
    let_go()
    expect_messenger_ready(customer)
    expect_uploads_ready(customer)

    expect(customer.locator(".bubble")).to_have_count(1)
    expect(customer.locator("form[data-composer] textarea")).to_have_value("")
    message = Message.objects.get()
    assert (message.text, message.attachments.get().name) == ("See the lamp", "red.jpg")
    assert Attachment.objects.count() == 1


def test_a_message_sent_in_a_dead_spot_before_the_messenger_is_ready_is_still_there(cast: Cast, customer: Page) -> None:
    let_go = hold(customer, "behaviours/messenger")
    open_messages(customer, cast)
    customer.locator("form[data-composer] textarea").fill("Still leaking")

    customer.context.set_offline(True)
    send(customer)
    customer.wait_for_url(re.compile("chrome-error"))
    customer.context.set_offline(False)
    customer.go_back()
    expect(customer.locator("form[data-composer] textarea")).to_have_value("Still leaking")

    for tab in ("Updates", "Messages"):
        customer.locator(".tabs").get_by_role("link", name=tab).click()
    expect(customer.locator("form[data-composer] textarea")).to_have_value("Still leaking")

    let_go()
    expect_messenger_ready(customer)
    send(customer)
    expect(customer.locator(".bubble")).to_have_count(1)
    expect(customer.locator(".bubble--sending, .bubble--failed")).to_have_count(0)
    customer.reload()
    expect_messenger_ready(customer)
    expect(customer.locator("form[data-composer] textarea")).to_have_value("")
    assert Message.objects.get().text == "Still leaking"


def test_a_message_begun_before_the_messenger_is_ready_is_a_draft(cast: Cast, customer: Page) -> None:
    let_go = hold(customer, "behaviours/messenger")
    open_messages(customer, cast)
    customer.locator("form[data-composer] textarea").fill("Half a sent")
    let_go()
    expect_messenger_ready(customer)

    other = customer.context.new_page()
    open_messages(other, cast)

    expect(other.locator("form[data-composer] textarea")).to_have_value("Half a sent")


def test_what_is_typed_before_the_first_script_is_newer_than_what_was_kept(shop: Shop, phone: Page) -> None:
    phone.goto(shop.link)
    phone.get_by_role("button", name="Report en").click()
    phone.wait_for_url(re.compile(r"/drafts/\d+/1/"))
    phone.get_by_label("Symptom en").fill("Conveyor stops")
    phone.get_by_label("Story en").fill("It began on Monday")
    phone.get_by_label("Stands en").check()
    step = phone.url

    let_go = hold(phone, "portal")
    phone.goto("about:blank")
    phone.goto(step, wait_until="commit")
    phone.get_by_label("Symptom en").fill("Conveyor squeaks")
    phone.get_by_label("Runs en").check()
    let_go()
    expect(phone.get_by_label("Story en")).to_have_value("It began on Monday")

    for _ in range(2):
        expect(phone.get_by_label("Symptom en")).to_have_value("Conveyor squeaks")
        expect(phone.get_by_label("Runs en")).to_be_checked()
        phone.reload()
