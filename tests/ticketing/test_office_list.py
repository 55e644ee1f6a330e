"""The ticket list of the back office: who sees what, its order, its pages, and what they cost."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.common import clock
from fleet.models import Person
from tests.cast import client_of, make_cast
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    NotificationFactory,
    OfferFactory,
    RatingFactory,
    ReservationFactory,
    SubscriberFactory,
    TicketFactory,
)
from tests.ticketing.office_list import MAX_QUERIES, listed
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.office.filters import CUSTOMER_FILTERS
from ticketing.office.listing import PAGE_SIZE, SORTS
from ticketing.office.pages.list_filters import OFTEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted_before")]
# Of markup, before it is compressed, for a weak phone to parse.
MOST_BYTES = 45 * 1024


@pytest.mark.parametrize("name", ["ticket_list", "ticket_create", "notification_list"])
def test_strangers_are_led_to_sign_in_and_back(client: Client, name: str) -> None:
    address = reverse(f"office:{name}")

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={address}"
    assert client_of(MemberFactory()).get(address).status_code == 200


def test_scripts_of_strangers_get_no_sign_in_page(client: Client) -> None:
    address = reverse("office:notification_list")

    assert client.get(address, headers={"HX-Request": "true"}).status_code == 401
    assert client.get(address, headers={"X-Requested-With": "fetch"}).status_code == 401


def test_a_form_of_a_person_signed_out_leads_back_to_its_page(client: Client) -> None:
    accept = reverse("office:ticket_accept", args=[5])

    response = client.post(accept, headers={"Referer": "http://testserver/office/tickets/5/"})
    stray = client.post(accept, headers={"Referer": "https://evil.example/"})

    assert response["Location"].endswith("?next=http%3A//testserver/office/tickets/5/")
    assert stray["Location"].endswith("?next=/")


def test_code_users_never_enter(client: Client) -> None:
    cast = make_cast()
    for role in ("holder", "reporter"):
        assert cast.client(role).get(reverse("office:ticket_list")).status_code == 302


def test_deactivated_people_never_enter() -> None:
    assert client_of(MemberFactory(is_active=False)).get(reverse("office:ticket_list")).status_code == 302


def test_customers_see_public_tickets_of_theirs_only() -> None:
    customer = CustomerFactory()
    device = DeviceFactory(customer=customer)
    theirs = TicketFactory(device=device)
    TicketFactory(device=device, visibility=Visibility.INTERNAL)
    TicketFactory()
    manager, subscriber = ManagerFactory(customer=customer), SubscriberFactory(customer=customer)
    own = TicketFactory(device=device, creator=subscriber)

    assert listed(client_of(manager), sort="number") == [theirs, own]
    assert listed(client_of(subscriber)) == [own]
    assert listed(client_of(ManagerFactory())) == []


def test_customers_do_not_learn_whose_the_device_is_that_they_reported() -> None:
    subscriber = SubscriberFactory(customer=CustomerFactory(name="Their own Ltd"))
    TicketFactory(creator=subscriber, customer=CustomerFactory(name="Someone else Ltd"))
    TicketFactory(creator=subscriber, customer=subscriber.customer)

    page = client_of(subscriber).get(reverse("office:ticket_list")).content.decode()

    assert "Their own Ltd" in page
    assert "Someone else Ltd" not in page
    assert "Someone else Ltd" in client_of(MemberFactory()).get(reverse("office:ticket_list")).content.decode()


def test_customers_have_neither_internal_filters_nor_the_live_list(office: Client) -> None:
    manager = client_of(ManagerFactory())

    page = manager.get(reverse("office:ticket_list"))
    assert [menu.name for menu in page.context["page"].menus] == ["stage", "priority", "device", "more"]
    assert "Offered to me" not in page.content.decode()
    assert 'data-behaviour="changes"' not in page.content.decode()

    inside = office.get(reverse("office:ticket_list"))
    often = [each for each in OFTEN if each not in CUSTOMER_FILTERS]
    assert [menu.name for menu in inside.context["page"].menus] == [*often, "more"]
    assert 'data-behaviour="changes"' in inside.content.decode()


def test_one_click_leads_back_to_the_order_of_work(office: Client) -> None:
    def way_back(**query: str) -> str:
        return str(office.get(reverse("office:ticket_list"), query).context["page"].order_of_work)

    assert way_back() == way_back(view="all", sort="subject") == way_back(q="film", view="open") == ""
    assert way_back(sort="-priority", view="open", priority="3") == "/office/tickets/?view=open&priority=3"


def test_the_list_is_sorted_by_its_headers(office: Client) -> None:
    low = TicketFactory(priority=Priority.LOW, subject="Belt", status=TicketStatus.CLOSED, done_count=1)
    high = TicketFactory(priority=Priority.HIGH, subject="Axle", status=TicketStatus.OPEN)
    RatingFactory(ticket=low, score=2)

    for sort, first in (
        ("priority", low),
        ("-priority", high),
        ("subject", high),
        ("status", high),
        ("-status", low),
        ("-rating", low),
        ("number", low),
        ("-number", high),
    ):
        assert listed(office, view="all", sort=sort)[0] == first, sort

    columns = office.get(reverse("office:ticket_list"), {"sort": "-number"}).context["page"].columns
    assert columns["number"].direction == "descending"
    assert columns["number"].href == "/office/tickets/?sort=number"
    assert columns["status"].direction == ""


def test_the_order_shows_customers_nothing_of_internal_work(office: Client) -> None:
    # Last change counts internal facts, too, and a cursor would show their time.
    customer = CustomerFactory()
    older, newer = (TicketFactory(device=DeviceFactory(customer=customer)) for _ in range(2))
    Ticket.objects.filter(pk=older.pk).update(changed_at=clock.now() + timedelta(hours=1))

    assert listed(office, view="all", sort="-changed") == [older, newer]
    assert listed(client_of(ManagerFactory(customer=customer)), view="all", sort="-changed") == [newer, older]


def test_a_new_rating_is_shown_and_an_old_one_of_a_reopened_ticket_is_not_lost(office: Client) -> None:
    ticket = TicketFactory(status=TicketStatus.CLOSED, done_count=2)
    RatingFactory(ticket=ticket, phase=1, score=1)
    RatingFactory(ticket=ticket, phase=2, score=5)

    (row,) = listed(office, view="done")

    assert row.score == 5


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in SORTS for sign in ("", "-")])
def test_all_tickets_are_reached_page_by_page(office: Client, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.office.listing.PAGE_SIZE", 2)
    made = {TicketFactory().pk for _ in range(5)}
    address, seen = f"{reverse('office:ticket_list')}?sort={sort}", []

    while address:
        page = office.get(address)
        seen += [ticket.pk for ticket in page.context["page"].tickets]
        address = page.context["page"].next

    assert len(seen) == 5
    assert set(seen) == made
    assert [t.pk for t in office.get(page.context["page"].previous).context["page"].tickets] == seen[2:4]


@pytest.mark.parametrize("rows", [1, 3, 25])
def test_queries_do_not_grow_with_the_rows(
    django_assert_max_num_queries: DjangoAssertNumQueries, office: Client, moderator: Person, rows: int
) -> None:
    for _ in range(rows):
        ticket = AssignmentFactory().ticket
        AssignmentFactory(ticket=ticket, person=moderator)
        OfferFactory(ticket=ticket)
        NotificationFactory(ticket=ticket, person=moderator)

    with django_assert_max_num_queries(MAX_QUERIES):
        page = office.get(reverse("office:ticket_list"))

    assert len(page.context["page"].tickets) == rows


def test_people_and_reservations_cost_no_query(
    django_assert_max_num_queries: DjangoAssertNumQueries, office: Client
) -> None:
    for number in range(5):
        reservation = ReservationFactory(number=f"R-{number}")
        TicketFactory(device=reservation.device, person=reservation.person, reservation=reservation)

    with django_assert_max_num_queries(MAX_QUERIES):
        page = office.get(reverse("office:ticket_list")).content.decode()

    assert all(f" · R-{number} · " in page for number in range(5))


def test_a_row_leads_to_the_sheet_of_its_device_where_there_is_one_to_read(office: Client) -> None:
    customer = CustomerFactory()
    own, foreign = DeviceFactory(customer=customer), DeviceFactory()
    subscriber, manager = SubscriberFactory(customer=customer), ManagerFactory(customer=customer)
    TicketFactory(device=own, creator=subscriber)
    TicketFactory(device=foreign, creator=manager)

    def sheets(client: Client) -> list[str]:
        page = client.get(reverse("office:ticket_list"), {"sort": "number"}).content.decode()
        return re.findall(r'<td><a href="/office/devices/(\w+)/">', page)

    assert sheets(office) == [own.slug, foreign.slug]
    assert sheets(client_of(manager)) == [own.slug]
    assert sheets(client_of(subscriber)) == []


def test_a_full_page_of_the_list_is_light(office: Client, moderator: Person) -> None:
    device = DeviceFactory(name="Filling line 3", customer=CustomerFactory(name="Havelland Feinkost GmbH"))
    for number in range(PAGE_SIZE + 1):
        ticket = TicketFactory(device=device, subject="Stands still and beeps", status=TicketStatus.IN_PROGRESS)
        AssignmentFactory(ticket=ticket, person=MemberFactory(first_name="Jonas", last_name=f"Petersen {number}"))
        NotificationFactory(ticket=ticket, person=moderator)

    page = office.get(reverse("office:ticket_list"))

    assert len(page.context["page"].tickets) == PAGE_SIZE
    assert len(page.content) < MOST_BYTES


def test_the_list_draws_every_icon_that_its_labels_refer_to(office: Client) -> None:
    for status in set(TicketStatus) - {TicketStatus.DRAFT}:
        TicketFactory(status=status, priority=Priority.HIGH)
    RatingFactory(ticket=TicketFactory(status=TicketStatus.CLOSED, done_count=1), score=2)

    page = office.get(reverse("office:ticket_list"), {"view": "all"}).content.decode()

    drawn, used = set(re.findall(r'<(?:symbol|g) id="([\w-]+)"', page)), set(re.findall(r'<use href="#([\w-]+)"', page))
    assert "icon-frown" in used
    assert used <= drawn


def test_markup_of_reporters_stays_text(office: Client) -> None:
    TicketFactory(subject="<script>alert(1)</script>")

    page = office.get(reverse("office:ticket_list")).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
