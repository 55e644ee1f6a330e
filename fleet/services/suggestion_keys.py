"""The keys by which fields propose people, devices and customers."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import Model

from config.common.text import start_key, start_keys
from fleet.models import Customer, CustomerKey, Device, DeviceKey, Person, PersonKey
from fleet.models.suggestions import MAX_KEY

M = TypeVar("M", bound=Model)
BATCH = 500  # Rows.
CONTACT = "@"  # No name begins with it.


def person_keys(person: Person) -> set[str]:
    """How a person is found: names in any order of their words, and contact details. Only managers and subscribers."""
    if not person.is_customer_person:
        return set()
    contact = {start_key(each) for each in (person.email or "", person.contact_email, person.phone)} - {""}
    return _cut({*start_keys(person.first_name, person.last_name), *(CONTACT + each for each in contact)})


def device_keys(device: Device) -> set[str]:
    """How a device is found: plate, serial number, and its name from each of its words on."""
    return _cut({start_key(device.licence_plate), start_key(device.serial_number), *start_keys(device.name)} - {""})


def customer_keys(customer: Customer) -> set[str]:
    """How a customer is found: the name from each of its words on, and the number."""
    return _cut({start_key(customer.number), *start_keys(customer.name)} - {""})


def write_person_keys(people: Iterable[Person]) -> None:
    """Brings the keys of people up to date that were saved just now. A building block in the caller's transaction."""
    for batch in _batches(people):
        PersonKey.objects.filter(person__in=batch).delete()
        PersonKey.objects.bulk_create(PersonKey(person=each, key=key) for each in batch for key in person_keys(each))


def write_device_keys(devices: Iterable[Device]) -> None:
    """As `write_person_keys`, for devices."""
    for batch in _batches(devices):
        DeviceKey.objects.filter(device__in=batch).delete()
        DeviceKey.objects.bulk_create(DeviceKey(device=each, key=key) for each in batch for key in device_keys(each))


def write_customer_keys(customers: Iterable[Customer]) -> None:
    """As `write_person_keys`, for customers."""
    for batch in _batches(customers):
        CustomerKey.objects.filter(customer__in=batch).delete()
        CustomerKey.objects.bulk_create(
            CustomerKey(customer=each, key=key) for each in batch for key in customer_keys(each)
        )


def _batches(rows: Iterable[M]) -> Iterator[list[M]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _cut(keys: set[str]) -> set[str]:
    return {key[:MAX_KEY] for key in keys}
