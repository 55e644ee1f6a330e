"""Nothing invisible is stored of people, customers and devices, by whatever way it comes."""

from typing import Any

import pytest
from django.urls import reverse

from config.common.errors import InvalidInput
from fleet.actors import KnownActor
from fleet.models import Customer, Device, Person, Reservation
from fleet.passwords import PASSWORDS
from fleet.services.customers import create_customer
from fleet.services.people import change_contact
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    ModeratorFactory,
    PersonFactory,
    SubscriberFactory,
    VehicleFactory,
)
from tests.fleet.tables import bring_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MARKED = "\u202eA\u200bB\u00ad C\ufeff"


def test_columns_take_nothing_invisible() -> None:
    Customer.objects.bulk_create([Customer(name=MARKED, phone="\u202a030 901820\u202c", address="A\r\nB\u202e")])
    device = DeviceFactory(name=MARKED, serial_number="S\u200bN", location="\u2800")
    Device.objects.filter(pk=device.pk).update(town="\u2066Town\u2069")

    customer = Customer.objects.get(name=MARKED)
    assert (customer.name, customer.phone, customer.address) == ("AB C", "030 901820", "A\nB")
    device.refresh_from_db()
    assert (device.name, device.serial_number, device.location, device.town) == ("AB C", "SN", "", "Town")


def test_services_refuse_names_that_no_one_sees() -> None:
    with pytest.raises(InvalidInput) as refusal:
        create_customer(actor=KnownActor(person=ModeratorFactory()), values={"name": "\u3164"})

    assert refusal.value.field == "name"


def test_contacts_of_services_are_clean() -> None:
    person = CodeUserFactory()
    given = {"first_name": "A\u200b", "last_name": "\u2800", "contact_email": "<A@b.example>", "phone": "tel:030-1234"}

    change_contact(actor=KnownActor(person=person), **given)

    person.refresh_from_db()
    assert (person.first_name, person.last_name, person.contact_email, person.phone) == (
        "A",
        "",
        "a@b.example",
        "030-1234",
    )


def test_the_pages_of_the_back_office_keep_them_clean() -> None:
    client, customer = client_of(ModeratorFactory()), CustomerFactory(name="Nordlicht")
    data = {
        "first_name": "\u2067Anna\u2069",
        "last_name": "Berg\u200b",
        "role": "subscriber",
        "customer": "Nordlicht",
        "email": "mailto:ANNA@b.example",
        "contact_email": "Anna <anna@c.example>",
        "phone": "0049 (0)30 901820",
        "language": "de",
        "is_active": "on",
    }

    answer = client.post(reverse("office:person_create"), data)

    assert answer.status_code == 303, answer.content.decode()
    anna = Person.objects.get(customer=customer)
    assert (anna.name, anna.email, anna.contact_email, anna.phone) == (
        *("Anna Berg", "anna@b.example", "anna@c.example"),
        "+49 30 901820",
    )


def test_the_administration_keeps_them_clean() -> None:
    client = client_of(AdministratorFactory())
    data = {"name": MARKED, "kind": "corporate", "phone": "tel:030901820", "contact_email": "\u200ea@b.example"}
    data |= {"team_mappings-TOTAL_FORMS": "0", "team_mappings-INITIAL_FORMS": "0"}

    client.post(reverse("admin:fleet_customer_add"), data)

    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.contact_email) == ("AB C", "030901820", "a@b.example")


def test_tables_are_read_as_forms_are() -> None:
    bring_in(
        "customers", ("name", "number", "phone", "contact_email"), (MARKED, "7\u200b", "tel:030901820", "<A@b.example>")
    )
    # Known again in another spelling.
    bring_in("customers", ("name", "number"), ("AB C 2", "\u202a7"))

    customer = Customer.objects.get()
    assert (customer.name, customer.number, customer.phone) == ("AB C 2", "7", "030901820")
    assert customer.contact_email == "a@b.example"


def test_a_table_with_a_year_that_no_one_means_is_refused() -> None:
    car, anna = VehicleFactory(), SubscriberFactory()
    headers = ("number", "device", "person", "starts_at", "ends_at", "estimated_km")

    with pytest.raises(AssertionError):
        bring_in("reservations", headers, ("R1", car.licence_plate, anna.email, "31.12.0026", "1.1.2027", "5"))

    assert not Reservation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kilometres"),
    [("12.345", 12345), ("1 200 km", 1200), ("1’200", 1200), ("\uff11\uff12", 12), ("12000", 12000)],
)
def test_kilometres_and_moments_are_typed_as_people_write_them(typed: str, kilometres: int) -> None:
    car, anna, client = (
        VehicleFactory(licence_plate="AB-1"),
        SubscriberFactory(),
        client_of(ModeratorFactory(language="de")),
    )
    data: dict[str, Any] = {
        "number": "R1\u200b",
        "status": "confirmed",
        "device": "AB-1",
        "person": anna.email,
        "starts_at": "31.12.26, 14:05 Uhr",
        "ends_at": "2027-01-01T06:30",
        "contract": "professional",
        "estimated_km": typed,
    }

    answer = client.post(reverse("office:reservation_create"), data, HTTP_ACCEPT_LANGUAGE="de")

    assert answer.status_code == 303, answer.content.decode()
    stored = Reservation.objects.get()
    assert (stored.number, stored.estimated_km, stored.device, stored.starts_at.year) == ("R1", kilometres, car, 2026)


def test_another_spelling_of_an_account_is_no_way_around_its_guard() -> None:
    person = PersonFactory(email="anna@firma.example")
    spellings = ["anna@firma.example", "ANNA@firma.example\u200b", "<anna@firma.example>", "mailto:anna@firma.example"]

    for number in range(PASSWORDS.pair.tries):
        client_of(None).post(reverse("account_login"), {"login": spellings[number % 4], "password": "wrong"})

    person.refresh_from_db()
    assert person.failed_sign_ins == PASSWORDS.pair.tries
