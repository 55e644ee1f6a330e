"""The numbers of tickets: one after the other, without a gap."""

from django.db.models import F

from ticketing.models import Ticket, TicketCounter
from ticketing.services.journal import COUNTERS

_OPENED = ("number", "status", "opened_at", "subject", "visibility", "search_public", "search_internal", *COUNTERS)


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
    counter = TicketCounter.objects.filter(pk=1)
    if not counter.update(last=F("last") + count):
        TicketCounter.objects.get_or_create(pk=1)
        counter.update(last=F("last") + count)
    last = counter.values_list("last", flat=True)[0]
    return range(last - count + 1, last + 1)
