"""The assistant on a phone: help without a ticket, help that leads to one, and help where there is no network."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from fleet.models import Device
from fleet.services.code_tokens import url_of
from tests.browser.conftest import DESKTOP, PHONE, NewContext
from tests.cast import client_of
from tests.factories import CodeFactory, ModeratorFactory, make_flow
from tests.ticketing.help import element, part, publish, store_file, to
from tests.ticketing.portal_browser import make_device, photo
from ticketing.models import ElementDay, ElementFileKind, ElementKind, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("help:"));
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return found.flat().map(({url}) => url);
}"""
IsAccessible = Callable[[Page], None]


@pytest.fixture
def link(server: str) -> str:
    """The code of a device whose assistant has a question, a guide with a picture, and a way into a flow."""
    device = make_device()
    flow = make_flow(device.template, button_label="Report it to us", description="We come")
    assistant = publish(device.template, element("start"))
    picture = store_file(assistant, photo().read(), ElementFileKind.PICTURE, "image/png")
    steps = (part("Let it cool", "Ten minutes"), part("Brush", "Lengthways", files=(picture,)))
    publish(
        device.template,
        element("start", to("jaw", "Film tears"), to("lost", "Nothing fits"), title="What is wrong?"),
        element("jaw", title="Clean the jaw", kind=ElementKind.GUIDE, parts=steps),
        element("lost", to(flow), to("jaw"), title="We come to you"),
    )
    return url_of(CodeFactory(device=device))


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def wait_for(page: Page, is_so: Callable[[], bool]) -> None:
    """For what happens beside the page."""
    begin = time.monotonic()
    while not is_so():
        assert time.monotonic() - begin < 20
        page.wait_for_timeout(50)


def counted(key: str, what: str, page: Page) -> None:
    """Waits until it is counted once."""
    wait_for(page, lambda: list(ElementDay.objects.filter(key=key).values_list(what, flat=True)) == [1])


def test_help_solves_it_without_a_ticket(link: str, phone: Page, is_accessible: IsAccessible) -> None:
    phone.goto(link)
    phone.get_by_role("link", name="Find help").tap()
    heading(phone, "What is wrong?")
    is_accessible(phone)
    phone.get_by_role("searchbox").fill("LENGTHWAYS")
    phone.locator(".help-found").get_by_role("link", name="Clean the jaw").tap()
    heading(phone, "Clean the jaw")
    counted("jaw", "seen", phone)
    is_accessible(phone)

    phone.get_by_label("Step 2").check()
    phone.get_by_role("link", name="What it shows").tap()
    expect(phone.locator("dialog.enlarged")).to_be_visible()
    is_accessible(phone)
    phone.get_by_role("button", name="Close").tap()
    expect(phone.locator("dialog.enlarged")).to_have_count(0)
    phone.reload()
    expect(phone.get_by_label("Step 2")).to_be_checked()
    expect(phone.get_by_label("Step 1")).not_to_be_checked()
    phone.go_back()
    heading(phone, "What is wrong?")
    phone.go_forward()
    phone.get_by_role("button", name="This helped").tap()

    expect(phone.locator(".toast--success")).to_be_visible()
    counted("jaw", "helped", phone)
    assert list(ElementDay.objects.filter(key="jaw").values_list("seen", flat=True)) == [1]
    assert not Ticket.objects.exists()


def test_help_leads_into_a_flow_and_the_ticket_knows_the_way(
    link: str, phone: Page, new_visitor: NewContext, server: str
) -> None:
    phone.goto(link)
    phone.get_by_role("link", name="Find help").tap()
    phone.get_by_role("link", name="Nothing fits").tap()
    phone.get_by_role("link", name="Clean the jaw").tap()
    phone.get_by_role("button", name="Report it").tap()
    phone.get_by_label("What is wrong?").fill("The film tears")
    phone.get_by_role("button", name="Next", exact=True).last.tap()
    phone.get_by_role("button", name="Send", exact=True).last.tap()
    heading(phone, "Thank you, we have it")
    counted("jaw", "reported", phone)

    context = new_visitor(DESKTOP)
    session = str(client_of(ModeratorFactory(), {}).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server}])
    desk = context.new_page()
    desk.goto(f"/office/tickets/{Ticket.objects.get().pk}/")

    expect(desk.get_by_text("What is wrong? → We come to you → Clean the jaw → not solved")).to_be_visible()


def test_help_is_there_without_a_network_and_nothing_else_is(
    link: str, new_visitor: NewContext, is_accessible: IsAccessible
) -> None:
    context = new_visitor(PHONE)
    page = context.new_page()
    page.goto(link)
    device = page.url
    expect(page.get_by_role("link", name="Find help")).to_be_visible()
    wait_for(page, lambda: any("/help/files/" in url for url in page.evaluate(KEPT)))
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    context.set_offline(True)

    page.goto(f"{device}help/")
    heading(page, "What is wrong?")
    expect(page.get_by_text("You are offline.")).to_be_visible()
    is_accessible(page)
    page.get_by_role("searchbox").fill("lengthways")
    page.locator(".help-found").get_by_role("link", name="Clean the jaw").tap()
    heading(page, "Clean the jaw")
    expect(page.get_by_role("button", name="Report it")).to_have_count(0)
    assert page.evaluate("() => document.querySelector('.help-file img').decode().then(() => true)")
    page.get_by_role("button", name="This helped").tap()
    expect(page.get_by_text("Good to hear")).to_be_visible()
    page.go_back()
    heading(page, "What is wrong?")
    kept = page.evaluate(KEPT)
    assert all("/help/" in url or "/static/" in url for url in kept), kept

    context.set_offline(False)
    page.goto(f"{device}help/")
    counted("jaw", "helped", page)
    context.clear_cookies()
    page.goto(device)
    wait_for(page, lambda: not page.evaluate(KEPT))


def test_words_of_an_editor_are_shown_without_a_network_as_they_are(link: str, new_visitor: NewContext) -> None:
    page = new_visitor(PHONE).new_page()
    template = Device.objects.get().template
    publish(
        template, element("start", title="%element% at 5 %end%", body="**T**orn <film>"), element("b", title="Flow")
    )
    page.goto(link)
    device = page.url
    wait_for(page, lambda: any("/help/bundle/" in url for url in page.evaluate(KEPT)))
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)

    page.goto(f"{device}help/")

    heading(page, "%element% at 5 %end%")
    expect(page).to_have_title("%element% at 5 %end% · Fleetdesk")
    page.get_by_role("searchbox").fill("torn <film>")
    expect(page.locator(".help-found").get_by_role("link")).to_have_text("%element% at 5 %end%")


def test_what_is_kept_stays_until_what_is_newer_is_there(link: str, new_visitor: NewContext) -> None:
    page = new_visitor(PHONE).new_page()
    page.add_init_script("""
      const {add, put} = Cache.prototype;
      Cache.prototype.add = function (url) {
        return url.includes("help.") ? Promise.reject(new TypeError("missing")) : add.call(this, url);
      };
      Cache.prototype.addAll = function (urls) { return Promise.all(urls.map((each) => this.add(each))); };
      Cache.prototype.put = function (url, response) {
        document.documentElement.dataset.put = url;
        return window.name === "full" ? Promise.reject(new TypeError("full")) : put.call(this, url, response);
      };
    """)
    page.goto(link)
    # One asset that is missing keeps nothing else away.
    wait_for(page, lambda: any("/help/bundle/" in url for url in page.evaluate(KEPT)))
    publish(Device.objects.get().template, element("start"))

    page.evaluate("() => { window.name = 'full'; }")
    page.reload()

    page.wait_for_function("() => document.documentElement.dataset.put")
    assert any("/help/bundle/" in url for url in page.evaluate(KEPT))
