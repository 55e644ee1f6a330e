"""The keys of people and devices that were there before."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

from config.common.text import start_key, start_keys

BATCH = 1000  # Rows.
MAX_KEY = 80


def fill_keys(apps: Any, schema_editor: Any) -> None:
    """What `fleet.services.suggestion_keys` writes. Doing it again changes nothing."""
    person_model, device_model = apps.get_model("fleet", "Person"), apps.get_model("fleet", "Device")
    person_key, device_key = apps.get_model("fleet", "PersonKey"), apps.get_model("fleet", "DeviceKey")
    for people in _batches(person_model.objects.filter(role__in=("manager", "subscriber"))):
        person_key.objects.filter(person__in=people).delete()
        person_key.objects.bulk_create(person_key(person=each, key=key) for each in people for key in _of_person(each))
    for devices in _batches(device_model.objects.all()):
        device_key.objects.filter(device__in=devices).delete()
        device_key.objects.bulk_create(device_key(device=each, key=key) for each in devices for key in _of_device(each))


def _batches(rows: Any) -> Iterator[list[Any]]:
    rows, last = rows.order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _of_person(person: Any) -> set[str]:
    contact = {start_key(each) for each in (person.email or "", person.contact_email, person.phone)} - {""}
    keys = start_keys(person.first_name, person.last_name) | {f"@{each}" for each in contact}
    return {key[:MAX_KEY] for key in keys}


def _of_device(device: Any) -> set[str]:
    keys = {start_key(device.licence_plate), start_key(device.serial_number)} - {""} | start_keys(device.name)
    return {key[:MAX_KEY] for key in keys}


class Migration(migrations.Migration):
    # Batch by batch: people and devices can be edited meanwhile.
    atomic = False

    dependencies = [
        ("fleet", "0011_suggestion_keys"),
    ]

    operations = [
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
