"""Employees who leave: what waits for them goes to others."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from fleet.actors import KnownActor
from fleet.models import Person
from fleet.services import people
from fleet.services.people import PersonDetails
from messenger.services.notifications import delete_notifications
from ticketing.services.assignment import release_person


@transaction.atomic
def change_person(
    *, actor: KnownActor, person: Person, details: PersonDetails, before: Mapping[str, Any] | None = None
) -> Person:
    """Change a person, and give away the work of an employee whose new role is a customer's. Raises as fleet does."""
    was_employee = people.lock_person(person).is_employee
    changed = people.change_person(actor=actor, person=person, details=details, before=before)
    if was_employee and not changed.is_employee:
        # The bell shows what only employees may read.
        delete_notifications(person=changed)
        release_person(actor=actor, person=changed)
    return changed


@transaction.atomic
def deactivate_person(*, actor: KnownActor, person: Person) -> Person:
    """Deactivate a person, and give away the work of an employee. Raises as fleet does."""
    deactivated = people.deactivate_person(actor=actor, person=person)
    if deactivated.is_employee:
        release_person(actor=actor, person=deactivated)
    return deactivated
