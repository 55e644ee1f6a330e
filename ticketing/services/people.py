"""People who change: tickets are found by their new names, and what waits for employees who leave goes to others."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from fleet.actors import KnownActor
from fleet.models import Person
from fleet.services import people
from fleet.services.people import PersonDetails
from messenger.services.notifications import delete_notifications
from messenger.services.push_devices import remove_devices
from ticketing.models import Ticket
from ticketing.services.assignment import release_person
from ticketing.services.search import contact_text, refill_all

PEOPLE_AT_ONCE = 500  # Whom one statement names.


@transaction.atomic
def change_person(
    *,
    actor: KnownActor,
    person: Person,
    details: PersonDetails,
    before: Mapping[str, Any] | None = None,
    is_active: bool | None = None,
) -> Person:
    """Change a person, and give away the work of an employee who leaves or becomes a customer's. Raises as fleet does.

    Tickets are found by the new name and contact.
    """
    locked = people.lock_person(person)
    was_employee, found_by = locked.is_employee, contact_text(locked)
    changed = people.change_person(actor=actor, person=person, details=details, before=before, is_active=is_active)
    if contact_text(changed) != found_by:
        find_by_contact([changed.pk])
    if was_employee and not changed.is_employee:
        # The bell shows what only employees may read.
        delete_notifications(person=changed)
    if not changed.is_active:
        remove_devices(person=changed)
    if was_employee and not (changed.is_employee and changed.is_active):
        release_person(actor=actor, person=changed)
    return changed


def change_contact(*, actor: KnownActor, first_name: str, last_name: str, contact_email: str, phone: str) -> Person:
    """Store a code user's name and contact details; earlier tickets are found by these instead of the old ones.

    Raises as fleet does.
    """
    found_by = contact_text(actor.person)
    changed = people.change_contact(
        actor=actor, first_name=first_name, last_name=last_name, contact_email=contact_email, phone=phone
    )
    # Most give it with their first report, which costs no statement more than without.
    if found_by and contact_text(changed) != found_by:
        find_by_contact([changed.pk])
    return changed


def find_by_contact(people: Sequence[int]) -> None:
    """Have the tickets of these people found by their present names and contacts."""
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        some = people[start : start + PEOPLE_AT_ONCE]
        reported = Ticket.objects.filter(Q(person__in=some) | Q(person=None, creator__in=some))
        for _batch in refill_all(reported):
            pass


@transaction.atomic
def deactivate_person(*, actor: KnownActor, person: Person) -> Person:
    """Deactivate a person, whose browsers are told nothing more, and give away the work of an employee.

    Raises as fleet does.
    """
    deactivated = people.deactivate_person(actor=actor, person=person)
    remove_devices(person=deactivated)
    if deactivated.is_employee:
        release_person(actor=actor, person=deactivated)
    return deactivated
