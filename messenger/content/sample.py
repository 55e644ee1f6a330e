"""A file whose type is asked for."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import IO

from messenger.bounded_files import CHUNK_BYTES, BoundedFile

HEAD_BYTES = 8192  # Holds the first bytes of all formats, and enough of a text to know that it is none of them.


@dataclass(frozen=True)
class Sample:
    """The file and what it is called; nothing is read before it is asked for."""

    raw: IO[bytes]
    name: str

    @cached_property
    def file(self) -> BoundedFile:
        return BoundedFile(self.raw)

    def again(self) -> BoundedFile:
        """The file for a closer look, which may take as much work as all before."""
        return BoundedFile(self.raw)

    @cached_property
    def head(self) -> bytes:
        return self.file.peek(0, HEAD_BYTES)

    @property
    def suffix(self) -> str:
        """In lower case and without the dot."""
        return PurePosixPath(self.name).suffix[1:].lower()

    def tail(self, count: int) -> bytes:
        """The last bytes."""
        count = min(count, self.file.size, CHUNK_BYTES)
        return self.file.peek(self.file.size - count, count)
