"""Devices that were there before the search had columns of its own."""

from importlib import import_module

import pytest
from django.apps import apps

from fleet.models import Device
from fleet.models.devices import SEARCH_COLUMNS
from tests.factories import CustomerFactory, DeviceFactory, TemplateFactory

pytestmark = pytest.mark.django_db
migration = import_module("fleet.migrations.0007_device_search")


def test_older_devices_get_the_columns_that_new_ones_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    template = TemplateFactory(name_en="Crane", name_de="Kran", name_fr="")
    DeviceFactory(template=template, customer=CustomerFactory(name="Bäckerei"), model="KX 19", serial_number="A-1")
    DeviceFactory(template=template, customer=None, licence_plate="B-FD 12", serial_number="A-2", location="Halle 3")
    DeviceFactory()
    written = list(Device.objects.order_by("pk").values(*SEARCH_COLUMNS))
    Device.objects.update(search_public="", search_internal="")

    migration.fill_columns(apps, None)

    assert list(Device.objects.order_by("pk").values(*SEARCH_COLUMNS)) == written
    assert all(row["search_public"] for row in written)
