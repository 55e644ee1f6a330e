"""The bare copy of a JPEG."""

import re
import struct
from typing import IO

from config.common.pictures.bare.copies import CHUNK_BYTES, Bare, Damaged, Source, minimal_exif

_ANY_MARKER = re.compile(rb"\xff[^\x00\xff]")
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_KEPT_SEGMENTS = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, _SOS}
_JFIF, _EXIF, _PROFILE, _ADOBE = b"JFIF\0", b"Exif\0", b"ICC_PROFILE\0", b"Adobe"
_PIECE_AT = len(_PROFILE) + 2  # Behind the number of the piece and their count.


def copy_jpeg(source: Source, bare: Bare) -> None:
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


def _marker(source: Source) -> int | None:
    """The next marker, whatever stands before it; None at the end of the file."""
    source.count()
    size = 2
    while len(chunk := source.file.read(size)) > 1:
        if found := _ANY_MARKER.search(chunk):
            source.file.seek(found.end() - len(chunk), 1)
            return chunk[found.end() - 1]
        source.count_junk(len(chunk) - 1)
        # A marker may begin with the last byte. Twice as many next time: few of them are read again and again.
        source.file.seek(-1, 1)
        size = min(2 * size, CHUNK_BYTES)
    return None


def _kept_segment(marker: int, content: bytes, bare: Bare) -> bytes:
    if marker == 0xE0 and content.startswith(_JFIF):  # noqa: PLR2004
        return content[:12].ljust(12, b"\0") + b"\0\0"  # Without the thumbnail.
    if marker == 0xE1 and content.startswith(_EXIF) and bare.orientation == 1:  # noqa: PLR2004
        bare.read_exif(content)
        return _EXIF + b"\0" + minimal_exif(bare.orientation) if bare.orientation != 1 else b""
    if marker == 0xE2 and content.startswith(_PROFILE) and len(content) > _PIECE_AT:  # noqa: PLR2004
        # Behind the marker and the length.
        bare.profile.append((content[_PIECE_AT - 2], bare.file.tell() + 4 + _PIECE_AT, len(content) - _PIECE_AT))
        return content
    if marker == 0xEE and content.startswith(_ADOBE):  # noqa: PLR2004
        return content[:12]
    if marker in _FRAMES:
        # Decoders disagree about which of two would count.
        if bare.colours or not content[5]:
            raise Damaged
        bare.colours = content[5]
        bare.is_progressive = bare.has_divided_scans = marker in _PROGRESSIVE
        bare.has_deep_pixels = content[0] > 8  # noqa: PLR2004
    if marker == _SOS:
        bare.scans += 1
        bare.has_divided_scans |= bare.scans > 1 or content[0] < bare.colours
        bare.is_refining = bool(content[-1] >> 4)
    return content if marker in _KEPT_SEGMENTS else b""


def _copy_scan(source: Source, out: IO[bytes]) -> bool:
    """Copy coded pixels up to the next marker, which is read next; False at the end of the file."""
    size = CHUNK_BYTES // 256
    while chunk := source.file.read(size):
        found = _NEXT_MARKER.search(chunk)
        # Of thousands of short scans, what follows is read again and again.
        size = min(2 * size, CHUNK_BYTES)
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
