"""What the copiers of all formats share: the file that they read, the copy that they write, and its orientation."""

import struct
from dataclasses import dataclass, field
from typing import IO

from PIL import Image

CHUNK_BYTES = 1024 * 1024
MAX_PARTS = 200_000  # A recording of a screen has 300 blocks of pixels a second; a JPEG or PNG some thousand parts.
MAX_JUNK_BYTES = CHUNK_BYTES  # Between the parts of a JPEG, where nothing belongs.
MAX_BLOCKS = 500_000  # Of a GIF, with up to 255 bytes of pixels each: a file of 60 MB has half of that.
MAX_EXIF = 4  # Editors leave an old one behind the new one.
MAX_SEGMENT_BYTES = 4 * CHUNK_BYTES  # Of what is no pixels: a profile of a press has up to 2 MB.
_ORIENTATION = 0x0112


class Damaged(Exception):
    """A file that contradicts itself or ends before its picture begins."""


@dataclass
class Bare:
    """The copy and what was seen on the way; `end` is what it lacks where the file ended too early."""

    file: IO[bytes]
    orientation: int = 1
    exif_parts: int = 0
    frames: int = 0
    scans: int = 0
    is_progressive: bool = False
    # Of a JPEG: an outline first, or one colour after another. All is in memory before its first row.
    has_divided_scans: bool = False
    # Whether the last scan only sharpens what the ones before have.
    is_refining: bool = False
    has_deep_pixels: bool = False
    # Of a WebP: whether its pixels are as they were drawn.
    is_lossless: bool = False
    cicp: bytes = b""
    # The number of each piece of the profile, and where it is in the copy.
    profile: list[tuple[int, int, int]] = field(default_factory=list, repr=False)
    # Of a JPEG, once its size has been read; 3 for most.
    colours: int = 0
    end: bytes = field(default=b"", repr=False)

    def read_exif(self, content: bytes) -> None:
        """Take the orientation from the first part that tells one."""
        self.exif_parts += 1
        if self.orientation == 1 and self.exif_parts <= MAX_EXIF:
            self.orientation = orientation_of(content)

    def finish(self) -> None:
        """Give the copy the end that the file did not have."""
        self.file.seek(0, 2)
        self.file.write(self.end)
        self.end = b""


def orientation_of(exif: bytes) -> int:
    """1 to 8 as in EXIF, 1 where it says nothing that can be read."""
    found = Image.Exif()
    try:
        found.load(exif)
        value = found.get(_ORIENTATION, 1)
    # What cameras write has errors of all kinds: wrong offsets, counts, types.
    except Exception:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004


class Source:
    """Reads on and on, with an end to the number of parts."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._parts, self._blocks, self._junk = MAX_PARTS, MAX_BLOCKS, MAX_JUNK_BYTES

    def read(self, count: int) -> bytes:
        """Exactly so many bytes. Raises `Damaged` if there are fewer."""
        found = self.file.read(count)
        if len(found) < count:
            raise Damaged
        return found

    def part(self, size: int) -> bytes:
        """A part that is no pixels."""
        if size > MAX_SEGMENT_BYTES:
            raise Damaged
        return self.read(size)

    def count(self) -> None:
        self._parts -= 1
        if self._parts < 0:
            raise Damaged

    def count_block(self) -> None:
        self._blocks -= 1
        if self._blocks < 0:
            raise Damaged

    def count_junk(self, size: int) -> None:
        self._junk -= size
        if self._junk < 0:
            raise Damaged

    def skip(self, size: int) -> None:
        self.file.seek(size, 1)

    def copy(self, size: int, out: IO[bytes]) -> int:
        """Copy up to `size` bytes; returns how many there were."""
        rest = size
        while rest and (found := self.file.read(min(rest, CHUNK_BYTES))):
            out.write(found)
            rest -= len(found)
        return size - rest


def minimal_exif(orientation: int) -> bytes:
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0) + b"\0\0\0\0"
