"""The ticket list of the back office: who sees what, views, filters, sorting, pages, queries."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.common import clock
from fleet.models import Person
from tests.cast import client_of, make_cast
from tests.factories import (
    AssignmentFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    DraftFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    NotificationFactory,
    OfferFactory,
    RatingFactory,
    SubscriberFactory,
    TicketFactory,
)
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.office.listing import PAGE_SIZE, SORTS
from ticketing.office.pages.list_filters import MOST_OPTIONS, OFTEN, SELDOM
from ticketing.services.search import add_message_text, fill_search

pytestmark = pytest.mark.django_db
MAX_QUERIES = 6
# Of markup, before it is compressed, for a weak phone to parse.
MOST_BYTES = 48 * 1024


def listed(client: Client, **query: Any) -> list[Ticket]:
    """The tickets of the first page, in order."""
    response = client.get(reverse("office:ticket_list"), query)
    assert response.status_code == 200
    return list(response.context["page"].tickets)


def counted(client: Client) -> dict[str, str]:
    """The numbers of views and groups."""
    response = client.get(reverse("office:view_count_list"))
    assert response.status_code == 200
    return dict(response.context["counts"])


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def moderator() -> Person:
    return ModeratorFactory()


@pytest.fixture
def office(moderator: Person) -> Client:
    return client_of(moderator)


# Who sees what -------------------------------------------------------------------------------------------------------


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
    assert [menu.name for menu in page.context["page"].menus] == ["status", "priority", "device"]
    assert "Offered to me" not in page.content.decode()
    assert 'data-behaviour="changes"' not in page.content.decode()

    inside = office.get(reverse("office:ticket_list"))
    assert [menu.name for menu in inside.context["page"].menus] == [*OFTEN, "category", "visibility"]
    everything = office.get(reverse("office:ticket_list"), {"view": "all"})
    assert [menu.name for menu in everything.context["page"].menus] == [*OFTEN, *SELDOM]
    assert 'data-behaviour="changes"' in inside.content.decode()


# Views and filters ---------------------------------------------------------------------------------------------------


def test_the_list_begins_with_what_is_not_dealt_with(office: Client) -> None:
    made = {status: TicketFactory(status=status) for status in TicketStatus if status != TicketStatus.DRAFT}
    draft = DraftFactory()
    work = [made[TicketStatus.OPEN], made[TicketStatus.ASSIGNED], made[TicketStatus.IN_PROGRESS]]
    done = [made[TicketStatus.DONE], made[TicketStatus.CLOSED], made[TicketStatus.CANCELLED]]

    assert listed(office, sort="number") == work
    assert listed(office, view="done", sort="number") == done
    assert listed(office, view="all", sort="number") == [*work, *done]
    assert listed(office, view="drafts") == [draft]
    assert listed(office, view="nonsense", sort="number") == work


def test_members_see_only_their_own_drafts() -> None:
    member = MemberFactory()
    DraftFactory()
    own = DraftFactory(creator=member, visibility=Visibility.INTERNAL)

    assert listed(client_of(member), view="drafts") == [own]


def test_offered_and_mine_are_about_the_reader() -> None:
    member = MemberFactory()
    offered, mine, ended = OfferFactory(person=member).ticket, AssignmentFactory(person=member).ticket, TicketFactory()
    OfferFactory(person=member, ticket=ended, decision="rejected")
    OfferFactory()
    AssignmentFactory()
    client = client_of(member)

    assert listed(client, view="offered") == [offered]
    assert listed(client, view="mine") == [mine]
    numbers = counted(client)
    assert (numbers["open"], numbers["mine"], numbers["offered"]) == ("5", "1", "1")


def test_the_list_shows_counts_of_a_moment_ago_and_else_asks_for_them(office: Client) -> None:
    TicketFactory()

    def shown() -> tuple[bool, dict[str, str]]:
        page = office.get(reverse("office:ticket_list")).context["page"]
        return page.knows_counts, page.counts

    assert shown() == (False, {})
    # Filters swap the rows alone, and groups come with them.
    rows = office.get(reverse("office:ticket_list")).content.decode().partition('id="list-body"')[2]
    assert reverse("office:view_count_list") in rows
    numbers = counted(office)
    assert shown() == (True, numbers)
    assert numbers == {
        "open": "1",
        "unassigned": "1",
        "assigned": "0",
        "in_progress": "0",
        "offered": "0",
        "mine": "0",
        "waiting": "0",
        "drafts": "0",
    }


def test_own_work_is_in_the_counts_at_once(office: Client, moderator: Person) -> None:
    ticket = TicketFactory()
    counted(office)

    office.post(reverse("office:ticket_assign", args=[ticket.pk]), {"person": moderator.pk, "list": "view=open"})

    page = office.get(reverse("office:ticket_list")).context["page"]
    assert not page.knows_counts
    assert [group.count for group in page.groups] == [""]


def test_what_nobody_can_work_off_is_not_counted_to_its_end(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.office.listing.MOST_COUNTED", 2)
    TicketFactory.create_batch(3)

    assert counted(office)["open"] == "2+"


def test_views_of_work_begin_with_what_has_no_one_then_high_then_the_oldest(office: Client, moderator: Person) -> None:
    working = TicketFactory(status=TicketStatus.IN_PROGRESS, priority=Priority.HIGH)
    assigned = AssignmentFactory(person=moderator).ticket
    old, new = TicketFactory(), TicketFactory()
    low, high = TicketFactory(priority=Priority.LOW), TicketFactory(priority=Priority.HIGH)
    for ticket in (low, assigned):
        OfferFactory(ticket=ticket, person=moderator)

    page = office.get(reverse("office:ticket_list")).context["page"]

    assert page.tickets == [high, old, new, low, assigned, working]
    assert [str(group.label) for group in page.groups] == ["Not assigned", "Assigned", "In progress"]
    assert listed(office, view="unassigned") == [high, old, new, low]
    assert listed(office, view="offered") == [low, assigned]
    assert listed(office, view="mine") == [assigned]
    assert listed(office, sort="-opened")[0] == high
    assert [
        group.label for group in office.get(reverse("office:ticket_list"), {"sort": "-opened"}).context["page"].groups
    ] == [""]


def test_groups_say_how_many_tickets_they_have(office: Client) -> None:
    TicketFactory.create_batch(2)
    TicketFactory(status=TicketStatus.IN_PROGRESS, priority=Priority.HIGH)

    def counts(**query: str) -> list[str]:
        page = office.get(reverse("office:ticket_list"), query).context["page"]
        return [group.count for group in page.groups]

    assert counts() == ["", ""]
    assert counts(priority="3") == ["1"]
    counted(office)
    assert counts() == ["2", "1"]


def test_a_group_that_goes_on_has_no_second_heading(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.office.listing.PAGE_SIZE", 2)
    TicketFactory.create_batch(3)
    AssignmentFactory()

    first = office.get(reverse("office:ticket_list")).context["page"]
    following = office.get(first.more).context["page"]
    alone = office.get(first.next).context["page"]

    assert [str(group.label) for group in following.groups] == ["", "Assigned"]
    assert [str(group.label) for group in alone.groups] == ["Not assigned", "Assigned"]


def test_what_waits_for_a_rating_has_a_view(office: Client) -> None:
    done = TicketFactory(status=TicketStatus.DONE)
    TicketFactory(status=TicketStatus.CLOSED)

    assert listed(office, view="waiting") == [done]
    assert counted(office)["waiting"] == "1"


def test_only_superiors_assign_and_only_those_asked_decide_from_the_list() -> None:
    member, moderator = MemberFactory(), ModeratorFactory()
    offered, other = OfferFactory(person=member).ticket, TicketFactory()
    query = {"list": "view=offered&evil=//x"}

    def verbs(person: Person) -> list[str]:
        page = client_of(person).get(reverse("office:ticket_list")).content.decode()
        return sorted(re.findall(r"/office/tickets/[0-9]+/(?:accept|reject|assign)/", page))

    assert verbs(member) == [f"/office/tickets/{offered.pk}/{verb}/" for verb in ("accept", "reject")]
    assert verbs(moderator) == [f"/office/tickets/{ticket.pk}/assign/" for ticket in (offered, other)]

    back = client_of(member).post(reverse("office:ticket_accept", args=[offered.pk]), query)
    assert (back.status_code, back["Location"]) == (303, "/office/tickets/?view=offered&evil=%2F%2Fx")
    assign = reverse("office:ticket_assign", args=[other.pk])
    office = client_of(moderator)
    assert 'name="list" value="view=open"' in office.get(assign, {"list": "view=open"}).content.decode()
    assert office.post(assign, {"list": "view=open"}).status_code == 400
    back = office.post(assign, {"list": "view=open", "person": member.pk})
    assert (back.status_code, back["Location"]) == (303, "/office/tickets/?view=open")
    assert [each.person for each in other.assignments.all()] == [member]
    assert client_of(member).get(assign, query).status_code == 403


def test_rows_that_are_loaded_later_can_be_assigned(office: Client) -> None:
    AssignmentFactory()

    page = office.get(reverse("office:ticket_list")).content.decode()

    assert 'id="row-assign"' in page
    assert 'id="row-assign"' not in client_of(MemberFactory()).get(reverse("office:ticket_list")).content.decode()


def test_customers_count_their_own(office: Client) -> None:
    customer = CustomerFactory()
    TicketFactory(device=DeviceFactory(customer=customer))
    TicketFactory()

    numbers = counted(client_of(ManagerFactory(customer=customer)))
    assert (numbers["open"], numbers["mine"]) == ("1", "0")
    assert "offered" not in numbers


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


def test_an_offer_that_can_no_longer_be_accepted_is_no_offer() -> None:
    member = MemberFactory()
    OfferFactory(person=member, ticket=TicketFactory(status=TicketStatus.CLOSED))
    client = client_of(member)

    assert listed(client, view="offered") == []
    assert "Offered to you" not in client.get(reverse("office:ticket_list"), {"view": "done"}).content.decode()

    OfferFactory(person=member)
    assert "Offered to you" in client.get(reverse("office:ticket_list")).content.decode()


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
    assert listed(office, view="all", since="2026-03-09", until="2026-03-10", sort="number") == [early, late]
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


# Search --------------------------------------------------------------------------------------------------------------


def test_a_number_opens_the_ticket(office: Client) -> None:
    cast = make_cast(TicketStatus.CLOSED)

    for written in ("{}", "#{}", "  {} ", "Ticket #{}", "ticket no. {}", "{}.", "({})", "Nr. {}", "n° {}"):
        words = written.format(cast.ticket.number)
        response = office.get(reverse("office:ticket_list"), {"q": words})
        assert response["Location"] == reverse("office:ticket_detail", args=[cast.ticket.pk])

    foreign = cast.client("other_customers_manager").get(reverse("office:ticket_list"), {"q": str(cast.ticket.number)})
    assert foreign.status_code == 200
    assert list(foreign.context["page"].tickets) == []


def test_words_find_tickets_in_every_status() -> None:
    cast = make_cast(TicketStatus.CLOSED)

    assert listed(cast.client("moderator"), q="washer") == [cast.ticket]
    assert listed(cast.client("moderator"), q="WÄSHER sn-77") == [cast.ticket]
    assert listed(cast.client("moderator"), q="washer", view="open") == []
    assert listed(cast.client("other_customers_manager"), q="washer") == []


def test_a_search_says_where_the_words_stand_and_marks_them() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    cast.ticket.subject = "The <washer> leaks"
    fill_search(cast.ticket, cast.ticket.answers.all())
    cast.ticket.save()
    add_message_text(cast.ticket, "A film of it, washer and all", ())

    def place(role: str, words: str) -> str:
        (row,) = cast.client(role).get(reverse("office:ticket_list"), {"q": words}).context["page"].groups[0].rows
        return str(row.place)

    assert place("moderator", "LEAKS washer") == ""
    assert place("moderator", "film") == place("responsible", "leaks film") == "in messages"
    assert place("moderator", "sn-77") == "in the details"
    assert place("moderator", f"leaks {cast.device.customer}") == "in internal details"
    assert listed(cast.client("uninvolved"), q="film") == []
    page = cast.client("moderator").get(reverse("office:ticket_list"), {"q": "washer leak"}).content.decode()
    assert "The &lt;<mark>washer</mark>&gt; <mark>leak</mark>s" in page


# Sorting and pages ---------------------------------------------------------------------------------------------------


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


def test_what_is_found_by_words_is_not_sorted_by_where_they_stand(office: Client) -> None:
    older, newer = TicketFactory(subject="A loud film"), TicketFactory(subject="Z torn film")
    for ticket in (older, newer):
        fill_search(ticket, ())
        ticket.save()

    page = office.get(reverse("office:ticket_list"), {"q": "film", "sort": "subject"}).context["page"]

    assert page.tickets == [newer, older]
    assert [name for name, column in page.columns.items() if column.href] == ["number", "opened"]


def test_filters_leave_no_order_that_they_go_together_with(office: Client) -> None:
    page = office.get(
        reverse("office:ticket_list"), {"view": "all", "visibility": "internal", "sort": "-rating"}
    ).context["page"]

    assert [name for name, column in page.columns.items() if not column.href] == ["rating"]
    assert page.columns["opened"].direction == "descending"


def test_what_is_over_needs_no_one(office: Client) -> None:
    waiting, _assigned = TicketFactory(), AssignmentFactory().ticket
    for status in (TicketStatus.CLOSED, TicketStatus.CANCELLED):
        TicketFactory(status=status)

    assert listed(office, view="all", responsible="nobody") == [waiting]
    assert listed(office, view="all", responsible="nobody", status="closed") == []


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

    page = office.get(reverse("office:ticket_list"), {"view": "all"}).content.decode()

    drawn, used = set(re.findall(r'<symbol id="([\w-]+)"', page)), set(re.findall(r'<use href="#([\w-]+)"', page))
    assert used
    assert used <= drawn


def test_empty_lists_say_what_to_do(office: Client) -> None:
    texts = {"open": "All work is done", "offered": "Nothing is offered to you", "drafts": "No drafts"}

    for view, text in texts.items():
        page = office.get(reverse("office:ticket_list"), {"view": view}).content.decode()
        assert text in page
        assert reverse("office:ticket_create") in page

    assert "Nothing found" in office.get(reverse("office:ticket_list"), {"q": "unheard of"}).content.decode()


def test_markup_of_reporters_stays_text(office: Client) -> None:
    TicketFactory(subject="<script>alert(1)</script>")

    page = office.get(reverse("office:ticket_list")).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
