"""The kinds of tables: customers, their people, devices and reservations."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.common.contacts import email_address
from config.common.text import start_key
from config.common.visible import clean_line
from fleet.exchange.cells import Cell, text_of
from fleet.exchange.columns import Choice, Column, KeyColumn, Relation
from fleet.exchange.lookups import Customers, People, Templates, Vehicles, devices_by_key
from fleet.exchange.resources import Key, KnownRows, Records, Row
from fleet.models import CUSTOMER_ROLES, Customer, Device, Person, Reservation
from fleet.models.devices import SEARCH_COLUMNS
from fleet.services.devices import NEEDED_OF_VEHICLES, missing_of_vehicle

NEEDED_HERE = gettext_lazy("Vehicles need this.")
ENDS_EARLY = gettext_lazy("A reservation ends after it begins.")


def _customer_column(model: type[Model], *, is_needed: bool) -> Column:
    return Column(model, "customer", Relation(Customers, lambda customer: customer.name), is_needed=is_needed)


class CustomerRecords(Records):
    records_of = Customer
    unique = frozenset({"name"})
    known_by = gettext_lazy("Customers are known by their number or their name.")

    id = KeyColumn(Customer)
    number = Column(Customer, "number")
    name = Column(Customer, "name")
    kind = Column(Customer, "kind")
    address = Column(Customer, "address")
    billing_address = Column(Customer, "billing_address")
    contact_email = Column(Customer, "contact_email")
    phone = Column(Customer, "phone")

    def keys_of_row(self, row: Row) -> list[Key]:
        return _keys(row.get, "number", "name")

    def keys_of(self, instance: Customer) -> list[Key]:
        return _keys(vars(instance).get, "number", "name")

    def with_keys(self, keys: set[Key]) -> Q:
        return Q(number__in=_texts(keys, "number")) | Q(name__in=_texts(keys, "name"))


class PersonRecords(Records):
    """Managers and subscribers: employees are the administration's, and code users have no account."""

    records_of = Person
    unique = frozenset({"email"})
    known_by = gettext_lazy("People are known by the e-mail address with which they sign in.")

    id = KeyColumn(Person)
    # Who is not invited yet has none, and is known by the id.
    email = Column(Person, "email")
    role = Column(Person, "role", Choice([(role.value, role.label) for role in CUSTOMER_ROLES]))
    first_name = Column(Person, "first_name")
    last_name = Column(Person, "last_name")
    customer = _customer_column(Person, is_needed=True)
    contact_email = Column(Person, "contact_email")
    phone = Column(Person, "phone")
    language = Column(Person, "language")
    is_active = Column(Person, "is_active")

    def rows(self) -> QuerySet[Person]:
        return Person.objects.select_related("customer")

    def exported(self) -> QuerySet[Person]:
        return super().exported().filter(role__in=CUSTOMER_ROLES)

    def init_instance(self, row: Row | None = None) -> Person:
        # No role is the usual one: who may do what is to be said.
        return Person(role="")

    def keys_of_row(self, row: Row) -> list[Key]:
        email = email_address(text_of(row.get("email")))
        return [("email", email)] if email else []

    def keys_of(self, instance: Person) -> list[Key]:
        return [("email", instance.email.lower())] if instance.email else []

    def with_keys(self, keys: set[Key]) -> Q:
        return Q(email__in=_texts(keys, "email"))

    def get_instance(self, instance_loader: KnownRows, row: Row) -> Model | None:
        instance = super().get_instance(instance_loader, row)
        if isinstance(instance, Person) and not instance.is_customer_person:
            column = "id" if text_of(row.get("id")) else "email"
            raise ValidationError({column: _("This is no manager or subscriber. Others are not changed here.")})
        return instance


class DeviceRecords(Records):
    records_of = Device
    known_by = gettext_lazy(
        "Devices are known by their plate or serial number, in any spelling; without both by name and customer."
    )

    id = KeyColumn(Device)
    name = Column(Device, "name")
    template = Column(Device, "template", Relation(Templates, lambda template: template.name))
    customer = _customer_column(Device, is_needed=False)
    licence_plate = Column(Device, "licence_plate")
    serial_number = Column(Device, "serial_number")
    fleet_number = Column(Device, "fleet_number")
    make = Column(Device, "make")
    model = Column(Device, "model")
    vehicle_category = Column(Device, "vehicle_category")
    engine = Column(Device, "engine")
    town = Column(Device, "town")
    car_park = Column(Device, "car_park")
    location = Column(Device, "location")
    is_active = Column(Device, "is_active")

    def problems(self, instance: Device, wrong: Iterable[str]) -> Iterator[tuple[str, str]]:
        # Vehicles that are there already may be incomplete; nobody is kept from exporting and changing them.
        if instance._state.adding and not {"template", *NEEDED_OF_VEHICLES} & set(wrong):
            values = {name: getattr(instance, name) for name in NEEDED_OF_VEHICLES}
            for name in missing_of_vehicle(instance.template, values):
                yield name, str(NEEDED_HERE)

    def rows(self) -> QuerySet[Device]:
        return Device.objects.select_related("template", "customer").defer(*SEARCH_COLUMNS)

    def keys_of_row(self, row: Row) -> list[Key]:
        return _device_keys(row.get("licence_plate"), row.get("serial_number"), row.get("name"), row.get("customer"))

    def keys_of(self, instance: Device) -> list[Key]:
        customer = instance.customer
        # As people name it.
        names = {customer.name, customer.number} if customer else {""}
        given = (instance.licence_plate, instance.serial_number, instance.name)
        return list({key: key for name in names for key in _device_keys(*given, name)})

    def with_keys(self, keys: set[Key]) -> Q:
        numbered = {text for column, text in keys if column != "name"}
        names = {text.partition("\n")[0] for text in _texts(keys, "name")}
        found = devices_by_key(numbered).values("pk")
        return Q(pk__in=found) | Q(name__in=names, licence_plate="", serial_number="")


class ReservationRecords(Records):
    records_of = Reservation
    unique = frozenset({"number"})
    known_by = gettext_lazy("Reservations are known by their number.")

    id = KeyColumn(Reservation)
    number = Column(Reservation, "number")
    device = Column(Reservation, "device", Relation(Vehicles, lambda device: device.identification or device.name))
    person = Column(Reservation, "person", Relation(People, lambda person: person.email or person.name))
    status = Column(Reservation, "status")
    contract = Column(Reservation, "contract")
    starts_at = Column(Reservation, "starts_at")
    ends_at = Column(Reservation, "ends_at")
    car_park = Column(Reservation, "car_park")
    estimated_km = Column(Reservation, "estimated_km")
    driven_km = Column(Reservation, "driven_km")

    def rows(self) -> QuerySet[Reservation]:
        search = [f"device__{name}" for name in SEARCH_COLUMNS]
        return Reservation.objects.select_related("device", "person").defer(*search)

    def keys_of_row(self, row: Row) -> list[Key]:
        return _keys(row.get, "number")

    def keys_of(self, instance: Reservation) -> list[Key]:
        return _keys(vars(instance).get, "number")

    def with_keys(self, keys: set[Key]) -> Q:
        return Q(number__in=_texts(keys, "number"))

    def problems(self, instance: Reservation, wrong: Iterable[str]) -> Iterator[tuple[str, str]]:
        begins, ends = instance.starts_at, instance.ends_at
        if not {"starts_at", "ends_at"} & set(wrong) and begins and ends and ends <= begins:
            yield "ends_at", str(ENDS_EARLY)


KINDS: dict[str, type[Records]] = {
    "customers": CustomerRecords,
    "people": PersonRecords,
    "devices": DeviceRecords,
    "reservations": ReservationRecords,
}
KIND_LABELS = {
    "customers": gettext_lazy("Customers"),
    "people": gettext_lazy("Managers and subscribers"),
    "devices": gettext_lazy("Devices"),
    "reservations": gettext_lazy("Reservations"),
}


def _keys(cell_of: Any, *columns: str) -> list[Key]:
    return [(column, text) for column in columns if (text := clean_line(text_of(cell_of(column))))]


def _texts(keys: set[Key], column: str) -> set[str]:
    return {text for each, text in keys if each == column}


def _device_keys(plate: Cell, serial: Cell, name: Cell, customer: Cell) -> list[Key]:
    numbers = (("licence_plate", start_key(text_of(plate))), ("serial_number", start_key(text_of(serial))))
    keys = [(column, text) for column, text in numbers if text]
    return keys or [("name", f"{clean_line(text_of(name))}\n{clean_line(text_of(customer))}")]
