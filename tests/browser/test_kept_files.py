"""Files that were chosen outlive a dead spot, a reload and a closed browser, and leave once and in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserType, Dialog, FilePayload, Locator, Page, Route, expect

from messenger.models import Attachment, Message, Upload
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    NewContext,
    OpenPage,
    carry_session,
    expect_messenger_ready,
    expect_uploads_ready,
)
from tests.browser.story import photo
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.messenger import samples
from ticketing.models import Update
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database]
ROW = ".uploader__file"
COLOURS = ["red", "lime", "blue"]
NAMES = [f"{colour}.jpg" for colour in COLOURS]
EVIL = FilePayload(name="evil.svg", mimeType="image/svg+xml", buffer=samples.SVG)


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("#id_files").set_input_files(list(files) or [photo(colour) for colour in COLOURS])


def rows(page: Page, state: str = "") -> Locator:
    return page.locator(f"{ROW}{f'[data-state={state}]' if state else ''} .uploader__name")


def send(page: Page, text: str = "") -> None:
    form = page.locator("form.composer")
    if text:
        form.locator("textarea").fill(text)
    form.locator("button[type=submit]:visible").click()


def hold_uploads(page: Page) -> None:
    """No file arrives before its page is closed."""
    page.route("**/uploads/**", lambda route: route.abort())


def until_kept(page: Page, count: int) -> None:
    page.wait_for_function(
        """(count) => new Promise((resolve) => {
          const request = indexedDB.open("fleetdesk-files", 1);
          request.onsuccess = () => {
            const all = request.result.transaction("files").objectStore("files").getAll();
            all.onsuccess = () => {
              request.result.close();
              resolve(all.result.filter(({isReady}) => isReady).length === count);
            };
          };
        })""",
        arg=count,
    )


def open_again(page: Page, address: str) -> Page:
    """The tab is killed, and another one shows the same page."""
    context = page.context
    page.close()
    fresh = context.new_page()
    fresh.goto(address)
    expect_uploads_ready(fresh)
    return fresh


def names_of(parent: Message | Update) -> list[str]:
    return [file.name for file in parent.attachments.all()]


def test_three_photos_outlive_a_closed_browser_are_sorted_and_sent_once(
    cast: Cast, server: str, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    address = server + PORTAL.ticket_url("ticket_detail", cast.ticket) + "?view=messages"
    key = str(cast.client("reporter").session.session_key)

    @contextmanager
    def opened() -> Iterator[Page]:
        options: Any = {**browser_type_launch_args, **PHONE}
        context = browser_type.launch_persistent_context(tmp_path / "profile", **options)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
        page = context.new_page()
        yield page
        context.close()

    with opened() as page:
        hold_uploads(page)
        page.goto(address)
        expect_uploads_ready(page)
        choose(page)
        until_kept(page, 3)
        assert not Attachment.objects.exists()

    with opened() as page:
        page.goto(address)
        expect_messenger_ready(page)
        expect(rows(page, "done")).to_have_text(NAMES)
        page.get_by_role("button", name="Earlier: blue.jpg").press("Enter")
        expect(rows(page)).to_have_text(["red.jpg", "blue.jpg", "lime.jpg"])
        expect(page.get_by_role("button", name="Earlier: blue.jpg")).to_be_focused()
        send(page, "See the lamp")
        expect(page.locator(".bubble .attachment__image img")).to_have_count(3)
        expect(page.locator(".bubble--sending")).to_have_count(0)
        page.reload()
        expect_messenger_ready(page)
        expect(page.locator(".bubble")).to_have_count(1)
        expect(rows(page)).to_have_count(0)
        until_kept(page, 0)

    assert names_of(Message.objects.get()) == ["red.jpg", "blue.jpg", "lime.jpg"]
    assert Attachment.objects.count() == Upload.objects.count() == 3


def test_photos_written_without_a_network_show_wait_for_the_next_page_and_leave_in_order_once(
    cast: Cast, open_page: OpenPage
) -> None:
    page = open_page("reporter")
    page.context.set_offline(True)

    choose(page)
    send(page, "First, with photos")
    send(page, "Second")
    expect(page.locator(".bubble--failed")).to_have_count(1)
    expect(page.locator(".bubble").first).to_contain_text("Not sent yet")
    expect(page.locator(".bubble").first.locator(".bubble__files img")).to_have_count(3)
    expect(page.locator(".bubble__files img").first).to_have_js_property("naturalWidth", 320)
    expect(rows(page)).to_have_count(0)
    until_kept(page, 3)

    # Two tabs of the ticket find the same messages.
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        tab.goto(address, wait_until="commit")
    for tab in tabs:
        expect_messenger_ready(tab)
        expect(tab.locator(".bubble--sending, .bubble--failed")).to_have_count(0)
        expect(tab.locator(".bubble[data-number]")).to_have_count(2)
        expect(tab.locator(".bubble .attachment__image img")).to_have_count(3)

    first, second = Message.objects.order_by("sequence")
    assert (first.text, names_of(first), second.text) == ("First, with photos", NAMES, "Second")
    assert Attachment.objects.count() == Upload.objects.count() == 3


def test_a_film_of_which_a_part_arrived_goes_on_where_its_bytes_are(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("reporter")
    methods: list[str] = []

    def cut(route: Route) -> None:
        methods.append(route.request.method)
        if methods.count("PATCH") < 2:
            route.continue_()
        else:
            route.abort()

    page.route("**/uploads/**", cut)
    film = samples.mp4() + samples.box(b"mdat", bytes(2**20))
    choose(page, FilePayload(name="film.mp4", mimeType="video/mp4", buffer=film))
    expect(rows(page, "waiting")).to_have_count(1)
    until_kept(page, 1)
    assert 0 < Upload.objects.get().offset < len(film)

    elsewhere = open_page("reporter")
    part = elsewhere.locator(f"{ROW}[data-state=partial]")
    expect(part).to_contain_text("Only a part of it arrived. Choose it again.")
    page = open_again(page, page.url)
    expect(rows(page, "done")).to_have_text(["film.mp4"])
    expect(rows(page)).to_have_count(1)
    assert Upload.objects.get().offset == len(film)

    with elsewhere.expect_response(lambda answer: answer.request.method == "DELETE"):
        part.get_by_role("button", name="Remove: film.mp4").click()
    expect(elsewhere.locator(ROW)).to_have_count(0)
    assert not Upload.objects.exists()


def test_one_refused_among_three_is_named_and_the_others_are_sent_without_it(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("reporter")

    choose(page, photo("red"), EVIL, photo("blue"))
    expect(rows(page, "done")).to_have_text(["red.jpg", "blue.jpg"])
    send(page, "Two of them")
    expect(page.locator(".toast")).to_contain_text("evil.svg")
    page.get_by_role("button", name="Send without it").click()
    expect(page.locator(".bubble .attachment__image img")).to_have_count(2)

    # Without a network nobody knows yet that it will be refused.
    page.context.set_offline(True)
    choose(page, EVIL, photo("lime"))
    send(page, "Another one")
    expect(page.locator(".bubble--failed")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".bubble__refusal")).to_contain_text("evil.svg")
    page.get_by_role("button", name="Send without it").click()
    expect(page.locator(".bubble[data-number]")).to_have_count(2)

    first, second = Message.objects.order_by("sequence")
    assert (names_of(first), names_of(second)) == (["red.jpg", "blue.jpg"], ["lime.jpg"])
    until_kept(page, 0)


def test_an_update_keeps_its_photos_and_is_posted_without_the_refused_one(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("responsible", "?tab=updates")
    hold_uploads(page)
    choose(page, photo("red"), EVIL, photo("lime"), photo("blue"))
    until_kept(page, 4)

    page = open_again(page, page.url)
    expect(rows(page, "done")).to_have_text(NAMES)
    send(page, "New belt")
    page.get_by_role("button", name="Send without it").click()
    expect(page.locator(".timeline__entry .attachment__image img")).to_have_count(3)
    expect_uploads_ready(page)
    expect(rows(page)).to_have_count(0)

    assert names_of(Update.objects.get()) == NAMES
    assert Attachment.objects.count() == 3


def test_an_update_without_a_network_stays_on_its_page_until_it_can_be_posted(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("responsible", "?tab=updates")
    expect_uploads_ready(page)
    page.context.set_offline(True)
    send(page, "From the cellar")

    expect(page.get_by_role("alert").filter(has_text="There is no connection")).to_be_visible()
    expect(page.locator("form.composer textarea")).to_have_value("From the cellar")
    page.context.set_offline(False)
    expect(page.get_by_role("alert").filter(has_text="There is no connection")).to_be_hidden()
    send(page)
    expect(page.locator(".timeline")).to_contain_text("From the cellar")
    assert Update.objects.count() == 1


def test_a_message_that_comes_too_late_can_be_copied_its_files_saved_and_written_anew(
    cast: Cast, open_page: OpenPage
) -> None:
    page = open_page("responsible")
    refusal = {"message": "Not now.", "code": "wrong_status"}
    page.route("**/messages/send/", lambda route: route.fulfill(status=409, json=refusal))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    choose(page, photo("red"), photo("blue"))
    send(page, "Two lamps")
    expect(page.locator(".bubble__refusal")).to_contain_text("Not now.")
    page.reload()
    expect_messenger_ready(page)
    expect(page.locator(".bubble__files img")).to_have_count(2)

    page.get_by_role("button", name="Copy text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Two lamps"
    saved = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    page.get_by_role("button", name="Save files").click()
    page.wait_for_timeout(500)
    assert sorted(saved) == ["blue.jpg", "red.jpg"]

    page.unroute("**/messages/send/")
    page.get_by_role("button", name="Edit").last.click()
    expect(page.locator(".bubble")).to_have_count(0)
    expect(rows(page, "done")).to_have_text(["red.jpg", "blue.jpg"])
    expect(page.locator("form.composer textarea")).to_have_value("Two lamps")
    send(page, "Two lamps, both")
    expect(page.locator(".bubble[data-number]")).to_have_count(1)
    message = Message.objects.get()
    assert (message.text, names_of(message)) == ("Two lamps, both", ["red.jpg", "blue.jpg"])


def test_a_message_whose_files_travel_can_be_discarded(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("reporter")
    page.context.set_offline(True)
    choose(page)
    send(page, "Never mind")
    expect(page.locator(".bubble--failed")).to_have_count(1)

    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".bubble")).to_have_count(0)
    until_kept(page, 0)
    page.context.set_offline(False)
    send(page, "All is well")
    expect(page.locator(".bubble[data-number]")).to_have_count(1)
    assert not Message.objects.get().attachments.exists()


def test_what_another_tab_is_writing_is_its_own_until_that_is_closed(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("reporter")
    hold_uploads(page)
    choose(page, photo("red"))
    until_kept(page, 1)

    other = page.context.new_page()
    other.goto(page.url)
    expect_uploads_ready(other)
    other.wait_for_timeout(500)
    expect(rows(other)).to_have_count(0)
    page.close()
    expect(rows(other, "done")).to_have_text(["red.jpg"])


def test_a_photo_that_another_browser_has_sent_is_not_shown_again(cast: Cast, open_page: OpenPage) -> None:
    page = open_page("reporter")
    choose(page, photo("red"))
    expect(rows(page, "done")).to_have_count(1)
    until_kept(page, 1)
    message = MessageFactory(ticket=cast.ticket, sequence=900)
    Attachment.objects.update(message=message)

    page = open_again(page, page.url)
    until_kept(page, 0)
    expect(rows(page)).to_have_count(0)


@pytest.mark.parametrize("leaves", [True, False], ids=["signs out", "session ends"])
def test_the_next_person_at_a_computer_finds_no_files(
    cast: Cast, open_page: OpenPage, server: str, leaves: bool
) -> None:
    page = open_page("responsible")
    hold_uploads(page)
    choose(page)
    until_kept(page, 3)
    address = page.url
    if leaves:
        page.goto("/accounts/logout/")
        page.locator("main button[type=submit]").click()
        page.wait_for_url(lambda url: "logout" not in url)
        assert page.evaluate("indexedDB.databases()") == []

    carry_session(page.context, cast, "moderator", server)
    page = open_again(page, address)
    expect(page.locator(".uploader.is-enhanced")).not_to_have_count(0)
    expect(rows(page)).to_have_count(0)
    until_kept(page, 0)
    assert not Upload.objects.exists()


def test_a_browser_that_keeps_nothing_waits_and_warns_who_leaves(
    cast: Cast, new_visitor: NewContext, server: str
) -> None:
    context = new_visitor(DESKTOP)
    carry_session(context, cast, "responsible", server)
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page.goto(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger")
    expect_messenger_ready(page)
    expect_uploads_ready(page)
    context.set_offline(True)

    choose(page, photo("red"))
    expect(rows(page, "waiting")).to_have_count(1)
    send(page, "See the lamp")
    expect(page.locator(".toast")).to_contain_text("Please wait until all files are uploaded.")
    expect(page.locator(".bubble")).to_have_count(0)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("setTimeout(() => location.assign('/office/tickets/'))")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]

    context.set_offline(False)
    expect(rows(page, "done")).to_have_count(1)
    send(page)
    expect(page.locator(".bubble .attachment__image img")).to_have_count(1)
