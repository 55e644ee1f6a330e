"""The desk form in a browser, row by row of what the car-sharing managers' guide promises (EC-01 to EC-24)."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from fleet.actors import KnownActor
from fleet.models import Person, Reservation
from messenger.models import Notification
from tests.browser.conftest import DESKTOP, PHONE, NewContext, violations
from tests.cast import client_of
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    ReservationFactory,
    SubscriberFactory,
    VehicleFactory,
)
from ticketing.models import Audience, Category, Ticket, TicketStatus, Visibility
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.editing import edit_fields

pytestmark = [pytest.mark.browser]


@dataclass(frozen=True)
class Office:
    """A car-sharing customer and the service that helps it."""

    manager: Person
    anna: Person
    member: Person
    reservation: Reservation
    usage: Category
    incident: Category


@pytest.fixture
def office(server: str) -> Office:
    customer = CustomerFactory(name="Autopartage Lyon")
    anna = SubscriberFactory(first_name="Anna", last_name="Berger", customer=customer)
    vehicle = VehicleFactory(name="Zoe 12", licence_plate="AB-123-CD", customer=customer)
    usage, incident = (
        CategoryFactory(name=en, name_fr=fr) for en, fr in (("Usage", "Usage"), ("Incident", "Incident"))
    )
    CategoryFactory(name="Breakdown", name_fr="Panne", parent=incident)
    CategoryFactory(name="Accident", name_fr="Accident", parent=incident)
    CategoryFactory(name="Contract", name_fr="Contrat", audience=Audience.MANAGERS)
    return Office(
        manager=ManagerFactory(first_name="Max", last_name="Manager", customer=customer, language="fr"),
        anna=anna,
        member=MemberFactory(first_name="Mara", last_name="Vogt"),
        reservation=ReservationFactory(number="R-2041", device=vehicle, person=anna),
        usage=usage,
        incident=incident,
    )


def page_of(new_visitor: NewContext, server: str, person: Person, kind: dict[str, Any] = DESKTOP, **more: Any) -> Page:
    context = new_visitor(kind, **more)
    key = str(client_of(person).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    return context.new_page()


def form_of(page: Page) -> None:
    page.goto("/office/tickets/new/form/")
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("[data-behaviour~=suggest] [data-text]:not([role=combobox])")).to_have_count(0)


def choose(page: Page, field: str, text: str) -> None:
    page.locator(f"#id_{field}").press_sequentially(text)
    options(page).first.click()


def options(page: Page) -> Locator:
    return page.locator(".suggest__option:visible")


def save(page: Page) -> None:
    page.locator(".desk__buttons").get_by_role("button").click()


def saved(page: Page) -> Ticket:
    page.wait_for_url(re.compile(r"/office/tickets/\d+/$"))
    return Ticket.objects.get()


def tab_to(page: Page, target: Locator) -> None:
    for _press in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not reach {target}.")


def test_in_french_by_keyboard_alone_from_the_list_to_the_saved_ticket(
    new_visitor: NewContext, server: str, office: Office
) -> None:
    """EC-01, 02, 07, 10, 11, 15, 16, 17: *Créer* stands at the top right of the table; *Enregistrer* saves."""
    page = page_of(new_visitor, server, office.manager, locale="fr")
    page.goto("/office/tickets/")
    create = page.locator(".list-header").get_by_role("link", name="Créer")
    box, header = create.bounding_box(), page.locator(".list-header").bounding_box()
    assert box is not None
    assert header is not None
    assert box["x"] + box["width"] == pytest.approx(header["x"] + header["width"], abs=2)
    page.keyboard.press("n")
    page.wait_for_url("**/new/form/")
    ready(page)
    tab_to(page, page.get_by_label("Catégorie", exact=False).first)
    page.keyboard.type("Usage")
    tab_to(page, page.get_by_label("Objet"))
    page.keyboard.type("Badge perdu")
    person = page.get_by_role("combobox", name="Personne")
    tab_to(page, person)
    page.keyboard.type("be")
    expect(options(page)).to_have_count(0)
    page.keyboard.type("r")
    expect(options(page)).to_have_count(1)
    expect(page.locator("[data-status]").filter(has_text="1 suggestion")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(person).to_have_value("Anna Berger")
    tab_to(page, page.get_by_label("Description"))
    page.keyboard.type("Le badge ne répond plus.")
    tab_to(page, page.get_by_label("Commentaire"))
    page.keyboard.type("Troisième fois")
    tab_to(page, page.get_by_role("button", name="Enregistrer").last)
    page.keyboard.press("Enter")
    ticket = saved(page)
    assert (ticket.subject, ticket.person, ticket.creator) == ("Badge perdu", office.anna, office.manager)
    assert (ticket.description, ticket.comment) == ("Le badge ne répond plus.", "Troisième fois")
    page.goto("/office/tickets/")
    expect(page.locator("tbody")).to_contain_text("Badge perdu")
    expect(page.locator("tbody")).to_contain_text("Nouveau")


def test_the_same_without_scripts(new_visitor: NewContext, server: str, office: Office) -> None:
    page = page_of(new_visitor, server, office.manager, java_script_enabled=False)
    page.goto("/office/tickets/new/form/")
    page.locator("#id_category").select_option(label="Incident")
    # In groups, so that it can be chosen without a script.
    page.locator("#id_subcategory").select_option(label="Breakdown")
    page.get_by_label("Subject").fill("Does not start")
    page.locator("#id_person").fill("ber")
    page.locator("button[name=suggest][value=person]").click()
    expect(page.get_by_label("Subject")).to_have_value("Does not start")
    page.get_by_label("Anna Berger").check()
    save(page)
    ticket = saved(page)
    assert ticket.category is not None
    assert (ticket.category.name, ticket.person) == ("Breakdown", office.anna)


def test_stars_mark_what_is_mandatory_and_nothing_is_saved_without(
    new_visitor: NewContext, server: str, office: Office
) -> None:
    """EC-03: a refusal names the fields in their order, and leads to them."""
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    marked = page.locator(".field:has(.field__star) .field__label").all_inner_texts()
    assert [label.split()[0] for label in marked] == ["Category", "Sub-category", "Subject", "Person"]
    page.get_by_label("Description").fill("It beeps")
    save(page)
    expect(page.locator(".notice__fields li")).to_have_text(["Category", "Subject", "Person"])
    page.locator(".notice__fields").get_by_role("link", name="Person").click()
    expect(page.locator("#id_person")).to_be_focused()
    expect(page.get_by_label("Description")).to_have_value("It beeps")
    assert not Ticket.objects.exists()


def test_the_sub_categories_follow_the_category(new_visitor: NewContext, server: str, office: Office) -> None:
    """EC-04, 06: without a reload, and an old choice never sticks."""
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    shown = page.locator("#id_subcategory option:not([hidden])")
    page.locator("#id_category").select_option(label="Incident")
    expect(shown).to_have_text(["Choose a sub-category", "Breakdown", "Accident"])
    page.locator("#id_subcategory").select_option(label="Accident")
    page.locator("#id_category").select_option(label="Usage")
    expect(page.locator("#id_subcategory")).to_be_hidden()
    page.locator("#id_category").select_option(label="Incident")
    expect(page.locator("#id_subcategory")).to_have_value("")


@pytest.mark.parametrize(("role", "has"), [("manager", True), ("anna", False), ("member", True)])
def test_some_categories_are_for_managers(
    new_visitor: NewContext, server: str, office: Office, role: str, has: bool
) -> None:
    """EC-05."""
    page = page_of(new_visitor, server, getattr(office, role))
    form_of(page)
    expect(page.locator("#id_category option", has_text=re.compile("Contract|Contrat"))).to_have_count(int(has))


def test_the_state_of_a_new_ticket_is_new(new_visitor: NewContext, server: str, office: Office) -> None:
    """EC-08, 09: fixed at creation; later the stage is set in the same form."""
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    expect(page.get_by_label("Stage")).to_be_disabled()
    expect(page.locator("#id_stage option:checked")).to_have_text("New")
    page.locator("#id_category").select_option(label="Usage")
    page.get_by_label("Subject").fill("Badge")
    choose(page, "person", "ber")
    save(page)
    ticket = saved(page)
    page.goto(f"/office/tickets/{ticket.pk}/edit/")
    ready(page)
    # EC-21, 22: dealt with leaves the latest tickets.
    page.get_by_label("Stage").select_option(label="Dealt with")
    save(page)
    page.wait_for_url(re.compile(r"/office/tickets/\d+/$"))
    page.goto("/office/tickets/")
    expect(page.locator("main")).not_to_contain_text("Badge")
    page.goto("/office/tickets/?view=done")
    expect(page.locator("tbody")).to_contain_text("Badge")
    # EC-20: nobody deletes it.
    page.goto(f"/office/tickets/{ticket.pk}/")
    expect(page.get_by_text("Delete")).to_have_count(0)


def test_a_text_without_a_choice_is_no_person(new_visitor: NewContext, server: str, office: Office) -> None:
    """EC-11: one suggestion must be chosen."""
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    page.locator("#id_category").select_option(label="Usage")
    page.get_by_label("Subject").fill("Badge")
    page.locator("#id_person").fill("Anna Somebody")
    save(page)
    expect(page.locator(".notice__fields li")).to_have_text(["Person"])
    expect(page.locator("#id_person")).to_have_value("Anna Somebody")


def test_a_reservation_proposes_vehicle_and_person_and_the_plate_finds_the_vehicle(
    new_visitor: NewContext, server: str, office: Office
) -> None:
    """EC-12, 13, 14."""
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    choose(page, "reservation", "r20")
    expect(page.locator("#id_device")).to_have_value("Zoe 12")
    expect(page.locator("#id_person")).to_have_value("Anna Berger")
    page.locator("#id_device").fill("")
    choose(page, "device", "ab 12")
    expect(page.locator("#id_device")).to_have_value("Zoe 12")
    page.locator("#id_category").select_option(label="Usage")
    page.get_by_label("Subject").fill("Badge")
    save(page)
    ticket = saved(page)
    assert (ticket.device, ticket.reservation) == (office.reservation.device, office.reservation)
    expect(page.locator("main")).to_contain_text("R-2041")


def test_support_sends_the_ticket_to_the_managers(new_visitor: NewContext, server: str, office: Office) -> None:
    """EC-18, 19: the switch stands at the bottom left, for employees only; *Save* at the bottom right, in sight."""
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    expect(page.locator("[name=sends_to_managers]")).to_have_count(0)

    page = page_of(new_visitor, server, office.member)
    form_of(page)
    switch, button = page.locator("[name=sends_to_managers]"), page.locator(".desk__buttons button")
    expect(switch).not_to_be_checked()
    expect(button).to_be_in_viewport(ratio=1)
    left, right = switch.bounding_box(), button.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]
    page.locator("#id_category").select_option(label="Usage")
    page.get_by_label("Subject").fill("Badge")
    choose(page, "person", "ber")
    page.locator("[name=visibility][value=public]").check()
    switch.check()
    button.dblclick()
    ticket = saved(page)
    assert ticket.visibility == Visibility.PUBLIC
    told = Notification.objects.filter(ticket=ticket, person=office.manager)
    assert list(told.values_list("kind", flat=True)) == ["sent_to_managers"]


def test_a_subscriber_reports_from_a_phone(new_visitor: NewContext, server: str, office: Office) -> None:
    """EC-24: for nobody else, with the categories for everybody; *Save* never hides below the bar."""
    page = page_of(new_visitor, server, office.anna, PHONE)
    form_of(page)
    expect(page.locator("#id_person")).to_have_count(0)
    expect(page.locator(".desk__buttons button")).to_be_in_viewport(ratio=1)
    page.locator("#id_category").select_option(label="Usage")
    page.get_by_label("Subject").fill("Badge")
    assert violations(page) == []
    save(page)
    ticket = saved(page)
    assert (ticket.person, ticket.status) == (office.anna, TicketStatus.OPEN)


def test_what_was_typed_survives_signing_out_elsewhere(new_visitor: NewContext, server: str, office: Office) -> None:
    page = page_of(new_visitor, server, office.manager)
    form_of(page)
    page.locator("#id_category").select_option(label="Usage")
    page.get_by_label("Subject").fill("Badge")
    choose(page, "person", "ber")
    page.context.clear_cookies()
    save(page)
    expect(page.locator("body")).to_contain_text("Badge")
    key = str(client_of(office.manager).session.session_key)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    form_of(page)
    expect(page.get_by_label("Subject")).to_have_value("Badge")
    expect(page.locator("#id_person")).to_have_value("Anna Berger")
    save(page)
    assert saved(page).person == office.anna


def test_what_others_wrote_meanwhile_is_not_set_back_by_what_was_kept(
    new_visitor: NewContext, server: str, office: Office
) -> None:
    fields = DeskFields(category=office.usage, subject="Badge", person=office.anna, description="Lost")
    ticket = create_desk_ticket(actor=KnownActor(person=office.manager), client_key=uuid.uuid4(), fields=fields)
    page = page_of(new_visitor, server, office.manager)
    page.goto(f"/office/tickets/{ticket.pk}/edit/")
    ready(page)
    page.locator("#id_subject").fill("Badge again")
    page.goto("/office/tickets/")

    moderator = KnownActor(person=ModeratorFactory())
    values = {"description": "Lost at the station"}
    edit_fields(actor=moderator, ticket_id=ticket.pk, version=ticket.sequence, values=values)
    page.goto(f"/office/tickets/{ticket.pk}/edit/")
    ready(page)
    expect(page.locator("#id_subject")).to_have_value("Badge again")
    expect(page.locator("#id_description")).to_have_value("Lost at the station")
