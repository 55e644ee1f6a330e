"""Posting updates: the entries of the digital service record."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from config.common.rules import require
from fleet.actors import Actor
from messenger.models.conversations import make_salt
from messenger.services.attachments import collect_attachments
from messenger.services.messages import check_text
from ticketing.models import Update
from ticketing.services.audience import tell_participants, tell_responsible
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.search import add_update_text


@transaction.atomic
def post_update(
    *,
    actor: Actor,
    ticket_id: int,
    client_key: uuid.UUID,
    is_internal: bool,
    text: str = "",
    files: Sequence[UploadedFile] = (),
    upload_ids: Sequence[uuid.UUID] = (),
) -> Update:
    """Post a public or internal update; the same key again answers with the first one.

    Raises `InvalidInput` for empty or unusable input, `NotAllowed` (also for a public one on an INTERNAL ticket),
    `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id)
    require(actor, "ticketing.view_ticket", ticket)
    posted = Update.objects.filter(ticket=ticket, author=actor.person_id, client_key=client_key).first()
    # Asked first: a retry finds its update though the ticket was closed meanwhile.
    if posted is not None:
        return posted
    require(actor, "ticketing.post_internal_update" if is_internal else "ticketing.post_public_update", ticket)
    assert actor.person is not None
    text = check_text(text, has_files=bool(files or upload_ids))
    attachments = collect_attachments(person=actor.person, files=files, upload_ids=upload_ids)
    salt = make_salt()
    kind = "internal_update_posted" if is_internal else "update_posted"
    digest = digest_text(salt, text, [a.digest for a in attachments])
    entry = record(ticket, kind, actor.person, public=not is_internal, digest=digest)
    update = Update.objects.create(
        ticket=ticket,
        author=actor.person,
        text=text,
        salt=salt,
        is_internal=is_internal,
        sequence=entry.sequence,
        public_sequence=entry.public_sequence,
        client_key=client_key,
        created_at=entry.at,
    )
    for attachment in attachments:
        attachment.update = update
        attachment.save(update_fields=["update"])
    add_update_text(ticket, update, attachments)
    (tell_responsible if is_internal else tell_participants)(ticket, kind, entry)
    return update
