"""With twenty thousand customers, people, devices and reservations no list or sheet reads a large table whole."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Device
from tests.cast import Cast, make_cast
from tests.factories import CustomerFactory, ReservationFactory, SubscriberFactory, VehicleFactory
from tests.many_rows import analyze, faults_of, multiply
from ticketing.models import JournalEntry, TicketStatus

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ROWS, CUSTOMERS = 20_000, 20_000
LARGE = {
    "fleet_customer",
    "fleet_device",
    "fleet_person",
    "fleet_reservation",
    "ticketing_journalentry",
    "ticketing_ticket",
}
MOST_SORTED = 500  # Rows.
ANY_CUSTOMER = f"(SELECT max(id) FROM fleet_customer) - n % {CUSTOMERS}"
ANY_VEHICLE = f"(SELECT max(id) FROM fleet_device) - n % {ROWS}"
ANY_PERSON = f"(SELECT max(id) FROM fleet_person) - n % {ROWS}"
ANY_TICKET = f"(SELECT max(id) FROM ticketing_ticket) - n % {ROWS}"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    ticket = cast.ticket
    multiply(
        CustomerFactory(), CUSTOMERS, name="'Crowd ' || n", number="'NL-' || n", search="'crowd' || n || ' nl' || n"
    )
    multiply(
        VehicleFactory(),
        ROWS,
        slug="substr(md5(n::text), 1, 10)",
        name="'Device ' || n",
        customer_id=ANY_CUSTOMER,
        is_active="n % 100 > 0",
        search_public="'device' || n || ' crane ' || md5((n % 700)::text)",
        search_internal="'crowd' || n % 50 || ' cellar' || md5((n + 7)::text)",
    )
    multiply(
        SubscriberFactory(),
        ROWS,
        email="'s' || n || '@mail.example'",
        last_name="'Last ' || md5(n::text)",
        customer_id=ANY_CUSTOMER,
        search="'last' || md5(n::text) || ' s' || n || '@mail.example'",
    )
    multiply(
        ReservationFactory(),
        ROWS,
        number="'N' || n",
        device_id=ANY_VEHICLE,
        person_id=ANY_PERSON,
        starts_at="now() - n * interval '1 hour'",
        ends_at="now() - n * interval '1 hour' + interval '30 minutes'",
        status="CASE WHEN n % 10 = 0 THEN 'cancelled' ELSE 'ended' END",
    )
    multiply(ticket.conversation, ROWS)
    multiply(
        ticket,
        ROWS,
        number="5000 + n",
        conversation_id="(SELECT max(id) FROM messenger_conversation) - n + 1",
        client_key="gen_random_uuid()",
        status="CASE WHEN n % 30 = 0 THEN 'open' ELSE 'closed' END",
        device_id=ANY_VEHICLE,
        customer_id=ANY_CUSTOMER,
        person_id=ANY_PERSON,
        opened_at="now() - n * interval '1 hour'",
    )
    last = JournalEntry.objects.filter(ticket=ticket).latest("sequence")
    multiply(last, 3 * ROWS, ticket_id=ANY_TICKET, sequence="n", public_sequence="NULL")
    analyze()
    return cast


def pages(cast: Cast, device: Device) -> Iterator[str]:
    of_device = reverse("office:device_detail", args=[device.slug])
    yield from (f"{of_device}?tab={tab}" for tab in ("open", "tickets", "record", "record&kind=status"))
    yield reverse("office:device_record", args=[device.slug])
    customer = reverse("office:customer_detail", args=[device.customer_id])
    yield from (f"{customer}?tab={tab}" for tab in ("devices", "people", "tickets"))
    person = reverse("office:person_detail", args=[cast.person("subscriber").pk])
    yield from (f"{person}?tab={tab}" for tab in ("tickets", "reservations"))
    devices, customers = reverse("office:device_list"), reverse("office:customer_list")
    people, reservations = reverse("office:person_list"), reverse("office:reservation_list")
    for query in (
        "",
        "q=device12345",
        "q=crane",
        "q=unheard",
        "state=active",
        "state=inactive",
        f"customer={device.customer_id}",
    ):
        yield f"{devices}?{query}"
    for query in ("", "q=crowd777", "q=unheard", "kind=corporate"):
        yield f"{customers}?{query}"
    for query in ("", "q=s12345", "q=unheard", "role=subscriber", f"customer={device.customer_id}", "state=active"):
        yield f"{people}?{query}"
    for query in (
        "",
        "q=N123",
        "q=device12345",
        "q=unheard",
        "status=cancelled",
        "since=2026-01-01",
        f"device={device.pk}",
    ):
        yield f"{reservations}?{query}"


def faults_at(cast: Cast, role: str, address: str) -> list[str]:
    client = cast.client(role)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        assert response.status_code == 200, address
        page = response.context.get("page")
        listing = getattr(page, "listing", page)
        if following := getattr(listing, "next", ""):
            client.get(following)
    return [
        f"{role} {address} {fault}: {sql[:60]} … {sql[-600:]}"
        for sql in (query["sql"] for query in captured if query["sql"].startswith("SELECT"))
        for fault in faults_of(sql, large_tables=LARGE, most_sorted=MOST_SORTED)
    ]


def test_no_list_and_no_sheet_grows_with_the_house(cast: Cast) -> None:
    device, faults = Device.objects.order_by("-pk")[0], list[str]()
    for address in pages(cast, device):
        faults += faults_at(cast, "moderator", address)
    for address in pages(cast, cast.device):
        if "record/" not in address:
            faults += faults_at(cast, "manager", address)
    faults += faults_at(cast, "manager", reverse("office:start"))
    faults += faults_at(cast, "subscriber", reverse("office:reservation_list"))

    assert not faults, "\n".join(faults)
