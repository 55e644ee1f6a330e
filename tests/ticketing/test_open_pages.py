"""An open page that asks for what it shows already gets nothing, before anything is drawn."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from messenger.selectors import bell_state
from tests.cast import Cast, make_cast
from tests.factories import NotificationFactory
from ticketing.models import Priority, TicketStatus
from ticketing.services import life_cycle, properties
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


def change(cast: Cast) -> None:
    properties.change_priority(actor=cast.moderator, ticket_id=cast.ticket.pk, priority=Priority.HIGH)
    life_cycle.start_work(actor=cast.responsible, ticket_id=cast.ticket.pk)


def ask_again(browser: Client, address: str) -> Any:
    """As an open page does that knows the number of what it shows."""
    tag = browser.get(address)["ETag"]
    return lambda: browser.get(address, headers={"If-None-Match": tag})


@pytest.mark.parametrize("where", ["header", "side", "body", "list", "portal"])
def test_what_an_open_page_shows_is_drawn_again_only_after_a_change(where: str, cast: Cast) -> None:
    if where == "portal":
        ask = ask_again(cast.client("reporter"), PORTAL.ticket_url("ticket_status", cast.ticket))
    elif where == "list":
        ask = ask_again(cast.client("responsible"), OFFICE.url("ticket_list"))
    else:
        address = OFFICE.url("ticket_part", ticket_id=cast.ticket.pk, part=where)
        ask = ask_again(cast.client("responsible"), address)

    same = ask()
    change(cast)
    other = ask()

    assert (same.status_code, same.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert other.status_code == HTTPStatus.OK
    assert other.content


def test_a_bell_is_drawn_again_only_after_a_change(cast: Cast) -> None:
    NotificationFactory(person=cast.person("responsible"), ticket=cast.ticket)
    ask = ask_again(cast.client("responsible"), OFFICE.url("notification_bell"))
    assert bell_state(cast.responsible).unread

    assert ask().status_code == HTTPStatus.NOT_MODIFIED
    cast.person("responsible").notifications.all().delete()
    assert ask().status_code == HTTPStatus.OK


def test_customers_get_the_number_of_what_is_public(cast: Cast) -> None:
    address = OFFICE.url("ticket_part", ticket_id=cast.ticket.pk, part="header")
    inside, outside = (cast.client(role).get(address)["ETag"] for role in ("responsible", "manager"))
    ticket = cast.fresh()

    assert (inside, outside) == (f'W/"{ticket.sequence}"', f'W/"{ticket.public_sequence}"')


def test_a_page_that_lost_access_is_refused_and_not_left_as_it_is(cast: Cast) -> None:
    address = OFFICE.url("ticket_part", ticket_id=cast.ticket.pk, part="header")
    browser = cast.client("manager")
    ask = ask_again(browser, address)

    cast.person("manager").is_active = False
    cast.person("manager").save()

    assert ask().status_code not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
