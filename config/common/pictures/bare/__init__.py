"""JPEG, PNG, WebP and GIF with nothing but the picture: no place, maker, owner, time, comment, or what follows the end.

The coded pixels keep every byte. All of the rest is written anew from a list of what a viewer needs, so that an unknown
part, a wrong checksum outside the pixels or a text of any length is no damage.
"""

import struct
from collections.abc import Callable
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import IO

from config.common.pictures.bare.copies import CHUNK_BYTES, MAX_SEGMENT_BYTES, Bare, Damaged, Source
from config.common.pictures.bare.gif import copy_gif
from config.common.pictures.bare.jpeg import copy_jpeg
from config.common.pictures.bare.png import copy_png
from config.common.pictures.bare.webp import copy_webp
from config.common.pictures.profiles import bare_profile

__all__ = ["Bare", "Damaged", "bare_copy"]

IN_MEMORY_BYTES = 4 * CHUNK_BYTES
MAX_PIECES = 255  # Of a profile: a byte counts them.


_COPIERS: dict[str, Callable[[Source, Bare], None]] = {
    "JPEG": copy_jpeg,
    "PNG": copy_png,
    "WEBP": copy_webp,
    "GIF": copy_gif,
}


def bare_copy(file: IO[bytes], kind: str) -> Bare:
    """The bare copy of a JPEG, PNG, WEBP or GIF, in memory if it is small, else in a temporary file.

    Raises `Damaged`.
    """
    # The copy is at most a few bytes longer. A named file closes itself.
    is_small = file.seek(0, 2) <= IN_MEMORY_BYTES
    bare = Bare(BytesIO() if is_small else NamedTemporaryFile())  # noqa: SIM115
    file.seek(0)
    try:
        _COPIERS[kind](Source(file), bare)
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
