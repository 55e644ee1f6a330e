"""The bare copy of a GIF, moving or not."""

from typing import IO

from config.common.pictures.bare.copies import Bare, Damaged, Source

_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


def copy_gif(source: Source, bare: Bare) -> None:
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


def _colours(source: Source, flags: int) -> bytes:
    return source.read(3 << (flags & 7) + 1) if flags & 0x80 else b""


def _copy_extension(source: Source, out: IO[bytes]) -> None:
    label, size = source.read(2)
    first = source.read(size)
    is_kept = label == 0xF9 or (label == 0xFF and first in _LOOPS)  # noqa: PLR2004
    if is_kept:
        out.write(bytes((0x21, label, size)) + first)
    if size:
        _copy_blocks(source, out if is_kept else None)
    elif is_kept:
        raise Damaged


def _copy_blocks(source: Source, out: IO[bytes] | None) -> bool:
    """Copy blocks of up to 255 bytes, or skip them; False where the file ends within them."""
    while size := source.file.read(1):
        source.count_block()
        block = source.file.read(size[0])
        if out is not None:
            out.write(size + block)
        if size == b"\0":
            return True
        if len(block) < size[0]:
            break
    return False
