"""The phone page for one minute: few taps, nothing mandatory out of sight, and what is kept afterwards."""

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config.demo.fleet import FLEET, make_templates
from config.demo.flows import make_categories, make_flows
from config.demo.texts import texts_in
from fleet.models import Device, Group
from fleet.services.code_tokens import url_of
from tests.browser.conftest import PHONE, NewContext
from tests.browser.story import say
from tests.cast import Cast
from tests.factories import CodeFactory, DeviceFactory, GroupFactory, MessageFactory, QuestionFactory
from ticketing.models import Priority, QuestionKind, Ticket, TicketStatus
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEMPLATES = ("packer", "loader", "compressor", "car")
MOST_TAPS = 8
# What has to be answered, with its whole field, is between the bars without scrolling.
OUT_OF_SIGHT = """() => {
  const top = document.querySelector(".portal-bar").getBoundingClientRect().bottom;
  const bottom = document.querySelector(".flow__actions").getBoundingClientRect().top;
  const fields = [...document.querySelectorAll(".field")].filter((field) => field.querySelector(".field__star"));
  return fields.map((field) => {
    const place = field.getBoundingClientRect();
    return [field.querySelector(".field__label").textContent.trim(), place.top, place.bottom];
  }).filter(([, from, to]) => from < top || to > bottom);
}"""


class Thumb:
    """Taps, and counts."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Any) -> None:
        self.taps += 1
        target.tap()


@pytest.fixture
def devices(server: str) -> dict[str, Device]:
    """A device of each template of the demo, with its flows."""
    templates = make_templates()
    groups: dict[str, dict[str, Group]] = {
        name: {key: GroupFactory(template=each) for key in FLEET["groups"]} for name, each in templates.items()
    }
    make_flows(templates, groups, make_categories())
    return {name: DeviceFactory(template=template) for name, template in templates.items()}


def question(language: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = texts_in(language)["questions"][name]
    return found


def next_step(page: Page, text: Any) -> Any:
    return page.get_by_role("button", name=text("Next"), exact=True).last


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_problem_is_reported_with_eight_taps_and_nothing_mandatory_hides(
    devices: dict[str, Device], new_visitor: NewContext, template: str, language: str
) -> None:
    page, thumb, text = new_visitor(PHONE, locale=language).new_page(), Thumb(), partial(say, language)
    is_car = template == "car"
    danger, state = (
        question(language, "injury" if is_car else "danger"),
        question(language, "car_state" if is_car else "machine_state"),
    )

    page.goto(url_of(CodeFactory(device=devices[template])))
    thumb.tap(page.locator(".action-card--primary"))
    subject = page.get_by_label(question(language, "subject")["text"])
    expect(subject).to_be_visible()
    assert page.evaluate(OUT_OF_SIGHT) == []
    thumb.tap(subject)
    subject.fill("It has stopped")
    thumb.tap(next_step(page, text))
    expect(page.locator(".field__label").first).to_contain_text(danger["text"])
    assert page.evaluate(OUT_OF_SIGHT) == []
    page.locator(".field").first.get_by_text(danger["choices"]["yes"], exact=True).tap()
    expect(page.locator(".danger-alert")).to_be_visible()
    assert page.evaluate(OUT_OF_SIGHT) == []
    thumb.tap(page.locator(".field").first.get_by_text(danger["choices"]["no"], exact=True))
    thumb.tap(page.get_by_text(state["choices"]["stopped"], exact=True).last)
    thumb.tap(next_step(page, text))
    expect(page.locator(".day-shortcuts")).to_be_visible()
    assert page.evaluate(OUT_OF_SIGHT) == []
    thumb.tap(next_step(page, text))
    expect(page.get_by_role("heading", level=1)).to_have_text(text("Check and send"))
    thumb.tap(page.get_by_role("button", name=text("Send"), exact=True).last)
    expect(page.get_by_role("heading", level=1)).to_have_text(text("Thank you, we have it"))

    assert thumb.taps <= MOST_TAPS
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.priority) == (TicketStatus.OPEN, Priority.NORMAL)


def begin_second_step(page: Page, device: Device) -> None:
    page.goto(url_of(CodeFactory(device=device)))
    page.locator(".action-card--primary").tap()
    page.get_by_label("What is wrong, in one sentence?").fill("It smokes")
    next_step(page, partial(say, "en")).tap()


def test_danger_shows_what_to_do_at_once_and_only_then(
    devices: dict[str, Device], phone: Page, is_accessible: Any
) -> None:
    begin_second_step(phone, devices["packer"])
    panel = phone.locator(".danger-alert")
    expect(panel).to_be_hidden()

    phone.get_by_text("Yes", exact=True).tap()

    expect(panel).to_be_in_viewport(ratio=1)
    expect(panel).to_contain_text("Press the emergency stop")
    expect(panel.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    is_accessible(phone)
    phone.get_by_text("No", exact=True).tap()
    expect(panel).to_be_hidden()


def test_a_day_takes_one_tap_and_an_earlier_one_the_calendar(devices: dict[str, Device], phone: Page) -> None:
    begin_second_step(phone, devices["packer"])
    phone.get_by_text("No", exact=True).tap()
    phone.get_by_text("No, it has stopped").tap()
    next_step(phone, partial(say, "en")).tap()
    calendar = phone.locator("input[type=date]")
    expect(calendar).to_be_hidden()

    phone.get_by_role("button", name="Yesterday").tap()
    assert calendar.input_value() == phone.evaluate(
        "() => { const day = new Date(); day.setDate(day.getDate() - 1); return day.toLocaleDateString('sv'); }"
    )
    expect(phone.get_by_role("button", name="Yesterday")).to_have_attribute("aria-pressed", "true")

    phone.get_by_role("button", name="Earlier").tap()
    expect(calendar).to_be_visible()
    assert calendar.input_value() == ""


def test_contact_stands_before_the_answers_and_is_known_the_next_time(devices: dict[str, Device], phone: Page) -> None:
    def report() -> None:
        begin_second_step(phone, devices["packer"])
        phone.get_by_text("No", exact=True).tap()
        phone.get_by_text("No, it has stopped").tap()
        next_step(phone, partial(say, "en")).tap()
        expect(phone.locator(".day-shortcuts")).to_be_visible()
        next_step(phone, partial(say, "en")).tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Check and send")

    report()
    name, mail = phone.get_by_label("Name", exact=True), phone.get_by_label("E-mail")
    expect(name).to_be_in_viewport()
    expect(mail).to_be_hidden()
    first_answer = phone.locator(".review").bounding_box()
    contact = name.bounding_box()
    assert first_answer
    assert contact
    assert contact["y"] < first_answer["y"]
    name.fill("Ada King Lovelace")
    phone.get_by_label("Phone").fill("+49 30 1")
    phone.get_by_role("button", name="Send", exact=True).last.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, we have it")

    report()
    expect(phone.get_by_label("Name", exact=True)).to_have_value("Ada King Lovelace")
    expect(phone.get_by_label("Phone")).to_have_value("+49 30 1")


def test_it_is_asked_first_whether_everything_works(open_page: Any, act: Any, cast: Cast) -> None:
    act("responsible", "start")
    act("responsible", "finish")
    phone, desk = open_page("reporter"), open_page("responsible")
    expect(phone.locator(".smileys")).to_be_hidden()

    phone.get_by_text("Still not right").tap()
    phone.get_by_label("What is still wrong? (optional)").fill("It leaks.")
    phone.get_by_role("button", name="Tell the team").tap()

    expect(phone.locator(".bubble").last).to_contain_text("It is still not right.")
    expect(desk.locator(".bubble").last).to_contain_text("It leaks.")
    phone.get_by_text("Now it works").tap()
    phone.locator(".rating__faces button[value='2']").tap()
    expect(phone.get_by_text("The wrong face? You can change it now.")).to_be_visible()
    phone.locator("form.rating button[value='4']").first.tap()
    expect(phone.locator(".ticket-status__rating")).to_contain_text("Good")
    expect(phone.get_by_text("The wrong face? You can change it now.")).to_have_count(0)
    expect(phone.get_by_label("What should we know? (optional)")).to_be_visible()


def test_the_status_stays_in_sight_in_a_long_conversation(open_page: Any, cast: Cast) -> None:
    for number in range(30):
        MessageFactory(ticket=cast.ticket, sequence=100 + number, public_sequence=100 + number)
    phone = open_page("reporter")

    phone.evaluate("scrollTo(0, document.body.scrollHeight)")

    expect(phone.locator(".portal-ticket__line")).to_be_in_viewport(ratio=1)
    expect(phone.locator(".portal-ticket__line")).to_contain_text("ASSIGNED")
    assert not phone.locator("h1").evaluate("(title) => title.getBoundingClientRect().bottom > 0")


def test_what_was_half_written_stays_readable_when_the_ticket_closes(open_page: Any, act: Any) -> None:
    act("responsible", "start")
    act("responsible", "finish")
    phone = open_page("reporter")
    phone.locator("form[data-composer] textarea").fill("One more thing about the")

    act("responsible", "close")

    expect(phone.locator(".unsent-text__text:visible")).to_have_text("One more thing about the")
    phone.reload()
    expect(phone.locator(".unsent-text__text:visible")).to_have_text("One more thing about the")


@pytest.mark.parametrize("way", ["copy", "discard", "take"])
def test_what_was_half_written_is_copied_discarded_or_taken_into_a_new_ticket_and_does_not_come_back(
    open_page: Any, act: Any, cast: Cast, way: str
) -> None:
    QuestionFactory(step=cast.flow.steps.first(), kind=QuestionKind.LONG_TEXT, text="What else?", is_required=False)
    act("responsible", "start")
    phone = open_page("reporter")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.locator("form[data-composer] textarea").fill("It\nsqueaks")
    act("responsible", "finish")
    act("responsible", "close")
    address, box = phone.url, phone.locator(".unsent-text:visible")
    expect(box).to_be_visible()

    if way == "copy":
        box.get_by_role("button", name="Copy text").tap()
        expect(box.get_by_role("button", name="Copied")).to_be_visible()
        assert phone.evaluate("navigator.clipboard.readText()") == "It\nsqueaks"
    elif way == "discard":
        box.get_by_role("button", name="Discard").tap()
        expect(box).to_have_count(0)
    else:
        box.get_by_role("button", name="Take it into a new ticket").tap()
        expect(phone.locator(".unsent-text__text:visible")).to_have_text("It\nsqueaks")
        phone.go_back()
        expect(box).to_be_visible()
        box.get_by_role("button", name="Take it into a new ticket").tap()
        phone.locator(".action-card").tap()
        expect(phone.get_by_label("What else?")).to_have_value("It\nsqueaks")

    phone.goto(address)
    expect(phone.locator(".chat__shut")).to_be_visible()
    expect(box).to_be_hidden()
    act("responsible", "reopen")
    expect(phone.locator("form[data-composer] textarea")).to_have_value("")


def test_an_update_that_was_begun_stays_readable_when_the_ticket_closes(open_page: Any, act: Any) -> None:
    act("responsible", "start")
    act("responsible", "finish")
    phone = open_page("reporter")
    phone.goto(f"{phone.url}?view=updates")
    phone.locator("form.composer textarea").fill("Seal is")

    act("responsible", "close")
    phone.reload()

    expect(phone.locator(".unsent-text__text:visible")).to_have_text("Seal is")


def test_what_was_half_written_is_shown_on_the_device_when_its_ticket_became_internal(
    open_page: Any, act: Any, cast: Cast
) -> None:
    phone = open_page("reporter")
    phone.locator("form[data-composer] textarea").fill("One more thing about the")
    phone.wait_for_timeout(500)

    act("responsible", "visibility", visibility="internal")

    expect(phone.locator(".notice")).to_contain_text("This ticket is not available here.")
    expect(phone.locator(".unsent-text__text:visible")).to_have_text("One more thing about the")
    phone.get_by_role("button", name="Discard").tap()
    phone.reload()
    expect(phone.locator(".notice")).to_be_visible()
    expect(phone.locator(".unsent-text:visible")).to_be_hidden()


def test_a_ticket_that_became_internal_leads_to_its_device(open_page: Any, act: Any, cast: Cast) -> None:
    phone = open_page("reporter")

    act("responsible", "visibility", visibility="internal")

    expect(phone.get_by_role("heading", level=1)).to_have_text(cast.device.name)
    expect(phone.locator(".notice")).to_contain_text("This ticket is not available here.")
    assert cast.ticket.subject not in phone.content()


@pytest.mark.parametrize("view", ["messages", "details"])
def test_text_of_double_size_leaves_room_for_what_is_read(open_page: Any, cast: Cast, view: str) -> None:
    Device.objects.filter(pk=cast.device.pk).update(name="Beutelverpackungsmaschine Linie 1")
    phone = open_page("reporter")
    phone.context.new_cdp_session(phone).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})

    phone.goto(f"{PORTAL.ticket_url('ticket_detail', cast.ticket)}?view={view}")

    assert phone.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    bar = phone.locator(".portal-bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 844 / 3
    assert phone.locator(".portal-composer").evaluate("each => getComputedStyle(each).position") == "static"
    words = phone.locator(".facts dd").evaluate_all("all => all.map((each) => each.clientWidth)")
    assert all(width > 200 for width in words), words


def test_a_private_link_is_made_when_it_is_copied_and_opens_the_ticket_elsewhere(
    open_page: Any, new_visitor: NewContext, cast: Cast
) -> None:
    phone = open_page("reporter")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.goto(f"{PORTAL.ticket_url('ticket_detail', cast.ticket)}?view=details")
    assert not cast.ticket.private_links.exists()

    phone.get_by_role("button", name="Copy link").tap()
    expect(phone.get_by_role("button", name="Copied")).to_be_visible()
    address = phone.evaluate("navigator.clipboard.readText()")
    expect(phone.get_by_label("Private link")).to_have_value(address)
    other = new_visitor(PHONE).new_page()
    other.goto(address)

    assert cast.ticket.private_links.count() == 1
    assert other.url.endswith(PORTAL.ticket_url("ticket_detail", cast.ticket))
    expect(other.get_by_role("heading", level=1)).to_have_text(cast.ticket.title)
