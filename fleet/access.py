"""The only way for views to read what fleet guards: fetch and check in one call."""

from typing import Any

from config.common.errors import NotVisible
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import Device, Person
from fleet.models.devices import DeviceQuerySet


def device_for(actor: Actor, slug: str) -> Device:
    """The device of that address; raises `NotVisible` for absent and hidden alike."""
    device = devices_for(actor).filter(slug=slug).first()
    if device is None:
        raise NotVisible
    require(actor, "fleet.open_device", device)
    return device


def devices_for(actor: Actor) -> DeviceQuerySet:
    """The devices the actor may open."""
    return Device.objects.visible_to(actor).select_related("template", "customer")


def employees_for(actor: Actor) -> Any:
    """Active employees, for superiors who assign and for filters; nothing for others."""
    return Person.objects.employees() if actor.is_employee else Person.objects.none()
