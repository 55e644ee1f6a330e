"""Uploaded pictures, which are decoded, turned upright, scaled down and written again without their metadata."""

import io
from dataclasses import dataclass
from typing import IO

import pi_heif
from django.utils.translation import gettext as _
from PIL import Image

from config.common.errors import InvalidInput
from config.common.pictures import ONE_AT_A_TIME, small_and_upright
from messenger.content import GIF, HEIC, JPEG, PNG, WEBP, FileType, damaged

MAX_PIXELS = 40_000_000  # 160 MB when decoded; the best phones make pictures of 50 and offer 12 by default.
MAX_SIDE = 2560  # Shows a type plate sharply on any screen and keeps a photo below about 1 MB.
PREVIEW_SIDE = 640
PREVIEW_TYPE = WEBP
_FORMATS = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF", WEBP: "WEBP", HEIC: "HEIF"}

pi_heif.register_heif_opener()


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored, with a preview of type `PREVIEW_TYPE` and its size in pixels."""

    content: bytes
    preview: bytes
    file_type: FileType
    width: int
    height: int


def make_picture(file: IO[bytes], file_type: FileType, name: str) -> Picture:
    """The picture written again: upright, without metadata, at most 2560 pixels wide and high.

    Raises `InvalidInput` for more than 40 megapixels, which are never decoded, and for files that cannot be decoded.
    Waits while another picture is decoded, so the caller should hold no connection to the database.
    """
    try:
        with ONE_AT_A_TIME:
            return _make_picture(file, file_type, name)
    except InvalidInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    # Decoders raise all kinds of errors at hostile bytes: struct errors, index errors, their own.
    except Exception as error:
        raise damaged(name) from error


def _make_picture(file: IO[bytes], file_type: FileType, name: str) -> Picture:
    file.seek(0)
    with Image.open(file, formats=(_FORMATS[file_type],)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise _too_many_pixels(name)
        target = JPEG if file_type == HEIC else file_type
        if target == GIF and _is_small_animation(image):
            out = io.BytesIO()
            image.save(out, "GIF", save_all=True, comment=b"")
            image.seek(0)
            return Picture(out.getvalue(), _preview(image.convert("RGBA")), GIF, *image.size)
        # Lets the JPEG decoder skip details that scaling would remove.
        image.draft(None, (MAX_SIDE, MAX_SIDE))
        image.load()  # Some formats know only then whether a colour is transparent.
        is_transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        upright = small_and_upright(image, "RGBA" if is_transparent and target != JPEG else "RGB", MAX_SIDE)
    # A new image has pixels only: Pillow keeps EXIF, position and comments with the old one.
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    return Picture(_written(bare, target), _preview(bare), target, *bare.size)


def _is_small_animation(image: Image.Image) -> bool:
    frames = getattr(image, "n_frames", 1)
    return frames > 1 and frames * image.width * image.height <= MAX_PIXELS and max(image.size) <= MAX_SIDE


def _preview(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return _written(small, PREVIEW_TYPE)


def _written(image: Image.Image, file_type: FileType) -> bytes:
    out = io.BytesIO()
    options = {JPEG: {"quality": 85, "optimize": True, "progressive": True}, WEBP: {"quality": 80, "method": 3}}
    image.save(out, _FORMATS[file_type], **options.get(file_type, {}))
    return out.getvalue()


def _too_many_pixels(name: str) -> InvalidInput:
    message = _("“%(name)s” has too many pixels. Pictures may have up to %(limit)s megapixels.")
    return InvalidInput(message % {"name": name, "limit": MAX_PIXELS // 1_000_000}, code="file_pixels", field="files")
