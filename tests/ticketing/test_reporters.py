"""Tickets that employees record for someone else: who is named, where it shows, and whom it shows to."""

from typing import Any

import pytest
from django.urls import reverse

from config.common.errors import InvalidInput, NotAllowed
from fleet.actors import KnownActor
from fleet.models import Person
from fleet.services.people import NewSubscriber
from tests.cast import Cast, client_of, make_cast, start
from tests.factories import CustomerFactory, DeviceFactory, SubscriberFactory
from ticketing.access import tickets_for
from ticketing.models import JournalEntry, Ticket, Visibility
from ticketing.services.drafts import name_reporter, open_ticket
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def anna() -> Person:
    return SubscriberFactory(first_name="Anna", last_name="Berg")


def known(cast: Cast, role: str) -> KnownActor:
    return KnownActor(person=cast.person(role))


def begun(cast: Cast, **device: Any) -> Ticket:
    """A draft of a member with every question answered."""
    where = DeviceFactory(template=cast.device.template, **device) if device else cast.device
    return start(known(cast, "uninvolved"), where, cast.flow)


def newcomer(**changed: Any) -> NewSubscriber:
    given = {"customer": CustomerFactory(), "first_name": "Zoe", "last_name": "Thal", "phone": "0123", **changed}
    return NewSubscriber(**given)


def recorded(cast: Cast, person: Person, visibility: Visibility = Visibility.PUBLIC) -> Ticket:
    draft, member = begun(cast), known(cast, "uninvolved")
    name_reporter(actor=member, ticket_id=draft.pk, person=person)
    return open_ticket(actor=member, ticket_id=draft.pk, visibility=visibility)


def test_the_person_is_named_and_the_employee_has_recorded_it(cast: Cast, anna: Person) -> None:
    ticket = Ticket.objects.get(pk=recorded(cast, anna).pk)
    member = cast.person("uninvolved")

    assert (ticket.person, ticket.creator, ticket.reporter) == (anna, member, anna)
    assert list(verify_ticket(ticket)) == []
    page = cast.client("moderator").get(reverse("office:ticket_detail", args=[ticket.pk])).content.decode()
    assert "Anna Berg" in page
    assert f"Recorded by {member.name}" in page
    history = cast.client("moderator").get(f"{reverse('office:ticket_detail', args=[ticket.pk])}?tab=history")
    assert "Recorded the ticket for Anna Berg." in history.content.decode()


def test_a_ticket_that_one_sends_for_oneself_is_told_as_before(cast: Cast) -> None:
    draft = begun(cast)
    open_ticket(actor=known(cast, "uninvolved"), ticket_id=draft.pk, visibility=Visibility.PUBLIC)

    opened = JournalEntry.objects.get(ticket=draft, kind="opened")
    assert "reporter" not in opened.data
    page = cast.client("moderator").get(f"{reverse('office:ticket_detail', args=[draft.pk])}?tab=history")
    assert "Sent the ticket." in page.content.decode()
    assert "Recorded" not in page.content.decode()


def test_the_person_sees_the_ticket_once_it_is_sent_and_public(cast: Cast, anna: Person) -> None:
    actor, colleague = KnownActor(person=anna), KnownActor(person=SubscriberFactory(customer=anna.customer))
    draft, member = begun(cast), known(cast, "uninvolved")
    name_reporter(actor=member, ticket_id=draft.pk, person=anna)
    assert not tickets_for(actor).filter(pk=draft.pk).exists()

    open_ticket(actor=member, ticket_id=draft.pk, visibility=Visibility.PUBLIC)

    assert tickets_for(actor).filter(pk=draft.pk).exists()
    assert not tickets_for(colleague).filter(pk=draft.pk).exists()
    assert client_of(anna).get(reverse("office:ticket_detail", args=[draft.pk])).status_code == 200
    assert not tickets_for(actor).filter(pk=recorded(cast, anna, Visibility.INTERNAL).pk).exists()


def test_someone_who_is_not_there_yet_is_added_with_the_ticket_and_only_once(cast: Cast) -> None:
    draft, member = begun(cast), known(cast, "uninvolved")
    new = newcomer()

    for _time in range(2):
        ticket = open_ticket(actor=member, ticket_id=draft.pk, visibility=Visibility.PUBLIC, new_reporter=new)

    person = Person.objects.get(last_name="Thal")
    assert ticket.person == person
    assert (person.customer, person.phone, person.email) == (new.customer, "0123", None)


def test_a_person_who_cannot_be_added_opens_no_ticket(cast: Cast) -> None:
    draft = begun(cast)

    with pytest.raises(InvalidInput):
        open_ticket(
            actor=known(cast, "uninvolved"),
            ticket_id=draft.pk,
            visibility=Visibility.PUBLIC,
            new_reporter=newcomer(phone=""),
        )

    assert cast.ticket.pk != draft.pk
    assert Ticket.objects.get(pk=draft.pk).is_draft
    assert not Person.objects.filter(last_name="Thal").exists()


@pytest.mark.parametrize(("owner", "expected"), [(None, "the person's"), ("device", "the device's")])
def test_the_customer_is_that_of_the_device_else_that_of_the_person(
    cast: Cast, anna: Person, owner: str | None, expected: str
) -> None:
    of_device = CustomerFactory() if owner else None
    draft, member = begun(cast, customer=of_device), known(cast, "uninvolved")
    name_reporter(actor=member, ticket_id=draft.pk, person=anna)

    open_ticket(actor=member, ticket_id=draft.pk, visibility=Visibility.PUBLIC)

    customers = {"the person's": anna.customer, "the device's": of_device}
    assert Ticket.objects.get(pk=draft.pk).customer == customers[expected]


def test_only_employees_name_someone_and_only_customers_people_are_named(cast: Cast, anna: Person) -> None:
    draft = begun(cast)
    of_code_user, of_manager = (
        start(cast.reporter, cast.device, cast.flow),
        start(known(cast, "manager"), cast.device, cast.flow),
    )

    for role in ("uninvolved", "reporter", "moderator"):
        with pytest.raises(InvalidInput):
            name_reporter(actor=known(cast, "uninvolved"), ticket_id=draft.pk, person=cast.person(role))
    refused = ((cast.reporter, of_code_user), (known(cast, "manager"), of_manager), (known(cast, "moderator"), draft))
    for actor, ticket in refused:
        with pytest.raises(NotAllowed):
            name_reporter(actor=actor, ticket_id=ticket.pk, person=anna)
        if ticket != draft:
            with pytest.raises(NotAllowed):
                open_ticket(actor=actor, ticket_id=ticket.pk, new_reporter=newcomer())
    name_reporter(actor=known(cast, "uninvolved"), ticket_id=draft.pk, person=anna)
    assert Ticket.objects.get(pk=draft.pk).person == anna
