"""The people, devices, vehicles and customers that fields propose while someone types."""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from config.common.marks import isolated
from config.common.numbers import whole_number
from config.common.rows import get_or_none
from config.common.starts import starting_with
from config.common.suggestions import Source, Suggestion, register_source
from config.common.text import start_key, start_keys
from fleet.access import employees_for, reservations_for
from fleet.actors import Actor
from fleet.models import Customer, Device, Person, Reservation, TemplateKind
from fleet.models.people import CUSTOMER_ROLES
from fleet.models.reservations import number_key
from fleet.services.suggestion_keys import CONTACT

M = TypeVar("M", bound=Model)
# One row may be found by several of its keys.
_ROWS_FOR_ONE = 3


class KeyedRows(Generic[M]):
    """A source of rows that have `keys`: the `rows` that an actor may be shown, and how each of them is `shown`."""

    def __init__(
        self, rows: Callable[[Actor], QuerySet[M]], shown: Callable[[Actor, M], Suggestion], start: Callable[..., str]
    ) -> None:
        self.rows, self.shown, self.start = rows, shown, start

    def find(self, actor: Actor, words: str, limit: int) -> list[Suggestion]:
        found = starting_with(self.rows(actor), "keys__key", self.start(actor, words))
        # In the order of what they were found by: a name or plate that was typed whole comes first.
        once = {row.pk: row for row in found[: limit * _ROWS_FOR_ONE]}
        return [self.shown(actor, row) for row in list(once.values())[:limit]]

    def get(self, actor: Actor, value: str) -> Suggestion | None:
        pk = whole_number(value)
        row = get_or_none(self.rows(actor).filter(pk=pk)) if pk else None
        return self.shown(actor, row) if row else None


def proposed_people(actor: Actor) -> QuerySet[Person]:
    """Managers and subscribers: for employees all, for people of a customer those of the customer."""
    people = Person.objects.filter(role__in=CUSTOMER_ROLES, is_active=True).select_related("customer")
    return people if actor.is_employee else people.filter(_of_customer(actor))


def proposed_devices(actor: Actor) -> QuerySet[Device]:
    """For employees all, for people of a customer those of the customer."""
    devices = Device.objects.select_related("customer").only(
        "slug", "name", "model", "serial_number", "licence_plate", "customer__name"
    )
    return devices if actor.is_employee else devices.filter(_of_customer(actor))


def proposed_vehicles(actor: Actor) -> QuerySet[Device]:
    return proposed_devices(actor).filter(template__kind=TemplateKind.VEHICLE)


def proposed_customers(actor: Actor) -> QuerySet[Customer]:
    """For employees all, for people of a customer only that one."""
    customers = Customer.objects.only("name", "number")
    return customers if actor.is_employee else customers.filter(pk=actor.customer_id or 0)


def _of_customer(actor: Actor) -> Q:
    return Q(customer__isnull=False, customer=actor.customer_id)


def _shown_person(actor: Actor, person: Person) -> Suggestion:
    # Only superiors know how to reach people on whose tickets they do not work.
    contact = (person.email or person.contact_email or person.phone) if actor.is_superior else ""
    customer = person.customer.name if person.customer and actor.is_employee else ""
    return Suggestion(person, person.name, _joined(customer, contact or str(person.get_role_display())))


def _shown_device(actor: Actor, device: Device) -> Suggestion:
    customer = device.customer.name if device.customer and actor.is_employee else ""
    return Suggestion(device, device.name, _joined(device.identification or device.model, customer))


def _shown_customer(_actor: Actor, customer: Customer) -> Suggestion:
    return Suggestion(customer, customer.name, customer.number)


def _joined(*parts: str) -> str:
    return " · ".join(map(isolated, filter(None, parts)))


def _start_of_person(actor: Actor, words: str) -> str:
    is_contact = "@" in words or not any(map(str.isalpha, words))
    return (CONTACT if is_contact and actor.is_superior else "") + start_key(words)


def _start_of_name(_actor: Actor, words: str) -> str:
    return start_key(words)


def _find_reservations(actor: Actor, words: str, limit: int) -> list[Suggestion]:
    # First only which ones: with people and vehicles beside them, PostgreSQL reads all of these for an answer of ten.
    found = starting_with(Reservation.objects.visible_to(actor), "key", number_key(words))
    keys = list(found.values_list("pk", flat=True)[:limit])
    rows = reservations_for(actor).order_by().in_bulk(keys)
    return [_shown_reservation(rows[key]) for key in keys]


def _get_reservation(actor: Actor, value: str) -> Suggestion | None:
    pk = whole_number(value)
    found = get_or_none(reservations_for(actor).filter(pk=pk)) if pk else None
    return _shown_reservation(found) if found else None


def _shown_reservation(reservation: Reservation) -> Suggestion:
    day = date_format(localtime(reservation.starts_at), "SHORT_DATE_FORMAT")
    vehicle = reservation.device.licence_plate or reservation.device.name
    return Suggestion(reservation, reservation.number, _joined(day, vehicle, reservation.person.name))


def _find_colleagues(actor: Actor, words: str, limit: int) -> list[Suggestion]:
    # A house has some hundred employees, who need no keys.
    start = start_key(words)
    names = employees_for(actor).order_by("first_name", "last_name", "pk")
    found = [
        each for each in names if any(key.startswith(start) for key in start_keys(each.first_name, each.last_name))
    ]
    return [_shown_colleague(each) for each in found[:limit]]


def _get_colleague(actor: Actor, value: str) -> Suggestion | None:
    pk = whole_number(value)
    found = get_or_none(employees_for(actor).filter(pk=pk)) if pk else None
    return _shown_colleague(found) if found else None


def _shown_colleague(person: Person) -> Suggestion:
    return Suggestion(person, person.name, str(person.get_role_display()))


_people = KeyedRows(proposed_people, _shown_person, _start_of_person)
_devices = KeyedRows(proposed_devices, _shown_device, _start_of_name)
_vehicles = KeyedRows(proposed_vehicles, _shown_device, _start_of_name)
_customers = KeyedRows(proposed_customers, _shown_customer, _start_of_name)
register_source("person", Source(_people.find, _people.get, _("No person found. Check the spelling.")))
register_source("device", Source(_devices.find, _devices.get, _("No device found. Check the spelling.")))
register_source("vehicle", Source(_vehicles.find, _vehicles.get, _("No vehicle found. Check the spelling.")))
register_source(
    "reservation", Source(_find_reservations, _get_reservation, _("No reservation found. Check the number."))
)
register_source("colleague", Source(_find_colleagues, _get_colleague, _("No employee found. Check the spelling.")))
register_source("customer", Source(_customers.find, _customers.get, _("No customer found. Check the spelling.")))
