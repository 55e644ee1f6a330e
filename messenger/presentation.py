"""What the pages of a conversation show of messages and files."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from config.common import clock
from fleet.actors import Actor
from fleet.models import Person
from messenger.composed import words_of
from messenger.content import AMR, AVI, TXT, WMA, WMV
from messenger.help_links import reworded
from messenger.models import Attachment, Message
from messenger.services.preparations import PREPARED

# No browser plays these: they are files to save. All others are played somewhere, some by Safari alone; where a browser
# gives up, the link to save stands beside the player.
_NEVER_PLAYED = frozenset(found.content_type for found in (AVI, WMV, WMA, AMR))
# Named to browsers, so that they load only what they play. They deny MOV and others, of which they play some.
_SAID_TYPES = _NEVER_PLAYED | {
    *("audio/mp4", "audio/mpeg", "audio/ogg", "audio/webm", "video/mp4", "video/ogg", "video/webm")
}


SOON = timedelta(hours=1)  # A file that was not prepared by then has failed, or there is no ffmpeg.
QUOTED_LENGTH = 200  # Characters that are read of a message which another one answers; the page cuts them to a line.
MOST_LINES, MOST_CHARACTERS = 16, 900  # Of a message that is not folded.
_TAG = re.compile(r"<[^>]*>")
_MARKS = re.compile(r"\*{1,2}([^\s*](?:[^*]*[^\s*])?)\*{1,2}")


@dataclass(frozen=True)
class Reading:
    """A message as one reader sees it; `number` counts what that reader may know of."""

    is_mine: bool
    number: int | None
    key: uuid.UUID | str


@dataclass(frozen=True)
class Quote:
    """The beginning of the message that another one answers; empty where it has files only, or was taken back."""

    author: Person
    number: int | None
    text: str
    is_taken_back: bool


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


def quote_of(actor: Actor, message: Message) -> Quote | None:
    """What the message answers, as this reader may know of it; customers never learn of a message among employees."""
    answered = message.reply_to
    if answered is None or (answered.is_internal and not actor.is_employee):
        return None
    # Windows read only the beginning.
    text: str = getattr(message, "quoted_text", None) or (
        "" if "text" in answered.get_deferred_fields() else answered.text
    )
    if answered.composed is not None:
        text = words_of(answered.composed)
    number = answered.sequence if actor.is_employee else answered.public_sequence
    return Quote(answered.author, number, plain_beginning(text), answered.is_taken_back)


def plain_beginning(text: str) -> str:
    """The first words without marks, for one line."""
    words = _MARKS.sub(r"\1", reworded(text[:QUOTED_LENGTH])).split()
    return " ".join(words)


def is_long(markup: str) -> bool:
    """Whether a message is folded at first: it fills more than half a phone."""
    lines = markup.count("<br") + markup.count("<p>")
    return lines > MOST_LINES or len(_TAG.sub("", markup)) > MOST_CHARACTERS


def change_number(actor: Actor, message: Message) -> int | None:
    """The reader's number of the entry that says that the message was edited or taken back."""
    return message.change_sequence if actor.is_employee else message.public_change_sequence


def shown_kind(attachment: Attachment) -> str:
    """How the file is shown: image (there is a preview), audio, video, text (to be read), or file (to be saved)."""
    if attachment.is_image:
        return "image" if attachment.preview else "file"
    if attachment.content_type == TXT.content_type:
        return "text"
    # A recording in a second format is played in that one.
    is_played = attachment.other or attachment.content_type not in _NEVER_PLAYED
    return attachment.kind if is_played else "file"


def may_be_prepared_soon(attachment: Attachment) -> bool:
    """Whether a film or recording is new and has neither poster nor wave form; without asking the database."""
    if attachment.kind not in PREPARED or (attachment.preview or attachment.peaks):
        return False
    return clock.now() - attachment.created_at < SOON


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
