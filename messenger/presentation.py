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
# Named to browsers, so that they load only what they play. They deny MOV and others, of which they play some.
_SAID_TYPES = _NEVER_PLAYED | {
    *("audio/mp4", "audio/mpeg", "audio/ogg", "audio/webm", "video/mp4", "video/ogg", "video/webm")
}


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
    # A recording in a second format is played in that one.
    is_played = attachment.other or attachment.content_type not in _NEVER_PLAYED
    return attachment.kind if is_played else "file"


def said_type(content_type: str) -> str:
    """The type for a player; empty where the browser had better try it."""
    return content_type if content_type in _SAID_TYPES else ""


def duration_text(milliseconds: int) -> str:
    """Minutes and seconds, such as 1:05, and hours where there are any."""
    minutes, seconds = divmod(max(1, round(milliseconds / 1000)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def wave_path(peaks: bytes) -> str:
    """The bars of a wave form as the path of a picture that is 4 wide for each, and 100 high."""
    heights = (max(4, peak * 100 // 255) for peak in bytes(peaks))
    return "".join(f"M{4 * number + 2} {50 - height / 2:g}v{height}" for number, height in enumerate(heights))
