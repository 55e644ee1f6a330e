"""JPEG, PNG, WebP and GIF with nothing but the picture: no place, maker, owner, time, comment, or what follows the end.

The coded pixels keep every byte. All of the rest is written anew from a list of what a viewer needs, so that an unknown
part, a wrong checksum outside the pixels or a text of any length is no damage.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import IO

from PIL import Image

from config.common.pictures.profiles import bare_profile

CHUNK_BYTES = 1024 * 1024
IN_MEMORY_BYTES = 4 * CHUNK_BYTES
MAX_PARTS = 200_000  # A recording of a screen has 300 blocks of pixels a second; a JPEG or PNG some thousand parts.
MAX_SEGMENT_BYTES = 4 * CHUNK_BYTES  # Of what is no pixels: a profile of a press has up to 2 MB.
MAX_PIECES = 255  # Of a profile: a byte counts them.
MAX_PROFILE_BYTES = CHUNK_BYTES  # Pillow unzips no larger one.
_ORIENTATION = 0x0112
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class Damaged(Exception):
    """A file that contradicts itself or ends before its picture begins."""


@dataclass
class Bare:
    """The copy and what was seen on the way; `end` is what it lacks where the file ended too early."""

    file: IO[bytes]
    orientation: int = 1
    frames: int = 0
    scans: int = 0
    is_progressive: bool = False
    # Whether the last scan only sharpens what the ones before have.
    is_refining: bool = False
    has_deep_pixels: bool = False
    cicp: bytes = b""
    # The number of each piece of the profile, and where it is in the copy.
    profile: list[tuple[int, int, int]] = field(default_factory=list, repr=False)
    end: bytes = field(default=b"", repr=False)

    def finish(self) -> None:
        """Give the copy the end that the file did not have."""
        self.file.seek(0, 2)
        self.file.write(self.end)
        self.end = b""


def bare_copy(file: IO[bytes], kind: str) -> Bare:
    """The bare copy of a JPEG, PNG, WEBP or GIF, in memory if it is small, else in a temporary file.

    Raises `Damaged`.
    """
    # The copy is at most a few bytes longer. A named file closes itself.
    is_small = file.seek(0, 2) <= IN_MEMORY_BYTES
    bare = Bare(BytesIO() if is_small else NamedTemporaryFile())  # noqa: SIM115
    file.seek(0)
    try:
        _COPIERS[kind](_Source(file), bare)
    except (struct.error, IndexError) as error:
        raise Damaged from error
    _blank_profile(bare)
    bare.file.seek(0)
    return bare


def _blank_profile(bare: Bare) -> None:
    pieces, content = sorted(bare.profile), []
    if len(pieces) <= MAX_PIECES and sum(size for _number, _start, size in pieces) <= MAX_SEGMENT_BYTES:
        for _number, start, size in pieces:
            bare.file.seek(start)
            content.append(bare.file.read(size))
    profile = BytesIO(bare_profile(b"".join(content)))
    for _number, start, size in pieces:
        bare.file.seek(start)
        for at in range(0, size, CHUNK_BYTES):
            count = min(CHUNK_BYTES, size - at)
            bare.file.write(profile.read(count).ljust(count, b"\0"))


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


class _Source:
    """Reads on and on, with an end to the number of parts."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._parts = MAX_PARTS

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

    def skip(self, size: int) -> None:
        self.file.seek(size, 1)

    def copy(self, size: int, out: IO[bytes]) -> int:
        """Copy up to `size` bytes; returns how many there were."""
        rest = size
        while rest and (found := self.file.read(min(rest, CHUNK_BYTES))):
            out.write(found)
            rest -= len(found)
        return size - rest


def _minimal_exif(orientation: int) -> bytes:
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0) + b"\0\0\0\0"


# JPEG

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_KEPT_SEGMENTS = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, _SOS}
_JFIF, _EXIF, _PROFILE, _ADOBE = b"JFIF\0", b"Exif\0", b"ICC_PROFILE\0", b"Adobe"
_PIECE_AT = len(_PROFILE) + 2  # Behind the number of the piece and their count.


def _copy_jpeg(source: _Source, bare: Bare) -> None:
    if source.read(2) != b"\xff\xd8":
        raise Damaged
    bare.file.write(b"\xff\xd8")
    bare.frames, bare.end = 1, b"\xff\xd9"
    while (marker := _marker(source)) is not None:
        if marker == _EOI and bare.scans:
            return bare.finish()
        if marker in _ALONE or marker == _EOI:
            continue
        size = source.file.read(2)
        content = source.file.read(max(int.from_bytes(size, "big") - 2, 0))
        if len(content) + 2 != int.from_bytes(size, "big"):
            break
        kept = _kept_segment(marker, content, bare)
        if kept:
            bare.file.write(bytes((0xFF, marker)) + struct.pack(">H", len(kept) + 2) + kept)
        if marker == _SOS and not _copy_scan(source, bare.file):
            break
    if not bare.scans:
        raise Damaged
    return None


def _marker(source: _Source) -> int | None:
    """The next marker, whatever stands before it; None at the end of the file."""
    source.count()
    before = b""
    while found := source.file.read(1):
        if before == b"\xff" and found not in b"\x00\xff":
            return found[0]
        if before != b"\xff" and found != b"\xff":
            source.count()
        before = found
    return None


def _kept_segment(marker: int, content: bytes, bare: Bare) -> bytes:
    if marker == 0xE0 and content.startswith(_JFIF):  # noqa: PLR2004
        return content[:12].ljust(12, b"\0") + b"\0\0"  # Without the thumbnail.
    if marker == 0xE1 and content.startswith(_EXIF) and bare.orientation == 1:  # noqa: PLR2004
        bare.orientation = orientation_of(content)
        return _EXIF + b"\0" + _minimal_exif(bare.orientation) if bare.orientation != 1 else b""
    if marker == 0xE2 and content.startswith(_PROFILE) and len(content) > _PIECE_AT:  # noqa: PLR2004
        # Behind the marker and the length.
        bare.profile.append((content[_PIECE_AT - 2], bare.file.tell() + 4 + _PIECE_AT, len(content) - _PIECE_AT))
        return content
    if marker == 0xEE and content.startswith(_ADOBE):  # noqa: PLR2004
        return content[:12]
    if marker in _FRAMES:
        bare.is_progressive = marker in _PROGRESSIVE
        bare.has_deep_pixels = content[0] > 8  # noqa: PLR2004
    if marker == _SOS:
        bare.scans += 1
        bare.is_refining = bool(content[-1] >> 4)
    return content if marker in _KEPT_SEGMENTS else b""


def _copy_scan(source: _Source, out: IO[bytes]) -> bool:
    """Copy coded pixels up to the next marker, which is read next; False at the end of the file."""
    while chunk := source.file.read(CHUNK_BYTES):
        found = _NEXT_MARKER.search(chunk)
        if found:
            out.write(chunk[: found.start()])
            source.file.seek(found.start() - len(chunk), 1)
            return True
        # A marker may begin with the last byte.
        half = chunk.endswith(b"\xff") and len(chunk) > 1
        out.write(chunk[:-1] if half else chunk)
        if half:
            source.file.seek(-1, 1)
            if not _goes_on(source.file):
                return False
    return False


def _goes_on(file: IO[bytes]) -> bool:
    two = file.read(2)
    file.seek(-len(two), 1)
    return len(two) > 1


# PNG

_PNG = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND\xaeB`\x82"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"sBIT", b"acTL", b"fcTL"}
# Where they are of any other length, Pillow stumbles.
_SIZES = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_PIXELS = {b"IDAT", b"fdAT"}


def _copy_png(source: _Source, bare: Bare) -> None:
    if source.read(8) != _PNG:
        raise Damaged
    bare.file.write(_PNG)
    bare.frames, bare.end = 1, _END
    has_pixels = False
    while len(header := source.file.read(8)) == 8:  # noqa: PLR2004
        source.count()
        size, kind = struct.unpack(">I4s", header)
        if kind == b"IEND":
            bare.finish()
            break
        if kind in _PIXELS:
            has_pixels = True
            if not _copy_pixels(source, bare.file, size, kind):
                break
        elif kind in _KEPT_CHUNKS or kind in _SIZES or kind in (b"iCCP", b"eXIf"):
            _write_chunk(bare.file, *_kept_chunk(kind, source.part(size), bare))
        else:
            source.skip(size)
        source.skip(4)
    if not has_pixels:
        raise Damaged


def _copy_pixels(source: _Source, out: IO[bytes], size: int, kind: bytes) -> bool:
    """Copy a chunk of any size; False where the file ends within it."""
    for start in range(0, size, CHUNK_BYTES):
        wanted = min(CHUNK_BYTES, size - start)
        content = source.file.read(wanted)
        # Parts of moving pictures are numbered and cannot be divided.
        if start == 0 and size > CHUNK_BYTES and kind == b"fdAT":
            content += source.part(min(size, MAX_SEGMENT_BYTES + CHUNK_BYTES) - wanted)
            _write_chunk(out, kind, content)
            return len(content) == size
        _write_chunk(out, kind, content)
        if len(content) < wanted:
            return False
    return True


def _kept_chunk(kind: bytes, content: bytes, bare: Bare) -> tuple[bytes, bytes]:
    if _SIZES.get(kind, len(content)) != len(content):
        return kind, b""
    if kind == b"IHDR":
        bare.has_deep_pixels = content[8] > 8  # noqa: PLR2004
    if kind == b"acTL":
        bare.frames = max(int.from_bytes(content[:4], "big"), 1)
    if kind == b"cICP":
        bare.cicp = content
    if kind == b"eXIf":
        bare.orientation = orientation_of(content)
        return kind, _minimal_exif(bare.orientation) if bare.orientation != 1 else b""
    if kind == b"iCCP":
        return kind, _kept_profile(content)
    return kind, content


def _kept_profile(content: bytes) -> bytes:
    unzipped = zlib.decompressobj()
    try:
        profile = unzipped.decompress(content[content.index(b"\0") + 2 :], MAX_PROFILE_BYTES)
    except (ValueError, zlib.error):
        return b""
    return b"" if unzipped.unconsumed_tail else b"icc\0\0" + zlib.compress(bare_profile(profile))


def _write_chunk(out: IO[bytes], kind: bytes, content: bytes) -> None:
    if content:
        out.write(struct.pack(">I", len(content)) + kind + content)
        out.write(struct.pack(">I", zlib.crc32(content, zlib.crc32(kind))))


# WebP

_KEPT_IN_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def _copy_webp(source: _Source, bare: Bare) -> None:
    head = source.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise Damaged
    bare.file.write(head)
    flags_at = None
    # What stands behind the promised length is no part of the picture.
    while source.file.tell() < int.from_bytes(head[4:8], "little") + 8:
        source.count()
        header = source.file.read(8)
        if len(header) < 8:  # noqa: PLR2004
            break
        kind, size = header[:4], int.from_bytes(header[4:], "little")
        if kind == b"VP8X":
            flags_at = bare.file.tell() + 8
        if kind == b"EXIF":
            bare.orientation = orientation_of(source.part(size))
        elif kind in _KEPT_IN_WEBP:
            bare.frames += kind in (b"VP8 ", b"VP8L", b"ANMF")
            bare.file.write(header)
            if kind == b"ICCP":
                bare.profile.append((len(bare.profile), bare.file.tell(), size))
            if source.copy(size, bare.file) < size:
                raise Damaged
            bare.file.write(b"\0" * (size & 1))
        else:
            source.skip(size)
        source.skip(size & 1)
    _put_orientation(bare, flags_at)
    size = bare.file.seek(0, 2)
    bare.file.seek(4)
    bare.file.write(struct.pack("<I", size - 8))


def _put_orientation(bare: Bare, flags_at: int | None) -> None:
    if flags_at is None:
        return
    is_turned = bare.orientation != 1
    if is_turned:
        exif = _minimal_exif(bare.orientation)
        bare.file.write(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    bare.file.seek(flags_at)
    flags = bare.file.read(1)[0] & ~(_EXIF_FLAG | _XMP_FLAG)
    bare.file.seek(flags_at)
    bare.file.write(bytes((flags | _EXIF_FLAG * is_turned,)))


# GIF

_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


def _copy_gif(source: _Source, bare: Bare) -> None:
    head = source.read(13)
    if not head.startswith((b"GIF87a", b"GIF89a")):
        raise Damaged
    bare.file.write(head + _colours(source, head[10]))
    bare.end = b";"
    while kind := source.file.read(1):
        source.count()
        if kind == b";":
            break
        if kind == b",":
            place = source.read(9)
            bare.file.write(kind + place + _colours(source, place[8]) + source.read(1))
            bare.frames += 1
            if not _copy_blocks(source, bare.file):
                break
        elif kind == b"!":
            _copy_extension(source, bare.file)
        elif kind != b"\0":
            break
    if not bare.frames:
        raise Damaged
    bare.finish()


def _colours(source: _Source, flags: int) -> bytes:
    return source.read(3 << (flags & 7) + 1) if flags & 0x80 else b""


def _copy_extension(source: _Source, out: IO[bytes]) -> None:
    label, size = source.read(2)
    first = source.read(size)
    is_kept = label == 0xF9 or (label == 0xFF and first in _LOOPS)  # noqa: PLR2004
    if is_kept:
        out.write(bytes((0x21, label, size)) + first)
    if size:
        _copy_blocks(source, out if is_kept else None)
    elif is_kept:
        raise Damaged


def _copy_blocks(source: _Source, out: IO[bytes] | None) -> bool:
    """Copy blocks of up to 255 bytes, or skip them; False where the file ends within them."""
    while size := source.file.read(1):
        block = source.file.read(size[0])
        if out is not None:
            out.write(size + block)
        if size == b"\0":
            return True
        if len(block) < size[0]:
            break
    return False


_COPIERS: dict[str, Callable[[_Source, Bare], None]] = {
    "JPEG": _copy_jpeg,
    "PNG": _copy_png,
    "WEBP": _copy_webp,
    "GIF": _copy_gif,
}
