"""What the templates of a conversation need of messenger: safe text, keys, and how a file is shown."""

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
    """The text with bold, italic, links and line breaks; everything else as it was typed."""
    return render_text(text)


@dataclass(frozen=True)
class Reading:
    """A message as one reader sees it; `number` counts what that reader may know of."""

    mine: bool
    number: int | None
    key: uuid.UUID | str


@register.simple_tag
def reading(actor: Actor, message: Message) -> Reading:
    """Whether the message is the reader's own, and its number: a gap in it would betray what is internal."""
    mine = message.author_id == actor.person_id
    number = message.sequence if actor.is_employee else message.public_sequence
    return Reading(mine, number, message.client_key if mine else "")


@register.filter
def shown_kind(attachment: Attachment) -> str:
    """How the component shows the file."""
    is_shown = attachment.is_image or attachment.content_type.startswith(_PLAYED)
    return attachment.kind if is_shown else "file"


@register.simple_tag
def new_key() -> str:
    """A key that makes sending a form twice harmless."""
    return str(uuid.uuid4())


@register.simple_tag
def accepted_files() -> str:
    """What a file dialog offers; the bytes are checked later."""
    return ACCEPTED_INPUT
