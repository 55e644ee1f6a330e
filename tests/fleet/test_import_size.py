"""The largest import: 10,000 rows in little memory and in reasonable time."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fleet.exchange.tables import MEGABYTE
from fleet.models import Device, DeviceKey
from fleet.services.exchange import MAX_ROWS, carry_out_import, check_import
from tests.factories import CustomerFactory, TemplateFactory
from tests.fleet.tables import Row, csv_file, exported, statuses, superior, xlsx_file

pytestmark = pytest.mark.django_db
# What was seen: 5 of a CSV file, 9 of an XLSX file, 8 while it is stored.
MOST_MEGABYTES = 12


def devices(number: int) -> Iterator[Row]:
    yield ("Name", "Template", "Customer", "Plate", "Licence plate", "Serial number", "Town", "Location")
    for each in range(number):
        yield (f"Car {each}", "Van", "Acme", "", f"B-FD {each}", f"KX-{each:05}", "Berlin", f"Street {each}")


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEGABYTES * MEGABYTE, f"{peak / MEGABYTE:.1f} MB"


@pytest.mark.parametrize("make_file", [csv_file, xlsx_file])
def test_ten_thousand_rows_take_little_memory(make_file: Callable[..., io.BytesIO]) -> None:
    CustomerFactory(name="Acme")
    TemplateFactory(name="Van")
    file, actor = make_file(*devices(MAX_ROWS)), superior()

    with little_memory():
        report = check_import(actor=actor, kind="devices", file=file)

    assert statuses(report) == {"new": MAX_ROWS}


def test_ten_thousand_rows_are_imported_and_exported() -> None:
    CustomerFactory(name="Acme")
    TemplateFactory(name="Van")
    file, actor = csv_file(*devices(MAX_ROWS)), superior()
    digest = check_import(actor=actor, kind="devices", file=file).digest

    with little_memory():
        carry_out_import(actor=actor, kind="devices", file=file, digest=digest)

    assert Device.objects.count() == MAX_ROWS
    assert DeviceKey.objects.filter(key="bfd9999").exists()
    with little_memory():
        exported("devices", "xlsx")
