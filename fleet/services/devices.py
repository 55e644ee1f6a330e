"""Devices, and their folded search columns."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput
from config.common.languages import texts_of
from config.common.rules import require
from config.common.text import fold_names
from fleet.actors import KnownActor
from fleet.models import Device, Template, TemplateKind
from fleet.models.devices import SEARCH_COLUMNS, DeviceQuerySet
from fleet.revocation import revoke_access
from fleet.services.editing import apply_changes, locked, stored
from fleet.services.suggestion_keys import write_device_keys

BATCH = 1000  # Devices.
# What a vehicle cannot be without.
NEEDED_OF_VEHICLES = ("licence_plate", "make", "model", "vehicle_category", "engine", "town", "car_park")


@transaction.atomic
def create_device(*, actor: KnownActor, values: Mapping[str, Any]) -> Device:
    """Create a device. Raises the refusal of ``fleet.change_records``, `InvalidInput` for an incomplete vehicle."""
    require(actor, "fleet.change_records")
    device = Device(**values)
    _check(device)
    save_device(device, changed=values)
    return device


@transaction.atomic
def change_device(*, actor: KnownActor, device_id: int, values: Mapping[str, Any], before: Mapping[str, Any]) -> Device:
    """Store the values, and have access asked again where it rests on them.

    Raises the refusal of ``fleet.change_records``, `ChangedMeanwhile` where something else than `before` stands there,
    `InvalidInput` for an incomplete vehicle.
    """
    require(actor, "fleet.change_records")
    device = locked(Device.objects.select_related("template", "customer"), device_id)
    apply_changes(device, values, before)
    _check(device)
    save_device(device, changed=values)
    return device


def save_device(device: Device, *, changed: Collection[str]) -> None:
    """Save a device with its search columns; the holders of its codes are asked again where the change concerns them.

    A building block in a transaction, for the administration, too.
    """
    is_new = device.pk is None
    fill_search(device)
    stored(device)
    write_device_keys([device])
    # Another template may show the holders of a code fewer tickets; another customer has other people.
    if not is_new and {"template", "customer"} & set(changed):
        revoke_access()


def missing_of_vehicle(template: Template, values: Mapping[str, Any]) -> list[str]:
    """The fields that devices of this template need and that are empty; none for machines."""
    if template.kind != TemplateKind.VEHICLE:
        return []
    return [name for name in NEEDED_OF_VEHICLES if not values.get(name)]


def _check(device: Device) -> None:
    missing = missing_of_vehicle(device.template, {name: getattr(device, name) for name in NEEDED_OF_VEHICLES})
    if missing:
        raise InvalidInput(
            _("Vehicles need plate, make, model, category, engine, town and car park."), field=missing[0]
        )


def fill_search(device: Device) -> None:
    """Fills the columns from the device, its template and its customer. The caller saves the device."""
    customer = device.customer.name if device.customer else ""
    of_template = texts_of(device.template, "name").values()
    shown = (device.name, device.make, device.model, device.identification, device.fleet_number)
    device.search_public = fold_names(*shown, *of_template)
    # Holders of a code must not learn these by trying words.
    places = (device.location, device.car_park, device.town)
    device.search_internal = fold_names(customer, *places, device.serial_number, device.vehicle_category)


def refill_search(devices: DeviceQuerySet) -> None:
    """Fills and saves the columns of devices whose template or customer has a new name."""
    rows, last = devices.select_related("template", "customer").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for device in batch:
            fill_search(device)
        Device.objects.bulk_update(batch, SEARCH_COLUMNS)
        last = batch[-1].pk
