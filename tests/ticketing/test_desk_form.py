"""The desk form over HTTP: who sees what of it, what a refusal keeps, and how a ticket is edited with it."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common.suggest_field import Typed
from fleet.actors import KnownActor
from fleet.models import Customer, Person
from messenger.models import Attachment, Notification
from tests.cast import client_of
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    ReservationFactory,
    SubscriberFactory,
    TicketFactory,
    VehicleFactory,
)
from ticketing.models import Audience, Category, Ticket, TicketStatus, Visibility
from ticketing.services import life_cycle
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.editing import edit_fields

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM = reverse("office:desk_form")


@pytest.fixture
def customer() -> Customer:
    return CustomerFactory(name="Autopartage Lyon")


@pytest.fixture
def anna(customer: Customer) -> Person:
    return SubscriberFactory(first_name="Anna", last_name="Berg", customer=customer)


@pytest.fixture
def manager(customer: Customer) -> Person:
    return ManagerFactory(customer=customer)


@pytest.fixture
def category() -> Category:
    return CategoryFactory(name="Usage")


def filled(category: Category, person: Person | None, **more: Any) -> dict[str, Any]:
    named = {"person": person.pk, "person_text": person.name} if person else {}
    return {"client_key": uuid.uuid4(), "category": category.pk, "subject": "Lost badge", **named, **more}


def save(client: Client, data: dict[str, Any]) -> Any:
    return client.post(FORM, data)


def page_of(response: Any) -> str:
    return str(response.content.decode())


# Creating ------------------------------------------------------------------------------------------------------------


def test_a_manager_saves_a_ticket(manager: Person, anna: Person, category: Category) -> None:
    response = save(client_of(manager), filled(category, anna, description="At the station", comment="Again"))
    ticket = Ticket.objects.get()
    assert response.status_code == 303
    assert response["Location"] == ticket.get_absolute_url()
    assert (ticket.status, ticket.person, ticket.comment) == (TicketStatus.OPEN, anna, "Again")


def test_a_double_click_saves_one(manager: Person, anna: Person, category: Category) -> None:
    data, client = filled(category, anna), client_of(manager)
    assert save(client, data)["Location"] == save(client, data)["Location"]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("factory", "has", "has_not"),
    [
        (MemberFactory, ["visibility", "sends_to_managers", "comment", "person_text"], []),
        (ManagerFactory, ["comment", "person_text"], ["visibility", "sends_to_managers"]),
        (SubscriberFactory, ["subject"], ["visibility", "sends_to_managers", "comment", "person_text"]),
    ],
)
def test_each_has_the_fields_that_are_theirs(factory: Any, has: list[str], has_not: list[str]) -> None:
    page = page_of(client_of(factory()).get(FORM))
    assert [name for name in has if f'name="{name}"' not in page] == []
    assert [name for name in has_not if f'name="{name}"' in page] == []


def test_the_categories_for_managers_are_hidden_from_subscribers(manager: Person, anna: Person) -> None:
    CategoryFactory(name="Contract", audience=Audience.MANAGERS)
    assert "Contract" in page_of(client_of(manager).get(FORM))
    assert "Contract" not in page_of(client_of(anna).get(FORM))


def test_a_replayed_category_is_refused(anna: Person) -> None:
    hidden = CategoryFactory(audience=Audience.MANAGERS)
    response = save(client_of(anna), filled(hidden, None))
    assert response.status_code == 400
    assert not Ticket.objects.exists()


def test_a_subscriber_reports_for_nobody_else(anna: Person, manager: Person, category: Category) -> None:
    save(client_of(anna), filled(category, manager, visibility="internal", sends_to_managers="on"))
    ticket = Ticket.objects.get()
    assert (ticket.person, ticket.visibility) == (anna, Visibility.PUBLIC)
    assert not Notification.objects.filter(kind="sent_to_managers").exists()


def test_strangers_sign_in_first() -> None:
    assert "sign-in" in Client().get(FORM)["Location"] or Client().get(FORM).status_code == 302


def test_a_refusal_names_the_fields_in_order_and_keeps_what_was_typed(manager: Person, category: Category) -> None:
    CategoryFactory(parent=category)
    data = {"client_key": uuid.uuid4(), "category": category.pk, "person_text": "Berg", "description": "It <beeps>"}
    response = save(client_of(manager), data)
    page = page_of(response)
    assert response.status_code == 400
    places = [page.index(f'<a href="#id_{name}">') for name in ("subcategory", "subject", "person")]
    assert places == sorted(places)
    assert 'value="Berg"' in page
    assert "It &lt;beeps&gt;" in page
    assert not Ticket.objects.exists()


def test_the_sub_category_of_another_category_is_refused(manager: Person, anna: Person, category: Category) -> None:
    CategoryFactory(parent=category)
    foreign = CategoryFactory(parent=CategoryFactory())
    response = save(client_of(manager), filled(category, anna, subcategory=foreign.pk))
    assert response.status_code == 400
    assert "belongs to another category" in page_of(response)


def test_a_text_without_a_choice_is_an_error(manager: Person, anna: Person, category: Category) -> None:
    response = save(client_of(manager), filled(category, None, person_text="Anna Ber"))
    assert response.status_code == 400
    assert 'value="Anna Ber"' in page_of(response)


def test_files_of_a_refused_form_are_there_at_the_next_try(manager: Person, anna: Person, category: Category) -> None:
    client = client_of(manager)
    file = SimpleUploadedFile("bill.txt", b"42 EUR", "text/plain")
    refused = client.post(FORM, filled(category, None, files=[file]))
    kept = Attachment.objects.get()
    assert refused.status_code == 400
    assert f'value="{kept.pk}"' in page_of(refused)
    assert "bill.txt" in page_of(refused)
    save(client, filled(category, anna, uploads=[kept.pk]))
    kept.refresh_from_db()
    assert kept.answer is not None
    assert kept.answer.ticket == Ticket.objects.get()


def test_another_persons_file_cannot_be_taken(manager: Person, anna: Person, category: Category) -> None:
    client_of(anna).post(FORM, {"files": [SimpleUploadedFile("bill.txt", b"42 EUR", "text/plain")]})
    response = save(client_of(manager), filled(category, anna, uploads=[Attachment.objects.get().pk]))
    assert response.status_code == 400
    assert "bill.txt" not in page_of(response)


def test_a_reservation_proposes_its_vehicle(manager: Person, anna: Person, category: Category) -> None:
    reservation = ReservationFactory(person=anna)
    save(client_of(manager), filled(category, anna, reservation=reservation.pk, reservation_text=reservation.number))
    assert Ticket.objects.get().device == reservation.device


def test_another_vehicle_than_the_reservations_is_asked_about_once(
    manager: Person, anna: Person, category: Category
) -> None:
    reservation, other = ReservationFactory(person=anna), VehicleFactory(customer=manager.customer)
    named = {"reservation": reservation.pk, "reservation_text": reservation.number}
    data = filled(category, anna, **named, device=other.pk, device_text=other.name)
    asked = save(client_of(manager), data)
    assert asked.status_code == 400
    assert reservation.device.name in page_of(asked)
    agreed = f"{reservation.pk}.{other.pk}.{anna.pk}"
    assert f'value="{agreed}"' in page_of(asked)
    assert save(client_of(manager), {**data, "agreed": agreed}).status_code == 303
    assert Ticket.objects.get().device == other


def test_the_address_fills_in_what_is_known(manager: Person, anna: Person) -> None:
    reservation = ReservationFactory(person=anna, device=VehicleFactory(name="Zoe 12", customer=manager.customer))
    page = page_of(client_of(manager).get(FORM, {"reservation": reservation.number}))
    assert 'value="Zoe 12"' in page
    assert 'value="Anna Berg"' in page
    plate = reservation.device.licence_plate.lower().replace("-", "")
    assert 'value="Zoe 12"' in page_of(client_of(manager).get(FORM, {"vehicle": plate}))


def test_the_address_tells_nothing_of_other_customers(manager: Person) -> None:
    foreign = ReservationFactory(device=VehicleFactory(name="Zoe 99"))
    for query in ({"reservation": foreign.number}, {"vehicle": foreign.device.slug}, {"person": foreign.person.pk}):
        page = page_of(client_of(manager).get(FORM, query))
        assert "Zoe 99" not in page
        assert foreign.person.name not in page


def test_the_form_costs_the_same_for_any_number_of_categories(manager: Person) -> None:
    client = client_of(manager)
    counts = []
    for _more in (1, 3):
        for _number in range(_more):
            CategoryFactory(parent=CategoryFactory())
        with CaptureQueriesContext(connection) as queries:
            client.get(FORM)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_employee_sends_the_ticket_to_the_managers(manager: Person, anna: Person, category: Category) -> None:
    data = filled(category, anna, visibility="public", sends_to_managers="on")
    assert save(client_of(MemberFactory()), data).status_code == 303
    assert [n.person for n in Notification.objects.filter(kind="sent_to_managers")] == [manager]


def test_a_manager_cannot_replay_the_switch(manager: Person, anna: Person, category: Category) -> None:
    other = ManagerFactory(customer=manager.customer)
    save(client_of(manager), filled(category, anna, sends_to_managers="on", visibility="internal"))
    assert not Notification.objects.filter(kind="sent_to_managers", person=other).exists()
    assert Ticket.objects.get().is_public


def test_a_subscriber_is_asked_about_another_vehicle_too(anna: Person, category: Category) -> None:
    reservation, other = ReservationFactory(person=anna), VehicleFactory(customer=anna.customer)
    named = {"reservation": reservation.pk, "reservation_text": reservation.number}
    data = filled(category, None, **named, device=other.pk, device_text=other.name)
    assert save(client_of(anna), data).status_code == 400
    agreed = f"{reservation.pk}.{other.pk}.{anna.pk}"
    assert save(client_of(anna), {**data, "agreed": agreed}).status_code == 303


@pytest.mark.parametrize("name", ["vehicle", "reservation", "person"])
@pytest.mark.parametrize("value", ["\0", "-", "9" * 30])
def test_an_address_that_names_nothing_opens_an_empty_form(manager: Person, name: str, value: str) -> None:
    assert client_of(manager).get(FORM, {name: value}).status_code == 200


def test_what_is_no_file_is_refused(manager: Person, anna: Person, category: Category) -> None:
    assert save(client_of(manager), filled(category, anna, uploads="bill")).status_code == 400


def test_a_key_that_somebody_else_used_is_replaced(manager: Person, anna: Person, category: Category) -> None:
    data = filled(category, anna)
    save(client_of(manager), data)
    refused = save(client_of(anna), data)
    assert refused.status_code == 400
    assert str(data["client_key"]) not in page_of(refused)
    assert Ticket.objects.count() == 1


def test_a_form_that_was_sent_after_the_session_ended_is_there_after_signing_in(
    manager: Person, anna: Person, category: Category
) -> None:
    client, origin = Client(), {"Origin": "http://testserver", "Referer": f"http://testserver{FORM}"}
    data = filled(category, anna, description="At the station", writer=manager.pk)
    signed_out = client.post(FORM, data, headers=origin)
    assert signed_out.status_code == 403
    assert "At the station" in page_of(signed_out)
    client.force_login(manager)
    page = page_of(client.get(FORM))
    assert 'value="Lost badge"' in page
    assert 'value="Anna Berg"' in page
    assert "At the station" in page
    assert "At the station" not in page_of(client.get(FORM))


def test_what_somebody_else_wrote_is_not_shown_to_who_signs_in_next(manager: Person, category: Category) -> None:
    client, origin = Client(), {"Origin": "http://testserver"}
    data = filled(category, None, description="A secret", writer=manager.pk)
    client.post(FORM, data, headers=origin)
    client.force_login(ManagerFactory(customer=manager.customer))
    assert "A secret" not in page_of(client.get(FORM))
    client.force_login(manager)
    assert "A secret" not in page_of(client.get(FORM))


# Editing -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ticket(manager: Person, anna: Person, category: Category) -> Ticket:
    fields = DeskFields(category=category, subject="Badge", person=anna, description="Lost", comment="Angry")
    return create_desk_ticket(actor=KnownActor(person=manager), client_key=uuid.uuid4(), fields=fields)


def edit(client: Client, ticket: Ticket, **changed: Any) -> Any:
    assert ticket.category is not None
    now = {
        "version": ticket.sequence,
        "category": ticket.category.pk,
        "subject": ticket.subject,
        "person": ticket.person_id,
        "person_text": str(ticket.person),
        "description": ticket.description,
        "comment": ticket.comment,
        "stage": "new",
        "stage_before": "new",
    }
    return client.post(reverse("office:ticket_edit", args=[ticket.pk]), {**now, **changed})


def test_the_author_edits_while_it_is_new(manager: Person, ticket: Ticket) -> None:
    client = client_of(manager)
    assert 'value="Badge"' in page_of(client.get(reverse("office:ticket_edit", args=[ticket.pk])))
    assert edit(client, ticket, subject="Badge lost").status_code == 303
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.description, ticket.comment) == ("Badge lost", "Lost", "Angry")


def test_nobody_else_of_the_customer_edits_it(ticket: Ticket, anna: Person) -> None:
    colleague = ManagerFactory(customer=anna.customer)
    for person in (anna, colleague):
        assert client_of(person).get(reverse("office:ticket_edit", args=[ticket.pk])).status_code == 403
        assert edit(client_of(person), ticket, subject="Mine").status_code == 403
    assert client_of(ManagerFactory()).get(reverse("office:ticket_edit", args=[ticket.pk])).status_code == 404
    assert Ticket.objects.get().subject == "Badge"


def test_the_second_one_sees_both_texts_and_chooses(manager: Person, ticket: Ticket) -> None:
    moderator = ModeratorFactory()
    edit_fields(
        actor=KnownActor(person=moderator), ticket_id=ticket.pk, version=ticket.sequence, values={"subject": "Hers"}
    )
    client = client_of(manager)
    asked = edit(client, ticket, subject="Mine", description="Stolen")
    page = page_of(asked)
    assert asked.status_code == 409
    assert "Hers" in page
    assert 'value="Mine"' in page
    now = Ticket.objects.get()
    assert (now.subject, now.description) == ("Hers", "Lost")
    saved = edit(client, ticket, version=now.sequence, subject="Mine", description="Stolen", keep_subject="theirs")
    assert saved.status_code == 303
    assert (Ticket.objects.get().subject, Ticket.objects.get().description) == ("Hers", "Stolen")


def test_what_only_somebody_else_changed_stays_after_a_conflict(manager: Person, ticket: Ticket, anna: Person) -> None:
    theirs = {
        "subject": "Hers",
        "description": "Her description",
        "category": CategoryFactory(parent=CategoryFactory()),
        "person": SubscriberFactory(first_name="Otto", last_name="Other", customer=anna.customer),
        "device": VehicleFactory(customer=anna.customer),
    }
    edit_fields(
        actor=KnownActor(person=ModeratorFactory()), ticket_id=ticket.pk, version=ticket.sequence, values=theirs
    )
    client = client_of(manager)
    asked = edit(client, ticket, subject="Mine")
    assert asked.status_code == 409
    assert client.post(reverse("office:ticket_edit", args=[ticket.pk]), shown_in(asked)).status_code == 303
    now = Ticket.objects.get()
    assert {name: getattr(now, name) for name in theirs} == {**theirs, "subject": "Mine"}


def shown_in(response: Any) -> dict[str, Any]:
    """What the form of the page would send as it is."""
    sent: dict[str, Any] = {}
    for bound in response.context["page"].form:
        if bound.name in ("files", "uploads"):
            continue
        value = bound.value()
        parts = (value.value, value.text) if isinstance(value, Typed) else (value or "", "")
        sent |= zip((bound.name, f"{bound.name}_text"), parts, strict=True)
    return sent


def test_a_choice_for_the_other_text_outlasts_a_mistake_elsewhere(manager: Person, ticket: Ticket) -> None:
    edit_fields(
        actor=KnownActor(person=ModeratorFactory()),
        ticket_id=ticket.pk,
        version=ticket.sequence,
        values={"subject": "Hers"},
    )
    version = Ticket.objects.get().sequence
    refused = edit(
        client_of(manager), ticket, version=version, subject="Mine", keep_subject="theirs", person_text="Zzz"
    )
    assert refused.status_code == 400
    assert 'value="Hers"' in page_of(refused)


def test_a_category_that_is_gone_meanwhile_is_a_conflict(manager: Person, ticket: Ticket, category: Category) -> None:
    moderator, version = KnownActor(person=ModeratorFactory()), ticket.sequence
    edit_fields(actor=moderator, ticket_id=ticket.pk, version=version, values={"category": CategoryFactory()})
    category.delete()
    third = CategoryFactory()
    assert edit(client_of(manager), ticket, category=third.pk).status_code == 409


def test_a_subscriber_edits_neither_person_nor_comment(anna: Person, category: Category) -> None:
    save(client_of(anna), filled(category, None))
    ticket = Ticket.objects.get()
    edit_fields(
        actor=KnownActor(person=ModeratorFactory()),
        ticket_id=ticket.pk,
        version=ticket.sequence,
        values={"comment": "Drives badly"},
    )
    form = page_of(client_of(anna).get(reverse("office:ticket_edit", args=[ticket.pk])))
    assert "person_text" not in form
    for page in (form, page_of(client_of(anna).get(ticket.get_absolute_url()))):
        assert "Drives badly" not in page


def test_line_breaks_alone_are_no_change(manager: Person, ticket: Ticket) -> None:
    Ticket.objects.update(description="Lost\nat the station")
    edit(client_of(manager), ticket, description="Lost\r\nat the station")
    assert Ticket.objects.get().sequence == ticket.sequence


def test_a_flow_ticket_without_a_subject_gets_a_category(category: Category) -> None:
    ticket = TicketFactory(subject="", status=TicketStatus.OPEN)
    device = ticket.device
    data = {"version": ticket.sequence, "category": category.pk, "device": device.pk, "device_text": device.name}
    client = client_of(ModeratorFactory())
    url = reverse("office:ticket_edit", args=[ticket.pk])
    assert client.post(url, {**data, "stage": "new", "stage_before": "new"}).status_code == 303
    assert Ticket.objects.get().category == category


def test_a_reservation_of_another_person_is_asked_about_once(manager: Person, ticket: Ticket) -> None:
    reservation = ReservationFactory(person=SubscriberFactory(customer=manager.customer))
    named = {"reservation": reservation.pk, "reservation_text": reservation.number}
    client = client_of(manager)
    asked = edit(client, ticket, **named)
    assert asked.status_code == 400
    assert reservation.person.name in page_of(asked)
    agreed = f"{reservation.pk}.{reservation.device_id}.{ticket.person_id}"
    assert f'value="{agreed}"' in page_of(asked)
    assert edit(client, ticket, **named, agreed=agreed).status_code == 303
    # What is there is not asked about again.
    ticket.refresh_from_db()
    assert edit(client, ticket, **named, subject="Badge lost").status_code == 303


def test_dealt_with_archives_for_the_manager(manager: Person, ticket: Ticket) -> None:
    edit(client_of(manager), ticket, stage="dealt_with")
    assert Ticket.objects.get().status == TicketStatus.CANCELLED


def test_ongoing_starts_the_work_of_a_moderator(ticket: Ticket) -> None:
    edit(client_of(ModeratorFactory()), ticket, stage="ongoing")
    assert Ticket.objects.get().status == TicketStatus.IN_PROGRESS


def test_a_stage_that_moved_on_meanwhile_is_left_alone(ticket: Ticket) -> None:
    moderator = ModeratorFactory()
    life_cycle.start_work(actor=KnownActor(person=moderator), ticket_id=ticket.pk)
    assert edit(client_of(moderator), ticket, subject="Badge found").status_code == 303
    assert Ticket.objects.get().status == TicketStatus.IN_PROGRESS


def test_another_customer_is_named_before_and_after_the_ticket_goes_there(ticket: Ticket) -> None:
    other = SubscriberFactory(customer=CustomerFactory(name="Nordwerk"))
    client, named = client_of(ModeratorFactory()), {"person": other.pk, "person_text": other.name}

    asked = edit(client, ticket, **named)

    assert asked.status_code == 400
    assert asked.context["page"].form.errors == {
        "person": ["Nordwerk will see this ticket. Save again if that is meant."]
    }
    assert Ticket.objects.get().customer == ticket.customer
    # A question about another person is no answer to this one.
    assert edit(client, ticket, **named, agreed="c0 p0").status_code == 400
    response = edit(client, ticket, **named, agreed=f"c{other.customer_id}")
    assert "Nordwerk sees this ticket now" in page_of(client.get(response["Location"]))
    assert Ticket.objects.get().customer == other.customer


def test_a_person_of_another_customer_and_its_device_are_each_named_at_their_field(ticket: Ticket) -> None:
    device = VehicleFactory(customer=CustomerFactory(name="Nordwerk"))
    other = SubscriberFactory(first_name="Sam", last_name="Roe", customer=CustomerFactory(name="Kern"))
    client = client_of(ModeratorFactory())
    named = {"person": other.pk, "person_text": other.name, "device": device.pk, "device_text": device.name}

    asked = edit(client, ticket, **named)

    assert asked.context["page"].form.errors == {
        "device": ["Nordwerk will see this ticket. Save again if that is meant."],
        "person": ["Sam Roe of Kern will see this ticket. Save again if that is meant."],
    }
    agreed = f"c{device.customer_id} p{other.pk}"
    assert f'value="{agreed}"' in page_of(asked)
    assert edit(client, ticket, **named, agreed=agreed).status_code == 303
    ticket.refresh_from_db()
    # What is there is not asked about again.
    shown = {"device": device.pk, "device_text": device.name, "person_text": other.name}
    assert edit(client, ticket, **shown, subject="Badge lost").status_code == 303


def test_work_that_has_begun_stays_with_its_customer_and_only_its_new_person_is_named(ticket: Ticket) -> None:
    moderator = ModeratorFactory()
    life_cycle.start_work(actor=KnownActor(person=moderator), ticket_id=ticket.pk)
    ticket.refresh_from_db()
    other = SubscriberFactory(first_name="Sam", last_name="Roe", customer=CustomerFactory(name="Kern"))
    colleague = SubscriberFactory(customer=ticket.customer)
    stage = {"stage": "ongoing", "stage_before": "ongoing"}
    client = client_of(moderator)

    asked = edit(client, ticket, person=other.pk, person_text=other.name, **stage)

    assert asked.context["page"].form.errors["person"] == [
        "Sam Roe of Kern will see this ticket. Save again if that is meant."
    ]
    assert edit(client, ticket, person=colleague.pk, person_text=colleague.name, **stage).status_code == 303


def test_an_internal_ticket_is_shown_to_no_customer(ticket: Ticket) -> None:
    Ticket.objects.update(visibility=Visibility.INTERNAL)
    other = SubscriberFactory(customer=CustomerFactory(name="Nordwerk"))
    client = client_of(ModeratorFactory())
    response = edit(client, ticket, person=other.pk, person_text=other.name)
    assert "Nordwerk sees" not in page_of(client.get(response["Location"]))


# Adding someone ------------------------------------------------------------------------------------------------------


def test_an_employee_adds_whom_it_is_about(customer: Customer, category: Category) -> None:
    new = {"new-name": "Bert Beck", "new-phone": "+33 1 23", "new-customer": customer.pk, "new-customer_text": customer}
    data = filled(category, None, visibility="public", **new)
    assert save(client_of(MemberFactory()), data).status_code == 303
    person = Ticket.objects.get().person
    assert person is not None
    assert (person.name, person.phone, person.customer) == ("Bert Beck", "+33 1 23", customer)


def test_someone_new_without_a_customer_is_asked_for_it(category: Category) -> None:
    data = filled(category, None, visibility="public", **{"new-name": "Bert Beck", "new-phone": "+33 1 23"})
    response = save(client_of(MemberFactory()), data)
    assert response.status_code == 400
    assert 'href="#id_new-customer"' in page_of(response)
    assert 'value="Bert Beck"' in page_of(response)


def test_who_was_looked_for_in_vain_is_added_instead(customer: Customer, category: Category) -> None:
    new = {"new-name": "Bert Beck", "new-phone": "+33 1 23", "new-customer": customer.pk, "new-customer_text": customer}
    data = filled(category, None, visibility="public", person_text="Beck", **new)
    assert save(client_of(MemberFactory()), data).status_code == 303


def test_a_reservation_of_somebody_else_than_who_is_added_is_asked_about(
    anna: Person, customer: Customer, category: Category
) -> None:
    reservation = ReservationFactory(person=anna)
    named = {"reservation": reservation.pk, "reservation_text": reservation.number, "visibility": "public"}
    new = {"new-name": "Bert Beck", "new-phone": "+33 1 23", "new-customer": customer.pk, "new-customer_text": customer}
    data, client = filled(category, None, **named, **new), client_of(MemberFactory())
    asked = save(client, data)
    assert asked.status_code == 400
    assert anna.name in page_of(asked)
    agreed = f"{reservation.pk}.{reservation.device_id}.0"
    assert save(client, {**data, "agreed": agreed}).status_code == 303


def test_one_person_is_enough(anna: Person, customer: Customer, category: Category) -> None:
    new = {"new-name": "Bert Beck", "new-phone": "+33 1 23", "new-customer": customer.pk, "new-customer_text": customer}
    response = save(client_of(MemberFactory()), filled(category, anna, visibility="public", **new))
    assert response.status_code == 400
    assert not Person.objects.filter(last_name="Beck").exists()


def test_a_manager_adds_nobody(manager: Person, customer: Customer, category: Category) -> None:
    assert 'name="new-name"' not in page_of(client_of(manager).get(FORM))
    new = {"new-name": "Bert Beck", "new-phone": "+33 1 23", "new-customer": customer.pk, "new-customer_text": customer}
    assert save(client_of(manager), filled(category, None, **new)).status_code == 400
    assert not Person.objects.filter(last_name="Beck").exists()


@pytest.mark.parametrize(("factory", "name"), [(ManagerFactory, "desk_form"), (MemberFactory, "ticket_create")])
def test_create_leads_managers_to_the_form_and_employees_to_a_choice(factory: Any, name: str) -> None:
    client = client_of(factory())
    assert f'href="{reverse(f"office:{name}")}"' in page_of(client.get(reverse("office:ticket_list")))
    page = page_of(client.get(reverse(f"office:{name}")))
    assert FORM in page
    assert reverse("office:ticket_create") in page
