"""The stage of a ticket, set in its form: the transitions of its status that are meant by it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import WrongStatus
from fleet.actors import KnownActor
from fleet.models import Decision
from fleet.services.offers import decide
from messenger.services.attachments import check_files
from ticketing.models import Stage, Ticket, TicketStatus
from ticketing.services import life_cycle
from ticketing.services.desk_files import add_files
from ticketing.services.editing import Edited, edit_fields
from ticketing.services.journal import change_status, lock_ticket
from ticketing.services.life_cycle import close_finished
from ticketing.services.repetition import find_repetition
from ticketing.services.video_ends import end_video_sessions


@dataclass(frozen=True)
class AddedFiles:
    """What is added to a ticket with its form; the key is that of the form."""

    client_key: uuid.UUID
    files: Sequence["UploadedFile[bytes]"] = ()
    upload_ids: Sequence[uuid.UUID] = ()


def save_desk_form(
    *,
    actor: KnownActor,
    ticket_id: int,
    version: int,
    values: Mapping[str, Any],
    stage: Stage | None = None,
    added: AddedFiles | None = None,
) -> Edited:
    """Add the files, edit the fields, then bring the ticket to the stage; all or nothing. Raises as these three do."""
    # Outside the transaction: on SQLite every other request that writes would wait while pictures are decoded.
    checked = check_files(added.files) if added else []
    with transaction.atomic():
        has_files = added is not None and add_files(
            actor=actor,
            ticket_id=ticket_id,
            client_key=added.client_key,
            files=checked,
            upload_ids=added.upload_ids,
        )
        edited = _edit_and_move(actor, ticket_id, version, values, stage)
    return replace(edited, has_files=has_files)


def _edit_and_move(
    actor: KnownActor, ticket_id: int, version: int, values: Mapping[str, Any], stage: Stage | None
) -> Edited:
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
        end_video_sessions(ticket)
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
