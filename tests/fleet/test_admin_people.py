"""People in the administration: accounts, roles, and who can never be locked out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.common import live
from config.common.errors import DomainError, InvalidInput, NotAllowed
from fleet.actors import KnownActor
from fleet.models import Person, Role
from fleet.services import people
from fleet.services.people import PersonDetails
from tests.cast import client_of
from tests.factories import (
    PASSWORD,
    AdministratorFactory,
    CodeUserFactory,
    CustomerFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/fleet/person/add/"


@pytest.fixture
def administrator() -> Person:
    return AdministratorFactory()


@pytest.fixture
def signed_in(administrator: Person) -> Client:
    return client_of(administrator)


@pytest.fixture
def revocations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What open pages hear at once."""
    heard: list[str] = []
    monkeypatch.setattr(live, "_send", lambda group, event: heard.append(event["type"]))
    return heard


def change(person: Person) -> str:
    return reverse("admin:fleet_person_change", args=[person.pk])


def filled(person: Person | None = None, **fields: Any) -> dict[str, Any]:
    """The form of a person as the browser sends it."""
    given: dict[str, Any] = {
        "email": "mara@example.org",
        "role": "member",
        "first_name": "Mara",
        "language": "de",
        "is_active": "on",
    }
    if person is not None:
        given |= {name: getattr(person, name) for name in ("email", "role", "first_name", "last_name", "language")}
    return {name: value for name, value in {**given, **fields}.items() if value not in (None, "")}


def errors(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = response.context["adminform"].form.errors
    return found


def test_a_new_person_signs_in_with_the_first_password(signed_in: Client) -> None:
    added = signed_in.post(ADD, filled(email="Mara@Example.org", new_password="a long first password"))

    assert added.status_code == 302
    person = Person.objects.get(email="mara@example.org")
    assert (person.role, person.language) == ("member", "de")
    assert Client().login(email="mara@example.org", password="a long first password")


def test_without_a_password_a_person_cannot_sign_in_yet(signed_in: Client) -> None:
    signed_in.post(ADD, filled())

    person = Person.objects.get(email="mara@example.org")
    assert not person.has_usable_password()
    assert "no password yet" in signed_in.get(change(person)).content.decode()


def test_weak_passwords_and_taken_addresses_are_refused(signed_in: Client) -> None:
    MemberFactory(email="taken@example.org")

    assert "new_password" in errors(signed_in.post(ADD, filled(new_password="12345")))
    assert "email" in errors(signed_in.post(ADD, filled(email="Taken@example.org")))
    assert "email" in errors(signed_in.post(ADD, filled(email="")))


def test_a_customer_belongs_to_managers_and_subscribers_only(signed_in: Client) -> None:
    customer = CustomerFactory()

    assert "customer" in errors(signed_in.post(ADD, filled(role="manager")))
    assert "customer" in errors(signed_in.post(ADD, filled(role="member", customer=customer.pk)))
    assert signed_in.post(ADD, filled(role="manager", customer=customer.pk)).status_code == 302


def test_code_users_have_no_page_and_no_person_becomes_one(signed_in: Client) -> None:
    assert signed_in.get(change(CodeUserFactory())).status_code == 302
    assert "role" in errors(signed_in.post(ADD, filled(role="code_user")))


def test_roles_of_others_change_and_open_pages_hear_of_it(
    signed_in: Client, revocations: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    member = MemberFactory()

    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in.post(change(member), filled(member, role="moderator")).status_code == 302

    member.refresh_from_db()
    assert member.role == Role.MODERATOR
    assert "access.revoked" in revocations
    assert member.check_password(PASSWORD)


def test_administrators_neither_change_their_own_role_nor_deactivate_themselves(
    signed_in: Client, administrator: Person
) -> None:
    AdministratorFactory()

    signed_in.post(change(administrator), {**filled(administrator, role="member", first_name="Anna"), "is_active": ""})

    administrator.refresh_from_db()
    assert (administrator.first_name, administrator.role, administrator.is_active) == ("Anna", Role.ADMINISTRATOR, True)


def test_deactivation_ends_sessions_for_good(
    signed_in: Client, revocations: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    member, other = MemberFactory(), MemberFactory()
    theirs, others = client_of(member), client_of(other)

    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(change(member), filled(member, is_active=""))

    assert "access.revoked" in revocations
    assert theirs.get(reverse("account_change_password")).status_code == 302

    signed_in.post(change(member), filled(member))
    assert Person.objects.get(pk=member.pk).is_active
    assert theirs.get(reverse("account_change_password")).status_code == 302
    assert others.get(reverse("account_change_password")).status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one(signed_in: Client) -> None:
    member = MemberFactory()
    theirs = client_of(member)

    signed_in.post(change(member), filled(member, new_password="another long password"))

    assert theirs.get(reverse("account_change_password")).status_code == 302
    assert Client().login(email=member.email, password="another long password")


def test_no_person_is_deleted(signed_in: Client) -> None:
    member = MemberFactory()
    assert signed_in.post(reverse("admin:fleet_person_delete", args=[member.pk]), {"post": "yes"}).status_code == 403
    assert Person.objects.filter(pk=member.pk).exists()


def details_of(person: Person, **changed: Any) -> PersonDetails:
    return PersonDetails(**{"email": person.email, "role": person.role, "customer": person.customer, **changed})


def test_the_last_active_administrator_stays(administrator: Person) -> None:
    # Reached when two administrators remove each other at once: for the second one, none is left.
    first, second = KnownActor(person=administrator), AdministratorFactory()
    actor = KnownActor(person=second)
    people.deactivate_person(actor=first, person=second)

    with pytest.raises(InvalidInput):
        people.deactivate_person(actor=actor, person=administrator)
    with pytest.raises(InvalidInput):
        people.change_person(actor=actor, person=administrator, details=details_of(administrator, role=Role.MEMBER))

    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.role == Role.ADMINISTRATOR


@pytest.mark.parametrize("factory", [MemberFactory, ModeratorFactory, ManagerFactory])
def test_only_administrators_decide_about_people(factory: Any, administrator: Person) -> None:
    other, person = KnownActor(person=factory()), MemberFactory()

    for refused in (
        lambda actor: people.create_person(actor=actor, details=PersonDetails("new@example.org", Role.MEMBER)),
        lambda actor: people.change_person(actor=actor, person=person, details=details_of(person, first_name="Eve")),
        lambda actor: people.set_password(actor=actor, person=person, password="a long first password"),
        lambda actor: people.deactivate_person(actor=actor, person=person),
        lambda actor: people.activate_person(actor=actor, person=person),
    ):
        with pytest.raises(NotAllowed):
            refused(other)
        refused(KnownActor(person=administrator))


def test_services_refuse_what_does_not_fit(administrator: Person) -> None:
    actor = KnownActor(person=administrator)

    for role, customer in ((Role.CODE_USER, None), (Role.MANAGER, None), (Role.MEMBER, CustomerFactory())):
        with pytest.raises(DomainError):
            people.create_person(actor=actor, details=PersonDetails("new@example.org", role, customer=customer))
    with pytest.raises(NotAllowed):
        people.change_person(actor=actor, person=administrator, details=details_of(administrator, role=Role.MODERATOR))
    with pytest.raises(NotAllowed):
        people.deactivate_person(actor=actor, person=administrator)
