"""Writing in the messenger of a ticket."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput, NotVisible
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Person
from messenger.composed import Composed, evidence_of
from messenger.models import Attachment, Message
from messenger.models.conversations import make_salt
from messenger.services.attachments import check_files, collect_attachments
from messenger.services.messages import add_message, check_text, message_sent_with
from messenger.services.unsent import use_up
from ticketing.access import message_in, ticket_for
from ticketing.entry_kinds import MESSAGE_SENT, NOT_FIXED, EntryKind
from ticketing.models import Ticket
from ticketing.services.guard import NO_PAGE, PageSeen, require_seen
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.repetition import find_repetition
from ticketing.services.search import add_message_text
from ticketing.services.uploads import count_files


def send_message(
    *,
    actor: KnownActor,
    ticket_id: int,
    client_key: uuid.UUID,
    text: str = "",
    files: Sequence["UploadedFile[bytes]"] = (),
    upload_ids: Sequence[uuid.UUID] = (),
    page: PageSeen = NO_PAGE,
    reply_to: int | None = None,
) -> Message:
    """Send a message with text, files or both; the same key again returns the first message.

    `upload_ids` name files that the actor uploaded before, `page` is what the writer saw, `reply_to` the message that
    it answers, by the number by which the actor knows it. Raises `InvalidInput` if the ticket has another audience by
    now, and for empty or unusable input; `Unseen` if others wrote meanwhile; `NotAllowed`, `WrongStatus`, `TooMuch`.
    """
    if files and (sent := message_with_files(actor, ticket_id, client_key)):
        return sent
    count_files(actor=actor, ticket_id=ticket_id, files=files)
    # Outside the transaction: no other request waits for the ticket, or on SQLite for any, while pictures are decoded.
    checked = check_files(files)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        sent = message_sent_with(ticket.conversation, actor.person_id, client_key)
        if sent := find_repetition(actor, "ticketing.write_message", ticket, sent, is_own=True):
            return sent
        # What was written for employees must not go out because the ticket was made PUBLIC meanwhile.
        if page.audience not in (None, ticket.visibility):
            message = _("Other people can read this ticket now than when you began. Check your text and send it again.")
            raise InvalidInput(message, code="audience", field="text")
        text = check_text(text, has_files=bool(checked or upload_ids))
        require_seen(actor, ticket, page.number)
        answered = _answered(actor, ticket, reply_to)
        attachments = collect_attachments(person=actor.person, files=checked, upload_ids=upload_ids)
        use_up(writer_id=actor.person.pk, ticket_id=ticket.pk, key=client_key, text=text)
        return record_message(ticket, actor.person, text, attachments, client_key, reply_to=answered)


def _answered(actor: KnownActor, ticket: Ticket, number: int | None) -> Message | None:
    if number is None:
        return None
    try:
        answered = message_in(actor, ticket, number)
    except NotVisible:
        raise InvalidInput(_("The message that you answer is not there."), code="reply", field="text") from None
    if answered.is_internal and ticket.is_public:
        # What is said among employees is quoted to nobody else.
        raise InvalidInput(
            _("Customers cannot read the message that you answer. Write without answering it."),
            code="reply",
            field="text",
        )
    return answered


@transaction.atomic
def report_not_fixed(
    *, actor: KnownActor, ticket_id: int, text: str = "", client_key: uuid.UUID | None = None
) -> Ticket:
    """Say that a DONE ticket is still not right, with or without words. Its status stays.

    Again, other words are a message, and anything else changes nothing. Raises `NotAllowed` for employees,
    `WrongStatus` when no one is asked, and `InvalidInput` for unusable text.
    """
    ticket = lock_ticket(ticket_id, actor)
    is_known = find_repetition(actor, "ticketing.report_not_fixed", ticket, ticket.is_not_fixed)
    # The heading says enough.
    text = check_text(text, has_files=True)
    # Without a key, the same words of the same person about the same work are the second half of a double click.
    own_key = uuid.uuid5(uuid.NAMESPACE_URL, f"not_fixed {ticket.pk} {ticket.done_count} {text}")
    key = client_key or own_key
    use_up(writer_id=actor.person.pk, ticket_id=ticket.pk, key=key, text=text)
    if not is_known:
        # The form of work before, to which Back leads for example: its key is used.
        key = own_key if message_sent_with(ticket.conversation, actor.person_id, key) else key
        record_message(ticket, actor.person, text, [], key, NOT_FIXED)
        ticket.is_not_fixed = True
        ticket.save(update_fields=["is_not_fixed"])
    elif text and message_sent_with(ticket.conversation, actor.person_id, key) is None:
        # Somebody else was faster, or there is more to say: the page promised to tell the team.
        require(actor, "ticketing.write_message", ticket)
        record_message(ticket, actor.person, text, [], key)
    return ticket


def message_with_files(actor: KnownActor, ticket_id: int, client_key: uuid.UUID) -> Message | None:
    """What was sent with the key before: its files must not be counted again, nor refused at a limit, nor looked at."""
    return message_sent_with(ticket_for(actor, ticket_id).conversation, actor.person_id, client_key)


def record_message(
    ticket: Ticket,
    author: Person,
    text: str,
    attachments: Sequence[Attachment],
    client_key: uuid.UUID,
    kind: EntryKind = MESSAGE_SENT,
    *,
    reply_to: Message | None = None,
    composed: Composed | None = None,
) -> Message:
    """Stores a message with its entry. A building block under the caller's lock, after a rule of its own."""
    salt = make_salt()
    digest = digest_text(salt, evidence_of(text, composed), [a.evidence for a in attachments])
    entry = record(ticket, kind, author, digest=digest)
    message = Message(
        conversation=ticket.conversation,
        author=author,
        text=text,
        salt=salt,
        sequence=entry.sequence,
        public_sequence=entry.public_sequence,
        client_key=client_key,
        kind="" if kind is MESSAGE_SENT else kind.name,
        reply_to=reply_to,
        composed=composed,
    )
    add_message(message=message, attachments=attachments)
    add_message_text(ticket, message, attachments)
    return message
