"""Writing in the messenger of a ticket."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.actors import Actor
from messenger.models import Message
from messenger.models.conversations import make_salt
from messenger.services import messages as rows
from messenger.services.attachments import collect_attachments
from ticketing.models import Ticket, Visibility
from ticketing.services.audience import tell_participants
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.search import add_message_text


@transaction.atomic
def send_message(
    *,
    actor: Actor,
    ticket_id: int,
    client_key: uuid.UUID,
    text: str = "",
    files: Sequence[UploadedFile] = (),
    upload_ids: Sequence[uuid.UUID] = (),
    audience: Visibility | None = None,
) -> Message:
    """Send a message with text, files or both; the same key again answers with the first message.

    `files` come with the request, `upload_ids` name files the actor uploaded before. `audience` is the visibility that
    the writer saw: what was written for employees does not go out because somebody made the ticket PUBLIC meanwhile.
    Raises `InvalidInput` for that and for empty or unusable input, `NotAllowed`, `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id)
    require(actor, "ticketing.view_ticket", ticket)
    sent = rows.message_sent_with(ticket.conversation, actor.person_id, client_key)
    # Asked first: a retry finds its message though the ticket was closed meanwhile.
    if sent is not None:
        return sent
    require(actor, "ticketing.write_message", ticket)
    assert actor.person is not None
    _check_audience(ticket, audience)
    text = rows.check_text(text, has_files=bool(files or upload_ids))
    attachments = collect_attachments(person=actor.person, files=files, upload_ids=upload_ids)
    salt = make_salt()
    digest = digest_text(salt, text, [a.digest for a in attachments])
    entry = record(ticket, "message_sent", actor.person, digest=digest)
    message = Message(
        conversation=ticket.conversation,
        author=actor.person,
        text=text,
        salt=salt,
        sequence=entry.sequence,
        public_sequence=entry.public_sequence,
        client_key=client_key,
    )
    rows.add_message(message=message, attachments=attachments)
    add_message_text(ticket, text, attachments)
    tell_participants(ticket, "message_sent", entry)
    return message


def _check_audience(ticket: Ticket, audience: Visibility | None) -> None:
    if audience is not None and audience != ticket.visibility:
        message = _("Other people can read this ticket now than when you began. Check your text and send it again.")
        raise InvalidInput(message, code="audience", field="text")
