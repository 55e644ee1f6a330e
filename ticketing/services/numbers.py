"""The numbers of tickets: one after the other, without a gap."""

from django.db import connection

from ticketing.models import Ticket, TicketCounter
from ticketing.models.tickets import SEARCH_COLUMNS
from ticketing.services.journal import COUNTERS

_ADVANCE = f"UPDATE {TicketCounter._meta.db_table} SET last = last + %s WHERE id = 1 RETURNING last"  # noqa: S608
_OPENED = (
    *("number", "status", "opened_at", "subject", "visibility", "priority", "person", "customer"),
    *SEARCH_COLUMNS,
    *COUNTERS,
)


def give_number(ticket: Ticket) -> None:
    """Save all that opening changed of the ticket, with its number; once it has one, nothing changes.

    A building block for the very end of a transaction: until its commit no other ticket can get a number.
    """
    if ticket.number is not None:
        return
    [ticket.number] = take_numbers(1)
    ticket.search_public = f"{ticket.number} {ticket.search_public}"
    ticket.save(update_fields=_OPENED)


def take_numbers(count: int) -> range:
    """The next numbers, which no one else gets. A building block for the very end of a transaction, like the above."""
    last = _advance(count)
    if last is None:
        TicketCounter.objects.get_or_create(pk=1)
        last = _advance(count)
    assert last is not None
    return range(last - count + 1, last + 1)


def _advance(count: int) -> int | None:
    # Django has no UPDATE that returns what it wrote, and everybody who opens a ticket waits meanwhile.
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [count])
        row = cursor.fetchone()
    return row[0] if row else None
