"""What is changed of people reaches their tickets, and is stored whole or not at all."""

from typing import Any

import pytest
from django.urls import reverse

from config.common.errors import InvalidInput, NotAllowed
from fleet.actors import KnownActor
from fleet.models import Person
from fleet.services.people import PersonDetails
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    AssignmentFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TicketFactory,
)
from tests.ticketing.office_list import listed
from ticketing.services.people import change_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stays", [True, False])
def test_deactivating_on_the_page_gives_away_the_work(stays: bool) -> None:
    mara = MemberFactory()
    assignment = AssignmentFactory(person=mara)
    fields = {"email": mara.email, "role": mara.role, "language": mara.language, "first_name": "Mara"}
    if stays:
        fields["is_active"] = "on"

    page = reverse("admin:fleet_person_change", args=[mara.pk])
    response = client_of(AdministratorFactory()).post(page, fields)

    assert response.status_code == 302
    assignment.refresh_from_db()
    assert (assignment.ended_at is None) is stays
    mara.refresh_from_db()
    assert (mara.is_active, mara.first_name) == (stays, "Mara")


def details_of(person: Person, **changed: Any) -> PersonDetails:
    return PersonDetails(**{"email": person.email, "role": person.role, "customer": person.customer, **changed})


def test_where_the_deactivation_is_refused_the_details_stay_too() -> None:
    administrator, member = AdministratorFactory(first_name="Ida"), MemberFactory(first_name="Ida")
    actor = KnownActor(person=administrator)

    with pytest.raises(NotAllowed):
        change_person(
            actor=actor, person=administrator, details=details_of(administrator, first_name="Eve"), is_active=False
        )
    change_person(actor=actor, person=member, details=details_of(member, first_name="Eve"), is_active=False)

    administrator.refresh_from_db()
    member.refresh_from_db()
    assert (administrator.first_name, administrator.is_active) == ("Ida", True)
    assert (member.first_name, member.is_active) == ("Eve", False)


def test_where_the_details_are_refused_the_person_stays_active() -> None:
    actor = KnownActor(person=ModeratorFactory())
    person, other = SubscriberFactory(), SubscriberFactory()

    with pytest.raises(InvalidInput):
        change_person(actor=actor, person=person, details=details_of(person, email=other.email), is_active=False)

    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize("is_active", [None, True, False])
def test_work_of_an_employee_who_is_changed_and_deactivated_is_given_away(is_active: bool | None) -> None:
    mara = MemberFactory()
    assignment = AssignmentFactory(person=mara)

    change_person(
        actor=KnownActor(person=AdministratorFactory()), person=mara, details=details_of(mara), is_active=is_active
    )

    assignment.refresh_from_db()
    assert (assignment.ended_at is None) is (is_active is not False)


def test_earlier_tickets_are_found_by_the_name_that_the_office_gives() -> None:
    person = SubscriberFactory(first_name="Anna")
    ticket = TicketFactory(person=person)
    office = client_of(ModeratorFactory())
    address = reverse("office:person_edit", args=[person.pk])
    sent = {
        "first_name": "Rosalind",
        "role": person.role,
        "customer": person.customer.name,
        "email": person.email,
        "language": person.language,
        "is_active": "on",
    }

    assert office.post(address, sent).status_code == 303

    assert listed(office, q="rosalind") == [ticket]
