"""Reading what cameras see: QR codes, DataMatrix and bars in a picture. Nothing of the picture is kept."""

from typing import IO, NamedTuple

import zxingcpp
from django.utils.translation import gettext_lazy as _
from PIL import Image

from config.common.errors import InvalidInput, TooMuch
from config.common.pictures import ONE_AT_A_TIME, TooManyPixels, opened_picture

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
# Pixels, in which a code is read that takes a tenth of the width of the photo.
LONGEST_SIDE = 2000
MAX_TEXT = 1000  # Characters. Printed links and serial numbers are far shorter.


class PictureLimit(NamedTuple):
    """What is decoded at all, and for how many seconds it waits until other pictures are; -1 for as long as it takes.

    `decoded` are the pixels that are left of `pixels` where a format can be decoded at a fraction of its size.
    """

    bytes: int
    pixels: int
    decoded: int
    patience: float = -1


# A single picture of a running camera, as our own script makes it.
FRAME = PictureLimit(200_000, 1_500_000, 1_500_000, patience=2)
# Strangers send it. What cameras make is JPEG, of which 40 megapixels cost less than 12 of any other format.
PHOTO = PictureLimit(12 * 1024 * 1024, 40_000_000, 12_000_000, patience=5)
# Employees send it.
NAMEPLATE = PictureLimit(12 * 1024 * 1024, 40_000_000, 40_000_000)
EVERY_KIND = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.All)
# What printed links are drawn as. To look for all kinds takes ten times as long.
OF_LINKS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


class Unreadable(InvalidInput):
    """No picture, or one that is too large."""

    code = "unreadable"
    default_message = _("This is not a picture that can be read. Please take a photo, as JPEG, PNG or WebP.")


def read_codes(
    picture: IO[bytes], limit: PictureLimit = NAMEPLATE, kinds: zxingcpp.BarcodeFormats = EVERY_KIND
) -> list[str]:
    """The texts of all codes of these kinds in the picture; none where there is none.

    Raises `Unreadable`, and `TooMuch` if other pictures took longer than this one waits.
    """
    data = picture.read(limit.bytes + 1)
    if len(data) > limit.bytes:
        raise _too_large()
    if not ONE_AT_A_TIME.acquire(timeout=limit.patience):
        raise TooMuch
    try:
        with opened_picture(picture, FORMATS) as (opened, _name, _bare):
            found = zxingcpp.read_barcodes(_small_and_grey(opened, limit), formats=kinds)
    except Unreadable:
        raise
    except TooManyPixels:
        raise _too_large() from None
    # Decoders raise all kinds of errors at hostile bytes: struct errors, index errors, their own.
    except Exception as error:
        raise Unreadable from error
    finally:
        ONE_AT_A_TIME.release()
    return [text for each in found if each.valid and (text := each.text.strip())[:MAX_TEXT] == text and text]


def _small_and_grey(picture: Image.Image, limit: PictureLimit) -> Image.Image:
    # Known from the head of the file: a picture that is too large is never decoded.
    _check_pixels(picture, limit.pixels)
    # JPEG can be decoded at a fraction of its size.
    scale = min(LONGEST_SIDE / max(picture.size), 1)
    picture.draft("L", (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)))
    _check_pixels(picture, limit.decoded)
    grey = picture.convert("L")
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return grey


def _check_pixels(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable(_("This picture is too large. Please take a smaller one."))
