"""Greys and colours that are deeper than a screen are seen, and stay to be saved."""

import math
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from messenger.models import Remark
from tests.messenger.pictures import (
    BLUE,
    RED,
    deep,
    made,
    near,
    pixel,
    png,
    shown,
    sides,
    written,
)


@pytest.mark.parametrize(
    ("values", "mode", "kind", "wanted"),
    [
        ((8000, 40000), "I;16", "PNG", (31, 156)),
        ((0, 65535), "I;16", "PNG", (0, 255)),
        ((32768, 65535), "I;16", "PNG", (128, 255)),
        ((257, 20000), "I;16", "TIFF", (1, 78)),
        ((8000, 40000), "I;16B", "TIFF", (31, 156)),
        # 12 bits of a sensor; hundredths of kelvins; 14 bits.
        ((100, 4095), "I;16", "PNG", (0, 255)),
        ((29315, 31315), "I;16", "TIFF", (0, 255)),
        ((7000, 7400), "I;16", "PNG", (0, 255)),
        ((5000, 5000), "I;16", "PNG", (19, 19)),
        ((8000, 40000), "I", "TIFF", (31, 156)),
        ((-40, 120), "I", "TIFF", (0, 255)),
        ((0, 2_000_000), "I", "TIFF", (0, 255)),
        ((18.4, 92.1), "F", "TIFF", (0, 255)),
        ((0.25, 0.75), "F", "TIFF", (64, 191)),
        ((0.0, 1.0), "F", "TIFF", (0, 255)),
        ((-1.5, -1.5), "F", "TIFF", (128, 128)),
    ],
)
def test_deep_greys_are_seen(values, mode, kind, wanted):
    picture = made(written(deep(values[0], values[1], mode), kind))

    left, right = sides(Image.open(picture.content).convert("RGBA"))

    assert near(left, (wanted[0],) * 3, 1)
    assert near(right, (wanted[1],) * 3, 1)
    assert picture.file_type.content_type == "image/png"
    assert picture.remark == Remark.DEPTH
    assert picture.original is not None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 65535), st.integers(0, 65535))
def test_darker_stays_darker(left, right):
    one, other = sides(shown(written(deep(left, right, "I;16", (8, 8)), "PNG")))
    assert math.copysign(1, one[0] - other[0]) == math.copysign(1, left - right) or abs(left - right) < 260 * 2


@pytest.mark.any_database
def test_grey_does_not_depend_on_the_size():
    """Scaling makes edges darker than black."""
    for width in (2000, 4000):
        stripes = deep(0, 30000, "I;16", (200, 40)).crop((0, 0, 200, 40))
        whole = Image.new("I;16", (width, 40))
        for left in range(0, width, 200):
            whole.paste(stripes, (left, 0))
        picture = Image.open(made(written(whole, "PNG")).content).convert("L")
        assert picture.getextrema()[0] == 0
        assert abs(pixel(picture.convert("RGB"), round(1150 * picture.width / width), 8)[0] - 117) <= 1, width


def test_what_is_no_number_is_no_damage():
    assert shown(written(deep(math.nan, 3.0, "F"), "TIFF")).size == (64, 48)
    assert shown(written(deep(1.0, math.inf, "F"), "TIFF")).size == (64, 48)


def test_colours_of_16_bits_stay_to_be_saved():
    rows = b"".join(b"\0" + struct.pack(">6H", 0xC8C8, 0x1E1E, 0x1E1E, 0x1E1E, 0x3C3C, 0xC8C8) for _row in range(2))
    content = png(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0), b"IDAT", zlib.compress(rows))

    picture = made(content)

    assert picture.remark == Remark.DEPTH
    assert sides(Image.open(picture.content).convert("RGBA")) == (RED, BLUE)
