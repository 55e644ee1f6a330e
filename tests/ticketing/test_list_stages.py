"""The ticket list of customers: stages instead of statuses, the latest tickets and the archive."""

from typing import Any

import pytest
from django.urls import reverse

from fleet.models import Customer, Person
from tests.cast import client_of
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ReservationFactory,
    SubscriberFactory,
    TicketFactory,
)
from ticketing.models import Audience, Ticket, TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return CustomerFactory()


@pytest.fixture
def manager(customer: Customer) -> Person:
    return ManagerFactory(customer=customer)


def make(customer: Customer, status: TicketStatus, **more: Any) -> Ticket:
    return TicketFactory(device=DeviceFactory(customer=customer), status=status, **more)


def listed(reader: Person, **query: Any) -> list[Ticket]:
    page = client_of(reader).get(reverse("office:ticket_list"), query).context["page"]
    return list(page.tickets)


def test_the_latest_tickets_are_new_and_ongoing(manager: Person, customer: Customer) -> None:
    tickets = {status: make(customer, status) for status in TicketStatus if status != TicketStatus.DRAFT}
    latest = {tickets[each] for each in (TicketStatus.OPEN, TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS)}
    assert set(listed(manager)) == latest
    assert set(listed(manager, view="done")) == set(tickets.values()) - latest


def test_customers_read_stages_and_employees_statuses(manager: Person, customer: Customer) -> None:
    make(customer, TicketStatus.CANCELLED)
    make(customer, TicketStatus.IN_PROGRESS)
    address = reverse("office:ticket_list")
    outside = client_of(manager).get(address, {"view": "all"}).content.decode()
    inside = client_of(MemberFactory()).get(address, {"view": "all"}).content.decode()
    assert "Ongoing" in outside
    assert "Dealt with (cancelled)" in outside
    assert "IN PROGRESS" not in outside
    assert "IN PROGRESS" in inside
    assert "Ongoing" not in inside


@pytest.mark.parametrize(
    ("stage", "statuses"),
    [
        ("new", {TicketStatus.OPEN}),
        ("ongoing", {TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS}),
        ("dealt_with", {TicketStatus.DONE, TicketStatus.CLOSED, TicketStatus.CANCELLED}),
    ],
)
def test_a_stage_is_a_filter(manager: Person, customer: Customer, stage: str, statuses: set[TicketStatus]) -> None:
    for status in set(TicketStatus) - {TicketStatus.DRAFT}:
        make(customer, status)
    assert {ticket.status for ticket in listed(manager, stage=stage)} == statuses


def test_a_category_finds_its_sub_categories(manager: Person, customer: Customer) -> None:
    category = CategoryFactory()
    own, below = (
        make(customer, TicketStatus.OPEN, category=each) for each in (category, CategoryFactory(parent=category))
    )
    make(customer, TicketStatus.OPEN, category=CategoryFactory())
    assert set(listed(manager, category=category.pk)) == {own, below}


def test_people_and_reservations_are_filters(manager: Person, customer: Customer) -> None:
    anna = SubscriberFactory(customer=customer)
    reservation = ReservationFactory(person=anna)
    hers = make(customer, TicketStatus.OPEN, person=anna)
    reserved = make(customer, TicketStatus.OPEN, reservation=reservation)
    assert listed(manager, person=anna.pk) == [hers]
    assert listed(manager, reservation=reservation.pk) == [reserved]
    assert listed(MemberFactory(), person=anna.pk) == [hers]


def test_a_managers_row_names_category_person_and_reservation(manager: Person, customer: Customer) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg", customer=customer)
    below = CategoryFactory(name="Breakdown", parent=CategoryFactory(name="Incident"))
    reservation = ReservationFactory(number="R-2041", person=anna)
    make(customer, TicketStatus.OPEN, person=anna, reservation=reservation, category=below)
    address = reverse("office:ticket_list")
    outside = client_of(manager).get(address).content.decode()
    assert "Incident › Breakdown" in outside
    assert "Anna Berg · R-2041" in outside
    assert "Device · Person · Reservation" in outside
    assert "Device · Customer" not in outside
    assert "Device · Customer" in client_of(anna).get(address).content.decode()
    assert "Incident › Breakdown" not in client_of(MemberFactory()).get(address).content.decode()


@pytest.mark.parametrize("name", ["person", "reservation", "device", "category"])
def test_the_values_of_filters_are_the_readers_own(manager: Person, name: str) -> None:
    ReservationFactory(number="R-FOREIGN", person=SubscriberFactory(first_name="Foreign"), device__name="Foreign van")
    CategoryFactory(name="Foreign", audience=Audience.MANAGERS)
    subscriber = SubscriberFactory(customer=manager.customer)
    page = client_of(subscriber).get(reverse("office:filter_options", args=[name])).content.decode()
    assert "foreign" not in page.lower()
