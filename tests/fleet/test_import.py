"""Importing tables: what is new, changed or wrong, all or nothing, and as if it had been done by hand."""

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from config.common.errors import InvalidInput, NotAllowed, NotVisible
from config.common.text import fold_names, start_key
from fleet.actors import KnownActor
from fleet.exchange.columns import words_for
from fleet.exchange.kinds import KINDS
from fleet.models import AccessEpoch, Customer, Device, DeviceKey, Person, PersonKey, Reservation, Role, TemplateKind
from fleet.revocation import read_epoch
from fleet.services import exchange, exchange_writes
from fleet.services.exchange import ImportRefused, carry_out_import, check_import
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
from tests.fleet.tables import Row, bring_in, check, csv_file, problems, statuses, superior, xlsx_file

pytestmark = pytest.mark.django_db
NAMES = ("Name", "Customer number")


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001


# Who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "refusal"), [(MemberFactory, NotAllowed), (ManagerFactory, NotVisible), (SubscriberFactory, NotVisible)]
)
def test_superiors_import_and_others_do_not(make: Any, refusal: type[Exception]) -> None:
    file, other = csv_file(NAMES, ("Acme", "7")), KnownActor(person=make())
    digest = check_import(actor=superior(), kind="customers", file=file).digest

    with pytest.raises(refusal):
        check_import(actor=other, kind="customers", file=file)
    with pytest.raises(refusal):
        carry_out_import(actor=other, kind="customers", file=file, digest=digest)
    assert not Customer.objects.filter(name="Acme")

    carry_out_import(actor=superior(), kind="customers", file=file, digest=digest)
    assert Customer.objects.get(name="Acme").number == "7"


# All or nothing ------------------------------------------------------------------------------------------------------


def test_a_check_writes_nothing_and_says_what_would_happen() -> None:
    CustomerFactory(name="Old", number="1", phone="030")
    CustomerFactory(name="Same", number="2")

    report = check("customers", ("name", "number", "phone"), ("Old", "1", "031"), ("Same", "2", ""), ("Neu", "3", ""))

    assert statuses(report) == {"changed": 1, "unchanged": 1, "new": 1}
    assert [(row.number, row.status.value, row.changes) for row in report.others] == [
        (2, "changed", [("Phone", "030", "031")]),
        (3, "unchanged", []),
        (4, "new", [("Customer number", "", "3"), ("Name", "", "Neu")]),
    ]
    assert Customer.objects.get(number="1").phone == "030"
    assert not Customer.objects.filter(name="Neu").exists()


def test_one_wrong_row_stops_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "BATCH", 1)
    file = csv_file(NAMES, ("Acme", "7"), ("", "8"))
    digest = check_import(actor=superior(), kind="customers", file=file).digest

    with pytest.raises(ImportRefused):
        carry_out_import(actor=superior(), kind="customers", file=file, digest=digest)

    assert not Customer.objects.exists()


def test_what_changed_since_the_check_is_looked_at_again() -> None:
    customer = CustomerFactory(name="Acme", number="7", phone="030")
    file = csv_file(("number", "phone"), ("7", "031"))
    digest = check_import(actor=superior(), kind="customers", file=file).digest
    Customer.objects.update(phone="032")

    with pytest.raises(ImportRefused):
        carry_out_import(actor=superior(), kind="customers", file=file, digest=digest)
    customer.refresh_from_db()
    assert customer.phone == "032"

    again = check_import(actor=superior(), kind="customers", file=file)
    carry_out_import(actor=superior(), kind="customers", file=file, digest=again.digest)
    customer.refresh_from_db()
    assert customer.phone == "031"


def test_a_name_that_someone_takes_meanwhile_stops_all(monkeypatch: pytest.MonkeyPatch) -> None:
    file = csv_file(NAMES, ("Acme", "7"), ("Zeta", "8"))
    digest = check_import(actor=superior(), kind="customers", file=file).digest
    write = exchange_writes.WRITERS["customers"]

    def overtaken(entries: Any) -> None:
        Customer.objects.bulk_create([Customer(name="Acme")])
        write(entries)

    monkeypatch.setitem(exchange_writes.WRITERS, "customers", overtaken)

    with pytest.raises(ImportRefused):
        carry_out_import(actor=superior(), kind="customers", file=file, digest=digest)
    assert not Customer.objects.filter(name="Zeta").exists()


def test_the_first_wrong_rows_are_shown_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_SHOWN", 2)

    report = check("customers", NAMES, *(("", str(n)) for n in range(5)))

    assert statuses(report) == {"wrong": 5}
    assert problems(report) == [(2, "Name", "This must not be empty."), (3, "Name", "This must not be empty.")]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_ROWS", 2)

    assert check("customers", NAMES, ("A", ""), ("B", "")).total == 2
    with pytest.raises(InvalidInput, match="At most 2 rows"):
        check("customers", NAMES, ("A", ""), ("B", ""), ("C", ""))


# Headers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_headers_are_known_in_every_language(kind: str, language: str) -> None:
    columns = KINDS[kind].columns()
    with translation.override(language):
        headers = [column.label for column in columns]

    report = check(kind, headers, ["", *["?"] * (len(headers) - 1)])

    assert report.unknown_headers == []
    # No word stands for two columns.
    words = [word for column in columns for word in words_for(column)]
    assert len(words) == len(set(words))


def test_unknown_headers_are_named_and_left_out() -> None:
    report = check("customers", ("Name", "Colour", "  TELEFON* "), ("Acme", "red", "030"))

    assert report.unknown_headers == ["Colour"]
    assert report.others[0].changes == [("Name", "", "Acme"), ("Phone", "", "030")]


@pytest.mark.parametrize("headers", [("Name", "name", "Phone"), ("Colour", "Size"), ("", "")])
def test_headers_that_name_nothing_or_something_twice_are_refused(headers: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        check("customers", headers, ("Acme", "1", "2"))


def test_more_cells_than_headers_are_wrong() -> None:
    report = check("customers", ("name", "phone"), ("Acme", "030", "", ""), ("Müller", "Söhne", "030"), ("Short",))

    assert [(number, column) for number, column, _sentence in problems(report)] == [(3, "")]
    assert statuses(report) == {"new": 2, "wrong": 1}


# Which row is meant --------------------------------------------------------------------------------------------------


def test_an_id_says_which_row_is_meant() -> None:
    acme, zeta = CustomerFactory(name="Acme", number="7"), CustomerFactory(name="Zeta", number="7")

    report = bring_in("customers", ("id", "name"), (acme.pk, "Acme SE"), (str(zeta.pk), "Zeta"))

    assert statuses(report) == {"changed": 1, "unchanged": 1}
    acme.refresh_from_db()
    assert (acme.name, acme.number) == ("Acme SE", "7")


def test_an_unknown_id_and_a_name_in_use_are_wrong() -> None:
    acme = CustomerFactory(name="Acme")
    CustomerFactory(name="Zeta")

    report = check("customers", ("id", "name"), (acme.pk + 99, "New"), ("x", "New"), (acme.pk, "Zeta"))

    assert [(number, column) for number, column, _sentence in problems(report)] == [(2, "ID"), (3, "ID"), (4, "Name")]


def test_customers_are_found_by_number_or_name_and_not_by_both_of_different_ones() -> None:
    CustomerFactory(name="Acme", number="7")
    CustomerFactory(name="Zeta", number="8")
    CustomerFactory(name="Beta", number="9")
    CustomerFactory(name="Gamma", number="9")

    report = check(
        "customers", ("number", "name"), ("7", "Acme SE"), ("8", "Zeta"), ("7", "Zeta"), ("9", ""), ("10", "Delta")
    )

    assert [row.status.value for row in report.others] == ["changed", "unchanged", "new"]
    assert [(number, column) for number, column, _sentence in problems(report)] == [
        (4, "Customer number"),
        (5, "Customer number"),
    ]


def test_two_rows_about_the_same_are_wrong() -> None:
    acme = CustomerFactory(name="Acme", number="7")

    report = check(
        "customers",
        ("id", "number", "name"),
        (acme.pk, "", "Acme SE"),
        ("", "7", "Acme"),
        ("", "", "New"),
        ("", "", "New"),
    )

    assert problems(report) == [
        (3, "ID", "Row 2 is about the same."),
        (5, "Name", "Row 4 is about the same."),
    ]


def test_devices_are_found_by_plate_and_serial_number_in_any_spelling() -> None:
    car, machine = VehicleFactory(licence_plate="B-FD 12"), DeviceFactory(serial_number="KX-19/7")
    plain = DeviceFactory(name="Press", customer=CustomerFactory(name="Acme", number="7"))
    headers = ("plate", "Licence plate", "Serial number", "Name", "Customer", "Town")

    report = bring_in(
        "devices",
        headers,
        ("", "bfd12", "", car.name, car.customer.name, "Berlin"),
        ("", "", "kx197", machine.name, machine.customer.name, "Bonn"),
        ("", "", "", "Press", "7", "Köln"),
    )

    assert statuses(report) == {"changed": 3}
    assert [each.town for each in Device.objects.order_by("pk")] == ["Berlin", "Bonn", "Köln"]
    assert plain.pk in {each.pk for each in Device.objects.filter(town="Köln")}


def test_a_device_of_another_customer_with_the_same_name_stays_as_it_is() -> None:
    press = DeviceFactory(name="Press")
    CustomerFactory(name="Acme")

    report = bring_in("devices", ("Name", "Template", "Customer"), ("Press", press.template.name, "Acme"))

    assert statuses(report) == {"new": 1}
    assert Device.objects.filter(name="Press").count() == 2


# Values --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("31.12.2026 14:05", "01.01.2027 06:30"),
        ("31/12/2026 14 h 05", "01/01/2027 6 h 30"),
        ("31.12.26, 14:05 Uhr", "1.1.27 06:30:00"),
        ("2026-12-31T14:05", "2027-01-01 06:30"),
    ],
)
@pytest.mark.parametrize("kilometres", ["1 234,5", "1.234,5", "1\u202f234,5", "1,234.5", "1235"])
def test_dates_and_numbers_are_read_as_people_write_them(begins: str, ends: str, kilometres: str) -> None:
    car, anna = VehicleFactory(), SubscriberFactory()
    headers = ("Numéro", "Fahrzeug", "Personne", "Von", "Bis", "Kilométrage estimé", "Status")

    bring_in(
        "reservations", (*headers[:5], "estimated_km"), ("R1", car.licence_plate, anna.email, begins, ends, kilometres)
    )

    stored = Reservation.objects.get()
    assert (stored.starts_at, stored.ends_at) == (local(2026, 12, 31, 14, 5), local(2027, 1, 1, 6, 30))
    assert (stored.estimated_km, stored.device, stored.person) == (1235, car, anna)


def test_a_spreadsheet_has_dates_and_numbers_of_its_own() -> None:
    car, anna = VehicleFactory(licence_plate="12345"), SubscriberFactory(first_name="Anna", last_name="Berg")
    moments = (datetime(2026, 12, 31, 14, 5), datetime(2027, 1, 1, 6, 30))  # noqa: DTZ001
    headers = ("number", "device", "person", "starts_at", "ends_at", "estimated_km")

    bring_in("reservations", file=xlsx_file(headers, (4711, 12345, "Berg, Anna", *moments, 1234.0)))

    stored = Reservation.objects.get()
    assert (stored.number, stored.device, stored.person) == ("4711", car, anna)
    assert (stored.starts_at, stored.ends_at, stored.estimated_km) == (
        local(2026, 12, 31, 14, 5),
        local(2027, 1, 1, 6, 30),
        1234,
    )


@pytest.mark.parametrize(
    ("role", "language", "active"),
    [
        ("Manager", "German", "yes"),
        ("Gestionnaire", "Allemand", "Oui"),
        ("manager", "de", "1"),
        ("Fuhrparkmanager", "Deutsch", "JA"),
    ],
)
def test_choices_are_read_in_every_language(role: str, language: str, active: str) -> None:
    CustomerFactory(name="Acme", number="7")

    bring_in(
        "people",
        ("email", "role", "customer", "language", "is_active"),
        ("Anna@Example.org", role, "7", language, active),
    )

    anna = Person.objects.get(email="anna@example.org")
    assert (anna.role, anna.language, anna.is_active, anna.customer) == (
        Role.MANAGER,
        "de",
        True,
        Customer.objects.get(),
    )
    assert not anna.has_usable_password()


def test_wrong_values_are_named_in_the_language_of_the_reader() -> None:
    CustomerFactory(name="Acme")
    headers = ("E-Mail zum Anmelden", "role", "customer", "contact_email", "language", "is_active", "phone")

    with translation.override("de"):
        report = check(
            "people", ("email", *headers[1:]), ("anna", "Administrator", "Nix", "x", "Latein", "vielleicht", "0" * 41)
        )

    found = {column: sentence for _number, column, sentence in problems(report)}
    assert set(found) == {
        "Anmelde-E-Mail", "Rolle", "Kunde", "Kontakt-E-Mail", "Sprache", "Aktiv", "Telefon",
    }  # fmt: skip
    assert found["Rolle"] == "„Administrator“ ist nichts davon: Fuhrparkmanager, Carsharing-Nutzer."
    assert "Nix" in found["Kunde"]


def test_wrong_reservations_say_why() -> None:
    car, machine, anna = VehicleFactory(), DeviceFactory(serial_number="KX"), SubscriberFactory(first_name="Anna")
    SubscriberFactory(first_name="Bo", last_name="Eck")
    SubscriberFactory(first_name="Bo", last_name="Eck")
    headers = ("number", "device", "person", "starts_at", "ends_at", "estimated_km")
    good = (car.licence_plate, anna.email, "31.12.2026 14:05", "31.12.2026 15:05", "5")

    report = check(
        "reservations",
        headers,
        ("R1", "KX", *good[1:]),
        ("R2", good[0], "Bo Eck", *good[2:]),
        ("R3", *good[:2], good[3], good[2], "5"),
        ("R4", *good[:2], "31.02.2026 14:05", good[3], "5"),
        ("R5", *good[:2], "28.03.2027 02:30", "29.03.2027 02:30", "5"),
        ("R6", *good[:4], "-5"),
        ("R7", *good[:4], "9" * 20),
        ("R8", *good),
    )

    assert [(number, column) for number, column, _sentence in problems(report)] == [
        (2, "Vehicle"), (3, "Person"), (4, "Until"), (5, "From"), (6, "From"), (7, "Estimated kilometres"),
        (8, "Estimated kilometres"),
    ]  # fmt: skip
    assert statuses(report) == {"wrong": 7, "new": 1}
    assert machine.pk


def test_an_empty_cell_empties_and_an_absent_column_changes_nothing() -> None:
    CustomerFactory(name="Acme", number="7", phone="030", address="Ufer 1")

    bring_in("customers", ("number", "phone"), ("7", ""))

    acme = Customer.objects.get()
    assert (acme.name, acme.phone, acme.address) == ("Acme", "", "Ufer 1")
    assert problems(check("customers", ("number", "name"), ("7", ""))) == [(2, "Name", "This must not be empty.")]


# As if by hand -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [MemberFactory, CodeUserFactory])
def test_employees_and_code_users_are_never_touched(make: Any) -> None:
    other, customer = make(first_name="Old"), CustomerFactory(name="Acme")
    rows = [(other.pk, "new@example.org", "Manager", "New", "Acme")]
    if other.email:
        rows.append(("", other.email, "Manager", "New", "Acme"))

    report = check("people", ("id", "email", "role", "first_name", "customer"), *rows)

    assert statuses(report) == {"wrong": len(rows)}
    other.refresh_from_db()
    assert (other.first_name, other.customer_id) == ("Old", None)
    assert customer.pk


def test_people_are_found_by_their_new_names_and_lose_what_the_old_customer_gave() -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg")
    CustomerFactory(name="Acme")
    before = read_epoch()

    bring_in("people", ("email", "last_name", "customer"), (anna.email, "Tal", "Acme"))

    anna.refresh_from_db()
    assert (anna.last_name, anna.customer.name) == ("Tal", "Acme")
    assert PersonKey.objects.filter(person=anna, key=start_key("Anna Tal")).exists()
    assert not PersonKey.objects.filter(key__startswith=start_key("Berg")).exists()
    assert read_epoch() != before
    assert AccessEpoch.objects.exists()


def test_deactivated_people_are_signed_out() -> None:
    anna, bo = SubscriberFactory(), SubscriberFactory()
    for person in (anna, bo):
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session.save()

    bring_in("people", ("email", "is_active"), (anna.email, "nein"), (bo.email, "ja"))

    assert [each.get_decoded()[SESSION_KEY] for each in Session.objects.all()] == [str(bo.pk)]
    assert not Person.objects.get(pk=anna.pk).is_active


def test_a_new_vehicle_needs_what_it_needs_by_hand() -> None:
    TemplateFactory(name="Van", kind=TemplateKind.VEHICLE)
    file = csv_file(("name", "template", "licence_plate", "make"), ("Transporter", "Van", "B-FD 12", "Volta"))

    report = check_import(actor=superior(), kind="devices", file=file)

    assert statuses(report) == {"wrong": 1}
    missing = [column for column, _sentence in report.wrong[0].problems]
    assert missing == ["Model", "Vehicle category", "Engine", "Town", "Car park"]


def test_devices_are_found_and_proposed_and_sockets_asked_again_where_the_customer_changes() -> None:
    template = TemplateFactory(name="Van")
    acme, before = CustomerFactory(name="Acme"), read_epoch()

    bring_in("devices", ("name", "template", "customer", "licence_plate"), ("Transporter", "VAN", "Acme", "B-FD 12"))

    van = Device.objects.get()
    assert (van.template, van.customer, read_epoch()) == (template, acme, before)
    assert fold_names("B-FD 12") in van.search_public
    assert fold_names("Acme") in van.search_internal
    assert set(DeviceKey.objects.values_list("key", flat=True)) == {"bfd12", "transporter"}

    CustomerFactory(name="Zeta")
    bring_in("devices", ("licence_plate", "customer"), ("B-FD 12", "Zeta"))
    assert fold_names("Zeta") in Device.objects.get().search_internal
    assert read_epoch() != before


def test_devices_are_found_by_the_new_name_of_their_customer() -> None:
    device = DeviceFactory(customer=CustomerFactory(name="Acme", number="7"))

    bring_in("customers", ("number", "name"), ("7", "Zeta"))

    device.refresh_from_db()
    assert fold_names("Zeta") in device.search_internal


# Cost ----------------------------------------------------------------------------------------------------------------


def rows_for(kind: str, number: int) -> list[Row]:
    """As many new rows, which name what is there."""
    car, anna, machine = VehicleFactory(), SubscriberFactory(), DeviceFactory()
    tag = uuid.uuid4().hex[:6]
    of: dict[str, tuple[Row, Any]] = {
        "customers": (("number", "name"), lambda n: (f"{tag}{n}", f"Customer {tag}{n}")),
        "people": (
            ("email", "role", "customer", "first_name"),
            lambda n: (f"p{tag}{n}@example.org", "Manager", anna.customer.name, f"Anna{n}"),
        ),
        "devices": (
            ("name", "template", "customer", "licence_plate"),
            lambda n: (f"Loader {n}", machine.template.name, machine.customer.name, f"X{tag} {n}"),
        ),
        "reservations": (
            ("number", "device", "person", "starts_at", "ends_at", "estimated_km"),
            lambda n: (f"R{tag}{n}", car.licence_plate, anna.email, "31.12.2026 14:05", "31.12.2026 15:05", n),
        ),
    }
    headers, make = of[kind]
    return [headers, *(make(n) for n in range(number))]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_cost_no_statements_of_their_own(kind: str) -> None:
    def statements(number: int) -> tuple[int, int]:
        file, actor = csv_file(*rows_for(kind, number)), superior()
        with CaptureQueriesContext(connection) as checking:
            digest = check_import(actor=actor, kind=kind, file=file).digest
        with CaptureQueriesContext(connection) as writing:
            carry_out_import(actor=actor, kind=kind, file=file, digest=digest)
        return len(checking), len(writing)

    assert statements(2) == statements(12)


def test_changes_cost_no_statements_of_their_own() -> None:
    people = [ReservationFactory().person for _n in range(8)]

    def statements(some: list[Person], phone: str) -> int:
        file, actor = csv_file(("email", "phone"), *((each.email, phone) for each in some)), superior()
        digest = check_import(actor=actor, kind="people", file=file).digest
        with CaptureQueriesContext(connection) as writing:
            carry_out_import(actor=actor, kind="people", file=file, digest=digest)
        return len(writing)

    assert statements(people[:2], "030") == statements(people[2:], "031")
