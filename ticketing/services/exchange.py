"""Importing people changes by what tickets are found."""

from typing import IO

from django.db import transaction

from fleet.actors import KnownActor
from fleet.models import Person
from fleet.services import exchange
from fleet.services.exchange import Report
from messenger.services.push_devices import remove_devices
from ticketing.services.people import find_by_contact

_FOUND_BY = {"first_name", "last_name", "email", "contact_email", "phone"}
PEOPLE = "people"


def carry_out_import(*, actor: KnownActor, kind: str, file: IO[bytes], digest: str) -> Report:
    """Import all rows, or none. Raises as fleet does.

    Tickets are found by the new names and contacts, and the browsers of people who were deactivated are told nothing
    more.
    """
    report = exchange.carry_out_import(actor=actor, kind=kind, file=file, digest=digest)
    if kind == PEOPLE:
        # Behind the import: it may be of all tickets, whose rows it must not lock together.
        find_by_contact([pk for pk, fields in report.changed.items() if fields & _FOUND_BY])
        _forget_devices([pk for pk, fields in report.changed.items() if "is_active" in fields])
    return report


@transaction.atomic
def _forget_devices(people: list[int]) -> None:
    for person in Person.objects.filter(pk__in=people, is_active=False) if people else ():
        remove_devices(person=person)
