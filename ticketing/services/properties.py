"""Priority and visibility, changed by those who work on the ticket."""

from django.db import transaction

from fleet.actors import KnownActor
from fleet.revocation import revoke_access
from messenger.services.notifications import take_back_from_customers
from ticketing.entry_kinds import PRIORITY_CHANGED, VISIBILITY_CHANGED
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.services.journal import lock_ticket, record
from ticketing.services.life_cycle import close_finished
from ticketing.services.repetition import find_repetition
from ticketing.services.video_ends import end_video_sessions


@transaction.atomic
def change_priority(*, actor: KnownActor, ticket_id: int, priority: Priority) -> Ticket:
    """Set the priority. The present one again changes nothing."""
    ticket = lock_ticket(ticket_id, actor)
    if not find_repetition(actor, "ticketing.change_priority", ticket, ticket.priority == priority):
        before, ticket.priority = ticket.priority, priority
        ticket.save(update_fields=["priority"])
        record(ticket, PRIORITY_CHANGED, actor.person, before=before.value, after=priority.value)
    return ticket


@transaction.atomic
def change_visibility(*, actor: KnownActor, ticket_id: int, visibility: Visibility) -> Ticket:
    """Make the ticket PUBLIC or INTERNAL. The present one again changes nothing.

    INTERNAL hides it from customers at once, sockets and downloads included, without notifying them, and closes a DONE
    ticket. What was written while INTERNAL is never shown to customers.
    """
    ticket = lock_ticket(ticket_id, actor)
    is_changed = ticket.visibility == visibility and not ticket.is_draft
    if find_repetition(actor, "ticketing.change_visibility", ticket, is_changed):
        return ticket
    # Before: customers learn that theirs is over, and nothing of one among employees, in which they have no place.
    end_video_sessions(ticket)
    before, ticket.visibility = ticket.visibility, visibility
    ticket.save(update_fields=["visibility"])
    record(ticket, VISIBILITY_CHANGED, actor.person, before=before.value, after=visibility.value)
    if visibility == Visibility.INTERNAL:
        # Those who could rate it do not see it any more.
        if ticket.status == TicketStatus.DONE:
            close_finished(ticket, actor)
        take_back_from_customers(ticket_id=ticket.pk)
        revoke_access(ticket=ticket.pk)
    return ticket
