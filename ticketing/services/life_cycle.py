"""What people do to the status of a ticket: start, set back, finish, close, reopen, cancel."""

from django.db import transaction

from fleet.actors import KnownActor
from ticketing.models import Ticket, TicketStatus
from ticketing.services.assignment import become_responsible, end_assignments_of_former, send_offers
from ticketing.services.journal import change_status, lock_ticket
from ticketing.services.repetition import find_repetition
from ticketing.services.video_ends import end_video_sessions


@transaction.atomic
def start_work(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """To IN PROGRESS. A superior who starts an OPEN ticket becomes responsible."""
    ticket = lock_ticket(ticket_id, actor)
    if find_repetition(actor, "ticketing.start", ticket, ticket.status == TicketStatus.IN_PROGRESS):
        return ticket
    if ticket.status == TicketStatus.OPEN:
        become_responsible(ticket, actor)
    change_status(ticket, actor.person, ticket.start)
    return ticket


@transaction.atomic
def set_back(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """From IN PROGRESS to ASSIGNED."""
    ticket = lock_ticket(ticket_id, actor)
    if not find_repetition(actor, "ticketing.set_back", ticket, ticket.status == TicketStatus.ASSIGNED):
        change_status(ticket, actor.person, ticket.set_back)
    return ticket


@transaction.atomic
def finish_ticket(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """To DONE, and on to CLOSED at once where no rating is asked for."""
    ticket = lock_ticket(ticket_id, actor)
    is_finished = ticket.status in (TicketStatus.DONE, TicketStatus.CLOSED)
    if find_repetition(actor, "ticketing.finish", ticket, is_finished):
        return ticket
    ticket.done_count += 1
    ticket.score = 0
    ratings_enabled = ticket.device is not None and ticket.device.template.ratings_enabled
    ticket.asks_for_rating = ticket.is_public and ratings_enabled
    ticket.save(update_fields=["done_count", "asks_for_rating", "score"])
    change_status(ticket, actor.person, ticket.finish)
    if not ticket.asks_for_rating:
        close_finished(ticket, actor)
    return ticket


@transaction.atomic
def close_ticket(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """From DONE to CLOSED by hand, because a rating may never come."""
    ticket = lock_ticket(ticket_id, actor)
    if not find_repetition(actor, "ticketing.close", ticket, ticket.status == TicketStatus.CLOSED):
        close_finished(ticket, actor)
    return ticket


@transaction.atomic
def reopen_ticket(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """To ASSIGNED, or to OPEN with new offers where no active employee is responsible. The old rating stays."""
    ticket = lock_ticket(ticket_id, actor)
    is_reopened = ticket.status in (TicketStatus.ASSIGNED, TicketStatus.OPEN)
    if find_repetition(actor, "ticketing.reopen", ticket, is_reopened):
        return ticket
    ticket.asks_for_rating = ticket.is_not_fixed = False
    ticket.reopened_count += 1
    ticket.save(update_fields=["asks_for_rating", "is_not_fixed", "reopened_count"])
    ticket.affected.update(works_again_at=None)
    end_assignments_of_former(ticket, actor)
    change_status(ticket, actor.person, ticket.reopen)
    if ticket.status == TicketStatus.OPEN:
        send_offers(ticket, actor.person)
    return ticket


@transaction.atomic
def cancel_ticket(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """To CANCELLED, because help is no longer needed. Everything stays readable."""
    ticket = lock_ticket(ticket_id, actor)
    if not find_repetition(actor, "ticketing.cancel", ticket, ticket.status == TicketStatus.CANCELLED):
        change_status(ticket, actor.person, ticket.cancel)
        end_video_sessions(ticket)
    return ticket


def close_finished(ticket: Ticket, actor: KnownActor) -> None:
    """From DONE to CLOSED. A building block under the caller's lock, after a rule of its own."""
    if ticket.is_not_fixed:
        ticket.is_not_fixed = False
        ticket.save(update_fields=["is_not_fixed"])
    change_status(ticket, actor.person, ticket.close)
    end_video_sessions(ticket)
