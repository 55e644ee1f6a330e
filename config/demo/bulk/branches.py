"""Further customers: copies of the demo's, each with devices and people of its own, for the tickets to be about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from math import ceil

from django.contrib.auth.hashers import make_password

from config.demo.bulk.patterns import Pattern
from fleet.models import EMPLOYEE_ROLES, Customer, CustomerTeam, Device, Person
from fleet.services.devices import fill_search
from fleet.services.suggestion_keys import write_customer_keys, write_device_keys, write_person_keys

TICKETS_PER_DEVICE = 50


@dataclass(frozen=True)
class Branch:
    """A copied customer; devices and people by the ids of those that they are copies of."""

    customer: Customer
    devices: Mapping[int, Device]
    people: Mapping[int, Person]


def make_branches(patterns: Sequence[Pattern], tickets: int, since: datetime) -> dict[int, list[Branch]]:
    """As many as that many tickets need, by the id of the copied customer. A building block in a transaction."""
    by_customer: dict[int, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        by_customer[pattern.customer_id].append(pattern)
    made = {}
    for customer_id, those in by_customer.items():
        devices = Device.objects.select_related("template").in_bulk({pattern.ticket["device_id"] for pattern in those})
        named = set().union(*(pattern.people for pattern in those))
        people = Person.objects.exclude(role__in=EMPLOYEE_ROLES).in_bulk(named)
        share = tickets * len(those) / len(patterns)
        wanted = ceil(share / (TICKETS_PER_DEVICE * len(devices)))
        customer = Customer.objects.get(pk=customer_id)
        made[customer_id] = _copies(customer, devices.values(), people.values(), wanted, since)
    return made


def _copies(
    customer: Customer, devices: Iterable[Device], people: Iterable[Person], wanted: int, since: datetime
) -> list[Branch]:
    numbers = list(islice(_free_numbers(customer, people), wanted))
    customers = Customer.objects.bulk_create(_customer(customer, number) for number in numbers)
    write_customer_keys(customers)
    mapped = list(customer.team_mappings.all())
    CustomerTeam.objects.bulk_create(
        CustomerTeam(customer=copy, meta_team_id=each.meta_team_id, team_id=each.team_id)
        for copy in customers
        for each in mapped
    )
    pairs = list(zip(customers, numbers, strict=True))
    device_rows = [{each.pk: _device(each, copy, number) for each in devices} for copy, number in pairs]
    people_rows = [{each.pk: _person(each, copy, number, since) for each in people} for copy, number in pairs]
    made = [device for row in device_rows for device in row.values()]
    for device in made:
        fill_search(device)
    Device.objects.bulk_create(made)
    people_made = Person.objects.bulk_create(person for row in people_rows for person in row.values())
    write_device_keys(made)
    write_person_keys(people_made)
    return [
        Branch(copy, own_devices, own_people)
        for copy, own_devices, own_people in zip(customers, device_rows, people_rows, strict=True)
    ]


def _free_numbers(customer: Customer, people: Iterable[Person]) -> Iterator[int]:
    """Numbers that make names and sign-in addresses which do not exist yet."""
    names = set(Customer.objects.values_list("name", flat=True))
    emails = set(Person.objects.values_list("email", flat=True))
    sign_ins = [person.email for person in people if person.email]
    for number in count(2):
        if f"{customer.name} {number}" not in names and not emails.intersection(_email(e, number) for e in sign_ins):
            yield number


def _email(email: str, number: int) -> str:
    name, domain = email.split("@")
    return f"{name}.{number}@{domain}"


def _customer(customer: Customer, number: int) -> Customer:
    return Customer(
        name=f"{customer.name} {number}",
        kind=customer.kind,
        number=f"{customer.number}-{number}",
        address=customer.address,
        contact_email=customer.contact_email,
        phone=customer.phone,
    )


def _device(device: Device, customer: Customer, number: int) -> Device:
    return Device(
        template=device.template,
        customer=customer,
        name=device.name,
        model=device.model,
        serial_number=f"{device.serial_number}-{number}",
        licence_plate=f"{device.licence_plate} {number}" if device.licence_plate else "",
        location=device.location,
    )


def _person(person: Person, customer: Customer, number: int, since: datetime) -> Person:
    return Person(
        role=person.role,
        email=_email(person.email, number) if person.email else None,
        contact_email=person.contact_email,
        phone=person.phone,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        customer=customer if person.customer_id else None,
        created_at=since,
        # None of them can sign in.
        password=make_password(None),
    )
