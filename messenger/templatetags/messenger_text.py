"""Tags and filters for the templates of a conversation."""

import uuid
from dataclasses import dataclass

from django import template
from django.utils.safestring import SafeString

from fleet.actors import Actor
from messenger.content import ACCEPTED_INPUT
from messenger.models import Attachment, Message
from messenger.text import render_text

register = template.Library()
# Browsers play these; a film of another kind is a file to save.
_PLAYED = ("audio/", "video/mp4", "video/webm", "video/quicktime", "video/ogg")


@register.filter
def message_text(text: str) -> SafeString:
    """The text as safe markup with bold, italic, links and line breaks."""
    return render_text(text)


@dataclass(frozen=True)
class Reading:
    """A message as one reader sees it; `number` counts the messages and events that this reader may know of."""

    mine: bool
    number: int | None
    key: uuid.UUID | str


@register.simple_tag
def reading(actor: Actor, message: Message) -> Reading:
    """Whether the message is the reader's own, its number for this reader, and the key of an own message."""
    mine = message.author_id == actor.person_id
    # Gaps in the numbers would show customers that there is something internal.
    number = message.sequence if actor.is_employee else message.public_sequence
    return Reading(mine, number, message.client_key if mine else "")


@register.filter
def shown_kind(attachment: Attachment) -> str:
    """The kind as which a file is shown: "file" for films that browsers do not play."""
    is_shown = attachment.is_image or attachment.content_type.startswith(_PLAYED)
    return attachment.kind if is_shown else "file"


@register.simple_tag
def new_key() -> str:
    """A client key, which makes sending a form twice harmless."""
    return str(uuid.uuid4())


@register.simple_tag
def accepted_files() -> str:
    """The value of a file field's ``accept``; the bytes are checked later."""
    return ACCEPTED_INPUT
