"""The bare copy of a PNG, moving or not."""

import struct
import zlib
from typing import IO

from config.common.pictures.bare.copies import (
    CHUNK_BYTES,
    MAX_SEGMENT_BYTES,
    Bare,
    Damaged,
    Source,
    minimal_exif,
)
from config.common.pictures.profiles import bare_profile

MAX_PROFILE_BYTES = CHUNK_BYTES  # Pillow unzips no larger one.
_PNG = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND\xaeB`\x82"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"sBIT", b"acTL", b"fcTL"}
# Where they are of any other length, Pillow stumbles.
_SIZES = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_PIXELS = {b"IDAT", b"fdAT"}
_ONCE = _KEPT_CHUNKS - {b"fcTL"} | {*_SIZES, b"iCCP", b"eXIf"}


def copy_png(source: Source, bare: Bare) -> None:
    if source.read(8) != _PNG:
        raise Damaged
    bare.file.write(_PNG)
    bare.frames, bare.end = 1, _END
    has_pixels, seen = False, set[bytes]()
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
        elif kind in _ONCE - seen or kind == b"fcTL":
            seen.add(kind)
            _write_chunk(bare.file, *_kept_chunk(kind, source.part(size), bare))
        else:
            source.skip(size)
        source.skip(4)
    if not has_pixels:
        raise Damaged


def _copy_pixels(source: Source, out: IO[bytes], size: int, kind: bytes) -> bool:
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
        bare.read_exif(content)
        return kind, minimal_exif(bare.orientation) if bare.orientation != 1 else b""
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
