"""People: their contact details, and their accounts, which administrators manage."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.contacts import email_address, phone_line
from config.common.errors import InvalidInput, NotAllowed
from config.common.rules import require
from config.common.text import start_key
from config.common.visible import clean_line, has_visible
from fleet.actors import KnownActor
from fleet.models import Customer, Person, Role
from fleet.models.people import CUSTOMER_ROLES, EMPLOYEE_ROLES
from fleet.models.suggestions import MAX_KEY
from fleet.revocation import revoke_access
from fleet.services.editing import apply_changes, stored
from fleet.services.suggestion_keys import CONTACT, write_person_keys
from fleet.signing_out import end_of_other_sessions


@dataclass(frozen=True)
class PersonDetails:
    """The details of a person who signs in; `customer` for managers and subscribers only.

    These can be without `email` until they are invited.
    """

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
    given = {
        "first_name": clean_line(first_name),
        "last_name": clean_line(last_name),
        "contact_email": email_address(contact_email),
        "phone": phone_line(phone),
    }
    changed = [name for name, text in given.items() if getattr(person, name) != text]
    for name in changed:
        setattr(person, name, given[name])
    # One statement, which needs no lock: it depends on nothing that is stored.
    if changed:
        person.save(update_fields=changed)
    return person


@dataclass(frozen=True)
class NewSubscriber:
    """Someone who reported something and is not there yet; at least one of phone and e-mail."""

    customer: Customer
    first_name: str
    last_name: str
    phone: str = ""
    contact_email: str = ""


@transaction.atomic
def add_subscriber(*, actor: KnownActor, details: NewSubscriber) -> Person:
    """Add a subscriber who cannot sign in until an administrator invites them. Sends no mail.

    Raises `NotAllowed` for all but employees, `InvalidInput` for a name without phone and e-mail, or an e-mail address
    that another manager or subscriber has.
    """
    require(actor, "fleet.name_reporter")
    if not has_visible(f"{details.first_name}{details.last_name}"):
        raise InvalidInput(_("Enter the name of this person."), field="name")
    if not has_visible(f"{details.phone}{details.contact_email}"):
        raise InvalidInput(_("Enter a phone number or an e-mail address."), field="phone")
    if details.contact_email and _is_known(email_address(details.contact_email)):
        taken = _("Someone with this e-mail address is there already. Search for them by name.")
        raise InvalidInput(taken, field="contact_email")
    person = Person.objects.create_user("", role=Role.SUBSCRIBER, language=actor.person.language, **vars(details))
    write_person_keys([person])
    return person


def _is_known(email: str) -> bool:
    # By the keys, which have an index: both addresses of a person are among them.
    key = f"{CONTACT}{start_key(email)}"[:MAX_KEY]
    found = Person.objects.filter(keys__key=key, role__in=CUSTOMER_ROLES)
    return any(email.casefold() in (each.contact_email.casefold(), each.email) for each in found)


@transaction.atomic
def create_person(*, actor: KnownActor, details: PersonDetails, password: str = "") -> Person:
    """Create a person who signs in with the e-mail address, and cannot while there is no password. Sends no mail.

    Raises the refusal of ``fleet.change_person``, `InvalidInput` for code users, who have no account, where customer
    and role do not fit, and for an e-mail address that is taken.
    """
    require(actor, "fleet.change_person", details.role)
    _check_role(details)
    person = Person(**_columns(details))
    person.set_password(password or None)
    stored(person)
    write_person_keys([person])
    return person


@transaction.atomic
def change_person(
    *,
    actor: KnownActor,
    person: Person,
    details: PersonDetails,
    before: Mapping[str, Any] | None = None,
    is_active: bool | None = None,
) -> Person:
    """Store the details, and activate or deactivate the person unless `is_active` is None: all of it or nothing.

    A new role or customer counts at once, also on open pages. Does not give away the work of a former employee. Raises
    the refusal of ``fleet.change_person`` for the role of before and after, `NotAllowed` for one's own role,
    `InvalidInput` if the last active administrator would get another role, `ChangedMeanwhile` where something else than
    `before` stands there, and what `activate_person` and `deactivate_person` raise.
    """
    _check_role(details)
    person = lock_person(person)
    require(actor, "fleet.change_person", person.role)
    require(actor, "fleet.change_person", details.role)
    if details.role != person.role:
        require(actor, "fleet.change_role", person)
        _check_administrators_without(person)
    apply_changes(person, _columns(details), before or {})
    stored(person)
    write_person_keys([person])
    revoke_access(person=person.pk)
    if is_active is None:
        return person
    return (activate_person if is_active else deactivate_person)(actor=actor, person=person)


@transaction.atomic
def set_password(*, actor: KnownActor, person: Person, password: str) -> Person:
    """Set a new password, which ends all sessions of the person."""
    require(actor, "fleet.change_configuration")
    person = lock_person(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    end_of_other_sessions(person, {})
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
    return {**vars(details), "email": email_address(details.email) or None}


def _check_role(details: PersonDetails) -> None:
    if details.role == Role.CODE_USER:
        raise InvalidInput(_("Code users have no account: they come by scanning a code."), field="role")
    if (details.role in CUSTOMER_ROLES) != (details.customer is not None):
        raise InvalidInput(_("Managers and subscribers belong to a customer, employees to none."), field="customer")
    if details.role in EMPLOYEE_ROLES and not has_visible(details.email):
        raise InvalidInput(_("Employees need a sign-in e-mail; code users have none."), field="email")


def _check_administrators_without(person: Person) -> None:
    if is_last_administrator(person):
        raise InvalidInput(_("This is the last active administrator. Make someone else one first."), field="role")
