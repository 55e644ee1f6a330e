"""People: what they say of themselves, and what administrators decide about them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed
from config.common.live import revoke_access
from config.common.rules import require
from fleet.actors import Actor
from fleet.leaving import hand_over_work
from fleet.models import Customer, Person, Role
from fleet.models.people import CUSTOMER_ROLES


@dataclass(frozen=True)
class PersonDetails:
    """What administrators write down of somebody who signs in; `customer` for managers and subscribers only."""

    email: str
    role: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    contact_email: str = ""
    language: str = settings.LANGUAGE_CODE
    customer: Customer | None = None


@transaction.atomic
def change_contact(*, actor: Actor, first_name: str, last_name: str, contact_email: str, phone: str) -> Person:
    """Keep how a code user is called and reached; empty texts take it away. Signs nobody in and writes to nobody.

    Raises `NotAllowed` for people who sign in: their names are the administration's.
    """
    if actor.person is None or not actor.person.is_code_user:
        raise NotAllowed
    person = Person.objects.select_for_update().get(pk=actor.person.pk)
    person.first_name, person.last_name = first_name, last_name
    person.contact_email, person.phone = contact_email, phone
    person.save(update_fields=["first_name", "last_name", "contact_email", "phone"])
    return person


@transaction.atomic
def create_person(*, actor: Actor, details: PersonDetails, password: str = "") -> Person:
    """Somebody who signs in with the e-mail address; without a password nobody can until one is set.

    Writes to nobody. Raises `NotAllowed` for all but administrators, `InvalidInput` for code users, who have no
    account, and where customer and role do not fit.
    """
    require(actor, "fleet.change_configuration")
    _check_role(details)
    return Person.objects.create_user(password=password or None, **_columns(details))


@transaction.atomic
def change_person(*, actor: Actor, person: Person, details: PersonDetails) -> Person:
    """Write down what has changed; a new role or customer counts at once, also on open pages.

    What waits for somebody who is no employee any more goes to others.
    Raises `NotAllowed` for one's own role, `InvalidInput` if the last active administrator would become something else.
    """
    require(actor, "fleet.change_configuration")
    _check_role(details)
    person = _locked(person)
    if details.role != person.role:
        require(actor, "fleet.change_role", person)
        _check_administrators_without(person)
    was_employee = person.is_employee
    for field, value in _columns(details).items():
        setattr(person, field, value)
    person.save()
    if was_employee and not person.is_employee:
        hand_over_work(actor, person)
    revoke_access()
    return person


@transaction.atomic
def set_password(*, actor: Actor, person: Person, password: str) -> Person:
    """A new password; whoever is signed in with the old one is not any more."""
    require(actor, "fleet.change_configuration")
    person = _locked(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    revoke_access()
    return person


@transaction.atomic
def deactivate_person(*, actor: Actor, person: Person) -> Person:
    """The person signs in no more: sessions end and open pages lose access. What they wrote stays.

    What waits for an employee goes to others.

    Raises `NotAllowed` for oneself, `InvalidInput` for the last active administrator.
    """
    require(actor, "fleet.change_role", person)
    person = _locked(person)
    _check_administrators_without(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    if person.is_employee:
        hand_over_work(actor, person)
    _end_sessions(person)
    revoke_access()
    return person


@transaction.atomic
def activate_person(*, actor: Actor, person: Person) -> Person:
    """The person may sign in again; earlier sessions stay ended."""
    require(actor, "fleet.change_role", person)
    person = _locked(person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


def is_last_administrator(person: Person) -> bool:
    """Whether nobody else could administer if the person were gone."""
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    return person.role == Role.ADMINISTRATOR and person.is_active and not others.exists()


def _columns(details: PersonDetails) -> dict[str, Any]:
    return {**vars(details), "email": details.email.strip().lower()}


def _locked(person: Person) -> Person:
    """The person as stored, locked; all administrators with them, so that two cannot remove each other at once.

    The lock lets rows be written that name them: whoever holds a ticket's lock meanwhile must not wait for this one.
    """
    administrators = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    locked = (administrators | Person.objects.filter(pk=person.pk)).order_by("pk").select_for_update(no_key=True)
    return {found.pk: found for found in locked}[person.pk]


def _check_role(details: PersonDetails) -> None:
    if details.role == Role.CODE_USER:
        raise InvalidInput(_("Code users have no account: they come by scanning a code."), field="role")
    if (details.role in CUSTOMER_ROLES) != (details.customer is not None):
        raise InvalidInput(_("Managers and subscribers belong to a customer, employees to none."), field="customer")


def _check_administrators_without(person: Person) -> None:
    if is_last_administrator(person):
        raise InvalidInput(_("This is the last active administrator. Make somebody else one first."), field="role")


def _end_sessions(person: Person) -> None:
    """Sessions know their person only inside their data, so all that are alive are looked through."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).iterator()
    ended = [session.pk for session in alive if session.get_decoded().get(SESSION_KEY) == str(person.pk)]
    Session.objects.filter(pk__in=ended).delete()
