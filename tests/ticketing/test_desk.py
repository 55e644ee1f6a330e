"""Tickets of the desk form: who may create them, what becomes of the fields, and whom they reach."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from config.common.errors import DomainError, InvalidInput, NotAllowed
from fleet.actors import KnownActor
from fleet.models import Customer, Decision, Person
from fleet.services.people import NewSubscriber
from messenger.models import Notification
from tests.factories import (
    CategoryFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    ReservationFactory,
    SubscriberFactory,
    VehicleFactory,
)
from ticketing.access import answers_for, journal_for
from ticketing.history import history_entries
from ticketing.models import Audience, Source, Ticket, TicketStatus, Visibility
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return CustomerFactory()


@pytest.fixture
def manager(customer: Customer) -> KnownActor:
    return KnownActor(person=ManagerFactory(customer=customer))


@pytest.fixture
def subscriber(customer: Customer) -> KnownActor:
    return KnownActor(person=SubscriberFactory(customer=customer))


@pytest.fixture
def member() -> KnownActor:
    return KnownActor(person=MemberFactory())


def fields_for(subscriber: KnownActor, **changed: Any) -> DeskFields:
    return DeskFields(**{"category": CategoryFactory(), "subject": "Badge", "person": subscriber.person, **changed})


def create(actor: KnownActor, fields: DeskFields, **more: Any) -> Ticket:
    more.setdefault("visibility", Visibility.PUBLIC if actor.is_employee else None)
    return create_desk_ticket(actor=actor, client_key=uuid.uuid4(), fields=fields, **more)


def test_opens_at_once_with_all_that_was_typed(manager: KnownActor, subscriber: KnownActor) -> None:
    vehicle = VehicleFactory(customer=manager.person.customer)
    reservation = ReservationFactory(device=vehicle, person=subscriber.person)
    fields = fields_for(subscriber, device=vehicle, reservation=reservation, description="It beeps.", comment="Again!")
    ticket = create(manager, fields)
    assert (ticket.status, ticket.visibility, ticket.source) == (TicketStatus.OPEN, Visibility.PUBLIC, Source.DESK)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert stored.number
    assert stored.customer == manager.person.customer
    assert (stored.description, stored.comment, stored.reservation) == ("It beeps.", "Again!", reservation)
    assert list(verify_ticket(stored)) == []


def test_a_double_click_opens_one_ticket(manager: KnownActor, subscriber: KnownActor) -> None:
    key, fields = uuid.uuid4(), fields_for(subscriber)
    first = create_desk_ticket(actor=manager, client_key=key, fields=fields)
    again = create_desk_ticket(actor=manager, client_key=key, fields=fields)
    assert first == again
    assert Ticket.objects.count() == 1


def test_an_employee_must_say_who_may_see_it(member: KnownActor, subscriber: KnownActor) -> None:
    with pytest.raises(InvalidInput) as refusal:
        create(member, fields_for(subscriber), visibility=None)
    assert refusal.value.field == "visibility"
    assert create(member, fields_for(subscriber), visibility=Visibility.INTERNAL).visibility == Visibility.INTERNAL


def test_a_customer_cannot_hide_a_ticket(manager: KnownActor, subscriber: KnownActor) -> None:
    assert create(manager, fields_for(subscriber), visibility=Visibility.INTERNAL).is_public


@pytest.mark.parametrize("who", ["manager", "subscriber", "member"])
def test_categories_for_managers_are_not_for_subscribers(who: str, request: pytest.FixtureRequest) -> None:
    actor, subscriber = request.getfixturevalue(who), request.getfixturevalue("subscriber")
    fields = fields_for(subscriber, category=CategoryFactory(audience=Audience.MANAGERS))
    if who == "subscriber":
        with pytest.raises(InvalidInput) as refusal:
            create(actor, fields)
        assert refusal.value.field == "category"
    else:
        assert create(actor, fields).category == fields.category


def test_a_category_with_sub_categories_is_not_enough(manager: KnownActor, subscriber: KnownActor) -> None:
    category = CategoryFactory()
    below = CategoryFactory(parent=category)
    with pytest.raises(InvalidInput) as refusal:
        create(manager, fields_for(subscriber, category=category))
    assert refusal.value.field == "subcategory"
    assert create(manager, fields_for(subscriber, category=below)).category == below


def test_an_inactive_category_is_refused(manager: KnownActor, subscriber: KnownActor) -> None:
    with pytest.raises(InvalidInput):
        create(manager, fields_for(subscriber, category=CategoryFactory(is_active=False)))


@pytest.mark.parametrize("field", ["person", "device", "reservation"])
def test_a_manager_chooses_only_what_is_of_the_own_customer(
    manager: KnownActor, subscriber: KnownActor, field: str
) -> None:
    foreign = {"person": SubscriberFactory, "device": VehicleFactory, "reservation": ReservationFactory}[field]()
    with pytest.raises(InvalidInput) as refusal:
        create(manager, fields_for(subscriber, **{field: foreign}))
    assert refusal.value.field == field
    assert not Ticket.objects.exists()


def test_a_subscriber_names_nobody_else(manager: KnownActor, subscriber: KnownActor) -> None:
    with pytest.raises(InvalidInput):
        create(subscriber, fields_for(manager))
    assert create(subscriber, fields_for(subscriber)).person == subscriber.person


def test_code_users_have_no_desk_form(subscriber: KnownActor) -> None:
    with pytest.raises(DomainError):
        create(KnownActor(person=CodeUserFactory()), fields_for(subscriber))


def test_files_are_an_answer(manager: KnownActor, subscriber: KnownActor) -> None:
    photo = SimpleUploadedFile("bill.txt", b"42 EUR", "text/plain")
    ticket = create(manager, fields_for(subscriber), files=[photo])
    [answer] = answers_for(manager, ticket)
    assert [file.name for file in answer.attachments.all()] == ["bill.txt"]
    assert answer.question_texts["fr"] == "Photos et fichiers"
    assert list(verify_ticket(Ticket.objects.get(pk=ticket.pk))) == []


def test_without_a_device_the_desk_group_is_asked(manager: KnownActor, subscriber: KnownActor) -> None:
    desk, other = MemberFactory(), MemberFactory()
    GroupFactory(template=None, employees=[desk])
    device = DeviceFactory(customer=manager.person.customer)
    GroupFactory(template=device.template, employees=[other])
    alone = create(manager, fields_for(subscriber))
    with_device = create(manager, fields_for(subscriber, device=device))
    assert [offer.person for offer in alone.offers.filter(decision=Decision.OPEN)] == [desk]
    assert [offer.person for offer in with_device.offers.filter(decision=Decision.OPEN)] == [other]


def told(ticket: Ticket, kind: str) -> list[int]:
    return list(Notification.objects.filter(ticket=ticket, kind=kind).values_list("person", flat=True))


def test_the_switch_tells_the_managers_once(member: KnownActor, manager: KnownActor, subscriber: KnownActor) -> None:
    ManagerFactory()
    silent = create(member, fields_for(subscriber))
    sent = create(member, fields_for(subscriber), sends_to_managers=True)
    assert not Notification.objects.filter(ticket=silent, person=manager.person).exists()
    assert told(sent, "sent_to_managers") == [manager.person.pk]
    assert Notification.objects.filter(ticket=sent, person=manager.person).count() == 1


def test_a_ticket_that_reaches_no_manager_is_not_said_to_be_sent(member: KnownActor, subscriber: KnownActor) -> None:
    foreign = VehicleFactory(customer=CustomerFactory())
    for fields in (fields_for(subscriber), fields_for(subscriber, device=foreign)):
        with pytest.raises(InvalidInput) as refusal:
            create(member, fields, sends_to_managers=True)
        assert refusal.value.field == "sends_to_managers"
    assert not Ticket.objects.exists()


def test_nobody_else_has_the_switch(manager: KnownActor, subscriber: KnownActor) -> None:
    for actor in (manager, subscriber):
        with pytest.raises(NotAllowed):
            create(actor, fields_for(subscriber), sends_to_managers=True)
    assert not Ticket.objects.exists()


def test_an_internal_ticket_is_not_sent_to_managers(member: KnownActor, subscriber: KnownActor) -> None:
    with pytest.raises(InvalidInput):
        create(member, fields_for(subscriber), visibility=Visibility.INTERNAL, sends_to_managers=True)


def test_managers_hear_of_what_their_people_report(manager: KnownActor, subscriber: KnownActor) -> None:
    assert told(create(subscriber, fields_for(subscriber)), "ticket_opened") == [manager.person.pk]


def test_an_employee_adds_the_person_with_the_ticket(member: KnownActor, customer: Customer) -> None:
    new = NewSubscriber(customer=customer, first_name="Anna", last_name="Berg", phone="+33 1")
    ticket = create(member, DeskFields(category=CategoryFactory(), subject="Badge", person=new))
    assert ticket.person is not None
    assert (ticket.person.name, ticket.person.customer, ticket.customer) == ("Anna Berg", customer, customer)


def test_nobody_else_adds_people(manager: KnownActor, customer: Customer) -> None:
    new = NewSubscriber(customer=customer, first_name="Anna", last_name="Berg", phone="+33 1")
    with pytest.raises(NotAllowed):
        create(manager, DeskFields(category=CategoryFactory(), subject="Badge", person=new))
    assert not Person.objects.filter(last_name="Berg").exists()


def test_a_refused_ticket_adds_no_person(member: KnownActor, customer: Customer) -> None:
    new = NewSubscriber(customer=customer, first_name="Anna", last_name="Berg", phone="+33 1")
    with pytest.raises(InvalidInput):
        create(member, DeskFields(category=CategoryFactory(is_active=False), subject="Badge", person=new))
    assert not Person.objects.filter(last_name="Berg").exists()


def test_the_history_says_for_whom_it_was_recorded(manager: KnownActor, subscriber: KnownActor) -> None:
    ticket = create(manager, fields_for(subscriber))
    lines = history_entries(journal_for(manager, ticket).rows, for_employee=False)
    assert subscriber.person.name in lines[-1].sentence
