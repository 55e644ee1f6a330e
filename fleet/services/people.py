"""People: their contact details, and their accounts, which administrators manage."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Customer, Person, Role
from fleet.models.people import CUSTOMER_ROLES
from fleet.revocation import revoke_access
from fleet.services.suggestion_keys import write_person_keys


@dataclass(frozen=True)
class PersonDetails:
    """The details of a person who signs in; `customer` for managers and subscribers only."""

    email: str
    role: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    contact_email: str = ""
    language: str = settings.LANGUAGE_CODE
    customer: Customer | None = None


def change_contact(*, actor: KnownActor, first_name: str, last_name: str, contact_email: str, phone: str) -> Person:
    """Store a code user's name and contact details; empty texts remove them. Sends no mail and signs no one in.

    Raises `NotAllowed` for people who sign in.
    """
    # The names of people who sign in belong to the administration.
    if not actor.person.is_code_user:
        raise NotAllowed
    person = actor.person
    given = {"first_name": first_name, "last_name": last_name, "contact_email": contact_email, "phone": phone}
    changed = [name for name, text in given.items() if getattr(person, name) != text]
    for name in changed:
        setattr(person, name, given[name])
    # One statement, which needs no lock: it depends on nothing that is stored.
    if changed:
        person.save(update_fields=changed)
    return person


@transaction.atomic
def create_person(*, actor: KnownActor, details: PersonDetails, password: str = "") -> Person:
    """Create a person who signs in with the e-mail address, and cannot while there is no password. Sends no mail.

    Raises `NotAllowed` for all but administrators, `InvalidInput` for code users, who have no account, and where
    customer and role do not fit.
    """
    require(actor, "fleet.change_configuration")
    _check_role(details)
    person = Person.objects.create_user(password=password or None, **_columns(details))
    write_person_keys([person])
    return person


@transaction.atomic
def change_person(*, actor: KnownActor, person: Person, details: PersonDetails) -> Person:
    """Store the details; a new role or customer counts at once, also on open pages.

    Does not give away the work of a former employee. Raises `NotAllowed` for one's own role, `InvalidInput` if the last
    active administrator would get another role.
    """
    require(actor, "fleet.change_configuration")
    _check_role(details)
    person = lock_person(person)
    if details.role != person.role:
        require(actor, "fleet.change_role", person)
        _check_administrators_without(person)
    for field, value in _columns(details).items():
        setattr(person, field, value)
    person.save()
    write_person_keys([person])
    revoke_access(person=person.pk)
    return person


@transaction.atomic
def set_password(*, actor: KnownActor, person: Person, password: str) -> Person:
    """Set a new password, which ends all sessions of the person."""
    require(actor, "fleet.change_configuration")
    person = lock_person(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    revoke_access(person=person.pk)
    return person


@transaction.atomic
def deactivate_person(*, actor: KnownActor, person: Person) -> Person:
    """End the person's sessions and let them sign in no more; what they wrote stays.

    Does not give away the work of an employee. Raises `NotAllowed` for oneself, `InvalidInput` for the last active
    administrator.
    """
    require(actor, "fleet.change_role", person)
    person = lock_person(person)
    _check_administrators_without(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions([person.pk])
    revoke_access(person=person.pk)
    return person


@transaction.atomic
def activate_person(*, actor: KnownActor, person: Person) -> Person:
    """Let the person sign in again; earlier sessions stay ended."""
    require(actor, "fleet.change_role", person)
    person = lock_person(person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


def end_sessions(people: Collection[int]) -> None:
    """Signs these people out everywhere; open pages lose access by `revoke_access`. A building block."""
    if not people:
        return
    keys = {str(pk) for pk in people}
    # Sessions name their person only inside their data, so all that have not expired are read.
    alive = Session.objects.filter(expire_date__gt=clock.now()).iterator()
    ended = [session.pk for session in alive if session.get_decoded().get(SESSION_KEY) in keys]
    Session.objects.filter(pk__in=ended).delete()


def is_last_administrator(person: Person) -> bool:
    """Also False for people who are not active or have another role."""
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    return person.role == Role.ADMINISTRATOR and person.is_active and not others.exists()


def lock_person(person: Person) -> Person:
    """The person as stored, locked until the transaction ends; all active administrators are locked as well."""
    # With all administrators, so that two cannot remove each other at once. The lock allows new rows that refer to
    # these people: a transaction that holds a ticket's lock must not wait for this one.
    administrators = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    locked = (administrators | Person.objects.filter(pk=person.pk)).order_by("pk").select_for_update(no_key=True)
    return next(found for found in locked if found.pk == person.pk)


def _columns(details: PersonDetails) -> dict[str, Any]:
    return {**vars(details), "email": details.email.strip().lower()}


def _check_role(details: PersonDetails) -> None:
    if details.role == Role.CODE_USER:
        raise InvalidInput(_("Code users have no account: they come by scanning a code."), field="role")
    if (details.role in CUSTOMER_ROLES) != (details.customer is not None):
        raise InvalidInput(_("Managers and subscribers belong to a customer, employees to none."), field="customer")


def _check_administrators_without(person: Person) -> None:
    if is_last_administrator(person):
        raise InvalidInput(_("This is the last active administrator. Make someone else one first."), field="role")
