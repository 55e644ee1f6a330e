"""What the pages of a conversation show of messages and files."""

import uuid
from dataclasses import dataclass
from typing import Protocol

from fleet.actors import Actor
from messenger.models import Attachment

# Browsers play these; a film of another kind is a file to save.
PLAYED = ("audio/", "video/mp4", "video/webm", "video/quicktime", "video/ogg")


@dataclass(frozen=True)
class Reading:
    """A message as one reader sees it; `number` counts what that reader may know of."""

    is_mine: bool
    number: int | None
    key: uuid.UUID | str


class Said(Protocol):
    """A message, or what else stands between messages under a number of its own."""

    author_id: int
    sequence: int
    public_sequence: int | None
    client_key: uuid.UUID


def reading(actor: Actor, message: Said) -> Reading:
    """Whether the message is the reader's own, and its number."""
    is_mine = message.author_id == actor.person_id
    # A gap in the numbers would betray what is internal.
    number = message.sequence if actor.is_employee else message.public_sequence
    return Reading(is_mine, number, message.client_key if is_mine else "")


def shown_kind(attachment: Attachment) -> str:
    """How the file is shown: image (there is a preview), audio, video, or file (to be saved)."""
    if attachment.is_image:
        return "image" if attachment.preview else "file"
    return attachment.kind if attachment.content_type.startswith(PLAYED) else "file"
