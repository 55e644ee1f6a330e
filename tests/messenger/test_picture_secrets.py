"""No picture tells where, when, by whom and with what it was taken."""

import struct

import pytest
from PIL import Image

from messenger.models import Remark
from tests.messenger import samples
from tests.messenger.attachments import data
from tests.messenger.kinds import FILES
from tests.messenger.pictures import (
    RED,
    made,
    moving,
    telling,
    two_colours,
    written,
)

SECRETS = (b"Secret Phone", b"taken at home", b"Someone", b"2026:01:02")


@pytest.mark.parametrize(
    "content",
    [
        written(Image.new("RGB", (2600, 8), RED), "JPEG", exif=telling(), comment=b"taken at home"),
        written(Image.new("RGB", (2600, 8), RED), "PNG", exif=telling()),
        written(Image.new("RGB", (2600, 8), RED), "WEBP", exif=telling(), xmp=b"<x>taken at home</x>"),
        written(two_colours(), "AVIF", exif=telling(), xmp=b"<x>taken at home</x>"),
        written(two_colours(), "TIFF", exif=telling()),
        written(two_colours(), "TIFF", exif=telling(), compression="tiff_lzw"),
        written(two_colours(), "TIFF", exif=telling(), big_tiff=True),
        written(Image.new("P", (2600, 8), 3), "GIF", comment=b"taken at home"),
        moving("GIF")[:-1] + b"!\xfe\x0dtaken at home\0;",
        data("turned_with_position.heic"),
    ],
)
def test_original_tells_no_place_device_owner_or_time(content):
    assert any(secret in content for secret in SECRETS)

    picture = made(content)
    kept = picture.content.read() + (picture.original.read() if picture.original else b"")

    assert picture.original or picture.remark == Remark.MOVING
    assert not [secret for secret in SECRETS if secret in kept]
    assert struct.pack(">II", 48, 1) not in kept
    assert struct.pack("<II", 48, 1) not in kept


@pytest.mark.any_database
@pytest.mark.parametrize("width", [160, 2600])
def test_film_of_a_photo_is_not_kept(width):
    """A phone takes it without being asked, with sound, before and after the moment."""
    film = (FILES / "film_brand_iso8.mp4").read_bytes()

    picture = made(samples.picture("JPEG", (width, 40)) + film)

    kept = picture.content.read() + (picture.original.read() if picture.original else b"")
    assert b"ftyp" in film
    assert b"ftyp" not in kept
    assert picture.remark == (Remark.SMALLER if width > 2560 else Remark.NONE)
