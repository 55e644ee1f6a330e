"""Messages. Callers hold the ticket's lock, ask the rules and write the journal."""

import unicodedata
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput
from config.common.rows import get_or_none
from messenger.models import Attachment, Conversation, Message
from messenger.services.markup import mark_up

MAX_TEXT_LENGTH = 10_000  # Characters; longer texts are documents and belong into a file.


def check_text(text: str, *, has_files: bool) -> str:
    """The text without surrounding blanks. Raises `InvalidInput` if it is too long, or empty without a file."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    text = text if any(is_visible(character) for character in text) else ""
    if not text and not has_files:
        raise InvalidInput(_("Write something or add a file."), code="empty", field="text")
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidInput(
            _("This text is too long. Please keep it below 10,000 characters."), code="too_long", field="text"
        )
    return text


def is_visible(character: str) -> bool:
    """Whether a reader sees the character; joiners, direction marks and blanks of any width are not visible."""
    return unicodedata.category(character)[0] not in "CZ"


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
