"""The same problem: people who join the ticket of somebody else, leave it again, or say that it works."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from config.common import clock
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import KnownActor
from messenger.services.attachments import check_files, collect_attachments
from messenger.services.messages import check_text, message_sent_with
from ticketing.access import key_of_works_again
from ticketing.entry_kinds import JOINED, LEFT, WORKS_AGAIN
from ticketing.models import Affected, Ticket
from ticketing.services.journal import lock_ticket, record
from ticketing.services.messages import message_with_files, record_message
from ticketing.services.repetition import find_repetition
from ticketing.services.uploads import count_files


def join_ticket(
    *,
    actor: KnownActor,
    ticket_id: int,
    client_key: uuid.UUID,
    text: str = "",
    files: Sequence["UploadedFile[bytes]"] = (),
    upload_ids: Sequence[uuid.UUID] = (),
) -> Ticket:
    """Say “me too”; what is written or added with it becomes a message of the actor.

    Who is affected already stays so, and is not counted again. The same key again sends no second message. Raises
    `NotAllowed` for employees and whoever's ticket it is, `WrongStatus`, `TooMuch`, and `InvalidInput` for unusable
    input.
    """
    # What was sent with the key before needs its files no more.
    if files and message_with_files(actor, ticket_id, client_key):
        files = ()
    count_files(actor=actor, ticket_id=ticket_id, files=files)
    # Outside the transaction: no other request waits for the ticket while pictures are decoded.
    checked = check_files(files)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        joined = get_or_none(Affected.objects.filter(ticket=ticket, person=actor.person))
        if not find_repetition(actor, "ticketing.join_ticket", ticket, joined, is_own=True):
            _join(ticket, actor)
        text = check_text(text, has_files=True)
        says_more = bool(text or checked or upload_ids)
        if says_more and message_sent_with(ticket.conversation, actor.person_id, client_key) is None:
            require(actor, "ticketing.write_message", ticket)
            attachments = collect_attachments(person=actor.person, files=checked, upload_ids=upload_ids)
            record_message(ticket, actor.person, text, attachments, client_key)
    return ticket


def _join(ticket: Ticket, actor: KnownActor) -> None:
    before = ticket.journal.filter(kind=JOINED.name, person=actor.person).exists()
    entry = record(ticket, JOINED, actor.person, **({"again": True} if before else {}))
    Affected.objects.create(ticket=ticket, person=actor.person, joined_at=entry.at)
    _count(ticket, 1)


def _count(ticket: Ticket, more: int) -> None:
    # The ticket is locked.
    ticket.affected_count += more
    ticket.save(update_fields=["affected_count"])


@transaction.atomic
def leave_ticket(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """Say that one is no longer affected. Who is not changes nothing."""
    ticket = lock_ticket(ticket_id, actor)
    joined = get_or_none(Affected.objects.filter(ticket=ticket, person=actor.person))
    if joined is not None:
        require(actor, "ticketing.leave_ticket", ticket)
        joined.delete()
        _count(ticket, -1)
        record(ticket, LEFT, actor.person)
    return ticket


@transaction.atomic
def say_works_again(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """Tell those who work on it that it works again, once until it is reopened. The status stays.

    Raises `NotAllowed` for who neither reported nor joined it, and `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id, actor)
    key = key_of_works_again(ticket)
    said = message_sent_with(ticket.conversation, actor.person_id, key)
    if not find_repetition(actor, "ticketing.say_works_again", ticket, said):
        record_message(ticket, actor.person, "", [], key, WORKS_AGAIN)
        ticket.affected.filter(person=actor.person).update(works_again_at=clock.now())
    return ticket
