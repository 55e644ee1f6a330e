"""The filters of the ticket list: what they leave, what they offer, and how many tickets each option leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from fleet.models import Person
from tests.cast import client_of
from tests.factories import (
    AssignmentFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    RatingFactory,
    TicketFactory,
)
from tests.ticketing.office_list import MAX_QUERIES, listed
from ticketing.models import Priority, TicketStatus, Visibility
from ticketing.office.listing import VIEWS_OF_WORK
from ticketing.office.pages.list_filters import MOST_OPTIONS
from ticketing.office.pages.ticket_list import COLUMNS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted_before")]


def test_options_of_filters_say_how_many_tickets_they_leave(
    office: Client, moderator: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    customer = CustomerFactory()
    TicketFactory.create_batch(2, priority=Priority.HIGH, device=DeviceFactory(customer=customer))
    TicketFactory(visibility=Visibility.INTERNAL, status=TicketStatus.CLOSED)
    AssignmentFactory(person=moderator)

    def counts(**query: Any) -> dict[str, str]:
        return dict(office.get(reverse("office:filter_count_list"), query).context["counts"])

    def options(name: str, **query: Any) -> dict[str, str]:
        page = office.get(reverse("office:filter_options", args=[name]), query).context["page"]
        shown = {str(option.label): str(page.counts[option.count_key]) for option in page.options}
        return shown | dict(page.other_counts)

    assert counts(of="status", view="open") == {"status-open": "2", "status-assigned": "1", "status-in_progress": "0"}
    # What is chosen of the filter itself changes nothing, all else does.
    assert counts(of="priority", view="open", priority="1") == {"priority-1": "0", "priority-2": "1", "priority-3": "2"}
    assert counts(of="priority", view="open", status="assigned")["priority-3"] == "0"
    both = counts(of=["visibility", "rating"], view="all")
    assert (both["visibility-internal"], both["visibility-public"], both["rating-5"]) == ("1", "3", "0")
    assert options("customer", view="open")[str(customer)] == "2"
    people = options("responsible", view="open")
    assert (people[moderator.name], people["responsible-me"], people["responsible-nobody"]) == ("1", "1", "2")
    assert counts(of=["customer", "q", "sort"]) == {}
    with django_assert_max_num_queries(3):
        counts(of="status", view="all")


def test_customers_count_only_what_they_see() -> None:
    customer = CustomerFactory()
    TicketFactory(device=DeviceFactory(customer=customer))
    TicketFactory()
    client = client_of(ManagerFactory(customer=customer))

    found = client.get(reverse("office:filter_count_list"), {"of": ["stage", "visibility"], "view": "open"})

    assert found.context["counts"] == {"stage-new": "1", "stage-ongoing": "0"}


def test_own_work_is_in_the_numbers_of_filters_at_once(office: Client, moderator: Person) -> None:
    ticket = TicketFactory()
    query = {"of": "status", "view": "open"}
    before = office.get(reverse("office:filter_count_list"), query).context["counts"]["status-open"]

    office.post(reverse("office:ticket_assign", args=[ticket.pk]), {"person": moderator.pk})

    after = office.get(reverse("office:filter_count_list"), query).context["counts"]["status-open"]
    assert (before, after) == ("1", "0")


def test_employees_to_filter_by_are_listed_where_the_menu_asks_for_them(office: Client) -> None:
    people = [MemberFactory(first_name="Aaron", last_name=f"{number:02}") for number in range(MOST_OPTIONS + 1)]
    MemberFactory(first_name="Aaron", last_name="00 Former", is_active=False)
    address = reverse("office:filter_options", args=["responsible"])

    first = office.get(address, {"view": "all", "responsible": str(people[20].pk)})
    narrowed = office.get(address, {"view": "all", "name": "aaron 19"})

    options = first.context["page"].options
    assert [option.label for option in options] == [person.name for person in (people[20], *people[:MOST_OPTIONS])]
    assert [option.label for option in options if option.is_chosen] == ["Aaron 20"]
    assert '<input type="hidden" name="view" value="all">' in first.content.decode()
    assert "Type a name to find others." in first.content.decode()
    assert [option.label for option in narrowed.context["page"].options] == ["Aaron 19"]
    assert "Nothing has this name." in office.get(address, {"name": "aaron x"}).content.decode()
    assert office.get(address, {"name": "a\0b"}).status_code == 200
    assert client_of(ManagerFactory()).get(address).status_code == 404
    assert office.get(reverse("office:filter_options", args=["status"])).status_code == 404


def test_customers_filter_by_their_own_devices_only() -> None:
    customer = CustomerFactory()
    own, foreign = DeviceFactory(customer=customer), DeviceFactory()
    client = client_of(ManagerFactory(customer=customer))

    page = client.get(reverse("office:filter_options", args=["device"])).context["page"]

    assert [option.label for option in page.options] == [own.name]
    assert foreign.name not in client.get(reverse("office:ticket_list"), {"device": foreign.pk}).content.decode()


def test_the_list_does_not_load_the_whole_staff(office: Client) -> None:
    colleague = AssignmentFactory(person__first_name="Zoe").person
    other = MemberFactory(first_name="Yves")

    page = office.get(reverse("office:ticket_list"), {"responsible": str(colleague.pk)})

    labels = [option.label for menu in page.context["page"].menus for option in menu.options]
    assert colleague.name in labels
    assert other.name not in labels


def test_filters_narrow_the_list(office: Client, moderator: Person) -> None:
    colleague = MemberFactory()
    high = TicketFactory(priority=Priority.HIGH)
    internal = TicketFactory(visibility=Visibility.INTERNAL)
    mine = AssignmentFactory(person=moderator).ticket
    theirs = AssignmentFactory(person=colleague).ticket

    assert listed(office, priority=3) == [high]
    assert listed(office, visibility="internal") == [internal]
    assert listed(office, responsible="me") == [mine]
    assert listed(office, responsible=str(colleague.pk)) == [theirs]
    assert listed(office, responsible="nobody", sort="number") == [high, internal]
    assert listed(office, responsible=["me", "nobody"], sort="number") == [high, internal, mine]
    assert listed(office, responsible=["me", str(colleague.pk)], sort="number") == [mine, theirs]
    assert listed(office, customer=str(high.customer_id)) == [high]
    assert listed(office, device=[str(high.device_id), str(mine.device_id)], sort="number") == [high, mine]
    assert listed(office, category=str(mine.category_id)) == [mine]
    assert listed(office, status=["open", "assigned"], sort="number") == [high, internal, mine, theirs]
    assert listed(office, status="assigned", responsible="me") == [mine]


def test_tickets_are_found_by_rating_and_by_the_day_they_were_opened(office: Client) -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    early = TicketFactory(status=TicketStatus.CLOSED, done_count=1, opened_at=noon - timedelta(days=1))
    late = TicketFactory(status=TicketStatus.CLOSED, done_count=1, opened_at=noon)
    for ticket, score in ((early, 1), (late, 5)):
        RatingFactory(ticket=ticket, score=score)

    assert listed(office, view="all", rating="1") == [early]
    assert listed(office, view="all", rating=["1", "5"], sort="number") == [early, late]
    assert listed(office, view="all", since="2026-03-10") == [late]
    assert listed(office, view="all", until="2026-03-09") == [early]
    assert listed(office, view="all", since="2026-03-09", until="2026-03-10", sort="opened") == [early, late]
    page = office.get(reverse("office:ticket_list"), {"since": "2026-03-10"}).context["page"]
    assert [option.label for option in page.chosen] == ["Opened since: March 10, 2026"]


def test_a_filter_that_empties_the_list_is_shown(office: Client) -> None:
    TicketFactory()

    page = office.get(reverse("office:ticket_list"), {"view": "open", "rating": "5"})

    assert [option.name for option in page.context["page"].chosen] == ["rating"]
    assert "Nothing found" in page.content.decode()


def test_values_that_are_not_on_the_list_are_ignored(office: Client) -> None:
    ticket = TicketFactory()

    for query in (
        {"status": "lost"},
        {"priority": "9"},
        {"visibility": "secret"},
        {"responsible": str(CodeUserFactory().pk)},
        {"responsible": "0 or 1"},
        {"customer": "0"},
        {"device": "1.5"},
        {"rating": "6"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"q": "#"},
        {"q": "´"},
        {"sort": "customer__address"},
        {"sort": "--number"},
        {"cursor": "nonsense"},
        {"q": "a\0b"},
        {"q": "x" * 300},
    ):
        assert listed(office, **query) == [ticket], query


def test_customers_cannot_filter_by_what_they_may_not_know() -> None:
    customer = CustomerFactory()
    ticket = TicketFactory(device=DeviceFactory(customer=customer))
    client = client_of(ManagerFactory(customer=customer))

    for query in ({"visibility": "internal"}, {"responsible": "me"}, {"view": "offered"}):
        assert listed(client, **query) == [ticket]


def test_chips_carry_the_state_in_their_address(office: Client) -> None:
    AssignmentFactory(ticket=TicketFactory(status=TicketStatus.ASSIGNED))

    page = office.get(reverse("office:ticket_list"), {"view": "all", "status": ["open", "assigned"], "sort": "number"})

    without_open, without_assigned = (option.href for option in page.context["page"].chosen)
    assert without_open == "/office/tickets/?view=all&status=assigned&sort=number"
    assert without_assigned == "/office/tickets/?view=all&status=open&sort=number"
    assert page.context["page"].without_filters == "/office/tickets/?view=all&sort=number"


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ({"view": "all"}, [*COLUMNS]),
        ({"view": "all", "visibility": "internal"}, ["number", "opened"]),
        ({"view": "all", "status": ["open", "closed"]}, ["number", "opened"]),
        ({"view": "all", "since": "2026-03-10"}, ["opened"]),
        ({"view": "mine"}, ["number", "opened"]),
        # Little enough to be sorted by anything but ratings.
        ({"view": "open", "visibility": "internal"}, [name for name in COLUMNS if name != "rating"]),
        ({"view": "mine", "status": "assigned"}, [name for name in COLUMNS if name != "rating"]),
    ],
)
def test_filters_leave_no_order_that_they_do_not_go_together_with(
    office: Client, query: dict[str, str | list[str]], offered: list[str]
) -> None:
    page = office.get(reverse("office:ticket_list"), {**query, "sort": "-rating"}).context["page"]

    assert [name for name, column in page.columns.items() if column.href] == offered
    of_itself = "" if query["view"] in VIEWS_OF_WORK else "descending"
    assert page.columns["opened"].direction == ("" if offered == [*COLUMNS] else of_itself)


def test_what_is_over_needs_no_one(office: Client) -> None:
    waiting, _assigned = TicketFactory(), AssignmentFactory().ticket
    for status in (TicketStatus.CLOSED, TicketStatus.CANCELLED):
        TicketFactory(status=status)

    assert listed(office, view="all", responsible="nobody") == [waiting]
    assert listed(office, view="all", responsible="nobody", status="closed") == []


@pytest.mark.parametrize("name", ["category", "customer", "responsible"])
def test_queries_do_not_grow_with_the_options(
    office: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        AssignmentFactory()

    with django_assert_max_num_queries(MAX_QUERIES):
        page = office.get(reverse("office:filter_options", args=[name]), {"view": "open"}).context["page"]

    assert [page.counts[option.count_key] for option in page.options].count("1") == 5


def test_an_option_that_is_new_has_no_number_until_it_is_counted(office: Client) -> None:
    address = reverse("office:filter_options", args=["customer"])
    office.get(address)
    CustomerFactory(name="Just added Ltd")

    page = office.get(address)

    assert page.status_code == 200
    assert "Just added Ltd" in page.content.decode()
