"""The only way for views to read what the rules of fleet guard: fetch and check in one call."""

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import Device, Person
from fleet.models.devices import SEARCH_COLUMNS, DeviceQuerySet
from fleet.models.people import PersonQuerySet


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


def employees_for(actor: Actor) -> PersonQuerySet:
    """Active employees, for forms and filters of employees; none for everyone else."""
    return Person.objects.employees() if actor.is_employee else Person.objects.none()
