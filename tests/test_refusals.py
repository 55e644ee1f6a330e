"""The page of a refusal: where it leads back to."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import client_of, make_cast
from tests.factories import MemberFactory
from ticketing.models import TicketStatus

pytestmark = pytest.mark.django_db
HERE = "http://testserver/office/tickets/?status=open"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (HERE, HERE),
        ("https://evil.example/office/tickets/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_refusal_leads_back_to_where_its_reader_came_from_and_never_away(referer: str, back: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse("office:ticket_finish", args=[cast.ticket.pk])

    refusal = cast.client("uninvolved").post(address, headers={"Referer": referer})

    assert refusal.status_code == 403
    assert refusal.context["back_url"] == back


def test_a_refusal_does_not_lead_back_to_itself() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse("office:ticket_finish", args=[cast.ticket.pk])

    refusal = cast.client("uninvolved").post(address, headers={"Referer": f"http://testserver{address}"})

    assert refusal.context["back_url"] == "/"


def test_only_a_form_that_came_back_may_stay_in_the_history_of_its_browser() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    finish = reverse("office:ticket_finish", args=[cast.ticket.pk])

    refused, opened = cast.client("uninvolved").post(finish), cast.client("uninvolved").get(finish)
    sent = cast.client("responsible").post(finish)

    assert (sent.status_code, sent["Cache-Control"]) == (303, "private, no-store")
    assert (refused.status_code, refused["Cache-Control"]) == (403, "private, max-age=0")
    assert (opened.status_code, opened["Cache-Control"]) == (405, "private, no-store")


def test_a_form_that_expired_leads_back_to_its_page() -> None:
    page = "https://testserver/accounts/login/"

    answer = Client(enforce_csrf_checks=True).post(
        "/accounts/login/", {"login": "x"}, secure=True, headers={"referer": page, "origin": "https://testserver"}
    )

    assert answer.status_code == 403
    assert f'href="{page}"' in answer.content.decode()


def test_who_signed_in_and_is_lost_can_search() -> None:
    address = "/office/nowhere/"

    assert 'name="q"' in client_of(MemberFactory()).get(address).content.decode()
    assert 'name="q"' not in Client().get(address).content.decode()
