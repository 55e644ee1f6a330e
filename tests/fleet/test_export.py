"""Exported tables: in the reader's language, safe to open, and imported again without a change."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.common.errors import NotAllowed, NotVisible
from fleet.actors import KnownActor
from fleet.exchange.kinds import KINDS
from fleet.models import Customer, Device, Engine, Person, Reservation, Role, Template
from fleet.models.customers import CustomerKind
from fleet.models.reservations import Contract, ReservationStatus
from fleet.services.exchange import check_import, export_records
from tests.factories import (
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ReservationFactory,
    SubscriberFactory,
    TemplateFactory,
    VehicleFactory,
)
from tests.fleet.tables import exported, problems, rows_of, statuses, superior

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "refusal"), [(MemberFactory, NotAllowed), (ManagerFactory, NotVisible), (SubscriberFactory, NotVisible)]
)
def test_superiors_export_and_others_do_not(make: Any, refusal: type[Exception]) -> None:
    CustomerFactory(name="Acme")

    assert "Acme" in exported("customers").getvalue().decode()
    with pytest.raises(refusal):
        export_records(actor=KnownActor(person=make()), kind="customers", suffix="csv")


def test_people_are_those_of_customers() -> None:
    MemberFactory(first_name="Mara")
    CodeUserFactory(first_name="Carl")
    ManagerFactory(first_name="Anna")

    assert [row[3] for row in rows_of(exported("people"))] == ["First name", "Anna"]


@pytest.mark.parametrize(
    ("language", "first", "moment", "word"),
    [
        ("en", b"\xef\xbb\xbfID,Number,Vehicle,", "2026-12-31 14:05", "Ended"),
        ("de", b"\xef\xbb\xbfID;Nummer;Fahrzeug;", "31.12.2026 14:05", "Beendet"),
        ("fr", "\ufeffID;Numéro;Véhicule;".encode(), "31/12/2026 14:05", "Terminée"),
    ],
)
def test_a_csv_file_opens_in_the_excel_of_the_reader(language: str, first: bytes, moment: str, word: str) -> None:
    begins = datetime(2026, 12, 31, 13, 5, tzinfo=UTC)
    ReservationFactory(starts_at=begins, ends_at=begins + timedelta(hours=1), status=ReservationStatus.ENDED)

    with translation.override(language):
        file = exported("reservations")
        labels = [str(status.label) for status in ReservationStatus]

    assert file.getvalue().startswith(first)
    row = rows_of(file)[1]
    assert moment in row
    assert row[4] in labels
    assert row[4] == word


def test_a_spreadsheet_has_real_dates_and_numbers() -> None:
    begins = datetime(2026, 12, 31, 13, 5, tzinfo=UTC)
    ReservationFactory(starts_at=begins, ends_at=begins + timedelta(hours=1), estimated_km=1234)

    row = rows_of(exported("reservations", "xlsx"), "xlsx")[1]

    assert datetime(2026, 12, 31, 14, 5) in row  # noqa: DTZ001
    assert 1234 in row


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_cell_begins_a_formula(suffix: str) -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
    for number, text in enumerate(evil):
        CustomerFactory(name=f"{text} {number}", address=text, phone=text)

    cells = [cell for row in rows_of(exported("customers", suffix), suffix) for cell in row]

    assert [cell for cell in cells if str(cell)[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert "'=1+1 0" in cells


def test_an_empty_table_has_headers_only() -> None:
    CustomerFactory()

    with export_records(actor=superior(), kind="customers", suffix="csv", is_empty=True) as file:
        rows = rows_of(io.BytesIO(file.read()))

    assert rows == [[column.label for column in KINDS["customers"].columns()]]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_cost_no_statements_of_their_own(kind: str) -> None:
    def statements() -> int:
        actor = superior()
        with CaptureQueriesContext(connection) as queries, export_records(actor=actor, kind=kind, suffix="csv"):
            return len(queries)

    ReservationFactory()
    few = statements()
    for _n in range(5):
        ReservationFactory()
        DeviceFactory()

    assert statements() == few


# There and back ------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
AWKWARD = st.sampled_from(["=1", "'=1", "+49", "-", "@x", '"', "a;b,c\td", "a\r\nb", " x ", "1.234", "007", "1e5", "'", "_x0041_", "TRUE", "31.12.2026"])  # fmt: skip  # noqa: E501
WORDS = st.one_of(TEXT, AWKWARD)
SHARED = [HealthCheck.function_scoped_fixture]
# Each try makes and deletes rows: minutes for a smaller example.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def make_customer(draw: Callable[[Any], Any], number: int) -> Customer:
    return CustomerFactory(
        name=f"{draw(WORDS)[:100]}{number}",
        number=draw(WORDS),
        kind=draw(st.sampled_from(CustomerKind)),
        address=draw(WORDS),
        billing_address=draw(WORDS),
        phone=draw(WORDS),
    )


def make_person(draw: Callable[[Any], Any], number: int) -> Person:
    return SubscriberFactory(
        role=draw(st.sampled_from([Role.MANAGER, Role.SUBSCRIBER])),
        first_name=draw(WORDS),
        last_name=draw(WORDS),
        phone=draw(WORDS),
        language=draw(st.sampled_from(["en", "de", "fr"])),
        is_active=draw(st.booleans()),
        customer=make_customer(draw, 1000 + number),
    )


def make_device(draw: Callable[[Any], Any], number: int) -> Device:
    return DeviceFactory(
        template=TemplateFactory(name=draw(WORDS) or "x"),
        customer=draw(st.sampled_from([None, make_customer(draw, 2000 + number)])),
        name=draw(WORDS) or "x",
        licence_plate=draw(WORDS),
        serial_number=draw(WORDS),
        engine=draw(st.sampled_from(["", *Engine.values])),
        is_active=draw(st.booleans()),
    )


def make_reservation(draw: Callable[[Any], Any], number: int) -> Reservation:
    begins = draw(MOMENTS)
    return ReservationFactory(
        number=f"{draw(WORDS)}{number}",
        device=VehicleFactory(licence_plate=draw(st.sampled_from(["B-FD 12", "", "007"]))),
        person=make_person(draw, number),
        status=draw(st.sampled_from(ReservationStatus)),
        contract=draw(st.sampled_from(Contract)),
        starts_at=begins,
        ends_at=begins + timedelta(minutes=draw(st.integers(1, 10_000))),
        driven_km=draw(st.one_of(st.none(), st.integers(0, 2_000_000))),
    )


MAKERS: dict[str, Callable[[Callable[[Any], Any], int], object]] = {
    "customers": make_customer,
    "people": make_person,
    "devices": make_device,
    "reservations": make_reservation,
}


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=12, deadline=None, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_was_exported_is_imported_without_a_change(kind: str, data: st.DataObject) -> None:
    for model in (Reservation, Device, Person, Customer, Template):
        model.objects.all().delete()
    for number in range(data.draw(st.integers(1, 3))):
        MAKERS[kind](data.draw, number)
    suffix = data.draw(st.sampled_from(["csv", "xlsx"]))

    with translation.override(data.draw(st.sampled_from(["en", "de", "fr"]))):
        file = exported(kind, suffix)
        report = check_import(actor=superior(), kind=kind, file=file)

    assert problems(report) == []
    assert set(statuses(report)) == {"unchanged"}
