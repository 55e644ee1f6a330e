"""Posting updates: the entries of the digital service record."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from config.common.rows import get_or_none
from fleet.actors import KnownActor
from messenger.models import Attachment
from messenger.services.attachments import check_files, collect_attachments
from messenger.services.markup import mark_up
from messenger.services.messages import check_text
from messenger.services.unsent import use_up
from ticketing.access import ticket_for
from ticketing.audiences import MENTIONS
from ticketing.entry_kinds import INTERNAL_UPDATE_POSTED, UPDATE_POSTED
from ticketing.models import Ticket, Update
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.mentions import mentioned_in
from ticketing.services.repetition import find_repetition
from ticketing.services.search import add_update_text
from ticketing.services.uploads import count_files


def post_update(
    *,
    actor: KnownActor,
    ticket_id: int,
    client_key: uuid.UUID,
    is_internal: bool,
    text: str = "",
    files: Sequence["UploadedFile[bytes]"] = (),
    upload_ids: Sequence[uuid.UUID] = (),
) -> Update:
    """Post a public or internal update; the same key again returns the first one.

    Raises `InvalidInput` for empty or unusable input, `NotAllowed` (also for a public one on an INTERNAL ticket),
    `WrongStatus`, `TooMuch`.
    """
    if files:
        # A retry must not be counted, nor refused at a limit, and its pictures need no second look.
        posted = _posted_with(ticket_for(actor, ticket_id), actor, client_key)
        if posted is not None:
            return posted
    count_files(actor=actor, ticket_id=ticket_id, files=files)
    # Outside the transaction: no other request waits for the ticket, or on SQLite for any, while pictures are decoded.
    checked = check_files(files)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        posted = _posted_with(ticket, actor, client_key)
        rule = "ticketing.post_internal_update" if is_internal else "ticketing.post_public_update"
        if posted := find_repetition(actor, rule, ticket, posted, is_own=True):
            return posted
        text = check_text(text, has_files=bool(checked or upload_ids))
        attachments = collect_attachments(person=actor.person, files=checked, upload_ids=upload_ids)
        use_up(writer_id=actor.person.pk, ticket_id=ticket.pk, key=client_key, text=text)
        update = Update(author=actor.person, text=text, is_internal=is_internal, client_key=client_key)
        return _add_update(ticket, update, attachments)


def _posted_with(ticket: Ticket, actor: KnownActor, client_key: uuid.UUID) -> Update | None:
    return get_or_none(Update.objects.filter(ticket=ticket, author=actor.person_id, client_key=client_key))


def _add_update(ticket: Ticket, update: Update, attachments: Sequence[Attachment]) -> Update:
    kind = INTERNAL_UPDATE_POSTED if update.is_internal else UPDATE_POSTED
    digest = digest_text(update.salt, update.text, [a.evidence for a in attachments])
    # Only employees read internal updates, and only there they call each other.
    mentioned = mentioned_in(update.text) if update.is_internal else []
    entry = record(ticket, kind, update.author, digest=digest, **({MENTIONS: mentioned} if mentioned else {}))
    update.ticket, update.created_at = ticket, entry.at
    update.sequence, update.public_sequence = entry.sequence, entry.public_sequence
    mark_up(update)
    update.save(force_insert=True)
    for attachment in attachments:
        attachment.update = update
        attachment.save(update_fields=["update"])
    add_update_text(ticket, update, attachments)
    return update
