"""People who reported something and are not there yet: added by employees, without an account."""

from typing import Any

import pytest

from config.common.errors import InvalidInput, NotAllowed
from config.common.suggestions import suggest
from fleet.actors import KnownActor
from fleet.models import Person, Role
from fleet.services.people import NewSubscriber, PersonDetails, add_subscriber, change_person
from tests.factories import (
    AdministratorFactory,
    CodeUserFactory,
    CustomerFactory,
    ManagerFactory,
    MemberFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db


def details(**changed: Any) -> NewSubscriber:
    given = {"customer": CustomerFactory(), "first_name": "Anna", "last_name": "Berg", "phone": "123", **changed}
    return NewSubscriber(**given)


def test_an_employee_adds_a_subscriber_who_cannot_sign_in_and_is_found_at_once() -> None:
    member = KnownActor(person=MemberFactory(language="de"))

    person = add_subscriber(actor=member, details=details(contact_email="anna@werk.example"))

    assert (person.role, person.email, person.language) == (Role.SUBSCRIBER, None, "de")
    assert (person.phone, person.contact_email) == ("123", "anna@werk.example")
    assert not person.has_usable_password()
    found = suggest(member, "person", "berg")
    assert found is not None
    assert [each.row for each in found.suggestions] == [person]


def test_two_of_them_have_no_sign_in_address() -> None:
    member = KnownActor(person=MemberFactory())

    for name in ("Berg", "Thal"):
        add_subscriber(actor=member, details=details(last_name=name))

    assert Person.objects.filter(email=None, role=Role.SUBSCRIBER).count() == 2


def test_nobody_but_employees_adds_people() -> None:
    for factory in (ManagerFactory, SubscriberFactory, CodeUserFactory):
        with pytest.raises(NotAllowed):
            add_subscriber(actor=KnownActor(person=factory()), details=details())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"first_name": "", "last_name": ""}, "name"),
        ({"contact_email": "Anna@werk.example"}, "contact_email"),
        ({"contact_email": "anna@HOME.example"}, "contact_email"),
    ],
)
def test_a_name_and_a_way_to_reach_them_are_needed_and_no_one_is_added_twice(
    changed: dict[str, str], field: str
) -> None:
    SubscriberFactory(email="anna@werk.example", contact_email="anna@home.example")
    MemberFactory(email="berg@werk.example")
    member = KnownActor(person=MemberFactory())

    with pytest.raises(InvalidInput) as refusal:
        add_subscriber(actor=member, details=details(**changed))

    assert refusal.value.field == field
    add_subscriber(actor=member, details=details(contact_email="berg@werk.example"))


def test_an_administrator_invites_them_later_and_no_employee_is_without_an_address() -> None:
    administrator = KnownActor(person=AdministratorFactory())
    person = add_subscriber(actor=administrator, details=details())
    customer = person.customer

    kept = PersonDetails("", Role.SUBSCRIBER, "Anna", "Berg", customer=customer)
    assert change_person(actor=administrator, person=person, details=kept).email is None
    with pytest.raises(InvalidInput):
        change_person(actor=administrator, person=person, details=PersonDetails("", Role.MEMBER, "Anna", "Berg"))
    invited = PersonDetails("Anna@Werk.example", Role.SUBSCRIBER, "Anna", "Berg", customer=customer)
    assert change_person(actor=administrator, person=person, details=invited).email == "anna@werk.example"
