"""What was sent of a picture, without place, device, owner and time; the coded pixels keep every byte."""

from collections.abc import Callable
from typing import IO

from config.common.pictures import Bare, bare_copy
from messenger.bounded_files import BoundedFile
from messenger.content import FileType
from messenger.metadata.heif import blank_heif
from messenger.metadata.overwriting import overwrite
from messenger.metadata.profiles import blank_profile
from messenger.metadata.tiff import blank_tiff

# These are written anew from what a viewer needs, the others are blanked in place.
_COPIED = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}

_BMP_WITH_SIGNS, _BMP_WITH_COMPRESSION, _BMP_OF_OS2, _BMP_WITH_PROFILE = 16, 40, 64, 124
_UNCOMPRESSED = {0, 3, 6}  # As they are, and with masks of bits.


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
    overwrite(file, _BLANKERS[file_type.content_type], name)
    return file


def _blank_bmp(file: BoundedFile) -> None:
    """It has no place for such facts but behind its pixels, and a profile in a file elsewhere, by its path."""
    pixels, end = _pixels_of_bmp(file)
    kept = max(end, file.number(2, 4, "little"))
    header = file.number(14, 4, "little")
    if header >= _BMP_WITH_PROFILE:
        kind, start, size = file.read(70, 4), 14 + file.number(126, 4, "little"), file.number(130, 4, "little")
        if kind == b"MBED":
            kept = max(kept, start + size)
            if end <= start <= start + size <= file.size:
                blank_profile(file, start, start + size)
        elif kind == b"KNIL":
            # What is said about its place may be false.
            file.erase(min(max(start, 14 + header), pixels), min(start + size, pixels))
            file.erase(min(max(start, end), file.size), min(start + size, file.size))
    file.erase(min(kept, file.size), file.size)


def _pixels_of_bmp(file: BoundedFile) -> tuple[int, int]:
    """Where they begin and end. Programs write the size of the file as they like, also none at all."""
    start, header = min(file.number(10, 4, "little"), file.size), file.number(14, 4, "little")
    if header < _BMP_WITH_SIGNS:
        width, height, bits, compression = *(file.number(at, 2, "little") for at in (18, 20, 24)), 0
    else:
        width, height = (abs(int.from_bytes(file.read(at, 4), "little", signed=True)) for at in (18, 22))
        bits = file.number(28, 2, "little")
        compression = file.number(30, 4, "little") if header >= _BMP_WITH_COMPRESSION else 0
    if compression not in _UNCOMPRESSED or (compression and header == _BMP_OF_OS2):
        end = max(start + file.number(34, 4, "little"), file.number(2, 4, "little"))
        return start, min(end, file.size) if end > start else file.size
    return start, min(start + (width * bits + 31) // 32 * 4 * height, file.size)


_BLANKERS: dict[str, Callable[[BoundedFile], None]] = {
    "image/heic": blank_heif,
    "image/avif": blank_heif,
    "image/tiff": blank_tiff,
    "image/bmp": _blank_bmp,
}
