"""Lists and sheets of devices, customers, people and reservations: who opens them, what they find, what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Customer, Device, Person, Role
from fleet.models.customers import CustomerKind
from tests.cast import Cast, client_of, make_cast
from tests.factories import (
    CodeFactory,
    CodeUserFactory,
    CustomerFactory,
    CustomerTeamFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    ReservationFactory,
    SubscriberFactory,
    TicketFactory,
    VehicleFactory,
)
from ticketing.models import TicketStatus, Visibility
from ticketing.office.pages.lists import PAGE_SIZE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
EMPLOYEES = ("uninvolved", "offered", "responsible", "rejecter", "moderator", "administrator")
LISTS = ("device_list", "customer_list", "person_list", "reservation_list")


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


@pytest.fixture
def office() -> Client:
    return client_of(ModeratorFactory())


def status_of(client: Client, name: str, *args: object) -> int:
    return client.get(reverse(f"office:{name}", args=args)).status_code


def rows_of(client: Client, name: str, **query: Any) -> list[Model]:
    response = client.get(reverse(f"office:{name}"), query)
    assert response.status_code == 200
    page = response.context["page"]
    return list(getattr(page, "listing", page).rows)


# Who opens what ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", EMPLOYEES)
def test_employees_open_every_sheet(cast: Cast, role: str) -> None:
    client = cast.client(role)
    reservation = ReservationFactory()

    for name in LISTS:
        assert status_of(client, name) == 200
    assert status_of(client, "device_detail", cast.device.slug) == 200
    assert status_of(client, "device_record", cast.device.slug) == 200
    assert status_of(client, "device_record_pdf", cast.device.slug) == 200
    assert status_of(client, "customer_detail", cast.device.customer_id) == 200
    assert status_of(client, "person_detail", cast.person("subscriber").pk) == 200
    assert status_of(client, "person_detail", cast.person("moderator").pk) == 200
    assert status_of(client, "reservation_detail", reservation.pk) == 200


def test_managers_open_what_is_of_their_customer(cast: Cast) -> None:
    own, other = cast.client("manager"), cast.client("other_customers_manager")
    reservation = ReservationFactory(person=cast.person("subscriber"))

    for name, key in (
        ("device_detail", cast.device.slug),
        ("device_record", cast.device.slug),
        ("device_record_pdf", cast.device.slug),
        ("customer_detail", cast.device.customer_id),
        ("person_detail", cast.person("subscriber").pk),
        ("reservation_detail", reservation.pk),
    ):
        assert status_of(own, name, key) == 200, name
        assert status_of(other, name, key) == 404, name
    for name in LISTS:
        assert status_of(own, name) == 200


def test_managers_know_no_employees_and_no_code_users(cast: Cast) -> None:
    manager = cast.client("manager")
    beside = CodeUserFactory(customer=cast.device.customer)

    for person in (cast.person("responsible"), cast.person("administrator"), cast.person("reporter"), beside):
        assert status_of(manager, "person_detail", person.pk) == 404
    assert status_of(cast.client("moderator"), "person_detail", beside.pk) == 404
    assert set(rows_of(manager, "person_list")) == {cast.person("manager"), cast.person("subscriber")}
    assert beside not in rows_of(cast.client("moderator"), "person_list")


def test_managers_do_not_find_out_how_to_reach_another_customers_driver(cast: Cast) -> None:
    vehicle = VehicleFactory(customer=cast.device.customer)
    driver = SubscriberFactory(phone="+33 6 99 88 77 66", contact_email="driver@example.com")
    own = SubscriberFactory(customer=cast.device.customer, phone="+33 6 11 22 33 44")
    theirs, ours = ReservationFactory(device=vehicle, person=driver), ReservationFactory(device=vehicle, person=own)
    manager, moderator = cast.client("manager"), cast.client("moderator")

    for words in ("99887766", "driver@example.com", driver.email):
        assert rows_of(moderator, "reservation_list", q=words) == [theirs]
        assert rows_of(manager, "reservation_list", q=words) == []
    assert rows_of(manager, "reservation_list", q="11223344") == [ours]


def test_subscribers_open_their_own_reservations_and_nothing_else(cast: Cast) -> None:
    subscriber = cast.client("subscriber")
    own, other = ReservationFactory(person=cast.person("subscriber")), ReservationFactory()

    assert rows_of(subscriber, "reservation_list") == [own]
    assert status_of(subscriber, "reservation_detail", own.pk) == 200
    assert status_of(subscriber, "reservation_detail", other.pk) == 404
    for name in ("device_list", "customer_list", "person_list"):
        assert status_of(subscriber, name) == 404
    assert status_of(subscriber, "device_detail", cast.device.slug) == 404
    assert status_of(subscriber, "device_record_pdf", cast.device.slug) == 404
    assert status_of(subscriber, "customer_detail", cast.device.customer_id) == 404
    assert status_of(subscriber, "person_detail", cast.person("subscriber").pk) == 404


@pytest.mark.parametrize("role", ["holder", "reporter", "other_holder", "stranger", "former_employee"])
def test_nobody_enters_without_signing_in(cast: Cast, role: str) -> None:
    for name in LISTS:
        assert status_of(cast.client(role), name) == 302
    assert status_of(cast.client(role), "device_detail", cast.device.slug) == 302


@pytest.mark.parametrize(
    ("role", "created", "edited"), [("moderator", 200, 200), ("responsible", 403, 403), ("manager", 403, 403)]
)
def test_superiors_create_and_edit_others_who_know_of_it_read_why_not(
    cast: Cast, role: str, created: int, edited: int
) -> None:
    client, reservation = cast.client(role), ReservationFactory(person=cast.person("subscriber"))

    for kind in ("device", "customer", "person", "reservation"):
        assert status_of(client, f"{kind}_create") == created
        assert client.post(reverse(f"office:{kind}_create")).status_code == (400 if created == 200 else 403)
    assert status_of(client, "device_edit", cast.device.slug) == edited
    assert status_of(client, "customer_edit", cast.device.customer_id) == edited
    assert status_of(client, "person_edit", cast.person("subscriber").pk) == edited
    assert status_of(client, "reservation_edit", reservation.pk) == edited


def test_what_is_hidden_cannot_be_edited_either(cast: Cast) -> None:
    stranger, subscriber = cast.client("other_customers_manager"), cast.client("subscriber")

    for client in (stranger, subscriber):
        assert client.post(reverse("office:device_edit", args=[cast.device.slug])).status_code == 404
        assert client.post(reverse("office:customer_edit", args=[cast.device.customer_id])).status_code == 404
        assert client.post(reverse("office:person_edit", args=[cast.person("manager").pk])).status_code == 404
    assert subscriber.post(reverse("office:device_create")).status_code == 404


def test_employees_are_not_edited_here(cast: Cast) -> None:
    for role in ("moderator", "administrator"):
        assert status_of(cast.client(role), "person_edit", cast.person("responsible").pk) == 404


def test_the_menu_names_the_lists_that_the_reader_may_open(cast: Cast) -> None:
    page = reverse("office:ticket_list")
    devices, reservations = reverse("office:device_list"), reverse("office:reservation_list")

    for role, shown in (("responsible", True), ("manager", True), ("subscriber", False)):
        content = cast.client(role).get(page).content.decode()
        assert (devices in content) is shown
        assert reservations in content


def test_codes_of_a_device_are_for_those_who_read_its_sheet(cast: Cast) -> None:
    address = f"{reverse('office:device_detail', args=[cast.device.slug])}?tab=codes"
    CodeFactory(device=cast.device, label="On the door")

    for role in ("responsible", "manager"):
        assert b"On the door" in cast.client(role).get(address).content
    assert cast.client("other_customers_manager").get(address).status_code == 404


def test_teams_are_for_employees(cast: Cast) -> None:
    mapping = CustomerTeamFactory(customer=cast.device.customer)
    address = f"{reverse('office:customer_detail', args=[cast.device.customer_id])}?tab=teams"

    assert mapping.team.name in cast.client("responsible").get(address).content.decode()
    assert cast.client("manager").get(address).status_code == 404


def test_a_sheet_shows_tickets_that_the_reader_may_know_of(cast: Cast) -> None:
    TicketFactory(device=cast.device, subject="Known outside")
    TicketFactory(device=cast.device, subject="Known inside", visibility=Visibility.INTERNAL)
    address = f"{reverse('office:device_detail', args=[cast.device.slug])}?tab=tickets"

    inside = cast.client("uninvolved").get(address).content.decode()
    outside = cast.client("manager").get(address).content.decode()

    assert "Known outside" in inside
    assert "Known inside" in inside
    assert "Known outside" in outside
    assert "Known inside" not in outside


def test_the_ticket_page_leads_to_the_sheets_of_those_who_may_open_them(cast: Cast) -> None:
    ticket = reverse("office:ticket_detail", args=[cast.ticket.pk])
    sheet = reverse("office:device_detail", args=[cast.device.slug])
    customer = reverse("office:customer_detail", args=[cast.device.customer_id])

    for role, leads in (("responsible", True), ("manager", True), ("subscriber", False)):
        content = cast.client(role).get(ticket).content.decode()
        assert (f'"{sheet}"' in content) is leads
        assert (f'"{customer}"' in content) is leads


# What lists find -----------------------------------------------------------------------------------------------------


def test_devices_are_found_in_any_spelling_and_by_their_number(office: Client) -> None:
    found = VehicleFactory(name="Füller", licence_plate="HH-EF 107E", fleet_number="217", car_park="Überseering")
    VehicleFactory(name="Other")

    for words in ("fueller", "hhef107e", "HH EF 107", "217", "uberseering"):
        assert rows_of(office, "device_list", q=words) == [found], words


def test_devices_are_narrowed_by_template_state_and_customer(office: Client) -> None:
    one, other = DeviceFactory(), DeviceFactory(is_active=False)

    assert rows_of(office, "device_list", template=one.template_id) == [one]
    assert rows_of(office, "device_list", state="inactive") == [other]
    assert rows_of(office, "device_list", customer=other.customer_id) == [other]
    assert rows_of(office, "device_list", state="nonsense", customer="x", template="y") == [one, other]


def test_customers_are_found_by_name_and_number(office: Client) -> None:
    found = CustomerFactory(name="Régie des déchets", number="NL-10042", kind=CustomerKind.PRIVATE)
    CustomerFactory(name="Other")

    for words in ("regie", "dechets regie", "nl10042"):
        assert rows_of(office, "customer_list", q=words) == [found], words
    assert rows_of(office, "customer_list", kind="private") == [found]


def test_people_are_found_by_name_e_mail_and_phone(office: Client) -> None:
    found = SubscriberFactory(first_name="Amélie", last_name="Krüger", email="ak@mail.example", phone="+49 151 555 7")
    SubscriberFactory()

    for words in ("krueger", "amelie kruger", "ak@mail", "1515557"):
        assert rows_of(office, "person_list", q=words) == [found], words
    assert found in rows_of(office, "person_list", role="subscriber", customer=found.customer_id)
    assert found not in rows_of(office, "person_list", role="manager")


def test_reservations_are_found_by_number_plate_and_person(office: Client) -> None:
    vehicle = VehicleFactory(licence_plate="AB-123-CD")
    found = ReservationFactory(number="R-2026-77", device=vehicle, person__last_name="Clarke")
    ReservationFactory()

    for words in ("R-2026", "r-2026-77", "ab123", "clarke"):
        assert rows_of(office, "reservation_list", q=words) == [found], words
    assert rows_of(office, "reservation_list", device=vehicle.pk) == [found]
    assert rows_of(office, "reservation_list", person=found.person_id) == [found]
    day = found.starts_at.date().isoformat()
    assert found in rows_of(office, "reservation_list", since=day, until=day)
    assert rows_of(office, "reservation_list", until="2001-01-01") == []


def test_managers_search_among_their_own(cast: Cast) -> None:
    VehicleFactory(name="Washer of others", customer=CustomerFactory(name="Strangers Ltd"))

    assert rows_of(cast.client("manager"), "device_list", q="washer") == [cast.device]
    assert rows_of(cast.client("manager"), "device_list", q="strangers") == []
    assert rows_of(cast.client("manager"), "customer_list") == [cast.device.customer]


Make = Callable[[int], Model]
MANY: dict[str, Make] = {
    "device_list": lambda n: DeviceFactory(name=f"Same {n % 3}"),
    "customer_list": lambda n: CustomerFactory(name=f"Customer {n:03}"),
    "person_list": lambda n: SubscriberFactory(last_name=f"Same {n % 3}"),
    "reservation_list": lambda n: ReservationFactory(number=f"N{n}"),
}


@pytest.mark.parametrize("name", LISTS)
def test_pages_show_each_row_once_and_lead_back(office: Client, name: str) -> None:
    made = {MANY[name](n).pk for n in range(PAGE_SIZE + 3)}
    first = office.get(reverse(f"office:{name}")).context["page"]
    listing = getattr(first, "listing", first)

    second = office.get(listing.next).context["page"]
    following = getattr(second, "listing", second)
    seen = [row.pk for row in (*listing.rows, *following.rows)]

    assert len(listing.rows) == PAGE_SIZE
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    back = office.get(following.previous).context["page"]
    assert getattr(back, "listing", back).rows == listing.rows
    assert office.get(reverse(f"office:{name}"), {"cursor": "nonsense"}).status_code == 200


# What they cost ------------------------------------------------------------------------------------------------------


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_for_one_row_and_for_three(office: Client, name: str) -> None:
    MANY[name](1)
    address = reverse(f"office:{name}")
    office.get(address)
    one = queries_of(office, address)
    for number in (2, 3):
        MANY[name](number)

    assert queries_of(office, address) == one


def fill(device: Device, customer: Customer, person: Person) -> None:
    """One more of everything that sheets show."""
    TicketFactory(device=device, person=person)
    ReservationFactory(device=device, person=person)
    CodeFactory(device=device)
    VehicleFactory(customer=customer, template=device.template)
    ManagerFactory(customer=customer)
    CustomerTeamFactory(customer=customer)


@pytest.mark.parametrize("tab", ["open", "tickets", "record", "reservations", "codes"])
def test_the_sheet_of_a_device_costs_the_same_for_one_row_and_for_three(office: Client, tab: str) -> None:
    device, person = VehicleFactory(), SubscriberFactory()
    address = f"{reverse('office:device_detail', args=[device.slug])}?tab={tab}"
    fill(device, device.customer, person)
    office.get(address)
    one = queries_of(office, address)
    for _more in range(2):
        fill(device, device.customer, person)

    assert queries_of(office, address) == one


@pytest.mark.parametrize("tab", ["devices", "people", "tickets", "teams"])
def test_the_sheet_of_a_customer_costs_the_same_for_one_row_and_for_three(office: Client, tab: str) -> None:
    device, person = VehicleFactory(), SubscriberFactory()
    address = f"{reverse('office:customer_detail', args=[device.customer_id])}?tab={tab}"
    fill(device, device.customer, person)
    office.get(address)
    one = queries_of(office, address)
    for _more in range(2):
        fill(device, device.customer, person)

    assert queries_of(office, address) == one


@pytest.mark.parametrize("tab", ["tickets", "reservations"])
def test_the_sheet_of_a_person_costs_the_same_for_one_row_and_for_three(office: Client, tab: str) -> None:
    device, person = VehicleFactory(), SubscriberFactory()
    address = f"{reverse('office:person_detail', args=[person.pk])}?tab={tab}"
    fill(device, device.customer, person)
    office.get(address)
    one = queries_of(office, address)
    for _more in range(2):
        fill(device, device.customer, person)

    assert queries_of(office, address) == one


def test_unknown_tabs_are_not_there(office: Client) -> None:
    machine, member = DeviceFactory(), MemberFactory()

    assert office.get(f"{reverse('office:device_detail', args=[machine.slug])}?tab=nothing").status_code == 404
    # Machines and employees have no reservations.
    assert office.get(f"{reverse('office:device_detail', args=[machine.slug])}?tab=reservations").status_code == 404
    assert office.get(f"{reverse('office:person_detail', args=[member.pk])}?tab=reservations").status_code == 404
    assert member.role == Role.MEMBER
