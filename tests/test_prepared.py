"""Statements that PostgreSQL plans once for a connection."""

import pytest
from django.db import connection

from config.common.rows import planned_once
from tests.cast import make_cast
from ticketing import access
from ticketing.models import Ticket, TicketStatus

pytestmark = pytest.mark.django_db
KEPT = """
    SELECT statement, generic_plans + custom_plans
    FROM pg_prepared_statements
    WHERE statement LIKE 'SELECT "ticketing%'
"""


def kept_plans() -> dict[str, int]:
    """How often each prepared statement over tickets was carried out, on this connection."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        return dict(cursor.fetchall())


@pytest.mark.postgres
def test_a_ticket_is_fetched_by_a_plan_that_is_kept() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    access.ticket_for(cast.moderator, cast.ticket.pk)
    before = kept_plans()

    access.ticket_for(cast.moderator, cast.ticket.pk)

    again = {statement for statement, count in kept_plans().items() if count > before.get(statement, 0)}
    assert len(again) == 1
    assert set(before) == set(kept_plans())


@pytest.mark.postgres
def test_what_depends_on_values_is_planned_each_time() -> None:
    before = kept_plans()

    for status in (TicketStatus.OPEN, TicketStatus.DONE) * 4:
        list(Ticket.objects.filter(status=status).order_by("subject")[:5])

    assert kept_plans() == before


@pytest.mark.postgres
def test_a_statement_that_fails_ends_the_preparing() -> None:
    before = connection.connection.prepare_threshold

    with pytest.raises(Ticket.DoesNotExist), planned_once():
        Ticket.objects.get(pk=0)

    assert connection.connection.prepare_threshold == before


def test_sqlite_and_poolers_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.features, "uses_server_side_binding", False, raising=False)

    with planned_once():
        assert not Ticket.objects.exists()
