"""Storing a batch of imported rows as if each had been saved by hand. Building blocks in the caller's transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model

from config.common.folded_field import FoldedField
from fleet.models import Customer, Device, Person, Reservation
from fleet.models.devices import SEARCH_COLUMNS
from fleet.revocation import revoke_access
from fleet.services.devices import fill_search, refill_search
from fleet.services.people import end_sessions
from fleet.services.suggestion_keys import write_customer_keys, write_device_keys, write_person_keys

M = TypeVar("M", bound=Model)
# Of more people at once, asking all sockets again costs less than naming each.
_MOST_NAMED = 50
_RIGHTS_OF_PEOPLE = {"role", "customer", "is_active"}
_RIGHTS_OF_DEVICES = {"template", "customer"}


@dataclass(frozen=True)
class Entry(Generic[M]):
    """A row to store; of one that is stored already only what `changed`."""

    instance: M
    is_new: bool
    changed: frozenset[str]


def write_customers(entries: Sequence[Entry[Customer]]) -> None:
    """Stores customers; devices are found by the new names."""
    _store(Customer, entries)
    write_customer_keys(entry.instance for entry in entries)
    renamed = [entry.instance.pk for entry in entries if not entry.is_new and "name" in entry.changed]
    if renamed:
        refill_search(Device.objects.filter(customer__in=renamed))


def write_people(entries: Sequence[Entry[Person]]) -> None:
    """Stores people; new ones cannot sign in yet, deactivated ones no more, and rights change on open pages, too."""
    for entry in entries:
        if entry.is_new:
            entry.instance.set_unusable_password()
    _store(Person, entries)
    write_person_keys(entry.instance for entry in entries)
    changed = [entry for entry in entries if not entry.is_new and entry.changed & _RIGHTS_OF_PEOPLE]
    end_sessions([each.instance.pk for each in changed if not each.instance.is_active])
    if len(changed) > _MOST_NAMED:
        revoke_access()
    else:
        for entry in changed:
            revoke_access(person=entry.instance.pk)


def write_devices(entries: Sequence[Entry[Device]]) -> None:
    """Stores devices, which are found and proposed at once; what code holders may see changes on open pages, too."""
    for entry in entries:
        fill_search(entry.instance)
    _store(Device, entries, also=SEARCH_COLUMNS)
    write_device_keys(entry.instance for entry in entries)
    if any(not entry.is_new and entry.changed & _RIGHTS_OF_DEVICES for entry in entries):
        revoke_access()


def write_reservations(entries: Sequence[Entry[Reservation]]) -> None:
    """Stores reservations."""
    _store(Reservation, entries)


WRITERS: dict[str, Callable[[Sequence[Entry[Any]]], None]] = {
    "customers": write_customers,
    "people": write_people,
    "devices": write_devices,
    "reservations": write_reservations,
}


def _store(model: type[M], entries: Sequence[Entry[M]], also: Collection[str] = ()) -> None:
    model._default_manager.bulk_create(entry.instance for entry in entries if entry.is_new)
    changed = [entry for entry in entries if not entry.is_new]
    if changed:
        fields = sorted({name for entry in changed for name in entry.changed} | set(also))
        # What fills itself does so where a row is saved.
        for column in (field for field in model._meta.concrete_fields if isinstance(field, FoldedField)):
            fields.append(column.name)
            for entry in changed:
                column.pre_save(entry.instance, add=False)
        model._default_manager.bulk_update([entry.instance for entry in changed], fields)
