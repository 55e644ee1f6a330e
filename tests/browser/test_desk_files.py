"""Files of the desk form leave at once, and outlive refusals, reloads and lost sessions until the form is saved."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import FilePayload, Locator, Page, expect

from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import Attachment, Upload
from tests.browser.conftest import DESKTOP, PHONE, NewContext, expect_uploads_ready, violations
from tests.browser.story import photo
from tests.cast import client_of
from tests.factories import (
    PASSWORD,
    CategoryFactory,
    CustomerFactory,
    ManagerFactory,
    ModeratorFactory,
    SubscriberFactory,
)
from tests.messenger import samples
from ticketing.models import Ticket
from ticketing.services.editing import edit_fields

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "/office/tickets/new/form/"
ROW = ".uploader__file"


@pytest.fixture
def manager(server: str) -> Person:
    customer = CustomerFactory(name="Autopartage Lyon")
    SubscriberFactory(first_name="Anna", last_name="Berger", customer=customer)
    CategoryFactory(name="Usage")
    return ManagerFactory(first_name="Max", last_name="Manager", customer=customer)


@pytest.fixture
def visit(new_visitor: NewContext, server: str) -> Any:
    def open_form(person: Person, kind: dict[str, Any] = DESKTOP, **more: Any) -> Page:
        context = new_visitor(kind, **more)
        sign_in(context, server, person)
        page = context.new_page()
        open_at(page)
        return page

    return open_form


def sign_in(context: Any, server: str, person: Person) -> None:
    key = str(client_of(person).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])


def open_at(page: Page) -> None:
    page.goto(FORM)
    ready(page)


def ready(page: Page) -> None:
    expect_uploads_ready(page)
    expect(page.locator("[data-behaviour~=suggest] [data-text]:not([role=combobox])")).to_have_count(0)


def add(page: Page, *files: FilePayload) -> None:
    page.locator("#id_files").set_input_files(list(files))


def fill(page: Page) -> None:
    page.locator("#id_category").select_option(label="Usage")
    page.locator("#id_subject").fill("Badge")
    if page.locator("#id_person").count():
        page.locator("#id_person").press_sequentially("ber")
        page.locator(".suggest__option:visible").first.click()


def save(page: Page) -> None:
    page.locator(".desk__buttons button").click()


def names(page: Page) -> Locator:
    return page.locator(f"{ROW}[data-state=done] .uploader__name")


def files_of(ticket: Ticket) -> list[str]:
    [answer] = ticket.answers.all()
    return [file.name for file in answer.attachments.all()]


def saved(page: Page) -> Ticket:
    page.wait_for_url(re.compile(r"/office/tickets/\d+/$"))
    return Ticket.objects.get()


def test_in_french_two_files_outlive_a_lost_session_and_are_saved_once_in_order(
    manager: Person, visit: Any, server: str
) -> None:
    page = visit(manager, locale="fr")
    fill(page)
    film = FilePayload(name="long.mp4", mimeType="video/mp4", buffer=samples.mp4() + samples.box(b"mdat", bytes(2**20)))
    add(page, film, photo("red"))
    expect(page.locator(f"{ROW}[data-state=done]")).to_have_count(2)
    expect(page.locator(ROW).first).to_contain_text("Téléversé")

    Session.objects.all().delete()
    save(page)
    expect(page.locator("body")).to_contain_text("Badge")
    expect(page.locator("h1")).to_have_text("Vous êtes déconnecté")
    # Its script says that nothing was saved.
    page.wait_for_load_state()
    sign_in(page.context, server, manager)
    page.goto(FORM)
    ready(page)
    expect(names(page)).to_have_text(["long.mp4", "red.jpg"])
    expect(page.locator("#id_subject")).to_have_value("Badge")

    page.locator(".desk__buttons button").dblclick()
    ticket = saved(page)
    assert files_of(ticket) == ["long.mp4", "red.jpg"]
    open_at(page)
    expect(page.locator(ROW)).to_have_count(0)
    assert Attachment.objects.count() == 2


def test_a_reload_and_a_refusal_keep_the_files_and_one_can_be_removed(manager: Person, visit: Any) -> None:
    page = visit(manager)
    add(page, photo("red"), photo("blue"))
    expect(names(page)).to_have_count(2)
    page.reload()
    ready(page)
    expect(names(page)).to_have_text(["red.jpg", "blue.jpg"])
    expect(page.locator(f"{ROW} img")).to_have_count(2)

    save(page)
    expect(page.locator(".notice__fields")).to_contain_text("Subject")
    ready(page)
    expect(names(page)).to_have_text(["red.jpg", "blue.jpg"])
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Remove: red.jpg").click()
    expect(names(page)).to_have_text(["blue.jpg"])
    open_at(page)
    expect(names(page)).to_have_text(["blue.jpg"])
    assert Attachment.objects.get().name == "blue.jpg"

    fill(page)
    save(page)
    assert files_of(saved(page)) == ["blue.jpg"]


def test_a_session_that_ends_during_an_upload_says_so_and_the_file_goes_on_after_signing_in(
    manager: Person, visit: Any, server: str
) -> None:
    page = visit(manager)
    fill(page)
    Session.objects.all().delete()
    add(page, photo("red"))
    row = page.locator(f"{ROW}[data-state=failed]")
    expect(row).to_contain_text("You are signed out. Sign in in another tab, then come back: the file goes on.")
    expect(row.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(row.get_by_role("button", name="Try again")).to_be_visible()

    # Signing in also changes the token that forms carry.
    page.context.clear_cookies()
    sign_in(page.context, server, manager)
    other = page.context.new_page()
    other.goto("/office/tickets/")
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(names(page)).to_have_text(["red.jpg"])
    save(page)
    assert files_of(saved(page)) == ["red.jpg"]


def test_a_refused_file_says_why_and_lets_the_others_pass(manager: Person, visit: Any) -> None:
    page = visit(manager)
    fill(page)
    evil = FilePayload(name="evil.svg", mimeType="image/svg+xml", buffer=samples.SVG)
    add(page, evil, photo("red"))
    expect(names(page)).to_have_text(["red.jpg"])
    expect(page.locator(f"{ROW}[data-state=failed]")).to_contain_text("looks like a web page")
    save(page)
    expect(page.locator(".toast")).to_contain_text("evil.svg")
    page.get_by_role("button", name="Remove: evil.svg").click()
    save(page)
    assert files_of(saved(page)) == ["red.jpg"]


def test_a_subscriber_adds_a_photo_on_a_phone(manager: Person, visit: Any) -> None:
    page = visit(SubscriberFactory(customer=manager.customer), PHONE)
    fill(page)
    page.locator("#id_files_camera").set_input_files([photo("red")])
    expect(names(page)).to_have_text(["red.jpg"])
    assert violations(page) == []
    save(page)
    assert files_of(saved(page)) == ["red.jpg"]


def test_without_scripts_a_refused_form_keeps_its_files_and_takes_one_away(
    manager: Person, new_visitor: NewContext, server: str
) -> None:
    context = new_visitor(DESKTOP, java_script_enabled=False)
    sign_in(context, server, manager)
    page = context.new_page()
    page.goto(FORM)
    page.locator("#id_subject").fill("Badge")
    add(page, photo("red"), photo("blue"))
    save(page)
    expect(page.locator(".notice__fields")).to_contain_text("Category")
    expect(names(page)).to_have_text(["red.jpg", "blue.jpg"])

    page.get_by_role("button", name="Remove: red.jpg").click()
    expect(names(page)).to_have_text(["blue.jpg"])
    expect(page.locator("#id_subject")).to_have_value("Badge")
    expect(page.locator(".notice__fields")).to_have_count(0)
    assert Attachment.objects.count() == 1

    page.locator("#id_category").select_option(label="Usage")
    page.locator("#id_person").fill("ber")
    page.locator("button[name=suggest][value=person]").click()
    page.get_by_label("Anna Berger").check()
    save(page)
    assert files_of(saved(page)) == ["blue.jpg"]


def test_without_scripts_a_lost_session_says_that_files_have_to_be_chosen_again(
    manager: Person, new_visitor: NewContext, server: str
) -> None:
    context = new_visitor(DESKTOP, java_script_enabled=False)
    sign_in(context, server, manager)
    page = context.new_page()
    page.goto(FORM)
    page.locator("#id_subject").fill("Badge")
    add(page, photo("red"))
    Session.objects.all().delete()
    save(page)
    expect(page.locator("body")).to_contain_text("They were not saved. Please choose them again.")
    expect(page.locator("body")).to_contain_text("red.jpg")
    assert not Upload.objects.exists()
    page.get_by_role("link", name="Sign in").click()
    page.locator("input[name=login]").fill(manager.email or "")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**{FORM}")
    expect(page.locator("#id_subject")).to_have_value("Badge")


def test_files_of_an_edit_outlive_a_lost_session_and_a_conflict(manager: Person, visit: Any, server: str) -> None:
    page = visit(manager)
    fill(page)
    add(page, photo("red"))
    expect(names(page)).to_have_text(["red.jpg"])
    save(page)
    ticket = saved(page)

    page.goto(f"/office/tickets/{ticket.pk}/edit/")
    ready(page)
    expect(page.locator(".field--file .attachment img")).to_have_attribute("alt", "red.jpg")
    expect(page.locator(ROW)).to_have_count(0)
    page.locator("#id_subject").fill("Badge again")
    add(page, photo("green"), photo("blue"))
    expect(names(page)).to_have_text(["green.jpg", "blue.jpg"])
    Session.objects.all().delete()
    save(page)
    expect(page.locator("body")).to_contain_text("Badge again")
    sign_in(page.context, server, manager)
    page.goto(f"/office/tickets/{ticket.pk}/edit/")
    ready(page)
    expect(names(page)).to_have_text(["green.jpg", "blue.jpg"])

    moderator = KnownActor(person=ModeratorFactory())
    edit_fields(actor=moderator, ticket_id=ticket.pk, version=ticket.sequence, values={"subject": "Badge found"})
    save(page)
    expect(page.locator(".desk__conflict")).to_be_visible()
    ready(page)
    expect(names(page)).to_have_text(["green.jpg", "blue.jpg"])
    save(page)
    page.wait_for_url(re.compile(r"/office/tickets/\d+/$"))
    first, later = ticket.answers.all()
    assert [file.name for file in first.attachments.all()] == ["red.jpg"]
    assert [file.name for file in later.attachments.all()] == ["green.jpg", "blue.jpg"]
    assert Ticket.objects.get().subject == "Badge again"
