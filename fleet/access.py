"""The only way for views to read what the rules of fleet guard: fetch and check in one call."""

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import CUSTOMER_ROLES, Device, Person, Reservation
from fleet.models.devices import SEARCH_COLUMNS, DeviceQuerySet
from fleet.models.people import PersonQuerySet
from fleet.models.reservations import ReservationQuerySet


def device_for(actor: Actor, slug: str) -> Device:
    """The device with that slug. Raises `NotVisible` for absent and hidden ones alike."""
    device = get_or_none(devices_for(actor).filter(slug=slug))
    if device is None:
        raise NotVisible
    require(actor, "fleet.open_device", device)
    return device


def devices_for(actor: Actor) -> DeviceQuerySet:
    """The devices that the actor may open, with template and customer, without the words for the search."""
    return Device.objects.visible_to(actor).select_related("template", "customer").defer(*SEARCH_COLUMNS)


def customer_people_for(actor: Actor) -> PersonQuerySet:
    """Active managers and subscribers whom the actor may name: all, those of a manager's customer, or only oneself."""
    people = Person.objects.filter(role__in=CUSTOMER_ROLES, is_active=True)
    if actor.is_employee:
        return people
    if actor.is_manager:
        return people.filter(customer=actor.customer_id)
    return people.filter(pk=actor.person.pk) if actor.person is not None else people.none()


def reservations_for(actor: Actor) -> ReservationQuerySet:
    return Reservation.objects.visible_to(actor).select_related("device", "person")


def employees_for(actor: Actor) -> PersonQuerySet:
    """Active employees, for forms and filters of employees; none for everyone else."""
    return Person.objects.employees() if actor.is_employee else Person.objects.none()
