"""What was sent of a picture, without place, device, owner and time; the coded pixels keep every byte."""

from collections.abc import Callable
from typing import IO

from config.common.pictures import Bare, bare_copy
from messenger.bounded_files import BoundedFile, Unreadable
from messenger.content import FileType, damaged
from messenger.metadata.heif import blank_heif
from messenger.metadata.tiff import blank_tiff

# These are written anew from what a viewer needs, the others are blanked in place.
_COPIED = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}


def bare_picture(file: IO[bytes], file_type: FileType, name: str, bare: Bare | None = None) -> IO[bytes]:
    """The picture as it was sent, but bare; `bare` is the copy that was made for reading it, if there is one.

    Of HEIC, AVIF, TIFF and BMP it is the file itself, which is changed. Raises `InvalidInput` where the structure
    cannot be followed: then nothing may be kept.
    """
    if file_type.content_type in _COPIED:
        bare = bare or bare_copy(file, _COPIED[file_type.content_type])
        bare.finish()
        bare.file.seek(0)
        return bare.file
    bounded = BoundedFile(file)
    try:
        _BLANKERS[file_type.content_type](bounded)
    except Unreadable:
        raise damaged(name) from None
    bounded.flush()
    file.seek(0)
    return file


def _blank_bmp(file: BoundedFile) -> None:
    """It has no place for such facts but behind its pixels, and a profile in a file elsewhere, by its path."""
    file.erase(min(file.number(2, 4, "little"), file.size), file.size)
    if file.number(14, 4, "little") >= 124 and file.read(70, 4) == b"KNIL":
        start = 14 + file.number(126, 4, "little")
        file.erase(min(start, file.size), min(start + file.number(130, 4, "little"), file.size))


_BLANKERS: dict[str, Callable[[BoundedFile], None]] = {
    "image/heic": blank_heif,
    "image/avif": blank_heif,
    "image/tiff": blank_tiff,
    "image/bmp": _blank_bmp,
}
