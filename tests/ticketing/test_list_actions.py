"""What is done to tickets from their rows in the list."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from fleet.models import Person
from tests.cast import client_of
from tests.factories import (
    AssignmentFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    OfferFactory,
    TicketFactory,
)
from tests.ticketing.office_list import listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted_before")]


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


def test_rows_that_have_somebody_and_those_that_are_loaded_later_can_be_assigned(office: Client) -> None:
    AssignmentFactory()

    def shown(client: Client) -> str:
        return client.get(reverse("office:ticket_list")).content.decode()

    assert 'id="row-assign"' in shown(office)
    assert 'id="row-assign"' not in shown(client_of(MemberFactory()))
    manager = ManagerFactory(customer=AssignmentFactory().ticket.customer)
    assert 'data-behaviour="row-actions"' not in shown(client_of(manager))


def test_a_script_that_acts_on_a_row_gets_this_row_as_the_list_has_it_now() -> None:
    member = MemberFactory()
    offered = OfferFactory(person=member).ticket
    OfferFactory(person=member)
    client = client_of(member)

    def accepted(query: str) -> str:
        sent = client.post(
            reverse("office:ticket_accept", args=[offered.pk]), {"list": query}, headers={"X-Requested-With": "fetch"}
        )
        assert sent.status_code == 303
        return str(sent["Location"])

    address = accepted("view=open&cursor=x")

    page = client.get(address).content.decode()
    assert address == f"/office/tickets/?view=open&cursor=x&only={offered.pk}"
    assert re.findall(r'class="subject" href="([^"]+)"', page) == [f"/office/tickets/{offered.pk}/"]
    assert "You are responsible for this ticket now." in page
    assert client.get(accepted("view=offered")).context["page"].tickets == []


def test_rejecting_from_a_row_asks_first() -> None:
    member = MemberFactory()
    offered = OfferFactory(person=member).ticket
    client, address = client_of(member), reverse("office:ticket_reject", args=[offered.pk])

    asked = client.get(address, {"list": "view=offered"})

    assert "Reject this ticket?" in asked.content.decode()
    assert 'name="list" value="view=offered"' in asked.content.decode()
    assert listed(client, view="offered") == [offered]
    assert client.post(address, {"list": "view=offered"})["Location"] == "/office/tickets/?view=offered"
    assert listed(client, view="offered") == []
    assert client.get(address).status_code == 403
