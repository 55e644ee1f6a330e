"""Messages. Callers hold the ticket's lock, ask the rules and write the journal."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput
from config.common.rows import get_or_none
from config.common.visible import clean_text, page_length
from messenger.models import Attachment, Conversation, Message, MessageVersion
from messenger.models.conversations import make_salt
from messenger.services.attachments import delete_attachments
from messenger.services.markup import mark_up

MAX_TEXT_LENGTH = 10_000  # As a page counts; longer texts are documents and belong into a file.


def check_text(text: str, *, has_files: bool) -> str:
    """The text without surrounding blanks. Raises `InvalidInput` if it is too long, or empty without a file."""
    text = clean_text(text)
    if not text and not has_files:
        raise InvalidInput(_("Write something or add a file."), code="empty", field="text")
    if page_length(text) > MAX_TEXT_LENGTH:
        raise InvalidInput(
            _("This text is too long. Please keep it below 10,000 characters."), code="too_long", field="text"
        )
    return text


def message_sent_with(conversation: Conversation, author_id: int | None, client_key: uuid.UUID) -> Message | None:
    """The message that this author sent with this key before, if there is one."""
    return get_or_none(Message.objects.filter(conversation=conversation, author=author_id, client_key=client_key))


def add_message(*, message: Message, attachments: Sequence[Attachment]) -> Message:
    """Store a new message and make it the parent of the attachments."""
    message.created_at = clock.now()
    mark_up(message)
    message.save(force_insert=True)
    for attachment in attachments:
        attachment.message = message
        attachment.save(update_fields=["message"])
    return message


def replace_text(message: Message, text: str, *, recorded_as: int) -> None:
    """Give a message another text and salt, and keep the one before, whose entry has the number `recorded_as`.

    Does not save. A building block under the caller's lock.
    """
    written_at = message.edited_at or message.created_at
    MessageVersion.objects.create(
        message=message, sequence=recorded_as, text=message.text, salt=message.salt, written_at=written_at
    )
    message.text, message.salt = text, make_salt()
    message.edited_at = clock.now()
    mark_up(message)


def blank_message(message: Message) -> None:
    """Take text, former texts and files of a message away; files are deleted on commit.

    Without the salt nobody can find out from the journal's digest what it was. Does not save. A building block under
    the caller's lock.
    """
    delete_attachments(message.attachments.select_for_update())
    message.versions.update(text="", salt="")
    message.text = message.salt = ""
    message.composed = None
    message.taken_back_at = clock.now()
    mark_up(message)
