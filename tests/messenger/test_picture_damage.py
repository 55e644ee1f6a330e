"""What every viewer opens is no damage, and a picture that ends too early is refused."""

import io
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from config.common.errors import InvalidInput
from tests.messenger.attachments import data
from tests.messenger.pictures import (
    BLUE,
    PATIENCE,
    RED,
    corpus,
    made,
    near,
    photo,
    pixel,
    png,
    refusal,
    shown,
    sides,
    two_colours,
    written,
)


def with_text(kind: bytes, content: bytes) -> bytes:
    plain = written(two_colours(), "PNG")
    return plain[:33] + png(kind, content, end=b"")[8:] + plain[33:]


BIG = b"x" * 3_000_000


@pytest.mark.parametrize(
    "content",
    [
        photo()[:-2],
        photo()[:-1],
        photo()[:-6],
        photo(progressive=True)[:-2],
        photo(progressive=True)[:-40],
        photo(subsampling=0)[:-2],
        photo(restart_marker_blocks=4)[:-2],
        photo() + b"\0" * 5000,
        photo() + photo(),
        photo().replace(b"\xff\xdb", b"\0\0\xff\xdb", 1),
        photo().replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1),
        photo(comment=b"c" * 60_000),
        photo(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
    ],
)
def test_jpeg_that_every_viewer_opens_is_no_damage(content):
    with Image.open(io.BytesIO(made(content).content.read())) as image:
        assert image.size == (160, 120)
        assert near(pixel(image, 80, 8), RED)


@pytest.mark.parametrize(
    "content",
    [
        with_text(b"zTXt", b"Description\0\0" + zlib.compress(BIG)),
        with_text(b"iTXt", b"Description\0\1\0\0\0" + zlib.compress(BIG)),
        with_text(b"tEXt", b"Description\0" + BIG),
        with_text(b"zTXt", b"broken\0\0no zip"),
        with_text(b"iTXt", b"short"),
        with_text(b"eXIf", b"MM\0*\xff\xff\xff\xff"),
        with_text(b"tIME", b"\xff" * 3),
        with_text(b"pHYs", b"\0"),
        with_text(b"abCd", b"unknown"),
        with_text(b"gAMA", b"\0\0\xb1\x8f").replace(zlib.crc32(b"gAMA\0\0\xb1\x8f").to_bytes(4, "big"), b"\1\2\3\4"),
        with_text(b"tEXt", b"a\0b").replace(zlib.crc32(b"tEXta\0b").to_bytes(4, "big"), b"\1\2\3\4"),
        written(two_colours(), "PNG")[:-12],
        written(two_colours(), "PNG")[:-16],
        written(two_colours(), "PNG")[:-18],
        written(two_colours(), "PNG") + b"\0" * 5000,
        written(two_colours(), "PNG", interlace=1)[:-12],
    ],
)
def test_png_that_every_viewer_opens_is_no_damage(content):
    assert sides(shown(content)) == (RED, BLUE)


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_what_stands_behind_the_end_is_no_damage_and_not_kept(kind):
    picture = made(written(two_colours(), kind) + b"PK\x03\x04 hidden")

    assert near(sides(Image.open(picture.content).convert("RGBA"))[0], RED)
    assert picture.original is None or b"hidden" not in picture.original.read()


def test_gif_without_end_mark_is_no_damage():
    assert near(sides(shown(written(two_colours(), "GIF")[:-1]))[0], RED, 60)


def endoscope(size: tuple[int, int] = (640, 512)) -> Image.Image:
    """A round picture in black, as wide as it is high."""
    image, inside = Image.new("RGB", size), Image.new("L", size)
    ImageDraw.Draw(inside).ellipse((140, 75, 500, 435), fill=255)
    image.paste(two_colours(size), mask=inside)
    return image


@pytest.mark.any_database
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_black_at_the_bottom_of_a_jpeg_is_not_missing(mode):
    content = written(endoscope().convert(mode), "JPEG", quality=90)
    picture = shown(content[:-2])
    assert (picture.size, pixel(picture, 5, 505)[:3]) == ((640, 512), (0, 0, 0))
    assert refusal(content[: len(content) // 2]) == "file_damaged"


@pytest.mark.any_database
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_black_at_the_bottom_of_a_png_is_not_missing(mode):
    image = endoscope().convert("L" if mode == "I;16" else mode).convert(mode)
    content = written(image, "PNG", compress_level=0)
    whole, cut = shown(content), shown(content[:-1500])

    assert cut.crop((0, 0, 640, 500)).tobytes() == whole.crop((0, 0, 640, 500)).tobytes()
    # What is missing is as empty as it was before it was known to be.
    assert cut.crop((0, 511, 640, 512)).convert("RGB").getextrema() == ((0, 0),) * 3
    assert refusal(content[: len(content) // 2]) == "file_damaged"


@pytest.mark.any_database
def test_black_picture_that_ends_too_early_is_refused():
    for kind in ("JPEG", "PNG"):
        content = written(Image.new("RGB", (640, 480)), kind, compress_level=0)
        assert made(content[:-2]).width == 640
        assert refusal(content[: len(content) * 3 // 4]) == "file_damaged", kind


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
@pytest.mark.parametrize(
    "make",
    [
        photo,
        lambda: written(Image.effect_noise((160, 120), 60), "PNG"),
        lambda: written(Image.effect_noise((160, 120), 60), "WEBP"),
        lambda: written(Image.effect_noise((160, 120), 60), "TIFF"),
        lambda: written(Image.effect_noise((160, 120), 60), "BMP"),
        lambda: written(Image.effect_noise((160, 120), 60), "AVIF"),
        lambda: data("turned_with_position.heic"),
    ],
)
def test_picture_of_which_much_is_missing_is_refused(make: Callable[[], bytes], share):
    content = make()
    assert refusal(content[: int(len(content) * share)]) in ("file_damaged", "file_type")


def test_progressive_jpeg_is_no_damage_where_it_only_lacks_what_makes_it_sharper():
    content = photo(progressive=True)
    assert refusal(content[: len(content) // 4]) == "file_damaged"
    assert near(sides(shown(content[: len(content) * 3 // 4]).crop((0, 0, 160, 16)))[0], RED)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_anywhere_is_a_refusal_or_a_picture(draw):
    content = bytearray(corpus()[draw.draw(st.sampled_from(sorted(corpus())))][0])
    for _number in range(draw.draw(st.integers(1, 4))):
        content[draw.draw(st.integers(4, len(content) - 1))] = draw.draw(st.integers(0, 255))
    began = time.monotonic()
    try:
        made(bytes(content))
    except InvalidInput as refused:
        assert refused.code in ("file_damaged", "file_type", "file_pixels")  # noqa: PT017
    assert time.monotonic() - began < PATIENCE
