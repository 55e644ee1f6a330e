"""Films leave a phone in pieces and outlive a dead spot, in the messenger and in a step of a flow."""

import io
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from config.common import live
from fleet.models import Counted, Usage
from fleet.services.limits import counter_of
from messenger.models import Attachment, Message, Piece, Upload
from tests.browser.conftest import PHONE, NewContext
from tests.browser.story import Shop, open_shop, photo
from tests.cast import Cast, make_cast
from tests.messenger import samples
from ticketing.models import Answer, Question, QuestionKind, Ticket, TicketStatus
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILM = samples.mp4() + samples.box(b"mdat", bytes(range(256)) * 36_000)  # 9 MB that differ from place to place.
ROW = ".uploader__file"


@pytest.fixture
def shop(server: str) -> Shop:
    return open_shop()


@pytest.fixture
def film(tmp_path: Any) -> Any:
    path = tmp_path / "film.mp4"
    path.write_bytes(FILM)
    return path


def bytes_of(attachment: Attachment) -> bytes:
    with attachment.file.open() as file:
        content: bytes = file.read()
    return content


def cut_in_the_middle(page: Page, put: Callable[[], None]) -> None:
    """Chooses the film and switches the network off as soon as some of it has arrived."""
    page.evaluate("""() => {
      const send = XMLHttpRequest.prototype.send;
      let pieces = 0;
      /* The third piece waits until the network is off. */
      XMLHttpRequest.prototype.send = function (body) {
        if (!(body instanceof Blob)) return send.call(this, body);
        document.documentElement.dataset.pieces = ++pieces;
        setTimeout(() => send.call(this, body), pieces === 3 ? 3000 : 0);
      };
    }""")
    put()
    expect(page.locator("html")).to_have_attribute("data-pieces", "3")
    page.context.set_offline(True)
    expect(page.locator(f"{ROW}[data-state=waiting]")).to_contain_text("Waiting for a connection")
    upload = Upload.objects.get()
    assert 0 < upload.offset < len(FILM)
    assert Piece.objects.count() == 2


def open_ticket_page(cast: Cast, new_visitor: NewContext, server: str) -> Page:
    context = new_visitor(PHONE)
    key = str(cast.client("reporter").session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page = context.new_page()
    page.goto(PORTAL.ticket_url("ticket_detail", cast.ticket) + "?view=messages")
    return page


def reach_the_photo_step(page: Page, shop: Shop, language: str = "en") -> None:
    page.goto(shop.link)
    page.get_by_role("button", name=f"Report {language}").click()
    page.get_by_label(f"Symptom {language}").fill("Conveyor stops")
    page.get_by_label(f"Stands {language}").check()
    page.locator("button[value=next]").last.click()
    page.locator("input[type=radio]").last.check()
    page.locator("button[value=next]").last.click()
    expect(page.locator(".uploaders")).to_be_visible()


def test_a_film_in_a_message_goes_on_after_a_dead_spot_and_arrives_once(
    server: str, new_visitor: NewContext, film: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hints of this process reach no reader.
    monkeypatch.setattr(live, "_send", lambda *_args: None)
    cast = make_cast(TicketStatus.ASSIGNED)
    page = open_ticket_page(cast, new_visitor, server)

    cut_in_the_middle(page, lambda: page.locator("#id_files").set_input_files(film))
    page.locator("form[data-composer] textarea").fill("See the belt")
    page.locator("form[data-composer] button[type=submit]:visible").click()
    expect(page.locator(".bubble--failed")).to_contain_text("film.mp4")
    page.context.set_offline(False)
    expect(page.locator(".bubble video")).to_have_count(1)

    attachment = Attachment.objects.get()
    assert bytes_of(attachment) == FILM
    assert attachment.message == Message.objects.get()
    assert not Piece.objects.exists()


@pytest.mark.any_database
def test_a_large_webp_is_not_made_a_photo_on_its_way(
    server: str, new_visitor: NewContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_send", lambda *_args: None)
    page = open_ticket_page(make_cast(TicketStatus.ASSIGNED), new_visitor, server)
    drawing, content = Image.frombytes("RGB", (640, 640), random.Random(1).randbytes(640 * 640 * 3)), io.BytesIO()
    drawing.save(content, "WEBP", lossless=True, quality=0, method=0)
    assert len(content.getvalue()) > 1_000_000

    page.locator("#id_files").set_input_files(
        FilePayload(name="drawing.webp", mimeType="image/webp", buffer=content.getvalue())
    )
    page.locator("form[data-composer] button[type=submit]:visible").click()
    expect(page.locator(".bubble:not(.bubble--sending) img")).to_have_count(1)

    with Attachment.objects.get().file.open() as file, Image.open(file) as kept:
        assert (kept.format, kept.tobytes()) == ("WEBP", drawing.tobytes())


def test_a_film_in_a_step_goes_on_after_a_dead_spot_and_next_waits_for_it(shop: Shop, phone: Page, film: Any) -> None:
    reach_the_photo_step(phone, shop)
    sizes: list[int] = []
    phone.on("request", lambda request: sizes.append(len(request.post_data_buffer or b"")))

    cut_in_the_middle(phone, lambda: phone.locator("input[type=file]").last.set_input_files(film))
    phone.locator("button[value=next]").last.click()
    expect(phone.locator("form.flow")).to_have_attribute("aria-busy", "true")
    phone.context.set_offline(False)
    phone.wait_for_url(re.compile(r"/summary/"))

    attachment = Attachment.objects.get()
    assert bytes_of(attachment) == FILM
    assert attachment.answer == Answer.objects.get(kind=QuestionKind.FILES)
    assert max(sizes) <= 4 * 1024 * 1024
    expect(phone.locator("main video")).to_have_count(1)


def test_a_step_that_comes_back_with_an_error_keeps_what_arrived(shop: Shop, phone: Page) -> None:
    step = Question.objects.get(kind=QuestionKind.FILES).step
    Question.objects.filter(kind=QuestionKind.FILES).update(is_required=True)
    Question.objects.filter(text_en="Symptom en").update(step=step, position=-1, is_required=True)
    phone.goto(shop.link)
    phone.get_by_role("button", name="Report en").click()
    ticket = Ticket.objects.get()
    phone.goto(PORTAL.ticket_url("flow_step", ticket, number=3))
    evil = FilePayload(name="evil.svg", mimeType="image/svg+xml", buffer=samples.SVG)

    phone.locator("input[type=file]").last.set_input_files([photo("red"), evil])
    expect(phone.locator(f"{ROW}[data-state=done]")).to_contain_text("red.jpg")
    expect(phone.locator(f"{ROW}[data-state=done] img")).to_have_count(1)
    expect(phone.locator(f"{ROW}[data-state=failed]")).to_contain_text("looks like a web page")
    expect(phone.locator(f"{ROW}[data-state=failed] [data-retry]")).to_be_hidden()
    phone.locator("button[value=next]").last.click()
    expect(phone.locator(".toast")).to_contain_text("Could not be uploaded")
    phone.locator(f"{ROW}[data-state=failed] [data-remove]").click()
    phone.locator("button[value=next]").last.click()
    expect(phone.locator(".field--wrong")).to_have_count(1)
    expect(phone.locator(".field--file img")).to_have_attribute("alt", "red.jpg")
    expect(phone.locator(ROW)).to_have_count(0)

    phone.get_by_label("Symptom en").fill("Stops")
    phone.locator("button[value=next]").last.click()
    phone.wait_for_url(re.compile(r"/drafts/\d+/[12]/"))
    assert Attachment.objects.get().answer == Answer.objects.get(kind=QuestionKind.FILES)


def test_a_file_is_taken_back_while_it_travels_and_when_it_is_there(shop: Shop, phone: Page, film: Any) -> None:
    reach_the_photo_step(phone, shop)

    cut_in_the_middle(phone, lambda: phone.locator("input[type=file]").last.set_input_files(film))
    phone.context.set_offline(False)
    phone.locator("button[data-remove]").click()
    expect(phone.locator(ROW)).to_have_count(0)
    phone.locator("input[type=file]").last.set_input_files([photo()])
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(1)
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        phone.locator("button[data-remove]").click()
    phone.locator("button[value=next]").last.click()
    phone.wait_for_url(re.compile(r"/summary/"))

    assert not Attachment.objects.exists()
    assert not Upload.objects.exists()


def test_a_server_that_is_away_for_a_moment_is_waited_out(shop: Shop, phone: Page) -> None:
    reach_the_photo_step(phone, shop)
    answers = iter([503, 502])

    def stumble(route: Any) -> None:
        status = next(answers, None) if route.request.method in ("POST", "PATCH") else None
        if status is None:
            route.continue_()
        else:
            route.fulfill(status=status, body="away")

    phone.route("**/uploads/**", stumble)
    phone.locator("input[type=file]").last.set_input_files([photo()])
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(1)
    assert Attachment.objects.count() == Upload.objects.count() == 1


def test_a_file_whose_check_breaks_says_so_and_stops_no_other_file(shop: Shop, phone: Page) -> None:
    reach_the_photo_step(phone, shop)
    broken = ["red.jpg", "green.jpg"]

    def stumble(route: Any) -> None:
        """The server has the whole file of these and fails again and again to check it."""
        method, upload = (
            route.request.method,
            Upload.objects.filter(pk__in=re.findall(r"[0-9a-f-]{36}", route.request.url)),
        )
        begun = upload.filter(name__in=broken).first()
        if begun is None or method not in ("HEAD", "PATCH"):
            route.continue_()
        elif method == "HEAD":
            route.fulfill(status=200, headers={"Upload-Offset": str(begun.length)})
        else:
            route.fulfill(status=500, body="broken")

    phone.route("**/uploads/**", stumble)
    phone.locator("input[type=file]").last.set_input_files([photo("red"), photo("green"), photo("blue")])
    # The third one passes while the others wait.
    expect(phone.locator(f"{ROW}[data-state=done]")).to_contain_text("blue.jpg", timeout=6_000)
    expect(phone.locator(f"{ROW}[data-state=failed]")).to_have_count(2, timeout=40_000)
    expect(phone.locator(f"{ROW}[data-state=failed]").first).to_contain_text("Could not be uploaded")

    broken.clear()
    phone.locator(f"{ROW}[data-state=failed] [data-retry]").first.click()
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(2)
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        phone.locator(f"{ROW}[data-state=failed] [data-remove]").click()
    expect(phone.locator(ROW)).to_have_count(2)
    assert Attachment.objects.count() == Upload.objects.count() == 2


def leave_of_the_hour(size: int) -> None:
    """As if so many bytes could still be sent in this hour, with any code and from any address."""
    for row in Usage.objects.filter(what=Counted.BYTES):
        Usage.objects.filter(pk=row.pk).update(amount=counter_of(row).limit - size)


def test_a_film_beyond_the_limit_says_so_goes_on_later_and_can_be_taken_back(
    shop: Shop, phone: Page, film: Any
) -> None:
    reach_the_photo_step(phone, shop)
    phone.locator("input[type=file]").last.set_input_files([photo()])
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(1)
    leave_of_the_hour(2 * 1024**2)
    phone.locator("input[type=file]").last.set_input_files(film)
    row = phone.locator(f"{ROW}[data-state=failed]")
    expect(row).to_contain_text("Unusually many or large files")
    upload = Upload.objects.get(name="film.mp4")
    assert 0 < upload.offset <= 2 * 1024**2

    leave_of_the_hour(4 * 1024**2)
    with phone.expect_response(lambda answer: answer.request.method == "HEAD"):
        row.locator("[data-retry]").click()
    expect(row).to_contain_text("Unusually many or large files")
    assert Upload.objects.get(name="film.mp4").offset > upload.offset
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        row.locator("[data-remove]").click()

    assert not Upload.objects.filter(name="film.mp4").exists()


def test_a_proxy_that_takes_less_is_asked_for_too_much_only_once(shop: Shop, phone: Page, film: Any) -> None:
    reach_the_photo_step(phone, shop)
    refused = []

    def small_door(route: Any) -> None:
        if len(route.request.post_data_buffer or b"") <= 1024**2:
            route.continue_()
            return
        refused.append(route.request.method)
        route.fulfill(status=413, body="Request Entity Too Large")

    phone.route("**/uploads/**", small_door)
    phone.locator("input[type=file]").last.set_input_files(film)
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(1, timeout=20_000)

    assert refused == ["PATCH"]
    assert bytes_of(Attachment.objects.get()) == FILM


def test_files_of_a_step_are_accessible(
    shop: Shop, phone: Page, film: Any, is_accessible: Callable[[Page], None]
) -> None:
    reach_the_photo_step(phone, shop)
    cut_in_the_middle(phone, lambda: phone.locator("input[type=file]").last.set_input_files(film))
    is_accessible(phone)

    phone.context.set_offline(False)
    expect(phone.locator(f"{ROW}[data-state=done]")).to_have_count(1)
    is_accessible(phone)
