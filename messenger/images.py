"""Uploaded pictures, which are decoded, turned upright, scaled down and written again without their metadata."""

import io
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image

from config.common.errors import InvalidInput
from config.common.pictures import ONE_AT_A_TIME, Shown, TooManyPixels, read_picture
from messenger.content import AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP, FileType, damaged
from messenger.metadata.pictures import bare_picture
from messenger.models import Remark

MAX_SIDE = 2560  # Shows a type plate sharply on any screen and keeps a photo below about 1 MB.
PREVIEW_SIDE = 640
PREVIEW_TYPE = WEBP
# Beyond that, nobody's viewer opens it either.
MAX_KEPT_MEGAPIXELS = 300
# A drawing that is mostly white has hundreds of pixels a byte; thousands are made to fill somebody's memory.
MAX_PIXELS_A_BYTE = 2000
# All pixels of all moving pictures: ten seconds of a screen. What moves stays as it came.
MAX_MOVING_PIXELS = 400_000_000
_FORMATS = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF", WEBP: "WEBP", HEIC: "HEIF", AVIF: "AVIF", BMP: "BMP", TIFF: "TIFF"}
# What only some programs show becomes what all of them do.
_SHOWN_AS = {HEIC: JPEG, AVIF: JPEG, BMP: PNG, TIFF: JPEG}
_OF_LINES = {"1", "L", "LA", "P", "PA", "I", "F", "I;16", "I;16B"}
_MOVING = {GIF, PNG, WEBP, AVIF}
_LOSSLESS = {BMP}
_WRITTEN = {JPEG: {"quality": 85, "optimize": True, "progressive": True}, WEBP: {"quality": 80, "method": 3}}
# A second for the largest; what would save a third of the bytes takes ten.
_LOSSLESS_WEBP = {"lossless": True, "quality": 20, "method": 0}


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored, with a preview of type `PREVIEW_TYPE` and its size in pixels.

    Where it is not the whole truth, `remark` says why, and `original` is what was sent, without metadata.
    """

    content: "File[bytes]"
    preview: bytes
    file_type: FileType
    width: int | None = None
    height: int | None = None
    remark: Remark = Remark.NONE
    original: "File[bytes] | None" = None


def make_picture(file: IO[bytes], file_type: FileType, name: str) -> Picture:
    """The picture written again: upright, in sRGB, without metadata, at most 2560 pixels wide and high.

    One that is too large to be decoded has no preview, and is what was sent, without metadata. Raises `InvalidInput`
    for files that cannot be decoded, and for more pixels than any viewer opens. The file may have been changed then.
    Waits while another picture is decoded, so the caller should hold no connection to the database.
    """
    try:
        with ONE_AT_A_TIME:
            return _make_picture(file, file_type, name)
    except InvalidInput:
        raise
    except TooManyPixels as large:
        size = file.seek(0, 2)
        if large.pixels > min(MAX_KEPT_MEGAPIXELS * 1_000_000, size * MAX_PIXELS_A_BYTE):
            raise too_many_pixels(name) from None
        return Picture(_sent(file, file_type, name), b"", file_type, remark=Remark.PIXELS)
    # Decoders raise all kinds of errors at hostile bytes: struct errors, index errors, their own.
    except Exception as error:
        raise damaged(name) from error


def too_many_pixels(name: str) -> InvalidInput:
    """The error for a picture of more pixels than can be shown."""
    message = _("“%(name)s” has too many pixels. Please send it in a smaller size.")
    return InvalidInput(message % {"name": name}, code="file_pixels", field="files")


def _make_picture(file: IO[bytes], file_type: FileType, name: str) -> Picture:
    shown = read_picture(file, MAX_SIDE, (_FORMATS[file_type],))
    if _is_moving(shown, file_type):
        moving = _sent(file, file_type, name, shown)
        return Picture(moving, _preview(shown.image), file_type, *shown.size, Remark.MOVING)
    target = _target(shown, file_type)
    upright = shown.image.convert("RGB") if target == JPEG else shown.image
    remark = _remark(shown, file_type, upright.size)
    original = _sent(file, file_type, name, shown) if remark != Remark.NONE else None
    is_lossless = bool(shown.bare and shown.bare.is_lossless)
    content = ContentFile(_written(upright, target, is_lossless=is_lossless))
    return Picture(content, _preview(upright), target, *upright.size, remark, original)


def _sent(file: IO[bytes], file_type: FileType, name: str, shown: Shown | None = None) -> "File[bytes]":
    return File(bare_picture(file, file_type, name, shown.bare if shown else None), name)


def _is_moving(shown: Shown, file_type: FileType) -> bool:
    pixels = shown.frames * shown.size[0] * shown.size[1]
    is_small = pixels <= MAX_MOVING_PIXELS and max(shown.size) <= MAX_SIDE
    return shown.frames > 1 and file_type in _MOVING and is_small


def _target(shown: Shown, file_type: FileType) -> FileType:
    """Lines and what is transparent stay sharp, photos small."""
    if file_type == TIFF and shown.mode in _OF_LINES:
        return PNG
    if file_type in (AVIF, HEIC, TIFF) and shown.image.mode == "RGBA":
        return PNG
    return _SHOWN_AS.get(file_type, file_type)


def _remark(shown: Shown, file_type: FileType, size: tuple[int, int]) -> Remark:
    """What the picture that is shown lacks; the first is said, and all have the original."""
    if shown.frames > 1:
        return Remark.STILL if file_type in _MOVING else Remark.FIRST_PAGE
    if shown.is_deep:
        return Remark.DEPTH
    if shown.mode in ("CMYK", "LAB"):
        return Remark.COLOURS
    if max(shown.size) > max(size):
        return Remark.SMALLER
    return Remark.FORMAT if file_type in _SHOWN_AS and file_type not in _LOSSLESS else Remark.NONE


def _preview(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return _written(small, PREVIEW_TYPE)


def _written(image: Image.Image, file_type: FileType, *, is_lossless: bool = False) -> bytes:
    out = io.BytesIO()
    options = _LOSSLESS_WEBP if is_lossless and file_type == WEBP else _WRITTEN.get(file_type, {})
    image.save(out, _FORMATS[file_type], **options)
    return out.getvalue()
