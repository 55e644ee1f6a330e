"""Colours are those that the sender saw: by profiles, numbers and what a PNG says of itself."""

import io
import struct
import zlib

import pytest
from PIL import Image

from config.common.pictures.colours import profile_of_numbers, profile_of_png
from messenger.models import Remark
from tests.messenger.attachments import data
from tests.messenger.pictures import (
    BLUE,
    P3,
    RED,
    made,
    near,
    pixel,
    png,
    shown,
    sides,
    two_colours,
    written,
)

REC_2020 = profile_of_numbers(9, 1)
ADOBE = profile_of_png(1 / 2.19921875, (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06))
LINEAR = profile_of_png(1.0, None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("profile", "numbers", "wanted"),
    [
        (P3, (234, 51, 35), (255, 0, 0)),
        (P3, (117, 251, 76), (0, 255, 0)),
        (ADOBE, (219, 0, 0), (255, 0, 0)),
        (ADOBE, (144, 255, 60), (0, 255, 0)),
        (REC_2020, (128, 128, 128), (128, 128, 128)),
        (b"no profile at all", (200, 30, 30), (200, 30, 30)),
        (b"\0" * 200, (200, 30, 30), (200, 30, 30)),
    ],
    ids=["P3 red", "P3 green", "Adobe red", "Adobe green", "2020 grey", "words", "zeros"],
)
def test_colours_are_those_of_the_profile(kind, profile, numbers, wanted):
    image = Image.new("RGB", (32, 32), numbers)

    left, _right = sides(shown(written(image, kind, icc_profile=profile, quality=95)))

    assert near(left, wanted, 16 if kind == "WEBP" else 8)


@pytest.mark.parametrize("name", ["display_p3_red_lamp.jpg", "red_lamp_display_p3.heic", "red_lamp_p3_by_numbers.heic"])
def test_red_lamp_of_a_phone_is_red(name):
    left, _right = sides(shown(data(name)))
    assert near(left, (255, 0, 0), 4)


def test_profile_of_other_pixels_is_ignored():
    assert near(sides(shown(written(two_colours(mode="L"), "JPEG", icc_profile=P3)))[0], (81,) * 3)
    assert near(sides(shown(written(two_colours(mode="CMYK"), "JPEG", icc_profile=P3)))[0], RED)


def test_transparency_survives_a_profile():
    image = Image.new("RGBA", (32, 32), (234, 51, 35, 128))
    picture = shown(written(image, "PNG", icc_profile=P3))
    assert near(pixel(picture, 5, 5), (255, 0, 0, 128), 3)


@pytest.mark.parametrize(
    ("chunks", "wanted"),
    [
        ([b"gAMA", struct.pack(">I", 45455)], (200, 30, 30)),
        ([b"gAMA", struct.pack(">I", 100000)], (228, 96, 96)),
        ([b"gAMA", struct.pack(">I", 55556)], (210, 40, 40)),
        ([b"sRGB", b"\0", b"gAMA", struct.pack(">I", 100000)], (200, 30, 30)),
        ([b"gAMA", b"\0\0"], (200, 30, 30)),
        ([b"gAMA", b"\0\0\0\0"], (200, 30, 30)),
        ([b"cHRM", b"\0" * 32, b"gAMA", struct.pack(">I", 45455)], (200, 30, 30)),
        ([b"cICP", b"\x01\x0d\0\x01"], (200, 30, 30)),
        ([b"cICP", b"\x0c\x0d\0\x01"], (218, 0, 6)),
        ([b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 3_000_000)], (200, 30, 30)),
        ([b"iCCP", b"no zero"], (200, 30, 30)),
    ],
)
def test_png_says_what_its_numbers_mean(chunks, wanted):
    rows = zlib.compress((b"\0" + bytes(RED) * 8) * 8)
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)

    left, _right = sides(shown(png(b"IHDR", header, *chunks, b"IDAT", rows)))

    assert near(left, wanted, 6)


def test_print_colours_of_jpeg_are_inverted_only_where_adobe_wrote_them():
    content = written(two_colours(mode="CMYK"), "JPEG", quality=95)
    start = content.index(b"\xff\xee")
    plain = content[:start] + content[start + 16 :]

    assert near(sides(shown(content))[0], RED)
    # The paper is the ink now.
    assert near(sides(shown(plain))[0], (0, 0, 0))


@pytest.mark.any_database
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_webp_that_loses_nothing_loses_nothing(mode):
    """A drawing of lines in colours, as a browser saves it."""
    drawing = Image.effect_noise((300, 200), 90).convert("RGB")
    drawing.paste(two_colours((100, 100)), (0, 0))
    sent = written(drawing.convert(mode), "WEBP", lossless=True)

    picture = made(sent)

    assert (picture.file_type.content_type, picture.remark, picture.original) == ("image/webp", Remark.NONE, None)
    assert Image.open(picture.content).convert("RGB").tobytes() == drawing.tobytes()
    with Image.open(io.BytesIO(picture.preview)) as preview:
        assert preview.size == (300, 200)
    assert made(written(drawing, "WEBP")).content.read()[12:16] == b"VP8 "


@pytest.mark.any_database
def test_what_is_transparent_in_heic_stays_so():
    picture = made(data("transparent.heic"))

    assert (picture.file_type.content_type, picture.remark) == ("image/png", Remark.FORMAT)
    kept = Image.open(picture.content).convert("RGBA")
    assert (pixel(kept, 5, 20)[3], pixel(kept, 50, 20)[3]) == (0, 255)
    assert near(pixel(kept, 50, 20)[:3], BLUE, 3)
