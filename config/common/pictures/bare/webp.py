"""The bare copy of a WebP, moving or not."""

import struct

from config.common.pictures.bare.copies import Bare, Damaged, Source, minimal_exif

_KEPT_IN_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def copy_webp(source: Source, bare: Bare) -> None:
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
            bare.read_exif(source.part(size))
        elif kind in _KEPT_IN_WEBP:
            bare.is_lossless |= kind == b"VP8L"
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
        exif = minimal_exif(bare.orientation)
        bare.file.write(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    bare.file.seek(flags_at)
    flags = bare.file.read(1)[0] & ~(_EXIF_FLAG | _XMP_FLAG)
    bare.file.seek(flags_at)
    bare.file.write(bytes((flags | _EXIF_FLAG * is_turned,)))
