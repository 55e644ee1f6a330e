"""The views of the ticket list, its groups, and how many tickets are in them."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from fleet.models import Person
from tests.cast import client_of
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    DeviceFactory,
    DraftFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    OfferFactory,
    TicketFactory,
)
from tests.ticketing.office_list import counted, listed
from ticketing.models import Priority, TicketStatus, Visibility

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted_before")]


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


@pytest.mark.parametrize("factory", [ManagerFactory, ModeratorFactory])
def test_drafts_have_no_order_of_work(factory: Any) -> None:
    reader = factory()
    draft = DraftFactory(creator=reader)
    page = client_of(reader).get(reverse("office:ticket_list"), {"view": "drafts", "sort": "turn"}).context["page"]
    assert page.tickets == [draft]


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
        "not_fixed": "",
        "unsent": "",
    }


def test_own_work_is_in_the_counts_at_once(office: Client, moderator: Person) -> None:
    ticket = TicketFactory()
    counted(office)

    office.post(reverse("office:ticket_assign", args=[ticket.pk]), {"person": moderator.pk, "list": "view=open"})

    page = office.get(reverse("office:ticket_list")).context["page"]
    assert not page.knows_counts
    assert [group.count for group in page.groups] == [""]


def test_what_nobody_can_work_off_is_not_counted_to_its_end(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.common.counting.MOST_COUNTED", 2)
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


def test_what_is_done_and_not_fixed_has_a_view_while_there_is_something(office: Client) -> None:
    assert counted(office)["not_fixed"] == ""
    late, early = (TicketFactory(status=TicketStatus.DONE, is_not_fixed=True) for _ in range(2))
    urgent = TicketFactory(status=TicketStatus.DONE, is_not_fixed=True, priority=Priority.HIGH)
    TicketFactory(status=TicketStatus.DONE)
    cache.clear()

    assert listed(office, view="not_fixed") == [urgent, late, early]
    assert counted(office)["not_fixed"] == "3"
    assert "Not fixed" not in client_of(ManagerFactory()).get(reverse("office:ticket_list")).content.decode()


def test_every_page_has_a_place_for_the_numbers_and_no_statement_for_them(office: Client) -> None:
    page = office.get(reverse("office:notification_list")).content.decode()
    assert f'hx-get="{reverse("office:view_count_list")}"' in page

    TicketFactory()
    counted(office)
    page = office.get(reverse("office:notification_list")).content.decode()

    assert f'hx-get="{reverse("office:view_count_list")}"' not in page
    assert re.search(r'data-count="unassigned">1<', page)


def test_customers_count_their_own(office: Client) -> None:
    customer = CustomerFactory()
    TicketFactory(device=DeviceFactory(customer=customer))
    TicketFactory()

    numbers = counted(client_of(ManagerFactory(customer=customer)))
    assert (numbers["open"], numbers["mine"]) == ("1", "0")
    assert "offered" not in numbers


def test_an_offer_that_can_no_longer_be_accepted_is_no_offer() -> None:
    member = MemberFactory()
    OfferFactory(person=member, ticket=TicketFactory(status=TicketStatus.CLOSED))
    client = client_of(member)

    assert listed(client, view="offered") == []
    assert "Offered to you" not in client.get(reverse("office:ticket_list"), {"view": "done"}).content.decode()

    OfferFactory(person=member)
    assert "Offered to you" in client.get(reverse("office:ticket_list")).content.decode()


def test_empty_lists_say_what_to_do(office: Client) -> None:
    texts = {"open": "All work is done", "offered": "Nothing is offered to you", "drafts": "No drafts"}

    for view, text in texts.items():
        page = office.get(reverse("office:ticket_list"), {"view": view}).content.decode()
        assert text in page
        assert reverse("office:ticket_create") in page

    assert "Nothing found" in office.get(reverse("office:ticket_list"), {"q": "unheard of"}).content.decode()
