"""What the house knows beside the devices that the demo's tickets are about: a whole fleet, and who books it."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from config.common import clock
from config.demo.people import DEMO_PASSWORD
from config.demo.toml import Table, read_toml
from fleet.actors import Actor
from fleet.models import Contract, Customer, Device, Person, Reservation, ReservationStatus, Role, Template
from fleet.services.codes import create_code
from fleet.services.customers import save_customer
from fleet.services.devices import save_device
from fleet.services.suggestion_keys import write_person_keys

REGISTER = read_toml("register.toml")
FLEET: Table = REGISTER["fleet"]
# Times in which a vehicle is booked: so many quarters of an hour, and how long it stands between.
SHORTEST, LONGEST, STANDS = 4, 32, timedelta(hours=30)
SHARE_CANCELLED = 0.08


def make_register(
    actor: Actor,
    templates: dict[str, Template],
    customers: dict[str, Customer],
    people: dict[str, Person],
) -> None:
    """Customers, devices with their codes, subscribers and reservations; the same each time, but for the dates."""
    private = Customer(**REGISTER["private_customer"])
    save_customer(private, changed=())
    rows = [REGISTER["private_device"], REGISTER["device_without_customer"]]
    others = [_device(row, templates, owner) for row, owner in zip(rows, (private, None), strict=True)]
    operator = customers["carsharing"]
    vehicles = _whole_fleet(templates["car"], operator)
    for device in (*others, *(vehicle for vehicle in vehicles if not vehicle.codes.exists())):
        create_code(actor=actor, device=device, label=device.location)
    known = [person for person in people.values() if person.customer_id == operator.pk]
    _reserve(vehicles, [*known, *_subscribers(operator)])


def _device(row: Table, templates: dict[str, Template], customer: Customer | None) -> Device:
    columns = {name: value for name, value in row.items() if name != "template"}
    device = Device(template=templates[row["template"]], customer=customer, **columns)
    save_device(device, changed=())
    return device


def _whole_fleet(template: Template, customer: Customer) -> list[Device]:
    """All vehicles of the operator by their numbers; those that are there already get what a fleet says of them."""
    there = {device.name: device for device in Device.objects.filter(customer=customer).select_related("template")}
    return [_vehicle(number, there, template, customer) for number in range(1, FLEET["size"] + 1)]


def _vehicle(number: int, there: dict[str, Device], template: Template, customer: Customer) -> Device:
    name, park = FLEET["name"] % number, FLEET["car_parks"][number % len(FLEET["car_parks"])]
    device = there.get(name) or Device(
        template=template,
        name=name,
        licence_plate=FLEET["plate"] % number,
        serial_number=FLEET["serial"] % number,
        model=FLEET["models"][number % len(FLEET["models"])]["model"],
        location=f"Station {park}",
    )
    device.customer = customer
    described = next(row for row in FLEET["models"] if row["model"] == device.model)
    for column in ("make", "vehicle_category", "engine"):
        setattr(device, column, described[column])
    device.fleet_number, device.town = str(number), FLEET["town"]
    device.car_park = device.location.removeprefix("Station ")
    save_device(device, changed=())
    return device


def _subscribers(customer: Customer) -> list[Person]:
    # Hashing is slow on purpose, and all of them have the same password.
    password = make_password(DEMO_PASSWORD)
    made = Person.objects.bulk_create(
        Person(
            role=Role.SUBSCRIBER,
            customer=customer,
            email=f"subscriber{number:02}@elbflitz.example",
            first_name=first_name,
            last_name=last_name,
            language=language,
            phone=f"+49 151 555 02{number:02}",
            password=password,
        )
        for number, (first_name, last_name, language) in enumerate(FLEET["subscribers"], start=1)
    )
    write_person_keys(made)
    return made


def _reserve(vehicles: list[Device], people: list[Person]) -> None:
    """From some days ago into the next week, no vehicle twice at a time."""
    chance, now = Random(300), timezone.localtime(clock.now()).replace(minute=0, second=0, microsecond=0)  # noqa: S311
    each, rows = -(-FLEET["reservations"] // len(vehicles)), list[Reservation]()
    for vehicle in vehicles:
        begin = now - STANDS * each * 0.7 + timedelta(hours=chance.randrange(24))
        for _turn in range(each):
            end = begin + timedelta(minutes=15) * chance.randrange(SHORTEST, LONGEST)
            rows.append(_reservation(vehicle, chance, begin, end, chance.choice(people)))
            begin = end + STANDS * chance.uniform(0.2, 1.2)
    kept = sorted(rows[: FLEET["reservations"]], key=lambda row: row.starts_at)
    for number, row in enumerate(kept, start=FLEET["first_reservation"]):
        row.number = str(number)
    Reservation.objects.bulk_create(kept)


def _reservation(vehicle: Device, chance: Random, begin: datetime, end: datetime, person: Person) -> Reservation:
    status, estimated = _status(chance, begin, end), chance.randrange(5, 180)
    is_driven = status == ReservationStatus.ENDED
    return Reservation(
        device=vehicle,
        person=person,
        status=status,
        contract=chance.choice([Contract.PROFESSIONAL, Contract.PERSONAL]),
        starts_at=begin,
        ends_at=end,
        car_park=vehicle.car_park,
        estimated_km=estimated,
        driven_km=max(1, estimated + chance.randrange(-15, 30)) if is_driven else None,
    )


def _status(chance: Random, begin: datetime, end: datetime) -> ReservationStatus:
    if chance.random() < SHARE_CANCELLED:
        return ReservationStatus.CANCELLED
    now = clock.now()
    if end < now:
        return ReservationStatus.ENDED
    if begin < now:
        return ReservationStatus.IN_PROGRESS
    coming = [ReservationStatus.CONFIRMED] * 8 + [ReservationStatus.UNCONFIRMED, ReservationStatus.NOT_SENT]
    return chance.choice(coming)
