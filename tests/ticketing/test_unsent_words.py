"""Words to finished work that were begun and not sent: kept like messages, and shown where their form is gone."""

import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from messenger.models import UnsentText
from tests.cast import Cast, make_cast
from ticketing.models import TicketStatus
from ticketing.services import life_cycle
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.DONE)


def keep(client: Client, cast: Cast, box: str, text: str, key: uuid.UUID) -> Any:
    typed = {"key": str(key), "box": box, "text": text, "page": str(uuid.uuid4()), "version": 1, "base": 0}
    address = PORTAL.ticket_url("unsent_texts", cast.ticket)
    return client.put(address, urlencode(typed), content_type="application/x-www-form-urlencoded")


def rate(client: Client, cast: Cast, **given: object) -> Any:
    return client.post(reverse("ratings:rate", args=[cast.ticket.pk]), given)


def shown(client: Client, cast: Cast) -> str:
    return client.get(PORTAL.ticket_url("ticket_detail", cast.ticket)).content.decode()


def test_a_comment_outlives_that_the_ticket_is_reopened_and_is_shown_once(cast: Cast) -> None:
    client, key = cast.client("reporter"), uuid.uuid4()
    rate(client, cast, score=2)
    assert keep(client, cast, "rating", "The door still", key).status_code == 200
    # Its own form shows it.
    assert "The door still" not in shown(client, cast)

    life_cycle.reopen_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert shown(client, cast).count("The door still") == 1
    assert "The door still" not in shown(cast.client("manager"), cast)
    client.delete(f"{PORTAL.ticket_url('unsent_texts', cast.ticket)}?box=not_fixed&box=rating")
    assert "The door still" not in shown(client, cast)


def test_a_comment_that_was_sent_does_not_come_back(cast: Cast) -> None:
    client, key = cast.client("reporter"), uuid.uuid4()
    rate(client, cast, score=4)
    keep(client, cast, "rating", "Quick and fr", key)

    assert rate(client, cast, score=4, comment="Quick and friendly", client_key=key).status_code == 303

    assert not UnsentText.objects.exists()
    # A request that was on its way for long.
    keep(client, cast, "rating", "Quick and fr", key)
    assert not UnsentText.objects.exists()


def test_what_is_still_wrong_is_used_up_by_saying_it(cast: Cast) -> None:
    client, key = cast.client("reporter"), uuid.uuid4()
    keep(client, cast, "not_fixed", "It lea", key)
    address = PORTAL.ticket_url("ticket_not_fixed", cast.ticket)

    for _twice in range(2):
        assert client.post(address, {"text": "It leaks", "client_key": key}).status_code == 303

    keep(client, cast, "not_fixed", "It lea", key)
    assert not UnsentText.objects.exists()
    assert shown(client, cast).count("It leaks") == 1


def test_discarding_what_was_said_afterwards_leaves_a_message_that_is_typed(cast: Cast) -> None:
    client = cast.client("reporter")
    keep(client, cast, "message", "One more", uuid.uuid4())
    keep(client, cast, "not_fixed", "It lea", uuid.uuid4())

    client.delete(f"{PORTAL.ticket_url('unsent_texts', cast.ticket)}?box=not_fixed&box=rating")

    assert [each.box for each in UnsentText.objects.all()] == ["message"]


def test_a_manager_finds_the_comment_among_the_unsent_texts(cast: Cast) -> None:
    client = cast.client("manager")
    keep(client, cast, "rating", "Took a week", uuid.uuid4())

    listed = client.get(reverse("office:unsent_list")).content.decode()

    assert "Took a week" in listed
    assert PORTAL.ticket_url("ticket_detail", cast.ticket) in listed


def test_the_form_of_work_before_says_it_once_more_of_the_work_after(cast: Cast) -> None:
    client, key = cast.client("reporter"), uuid.uuid4()
    address = PORTAL.ticket_url("ticket_not_fixed", cast.ticket)
    client.post(address, {"text": "It leaks", "client_key": key})
    life_cycle.reopen_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)
    life_cycle.start_work(actor=cast.moderator, ticket_id=cast.ticket.pk)
    life_cycle.finish_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert client.post(address, {"text": "It leaks again", "client_key": key}).status_code == 303

    assert cast.fresh().is_not_fixed
    assert "It leaks again" in shown(client, cast)
