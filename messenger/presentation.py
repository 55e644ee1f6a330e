"""What the pages of a conversation show of messages and files."""

import uuid
from dataclasses import dataclass
from typing import Protocol

from fleet.actors import Actor
from messenger.content import AMR, AVI, TXT, WMA, WMV
from messenger.models import Attachment

# No browser plays these: they are files to save. All others are played somewhere, some by Safari alone; where a browser
# gives up, the link to save stands beside the player.
_NEVER_PLAYED = frozenset(found.content_type for found in (AVI, WMV, WMA, AMR))


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
    """How the file is shown: image (there is a preview), audio, video, text (to be read), or file (to be saved)."""
    if attachment.is_image:
        return "image" if attachment.preview else "file"
    if attachment.content_type == TXT.content_type:
        return "text"
    return attachment.kind if attachment.content_type not in _NEVER_PLAYED else "file"
