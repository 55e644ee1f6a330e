"""The services of people, asked without the forms in front of them."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from config.common.errors import InvalidInput, NotAllowed
from config.common.rules import may
from fleet.account import PersonBackend
from fleet.actors import KnownActor
from fleet.models import Person, Role
from fleet.services import people
from fleet.services.people import PersonDetails
from tests.factories import (
    AdministratorFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db
CONTACT = {"first_name": "Emma", "last_name": "Clarke", "contact_email": "emma@example.org", "phone": "0170 1"}


def test_code_users_write_down_their_own_contact() -> None:
    emma, other = CodeUserFactory(), CodeUserFactory()

    people.change_contact(actor=KnownActor(person=emma), **CONTACT)

    emma.refresh_from_db()
    other.refresh_from_db()
    assert {name: getattr(emma, name) for name in CONTACT} == CONTACT
    assert other.contact_email != CONTACT["contact_email"]


@pytest.mark.parametrize("made", [MemberFactory, AdministratorFactory, ManagerFactory, SubscriberFactory])
def test_the_names_of_people_who_sign_in_are_not_theirs_to_change(made: Any) -> None:
    person: Person = made(first_name="Mara")

    with pytest.raises(NotAllowed):
        people.change_contact(actor=KnownActor(person=person), **CONTACT)
    person.refresh_from_db()
    assert person.first_name == "Mara"


@pytest.mark.parametrize(
    ("role", "has_customer", "field"),
    [
        (Role.CODE_USER, False, "role"),
        (Role.CODE_USER, True, "role"),
        (Role.MANAGER, False, "customer"),
        (Role.SUBSCRIBER, False, "customer"),
        (Role.MEMBER, True, "customer"),
        (Role.ADMINISTRATOR, True, "customer"),
    ],
)
def test_no_role_is_given_that_does_not_fit_the_customer(role: Role, has_customer: bool, field: str) -> None:
    administrator, member = KnownActor(person=AdministratorFactory()), MemberFactory()
    customer = CustomerFactory() if has_customer else None
    details = PersonDetails(email="mara@example.org", role=role, customer=customer)

    for refused in (
        lambda: people.create_person(actor=administrator, details=details),
        lambda: people.change_person(actor=administrator, person=member, details=details),
    ):
        with pytest.raises(InvalidInput) as refusal:
            refused()
        assert refusal.value.field == field
    member.refresh_from_db()
    assert (member.role, member.customer) == (Role.MEMBER, None)
    fitting = PersonDetails(email="mara@example.org", role=Role.MANAGER, customer=CustomerFactory())
    assert people.change_person(actor=administrator, person=member, details=fitting).role == Role.MANAGER


def test_the_last_active_administrator_is_one_beside_members_and_customers() -> None:
    last, former = AdministratorFactory(), AdministratorFactory(is_active=False)
    member = MemberFactory()
    ManagerFactory()

    assert [people.is_last_administrator(person) for person in (last, former, member)] == [True, False, False]
    AdministratorFactory()
    assert not people.is_last_administrator(last)


def test_without_any_active_administrator_there_is_no_last_one() -> None:
    former, member = AdministratorFactory(is_active=False), MemberFactory()

    assert not people.is_last_administrator(former)
    assert not people.is_last_administrator(member)


def test_a_code_user_who_is_tied_to_a_customer_has_nothing_of_its_managers() -> None:
    device = DeviceFactory()
    tied, manager = CodeUserFactory(customer=device.customer), ManagerFactory(customer=device.customer)

    for person, opens in ((tied, False), (manager, True)):
        actor = KnownActor(person=person)
        assert (actor.customer_id == device.customer_id) is opens
        assert bool(may(actor, "fleet.open_device", device)) is opens
        assert bool(may(actor, "fleet.see_device_owner", device)) is opens


def test_who_is_no_person_of_ours_signs_in_by_no_backend() -> None:
    backend = PersonBackend()

    assert backend.user_can_authenticate(MemberFactory())
    for user in (None, AnonymousUser(), MemberFactory(is_active=False), CodeUserFactory()):
        assert not backend.user_can_authenticate(user)  # type: ignore[arg-type]
