"""Pictures by their first bytes, which is enough: they will be decoded and written again."""

import struct

from messenger.bounded_files import BoundedFile
from messenger.content.file_types import BMP, GIF, JPEG, PNG, TIFF, FileType
from messenger.content.refusals import Seen

_HEADERS_OF_BMP = {12, 16, 40, 52, 56, 64, 108, 124}
_LEAST_BMP, _OLD_HEADERS = 26, range(12, 65)
_FIRST_PLACE_IN_TIFF = 8
_DNG_VERSION, _KIND_OF_PART, _PARTS = 50706, 254, 330


def picture_type(head: bytes) -> FileType | None:
    """The type of the picture that begins like this."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    # A large one counts its places with 64 bits.
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return TIFF
    return BMP if _is_bmp(head) else None


def raw_photo(file: BoundedFile, head: bytes) -> Seen | None:
    """Whether the TIFF is the negative of a camera: what decoders show of it is a stamp."""
    if head[8:10] == b"CR":
        return Seen.PICTURE
    order = "<" if head[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", head.ljust(8, b"\0"), 4)
    if not _FIRST_PLACE_IN_TIFF <= first <= file.size - 2 or head[2:4] in (b"+\0", b"\0+"):
        return None
    (count,) = struct.unpack(f"{order}H", file.read(first, 2))
    entries = file.peek(first + 2, min(12 * count, file.size - first - 2))
    tags = {}
    for number in range(len(entries) // 12):
        tag, _kind, _count, value = struct.unpack_from(f"{order}HHII", entries, 12 * number)
        tags[tag] = value
    is_stamp_of_parts = tags.get(_KIND_OF_PART, 0) & 1 and _PARTS in tags
    return Seen.PICTURE if _DNG_VERSION in tags or is_stamp_of_parts else None


def _is_bmp(head: bytes) -> bool:
    if not head.startswith(b"BM") or len(head) < _LEAST_BMP:
        return False
    _size, reserved, start, header = struct.unpack_from("<4I", head, 2)
    # Programs disagree about the size, and OS/2 keeps the middle of a pointer in the reserved bytes.
    return header in _HEADERS_OF_BMP and 14 + header <= start and (reserved == 0 or header in _OLD_HEADERS)
