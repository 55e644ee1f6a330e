"""Uploaded files, read and overwritten in place: never beyond their end, never without an end."""

from typing import IO, Literal

CHUNK_BYTES = 1024 * 1024
MAX_STEPS = 500_000  # Ten times what 100 MB of short pages or clusters need; about two seconds.
MAX_ROUNDS = 8  # How often all bytes of the file may be read or written in sum; honest files need two.
SPARE_BYTES = 16 * CHUNK_BYTES  # Headers are read again and again, also in tiny files.


class Unreadable(Exception):
    """A file that contradicts itself, ends too early, or asks for more work than an honest one."""


class BoundedFile:
    """Random access to a file whose every size, count and offset may be a lie.

    A parser that looks at the file only through this cannot hang, cannot be made to allocate memory by a claim, and
    cannot write outside the file or change its length: it ends with `Unreadable` instead.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._steps = MAX_STEPS
        self._bytes = MAX_ROUNDS * self.size + SPARE_BYTES

    def peek(self, position: int, count: int) -> bytes:
        """Up to `count` bytes; fewer at the end of the file."""
        if not 0 <= position <= self.size or not 0 <= count <= CHUNK_BYTES:
            raise Unreadable
        self._spend(count)
        self._file.seek(position)
        return self._file.read(count)

    def read(self, position: int, count: int) -> bytes:
        """Exactly `count` bytes."""
        found = self.peek(position, count)
        if len(found) < count:
            raise Unreadable
        return found

    def number(self, position: int, width: int, order: Literal["big", "little"] = "big") -> int:
        """The unsigned number of `width` bytes that stands there."""
        return int.from_bytes(self.read(position, width), order)

    def write(self, position: int, content: bytes) -> None:
        """Overwrite what stands there; the file keeps its length."""
        if not 0 <= position <= position + len(content) <= self.size:
            raise Unreadable
        self._spend(len(content))
        self._file.seek(position)
        self._file.write(content)

    def erase(self, start: int, end: int) -> None:
        """Overwrite everything between with zeros."""
        if not 0 <= start <= self.size or end > self.size:
            raise Unreadable
        for position in range(start, end, CHUNK_BYTES):
            self.write(position, bytes(min(CHUNK_BYTES, end - position)))
        if start >= end:
            self.step()

    def step(self, count: int = 1) -> None:
        """Count work that touches no byte of the file, such as a claim that leads nowhere."""
        self._steps -= count
        if self._steps < 0:
            raise Unreadable

    def is_blank(self, start: int, end: int) -> bool:
        """Whether only zeros stand between."""
        pieces = range(start, end, CHUNK_BYTES)
        return not any(any(self.read(position, min(CHUNK_BYTES, end - position))) for position in pieces)

    def flush(self) -> None:
        """Storage moves temporary files by their name: what is still in memory would be missing there."""
        self._file.flush()

    def _spend(self, count: int) -> None:
        self.step()
        self._bytes -= count
        if self._bytes < 0:
            raise Unreadable


class BoundedReader:
    """The bounded file as libraries read it: from where they sought to, and never more than a piece at once.

    A library that takes a whole table in one read meets `Unreadable` before it has built anything from it.
    """

    def __init__(self, file: BoundedFile) -> None:
        self._file = file
        self._position = 0

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the file; any other is `Unreadable`, where files on disk and in memory differ in errors."""
        position = offset + (0, self._position, self._file.size)[whence]
        if not 0 <= position <= self._file.size:
            raise Unreadable
        self._position = position
        return position

    def read(self, count: int = -1) -> bytes:
        """Up to `count` bytes, or all that follow."""
        rest = self._file.size - self._position
        found = self._file.peek(self._position, rest if count < 0 else min(count, rest))
        self._position += len(found)
        return found
