"""Why somebody is notified: the answer for many notifications at once."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fleet.actors import Actor
from messenger.models import Notification
from ticketing.access import tickets_for
from ticketing.audiences import circle_of
from ticketing.entry_kinds import AUDIENCES
from ticketing.models import JournalEntry, Ticket
from ticketing.selectors import informed_tickets

# Who has handed over a ticket since, for example.
ONCE = _("This concerned you when it happened.")


def why_of(actor: Actor, rows: Iterable[Notification]) -> dict[int, str]:
    """A sentence to the actor for each of their notifications, by its id, in the language that is active.

    As it is now: the ticket may have been handed over since. Nothing for tickets that they may no longer see. Eight
    queries at most, however many rows.
    """
    by_id = {row.pk: row for row in rows}
    tickets = {ticket.pk: ticket for ticket in _tickets(actor, {row.ticket_id for row in by_id.values()})}
    if not tickets or actor.person_id is None:
        return {}
    informed = informed_tickets(actor.person_id, tickets.values()) if actor.is_employee else set()
    entries = _entries(row for row in by_id.values() if row.ticket_id in tickets)

    def why(row: Notification) -> str:
        ticket, entry = tickets[row.ticket_id], entries.get((row.ticket_id, row.sequence))
        if entry is None:
            return str(ONCE)
        circle = circle_of(AUDIENCES[row.kind], actor, ticket, entry, is_informed=ticket.pk in informed)
        return str(circle.why if circle else ONCE)

    return {key: why(row) for key, row in by_id.items() if row.ticket_id in tickets}


def _tickets(actor: Actor, keys: set[int]) -> Iterable[Ticket]:
    """With what the rules ask of them."""
    if not keys:
        return ()
    found: QuerySet[Ticket] = tickets_for(actor).filter(pk__in=keys)
    # Only customers join a ticket.
    asked = ("offers", "assignments") if actor.is_employee else ("offers", "assignments", "affected")
    return found.select_related("device__template", "flow", "person").prefetch_related(*asked)


def _entries(rows: Iterable[Notification]) -> dict[tuple[int, int], JournalEntry]:
    """Of pairs of a ticket and a sequence; a few more are read, so that it is one statement with an index."""
    wanted = {(row.ticket_id, row.sequence) for row in rows}
    found = JournalEntry.objects.filter(
        ticket__in={ticket_id for ticket_id, _sequence in wanted}, sequence__in={sequence for _id, sequence in wanted}
    )
    return {(entry.ticket_id, entry.sequence): entry for entry in found if (entry.ticket_id, entry.sequence) in wanted}
