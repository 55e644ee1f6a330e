"""Pages of long lists by sort key and id."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F

from config.common import keyset
from config.common.keyset import Key, keyset_page
from tests.factories import TicketFactory
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
NEWEST = Key("opened_at", keyset.moment, descending=True)
BY_PRIORITY = Key("sort_key", keyset.number)


def make_tickets() -> list[Ticket]:
    return [TicketFactory(opened_at=START + timedelta(hours=n), priority=1 + n % 2) for n in range(7)]


def pages_of(key: Key) -> list[list[int]]:
    rows, cursor, found = Ticket.objects.annotate(sort_key=F("priority")), "", []
    while True:
        page = keyset_page(rows, key=key, cursor=cursor, size=3)
        found.append([ticket.pk for ticket in page.rows])
        cursor = page.next
        if not cursor:
            return found


def test_pages_hold_every_row_once_in_order() -> None:
    ids = [ticket.pk for ticket in make_tickets()]
    newest_first = ids[::-1]
    assert pages_of(NEWEST) == [newest_first[:3], newest_first[3:6], newest_first[6:]]


def test_rows_with_the_same_key_are_neither_lost_nor_repeated() -> None:
    tickets = make_tickets()
    in_order = [t.pk for t in tickets if t.priority == 1] + [t.pk for t in tickets if t.priority == 2]
    assert [pk for page in pages_of(BY_PRIORITY) for pk in page] == in_order


def test_the_way_back_leads_over_the_same_pages() -> None:
    make_tickets()
    rows = Ticket.objects.all()
    first = keyset_page(rows, key=NEWEST, size=3)
    second = keyset_page(rows, key=NEWEST, cursor=first.next, size=3)

    back = keyset_page(rows, key=NEWEST, cursor=second.previous, size=3)

    assert first.previous == ""
    assert back.rows == first.rows
    assert back.previous == ""
    assert keyset_page(rows, key=NEWEST, cursor=back.next, size=3).rows == second.rows


def test_a_new_row_moves_no_page() -> None:
    tickets = make_tickets()
    first = keyset_page(Ticket.objects.all(), key=NEWEST, size=3)
    TicketFactory(opened_at=START + timedelta(days=1))

    second = keyset_page(Ticket.objects.all(), key=NEWEST, cursor=first.next, size=3)

    assert second.rows == [tickets[3], tickets[2], tickets[1]]


def written(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "ünïcode",
        "x" * 5000,
        written([]),
        written(None),
        written({"a": 1}),
        written([0, "yesterday", 1]),
        written([0, "2026-01-01T00:00:00", 1]),
        written([0, "2026-01-01T00:00:00+00:00", 10**30]),
        written([0, 5, True]),
        written([0, "0001-01-01T00:00:00+23:59", 1]),
        written([0, "9999-12-31T23:59:59-23:59", 1]),
    ],
)
def test_a_cursor_of_foreign_making_leads_to_the_first_page(cursor: str) -> None:
    tickets = make_tickets()
    page = keyset_page(Ticket.objects.all(), key=NEWEST, cursor=cursor, size=3)
    assert page.rows == [tickets[6], tickets[5], tickets[4]]


@pytest.mark.parametrize("value", ["\0", "\ud800", 5, None])
def test_a_text_that_no_database_holds_is_no_cursor(value: object) -> None:
    tickets = make_tickets()
    page = keyset_page(Ticket.objects.all(), key=Key("subject", keyset.text), cursor=written([0, value, 1]), size=9)
    assert page.rows == sorted(tickets, key=lambda ticket: ticket.subject)
