"""What is made of films and recordings after they arrived: duration, poster, wave form and the other format."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from PIL import Image

from config.common.connections import give_back_connection
from config.common.errors import InvalidInput
from messenger import ffmpeg
from messenger.bounded_files import Unreadable
from messenger.content import JPEG
from messenger.images import make_picture
from messenger.metadata import duration_of
from messenger.models import Attachment, AttachmentKind, Preparation, PreparationState
from messenger.models.attachments import attachment_path
from messenger.services.attachments import delete_files
from messenger.services.preparations import claim, finish, is_still_mine, on_order, order_missing, try_again
from messenger.services.worker import Looker

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 1024 * 1024
_LONGEST = 2**31 - 1  # What the column holds, in milliseconds: 24 days.
_POSTER_AT = 1.0  # Many films begin black.


class _Lost(Exception):
    """Another worker has the file now, or it was deleted."""


def prepare_next() -> bool:
    """Prepares one film or recording; False where none waits. Holds no connection while ffmpeg works."""
    taken = claim()
    if taken is None:
        return False
    made = _Made(taken)
    try:
        with _on_disk(taken.attachment) as file:
            made.make_all(file)
        state = PreparationState.DONE if ffmpeg.find_program() else PreparationState.LIMITED
        state = PreparationState.FAILED if made.errors else state
        is_kept = finish(taken, state, " ".join(made.errors), made.columns)
    except _Lost:
        is_kept = False
    except FileNotFoundError:
        is_kept = finish(taken, PreparationState.FAILED, "The file is not in the storage.", {})
    except Exception as error:
        delete_files(made.stored)
        logger.exception("A film or recording could not be prepared.")
        try_again(taken, f"{type(error).__name__}: {error}")
        return True
    if not is_kept:
        delete_files(made.stored)
    return True


class _Made:
    """What was made so far: columns of the attachment, the files among them, and what could not be made."""

    def __init__(self, taken: Preparation) -> None:
        self.columns: dict[str, Any] = {}
        self.stored: list[str] = []
        self.errors: list[str] = []
        self._taken = taken
        self._attachment = taken.attachment

    def make_all(self, file: IO[bytes]) -> None:
        duration = duration_of(file, self._attachment.content_type)
        if duration is not None and duration <= _LONGEST:
            self.columns["duration"] = duration
        if ffmpeg.find_program() is None:
            return
        if self._attachment.kind == AttachmentKind.VIDEO:
            if "duration" not in self.columns:
                self._try(self._measure, file)
            self._try(self._draw, file)
            return
        self._try(self._listen, file)
        if "peaks" in self.columns:
            self._try(self._convert, file)

    def _try(self, make: Callable[[IO[bytes]], None], file: IO[bytes]) -> None:
        if not is_still_mine(self._taken):
            raise _Lost
        give_back_connection()
        try:
            make(file)
        except (Unreadable, InvalidInput) as error:
            self.errors.append(f"{make.__name__.strip('_')}: {error}")

    def _measure(self, file: IO[bytes]) -> None:
        self.columns["duration"] = min(ffmpeg.length(file, self._attachment.content_type), _LONGEST)

    def _draw(self, file: IO[bytes]) -> None:
        # Short films have no picture there.
        is_long = self.columns.get("duration", 0) > 2 * _POSTER_AT * 1000
        with ffmpeg.frame(file, self._attachment.content_type, _POSTER_AT if is_long else 0) as frame:
            with Image.open(frame, formats=("JPEG",)) as image:
                width, height = image.size
            poster = make_picture(frame, JPEG, "poster").preview
        self.columns |= {"preview": self._store(ContentFile(poster)), "width": width, "height": height}

    def _listen(self, file: IO[bytes]) -> None:
        duration, peaks = ffmpeg.listen(file, self._attachment.content_type)
        self.columns |= {"duration": min(duration, _LONGEST), "peaks": peaks}

    def _convert(self, file: IO[bytes]) -> None:
        target = ffmpeg.other_type(self._attachment.content_type)
        if target is None:
            return
        with ffmpeg.convert(file, self._attachment.content_type, target) as converted:
            self.columns |= {"other": self._store(File(converted)), "other_type": target.content_type}

    def _store(self, content: "File[bytes]") -> str:
        name = default_storage.save(attachment_path(self._attachment, ""), content)
        self.stored.append(name)
        return name


@contextmanager
def _on_disk(attachment: Attachment) -> Iterator[IO[bytes]]:
    """The stored file as one with a descriptor, which it has not in every storage."""
    with attachment.file.open("rb") as stored:
        try:
            stored.fileno()
        except (AttributeError, OSError):
            with TemporaryFile() as copy:
                for chunk in stored.chunks(_CHUNK_BYTES):
                    copy.write(chunk)
                copy.flush()
                yield copy
        else:
            yield stored


class PreparingWorker(Looker):
    """Prepares one after the other."""

    subject = "The films and recordings"

    def __init__(self) -> None:
        super().__init__()
        self._has_ordered = False

    def listen(self, wake: Callable[[], None]) -> None:
        on_order(wake)

    def work(self) -> None:
        if not self._has_ordered:
            order_missing(has_program=ffmpeg.find_program() is not None)
            self._has_ordered = True
        while not self.is_ended.is_set() and prepare_next():
            pass


def start_preparing() -> tuple[PreparingWorker, Thread]:
    """A worker in a thread of its own, which ends with this process; another process goes on where it was."""
    if ffmpeg.find_program() is None:
        logger.warning("ffmpeg was not found: films have no poster, and recordings are not in both formats.")
    worker = PreparingWorker()
    thread = Thread(target=worker.run, name="preparing", daemon=True)
    thread.start()
    return worker, thread
