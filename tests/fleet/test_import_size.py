"""Large imports and exports: more rows take hardly more memory."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from fleet.models import Device
from fleet.services.exchange import carry_out_import, check_import
from tests.factories import CustomerFactory, TemplateFactory
from tests.fleet.tables import Row, csv_file, exported, superior, xlsx_file

# Following every allocation takes long.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SOME, MANY = 600, 2_400
# Where all rows were held at once, it would be four times as much.
MOST_GROWTH = 2


def devices(number: int) -> Iterator[Row]:
    yield ("Name", "Template", "Customer", "Licence plate", "Serial number", "Town", "Location")
    for each in range(number):
        yield (f"Car {each}", "Van", "Acme", f"B-FD {each}", f"KX-{each:05}", "Berlin", f"Street {each}")


def peak_of(act: Callable[[], object]) -> int:
    """Bytes that were in use at once."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(autouse=True)
def named() -> None:
    CustomerFactory(name="Acme")
    TemplateFactory(name="Van")


@pytest.mark.parametrize("make_file", [csv_file, xlsx_file])
def test_a_check_of_many_rows_takes_hardly_more_memory(make_file: Callable[..., io.BytesIO]) -> None:
    actor = superior()

    def peak(number: int) -> int:
        file = make_file(*devices(number))
        return peak_of(lambda: check_import(actor=actor, kind="devices", file=file))

    assert peak(MANY) < MOST_GROWTH * peak(SOME)


def test_an_import_and_an_export_of_many_rows_take_hardly_more_memory() -> None:
    actor, written, read = superior(), [], []
    for number in (SOME, MANY):
        file = csv_file(*devices(number))
        digest = check_import(actor=actor, kind="devices", file=file).digest
        written.append(peak_of(partial(carry_out_import, actor=actor, kind="devices", file=file, digest=digest)))
        assert Device.objects.count() == number
        read.append(peak_of(lambda: exported("devices", "xlsx")))

    assert written[1] < MOST_GROWTH * written[0]
    assert read[1] < MOST_GROWTH * read[0]
