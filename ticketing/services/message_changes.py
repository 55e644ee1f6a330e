"""Editing messages and taking them back, for a short time after they were sent. The journal keeps that it happened."""

from django.db import transaction

from fleet.actors import KnownActor
from messenger.models import Message
from messenger.services.messages import blank_message, check_text, replace_text
from messenger.services.notifications import take_back_fact
from ticketing.access import message_in
from ticketing.entry_kinds import (
    EDITED_MESSAGE_KINDS,
    INTERNAL_MESSAGE_EDITED,
    INTERNAL_MESSAGE_TAKEN_BACK,
    MESSAGE_EDITED,
    MESSAGE_TAKEN_BACK,
    EntryKind,
)
from ticketing.models import JournalEntry, Ticket
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.repetition import find_repetition
from ticketing.services.search import refill_search


@transaction.atomic
def edit_message(*, actor: KnownActor, ticket_id: int, number: int, text: str) -> Message:
    """Give an own message another text; its files stay, and employees can read what it was before.

    `number` is that by which the actor knows it. The same text again changes nothing. Raises `NotVisible`,
    `NotAllowed`, `WrongStatus` after ten minutes, and `InvalidInput` for unusable text.
    """
    ticket = lock_ticket(ticket_id, actor)
    message = message_in(actor, ticket, number)
    files = [attachment.evidence for attachment in message.attachments.all()]
    text = check_text(text, has_files=bool(files))
    is_done = message.text == text and not message.is_taken_back
    is_own = message.author_id == actor.person_id
    if find_repetition(actor, "ticketing.edit_message", message, is_done, is_own=is_own):
        return message
    replace_text(message, text, recorded_as=_recorded_as(ticket, message))
    kind = INTERNAL_MESSAGE_EDITED if message.is_internal else MESSAGE_EDITED
    return _changed(ticket, actor, message, kind, digest=digest_text(message.salt, text, files))


@transaction.atomic
def take_back_message(*, actor: KnownActor, ticket_id: int, number: int) -> Message:
    """Take text and files of an own message away; that there was one stays. Who was not told of it yet never is.

    Again it changes nothing. Raises `NotVisible`, `NotAllowed`, and `WrongStatus` after ten minutes.
    """
    ticket = lock_ticket(ticket_id, actor)
    message = message_in(actor, ticket, number)
    is_own = message.author_id == actor.person_id
    if find_repetition(actor, "ticketing.take_back_message", message, message.is_taken_back, is_own=is_own):
        return message
    blank_message(message)
    take_back_fact(ticket_id=ticket.pk, sequence=message.sequence)
    kind = INTERNAL_MESSAGE_TAKEN_BACK if message.is_internal else MESSAGE_TAKEN_BACK
    return _changed(ticket, actor, message, kind)


def _changed(ticket: Ticket, actor: KnownActor, message: Message, kind: EntryKind, **data: str) -> Message:
    # A page that was open all the time must not go on showing what was taken back while its ticket was hidden.
    entry = record(ticket, kind, actor.person, message=message.sequence, **data)
    message.change_sequence, message.public_change_sequence = entry.sequence, entry.public_sequence
    message.save()
    refill_search(ticket)
    return message


def _recorded_as(ticket: Ticket, message: Message) -> int:
    """The sequence of the entry with the digest of what the message says."""
    if message.edited_at is None:
        return message.sequence
    edits = JournalEntry.objects.filter(ticket=ticket, kind__in=EDITED_MESSAGE_KINDS, data__message=message.sequence)
    return edits.order_by("-sequence").values_list("sequence", flat=True)[0]
