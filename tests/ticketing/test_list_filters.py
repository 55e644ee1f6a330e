"""The filters of the ticket list: what they leave, what they offer, and how many tickets each option leaves."""

import re
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
from ticketing.office.pages.filter_options import MOST_OPTIONS, FilterOptions, Value
from ticketing.office.pages.ticket_list import COLUMNS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted_before")]


def options_of(client: Client, name: str, **query: Any) -> list[FilterOptions]:
    """What the menu of this name shows."""
    address = reverse("office:filter_options", args=[name])
    return list(client.get(address, query, headers={"HX-Request": "true"}).context["page"].parts)


def values_of(part: FilterOptions) -> list[Value]:
    return [*part.own, *part.found]


def test_options_of_filters_say_how_many_tickets_they_leave(
    office: Client, moderator: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    customer = CustomerFactory()
    TicketFactory.create_batch(2, priority=Priority.HIGH, device=DeviceFactory(customer=customer))
    TicketFactory(visibility=Visibility.INTERNAL, status=TicketStatus.CLOSED)
    AssignmentFactory(person=moderator)

    def counts(name: str, **query: Any) -> dict[str, str]:
        return {value.value: value.count for part in options_of(office, name, **query) for value in values_of(part)}

    assert counts("status", view="open") == {"open": "2", "assigned": "1", "in_progress": "0"}
    # What is chosen of the filter itself changes nothing, all else does.
    assert counts("priority", view="open", priority="1") == {"1": "0", "2": "1", "3": "2"}
    assert counts("priority", view="open", status="assigned")["3"] == "0"
    more = counts("more", view="all")
    assert (more["internal"], more["public"], more["5"]) == ("1", "3", "0")
    assert counts("customer", view="open")[str(customer.pk)] == "2"
    people = counts("responsible", view="open")
    assert (people[str(moderator.pk)], people["me"], people["nobody"]) == ("1", "1", "2")
    with django_assert_max_num_queries(3):
        counts("status", view="all")


def test_customers_count_only_what_they_see() -> None:
    customer = CustomerFactory()
    TicketFactory(device=DeviceFactory(customer=customer))
    TicketFactory()
    client = client_of(ManagerFactory(customer=customer))

    (stages,) = options_of(client, "stage", view="open")

    assert [(value.value, value.count) for value in stages.own] == [("new", "1"), ("ongoing", "0")]
    for name in ("visibility", "status", "responsible", "customer"):
        assert client.get(reverse("office:filter_options", args=[name])).status_code == 404


def test_own_work_is_in_the_numbers_of_filters_at_once(office: Client, moderator: Person) -> None:
    ticket = TicketFactory()

    def waiting() -> str:
        return options_of(office, "status", view="open")[0].own[0].count

    before = waiting()
    office.post(reverse("office:ticket_assign", args=[ticket.pk]), {"person": moderator.pk})

    assert (before, waiting()) == ("1", "0")


def test_a_menu_is_a_part_for_scripts_and_a_page_without_them(office: Client) -> None:
    address = reverse("office:filter_options", args=["more"])
    chosen = {"view": "all", "priority": "3", "since": "2026-03-10", "rating": "5"}

    page = office.get(address, chosen).content.decode()
    part = office.get(address, chosen, headers={"HX-Request": "true"}).content.decode()
    others = office.get(address, {"view": "open"}).context["page"]

    for markup in (page, part):
        assert 'name="since" value="2026-03-10"' in markup
        assert re.search(r'name="rating"\s+value="5"\s+checked', markup)
        assert "Very good" in markup
    assert 'type="hidden" name="priority" value="3"' in page
    assert 'type="hidden" name="rating"' not in page
    assert 'href="/office/tickets/?view=all&amp;priority=3&amp;rating=5&amp;since=2026-03-10"' in page
    assert "<html" not in part
    # Nothing that is worked on is rated.
    assert [str(each.label) for each in others.parts] == ["Category", "Person", "Reservation", "Visibility"]


def test_a_list_names_what_is_on_and_where_other_values_are(office: Client) -> None:
    page = office.get(reverse("office:ticket_list"), {"status": "closed", "until": "2026-03-10"})

    menus = {menu.name: menu for menu in page.context["page"].menus}
    assert menus["status"].href == "/office/tickets/filters/status/?status=closed&until=2026-03-10&view=all"
    assert [option.value for option in menus["status"].chosen] == ["closed"]
    assert [option.value for option in menus["more"].chosen] == ["2026-03-10"]
    assert '<input type="hidden" name="until" value="2026-03-10">' in page.content.decode()


def test_employees_to_filter_by_are_listed_where_the_menu_asks_for_them(office: Client) -> None:
    people = [MemberFactory(first_name="Aaron", last_name=f"{number:02}") for number in range(MOST_OPTIONS + 1)]
    MemberFactory(first_name="Aaron", last_name="00 Former", is_active=False)
    address = reverse("office:filter_options", args=["responsible"])

    first = office.get(address, {"view": "all", "responsible": str(people[20].pk)})
    narrowed = office.get(address, {"view": "all", "responsible-name": "aaron 19"})

    options = first.context["page"].parts[0].found
    assert [option.label for option in options] == [person.name for person in (people[20], *people[:MOST_OPTIONS])]
    assert [option.label for option in options if option.is_chosen] == ["Aaron 20"]
    assert '<input type="hidden" name="view" value="all">' in first.content.decode()
    assert "Type a name to find others." in first.content.decode()
    assert [option.label for option in narrowed.context["page"].parts[0].found] == ["Aaron 19"]
    assert "Nothing has this name." in office.get(address, {"responsible-name": "aaron x"}).content.decode()
    assert office.get(address, {"responsible-name": "a\0b"}).status_code == 200
    assert client_of(ManagerFactory()).get(address).status_code == 404
    for unknown in ("stage", "since", "view", "q"):
        assert office.get(reverse("office:filter_options", args=[unknown])).status_code == 404


def test_customers_filter_by_their_own_devices_only() -> None:
    customer = CustomerFactory()
    own, foreign = DeviceFactory(customer=customer), DeviceFactory()
    client = client_of(ManagerFactory(customer=customer))

    (devices,) = options_of(client, "device")

    assert [option.label for option in devices.found] == [own.name]
    assert foreign.name not in client.get(reverse("office:ticket_list"), {"device": foreign.pk}).content.decode()


def test_the_list_does_not_load_the_whole_staff(office: Client) -> None:
    colleague = AssignmentFactory(person__first_name="Zoe").person
    other = MemberFactory(first_name="Yves")

    page = office.get(reverse("office:ticket_list"), {"responsible": str(colleague.pk)})

    labels = [option.label for menu in page.context["page"].menus for option in menu.chosen]
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


def test_statuses_and_priorities_narrow_the_list_together(office: Client) -> None:
    made = {
        (status, priority): TicketFactory(status=status, priority=priority)
        for status in set(TicketStatus) - {TicketStatus.DRAFT}
        for priority in Priority
    }

    for statuses, priorities in (
        (["cancelled"], [3]),
        (["open", "done", "closed"], [1, 3]),
        (["assigned", "in_progress"], [2]),
        ([], [2, 3]),
    ):
        wanted = [made[pair] for pair in made if (not statuses or pair[0] in statuses) and pair[1] in priorities]
        for sort in ("number", "-opened"):
            found = listed(office, view="all", status=statuses, priority=priorities, sort=sort)
            assert {ticket.pk for ticket in found} == {ticket.pk for ticket in wanted}


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
        {"since": "some day"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"q": "#"},
        {"q": "´"},
        {"sort": "customer__address"},
        {"sort": "--number"},
        {"cursor": "nonsense"},
        {"q": "x" * 300},
    ):
        assert listed(office, **query) == [ticket], query
    assert listed(office, q="a\0b") == []


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
        (part,) = options_of(office, name, view="open")

    assert [value.count for value in part.found].count("1") == 5


def test_an_option_that_is_new_has_no_number_until_it_is_counted(office: Client) -> None:
    address = reverse("office:filter_options", args=["customer"])
    office.get(address)
    CustomerFactory(name="Just added Ltd")

    page = office.get(address)

    assert page.status_code == 200
    assert "Just added Ltd" in page.content.decode()
