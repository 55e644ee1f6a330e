"""Safe access to uploaded files for parsers: never beyond the end of the file, and never without an end."""

from typing import IO, Literal

CHUNK_BYTES = 1024 * 1024
MAX_STEPS = 500_000  # Ten times what 100 MB of short pages or clusters need; about two seconds.
MAX_ROUNDS = 8  # How many times all bytes of the file may be read or written in sum; honest files need two.
SPARE_BYTES = 16 * CHUNK_BYTES  # Headers are read several times, also in tiny files.


class Unreadable(Exception):
    """A file that contradicts itself, ends too early, or asks for more work than an honest one."""


class BoundedFile:
    """Random access to a file whose sizes, counts and offsets may all be false.

    A parser that uses only this class cannot hang, cannot be made to allocate memory by a false size, and cannot write
    outside the file or change its length. All methods raise `Unreadable` instead.
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
        """The unsigned number of `width` bytes at the position."""
        return int.from_bytes(self.read(position, width), order)

    def write(self, position: int, content: bytes) -> None:
        """Overwrite the bytes at the position; the file keeps its length."""
        if not 0 <= position <= position + len(content) <= self.size:
            raise Unreadable
        self._spend(len(content))
        self._file.seek(position)
        self._file.write(content)

    def erase(self, start: int, end: int) -> None:
        """Overwrite the bytes from `start` up to `end` with zeros."""
        if not 0 <= start <= self.size or end > self.size:
            raise Unreadable
        for position in range(start, end, CHUNK_BYTES):
            self.write(position, bytes(min(CHUNK_BYTES, end - position)))
        if start >= end:
            # No byte was spent, but an endless series of empty ranges must end, too.
            self.step()

    def step(self, count: int = 1) -> None:
        """Count work that touches no byte of the file."""
        self._steps -= count
        if self._steps < 0:
            raise Unreadable

    def is_blank(self, start: int, end: int) -> bool:
        """Whether all bytes from `start` up to `end` are zeros."""
        pieces = range(start, end, CHUNK_BYTES)
        return not any(any(self.read(position, min(CHUNK_BYTES, end - position))) for position in pieces)

    def flush(self) -> None:
        # The storage moves temporary files by their name: bytes still in memory would be missing there.
        self._file.flush()

    def _spend(self, count: int) -> None:
        self.step()
        self._bytes -= count
        if self._bytes < 0:
            raise Unreadable


class BoundedReader:
    """A `BoundedFile` as a file object for libraries, which cannot read more than `CHUNK_BYTES` at once.

    A library that reads a whole table at once gets `Unreadable` before it has built anything from it.
    """

    def __init__(self, file: BoundedFile) -> None:
        self._file = file
        self._position = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        # Files on disk and in memory raise different errors for a position outside the file.
        position = offset + (0, self._position, self._file.size)[whence]
        if not 0 <= position <= self._file.size:
            raise Unreadable
        self._position = position
        return position

    def read(self, count: int = -1) -> bytes:
        rest = self._file.size - self._position
        found = self._file.peek(self._position, rest if count < 0 else min(count, rest))
        self._position += len(found)
        return found
