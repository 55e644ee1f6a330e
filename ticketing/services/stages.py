"""The stage of a ticket, set in its form: the transitions of its status that are meant by it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import WrongStatus
from fleet.actors import KnownActor
from fleet.models import Decision
from fleet.services.offers import decide
from ticketing.models import Stage, Ticket, TicketStatus
from ticketing.services import life_cycle
from ticketing.services.editing import Edited, edit_fields
from ticketing.services.journal import change_status, lock_ticket
from ticketing.services.life_cycle import close_finished
from ticketing.services.repetition import find_repetition


@transaction.atomic
def save_desk_form(
    *, actor: KnownActor, ticket_id: int, version: int, values: Mapping[str, Any], stage: Stage | None = None
) -> Edited:
    """Edit the fields, then bring the ticket to the stage; both or nothing. Raises as these two do."""
    edited = edit_fields(actor=actor, ticket_id=ticket_id, version=version, values=values)
    if stage is None or stage == edited.ticket.status.stage:
        return edited
    moved = set_stage(actor=actor, ticket_id=ticket_id, stage=stage)
    return replace(edited, ticket=moved, has_moved=True)


@transaction.atomic
def set_stage(*, actor: KnownActor, ticket_id: int, stage: Stage) -> Ticket:
    """Bring the ticket to the stage; the present one changes nothing.

    Ongoing starts the work; dealt with finishes it, an OPEN ticket's after it was started, or archives it for a
    manager. Raises `NotAllowed`, and `WrongStatus` for a stage that cannot be reached from here.
    """
    ticket = lock_ticket(ticket_id, actor)
    if ticket.status.stage == stage:
        return ticket
    if stage == Stage.NEW:
        raise WrongStatus(_("A ticket that somebody works on is not new again: it can be reopened."))
    if stage == Stage.DEALT_WITH and actor.is_manager:
        return archive_ticket(actor=actor, ticket_id=ticket_id)
    if stage != Stage.DEALT_WITH or ticket.status == TicketStatus.OPEN:
        ticket = life_cycle.start_work(actor=actor, ticket_id=ticket_id)
    return ticket if stage != Stage.DEALT_WITH else life_cycle.finish_ticket(actor=actor, ticket_id=ticket_id)


@transaction.atomic
def archive_ticket(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """A manager needs no help any more: an OPEN ticket is CANCELLED and its offers withdrawn, other work is CLOSED.

    No rating is asked for: who would rate has just said that it is dealt with. Again, it changes nothing.
    """
    ticket = lock_ticket(ticket_id, actor)
    if find_repetition(actor, "ticketing.archive", ticket, ticket.status.stage == Stage.DEALT_WITH):
        return ticket
    if ticket.status == TicketStatus.OPEN:
        # Those who were asked are told of it, so they are not withdrawn before.
        change_status(ticket, actor.person, ticket.cancel)
        _withdraw_offers(ticket)
        return ticket
    ticket.done_count += 1
    ticket.score, ticket.asks_for_rating = 0, False
    ticket.save(update_fields=["done_count", "score", "asks_for_rating"])
    change_status(ticket, actor.person, ticket.finish)
    close_finished(ticket, actor)
    _withdraw_offers(ticket)
    return ticket


def _withdraw_offers(ticket: Ticket) -> None:
    for offer in ticket.offers.filter(decision=Decision.OPEN):
        decide(offer, Decision.WITHDRAWN)
