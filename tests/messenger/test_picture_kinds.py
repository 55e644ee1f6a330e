"""Every kind of picture that people send is read as any viewer shows it, and what was sent stays where that is less."""

import io
import math
import struct
import time
import zlib
from collections.abc import Callable
from functools import cache
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from config.common.errors import InvalidInput
from config.common.pictures import Damaged, bare, bare_copy, reading
from config.common.pictures.colours import profile_of_numbers, profile_of_png
from fleet.pictures import prepared_picture
from messenger import images
from messenger.content import file_type_of
from messenger.images import Picture, make_picture
from messenger.models import Remark
from tests.messenger import samples
from tests.messenger.attachments import data
from tests.messenger.kinds import FILES

RED, BLUE = (200, 30, 30), (30, 60, 200)
MODES = ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "I;16", "I", "F", "LAB", "YCbCr"]
KINDS = ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"]
COMPRESSIONS = ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "group3", "group4", "lzma"]
PATIENCE = 2  # Seconds.


def made(content: bytes, name: str = "file.bin") -> Picture:
    file = io.BytesIO(content)
    return make_picture(file, file_type_of(file, name), name)


def shown(content: bytes) -> Image.Image:
    """What is stored to be shown, in RGBA."""
    return Image.open(io.BytesIO(made(content).content.read())).convert("RGBA")


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        made(content)
    return refused.value.code


def two_colours(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right, in pixels of that mode."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    if mode == "LAB":
        lab = ImageCms.profileToProfile(
            image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        assert lab is not None
        return lab
    if mode in ("I;16", "I", "F"):
        return deep(8000, 40000, mode, size)
    return image.convert("P").convert("PA") if mode == "PA" else image.convert(mode)


def deep(left: float, right: float, mode: str = "I", size: tuple[int, int] = (64, 48)) -> Image.Image:
    image = Image.new("F" if mode == "F" else "I", size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image.convert(mode)


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def sides(image: Image.Image) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The colours in the middle of the left and of the right half."""
    left, right = (pixel(image, image.width * part // 4, image.height // 2)[:3] for part in (1, 3))
    return left, right


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def frames(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


def near(colour: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(colour, wanted, strict=True))


# Every mode of every format ------------------------------------------------------------------------------------------


@cache
def corpus() -> dict[str, tuple[bytes, str]]:
    """Everything that Pillow writes of the types that are accepted, with the mode that was written."""
    ways: dict[str, tuple[str, str, dict[str, object]]] = {
        f"{kind} {mode}": (kind, mode, {}) for kind in KINDS for mode in MODES
    }
    ways |= {
        f"TIFF {compression} {mode}": ("TIFF", mode, {"compression": compression})
        for compression in COMPRESSIONS
        for mode in ("1", "L", "RGB", "I;16", "CMYK")
    }
    ways |= {f"TIFF big {mode}": ("TIFF", mode, {"big_tiff": True}) for mode in ("L", "RGB", "I;16")}
    ways |= {f"JPEG {each}": ("JPEG", "RGB", {each: True}) for each in ("progressive", "optimize")}
    ways |= {f"WEBP {each}": ("WEBP", "RGBA", {each: True}) for each in ("lossless", "exact")}
    found = {}
    for name, (kind, mode, options) in ways.items():
        try:
            found[name] = (written(two_colours(mode=mode), kind, **options), mode)
        except (OSError, ValueError, KeyError, RuntimeError):
            continue  # No such thing.
    return found


def test_corpus_has_every_kind():
    assert len(corpus()) > 90
    assert {name.split()[0] for name in corpus()} == set(KINDS)


def test_every_picture_of_the_corpus_is_shown_in_its_colours():
    for name, (content, mode) in corpus().items():
        began = time.monotonic()
        left, right = sides(shown(content))
        assert time.monotonic() - began < PATIENCE, name
        if mode in ("I;16", "I", "F"):
            # Pillow cuts off what it writes into other formats.
            assert left != right or not name.startswith(("PNG", "TIFF")), name
        elif mode == "1":
            assert {*left, *right} <= {*range(4), *range(252, 256)}, name
        else:
            wanted = [RED, BLUE] if mode not in ("L", "LA") else [(81,) * 3, (67,) * 3]
            tolerance = 60 if mode in ("P", "PA") else 12
            assert near(left, wanted[0], tolerance), (name, left)
            assert near(right, wanted[1], tolerance), (name, right)


def test_original_of_the_corpus_has_the_same_pixels():
    originals = {name: made(content).original for name, (content, _mode) in corpus().items()}
    kept = {name: file for name, file in originals.items() if file}
    assert len(kept) > 40
    for name, file in kept.items():
        with Image.open(io.BytesIO(file.read())) as stays, Image.open(io.BytesIO(corpus()[name][0])) as sent:
            assert (stays.mode, stays.size, stays.tobytes()) == (sent.mode, sent.size, sent.tobytes()), name


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_turn_is_undone(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (80, 48), BLUE)
    image.paste(RED, (0, 0, 40, 24))  # The quarter that tells the turns apart.

    picture = shown(written(image, kind, exif=exif))

    assert picture.size == ((48, 80) if orientation > 4 else (80, 48))
    red = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    for place in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = ((2 * at + 1) * side // 4 for at, side in zip(place, picture.size, strict=True))
        colour = pixel(picture, x, y)
        assert near(colour[:3], RED if place == red else BLUE, 25), (place, colour)


# Depth ---------------------------------------------------------------------------------------------------------------


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


# Colours -------------------------------------------------------------------------------------------------------------

P3 = profile_of_numbers(12, 13)
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


# No damage -----------------------------------------------------------------------------------------------------------


def png(*parts: bytes, end: bytes = b"\0\0\0\0IEND\xaeB`\x82") -> bytes:
    """Chunks of these kinds and contents in turn."""
    chunks = [
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in zip(parts[::2], parts[1::2], strict=True)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + end


def photo(**options: object) -> bytes:
    noise = Image.merge("RGB", [Image.effect_noise((160, 120), 60)] * 3)
    noise.paste(RED, (0, 0, 160, 20))
    return written(noise, "JPEG", **options)


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


# What moves ----------------------------------------------------------------------------------------------------------


def moving(kind: str, count: int = 3, size: tuple[int, int] = (40, 30)) -> bytes:
    frames = [
        Image.new("RGB", size, (255 * (n % 3 == 0), 255 * (n % 3 == 1), 255 * (n % 3 == 2))) for n in range(count)
    ]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("count", [2, 3, 30])
def test_what_moves_keeps_moving(kind, count):
    picture = made(moving(kind, count))

    assert (picture.remark, picture.original) == (Remark.MOVING, None)
    with Image.open(picture.content) as image:
        assert (image.format, frames(image)) == (kind, count)
        image.seek(1)
        assert near(pixel(image.convert("RGB"), 5, 5), (0, 255, 0), 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_what_moves_for_too_long_stands_still_and_says_so(kind):
    with mock.patch.object(images, "MAX_MOVING_PIXELS", 40 * 30 * 2):
        picture = made(moving(kind))

    assert picture.remark == Remark.STILL
    assert frames(Image.open(picture.content)) == 1
    assert picture.original is not None
    assert frames(Image.open(picture.original)) == 3


def test_first_page_is_shown_and_all_stay():
    pages = [Image.new("RGB", (40, 30), colour) for colour in (RED, BLUE, RED)]

    picture = made(written(pages[0], "TIFF", save_all=True, append_images=pages[1:]))

    assert picture.remark == Remark.FIRST_PAGE
    assert near(sides(Image.open(picture.content).convert("RGBA"))[0], RED)
    assert picture.original is not None
    assert frames(Image.open(picture.original)) == 3


# Size ----------------------------------------------------------------------------------------------------------------


def test_picture_of_a_phone_with_200_megapixels_is_decoded_small():
    content = written(Image.new("L", (16_320, 12_240), 90), "JPEG")
    decoded = list[tuple[int, int]]()
    real = reading._load

    def spy(image, bare):
        real(image, bare)
        decoded.append(image.size)

    with mock.patch.object(reading, "_load", spy):
        picture = made(content)

    assert (picture.width, picture.height, picture.remark) == (2560, 1920, Remark.SMALLER)
    assert decoded == [(4080, 3060)]
    assert picture.original is not None


@pytest.mark.any_database
@pytest.mark.parametrize("size", [(15_600, 3900), (3800, 12_000), (11_000, 4000), (60_000, 10)])
def test_panorama_of_a_phone_is_decoded_small(size):
    content = written(Image.new("L", size, 90), "JPEG")

    picture = made(content)

    assert (max(picture.width or 0, picture.height or 0), picture.remark) == (2560, Remark.SMALLER)
    assert prepared_picture(SimpleUploadedFile("a.jpg", content)).size


def test_jpeg_of_hundreds_of_scans_is_not_decoded():
    content = photo(progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    many = content[:-2] + last * 300 + b"\xff\xd9"

    with mock.patch.object(reading, "MAX_SCANNED_PIXELS", 160 * 120 * 300):
        assert made(many).remark == Remark.PIXELS
        assert made(content).remark == Remark.NONE


@pytest.mark.any_database
def test_jpeg_that_takes_all_of_its_colours_at_once_is_as_large_as_it_says():
    """Decoders keep all of it, and go through it again with each scan, whatever the fraction."""
    large, often = samples.jpeg_by_colour(8000, 8000, 3), samples.jpeg_by_colour(4000, 4000, 90)
    assert len(large) < len(often) < 2000

    with mock.patch.object(Image.Image, "load", side_effect=AssertionError("It was decoded.")):
        assert refusal(large) == "file_pixels"
        assert refusal(often) == "file_pixels"
        assert refusal(samples.jpeg_by_colour(8000, 8000, 3, kind=0xC2)) == "file_pixels"

    assert made(samples.jpeg_by_colour(160, 120, 3)).remark == Remark.NONE


@pytest.mark.any_database
def test_tiff_is_as_large_as_the_tiles_it_is_made_of():
    assert made(samples.tiff_of_one_tile(112, 128)).width == 100

    with mock.patch.object(reading, "MAX_PIXELS", 1_000_000):
        assert made(samples.tiff_of_one_tile(992, 1008)).width == 100
        with mock.patch.object(reading, "_load", side_effect=AssertionError("It was decoded.")) as load:
            assert made(samples.tiff_of_one_tile(1008, 1008)).remark == Remark.PIXELS
        assert not load.called


@pytest.mark.any_database
@pytest.mark.parametrize(
    "content",
    [
        samples.tiff_of_one_tile(112, 112, (322, 4, 1, 9600)),
        samples.tiff_of_one_tile(112, 112, (322, 17, 1, 9600)),
        samples.tiff((256, 3, 1, 8), (257, 3, 1, 8), (273, 4, 200_000, bytes(800_000))),
        b"II+\0\x08\0\0\0\x10" + bytes(7) + struct.pack("<Q", 5000) + bytes(100_000),
        b"MM\0+\0\x08\0\0" + bytes(100),
    ],
    ids=["two widths", "a width that only one decoder knows", "many numbers", "many tags", "of another order"],
)
def test_tiff_that_decoders_disagree_about_or_read_for_long_is_damaged(content):
    with mock.patch.object(Image, "open", side_effect=AssertionError("It was opened.")) as opened:
        assert refusal(content) == "file_damaged"
    assert not opened.called


@pytest.mark.any_database
def test_compressed_bmp_is_unpacked_only_where_that_is_quick():
    row = b"\xff\x5a\xff\xc8\xff\x5a\x03\xc8\0\0"
    picture = made(samples.bmp_of_runs(768, 512, row * 512 + b"\0\1"))
    assert (picture.width, picture.file_type.content_type) == (768, "image/png")
    assert sides(Image.open(picture.content).convert("RGBA"))[0] == (0x5A,) * 3

    many_pixels, many_steps = row * 5300 + b"\0\1", b"\0\0" * 2_200_000
    with mock.patch.object(reading, "_load", side_effect=AssertionError("It was decoded.")) as load:
        assert made(samples.bmp_of_runs(768, 5300, many_pixels)).remark == Remark.PIXELS
        assert made(samples.bmp_of_runs(768, 512, many_steps)).remark == Remark.PIXELS
    assert not load.called


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b"\xff\xd8\xff", b"\xff"),
        (b"\xff\xd8\xff", b"\xff\0"),
        (b"\xff\xd8\xff", b"\0"),
        (b"GIF89a\x0a\0\x0a\0\0\0\0!\xfe", b"\1a"),
        (b"GIF89a\x0a\0\x0a\0\0\0\0,\0\0\0\0\x0a\0\x0a\0\0\2", b"\1a"),
    ],
    ids=["fill", "no marker", "zeros", "short blocks", "short blocks of pixels"],
)
def test_what_takes_a_step_a_byte_is_given_up(start, again):
    """Of 4 MB at least three quarters are left, so that 60 MB take no longer."""
    file = io.BytesIO(start + again * (4_000_000 // len(again)))
    with pytest.raises(Damaged):
        bare_copy(file, "JPEG" if start.startswith(b"\xff") else "GIF")
    assert file.tell() < 3_000_000


class Counting(io.BytesIO):
    """Knows how many bytes were read of it, also those that were read again."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.count += len(found)
        return found


@pytest.mark.any_database
def test_short_scans_are_not_read_again_and_again():
    file = Counting(samples.jpeg_by_colour(160, 120, 2000) + bytes(1_000_000))
    assert bare_copy(file, "JPEG").scans == 2000
    assert file.count < 20_000_000


@pytest.mark.any_database
def test_what_is_said_again_is_not_listened_to_for_long():
    plain, exif = written(two_colours(), "PNG"), telling().tobytes()
    profile = png(b"iCCP", b"x\0\0" + zlib.compress(P3 or b""), b"eXIf", exif[6:], end=b"")[8:] * 50
    segments = (b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif) * 50

    with mock.patch.object(bare, "orientation_of", return_value=1) as read:
        copy = bare_copy(io.BytesIO(plain[:33] + profile + plain[33:]), "PNG").file.read()
        bare_copy(io.BytesIO(photo().replace(b"\xff\xdb", segments + b"\xff\xdb", 1)), "JPEG")

    assert copy.count(b"iCCP") == 1
    assert read.call_count < 10


@pytest.mark.any_database
def test_jpeg_with_two_sizes_is_damaged():
    other = b"\xff\xc0\0\x0b\x08\0\x0a\0\x0a\1\1\x11\0"
    with mock.patch.object(Image.Image, "load", side_effect=AssertionError("It was decoded.")) as load:
        assert refusal(samples.jpeg_by_colour(160, 120, 3, kind=0xC2, behind=other)) == "file_damaged"
    assert not load.called


@pytest.mark.parametrize(("size", "wanted"), [((2560, 4), Remark.NONE), ((2561, 4), Remark.SMALLER)])
def test_what_was_scaled_down_stays_to_be_saved(size, wanted):
    assert made(samples.picture("JPEG", size)).remark == wanted


# Place, device, owner and time ---------------------------------------------------------------------------------------

SECRETS = (b"Secret Phone", b"taken at home", b"Someone", b"2026:01:02")


def telling() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x0132] = "Secret Phone", "Someone", "2026:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 15.0)
    exif.get_ifd(0x8769)[0x9286] = b"taken at home"
    return exif


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


@pytest.mark.parametrize("name", ["TIFF CMYK", "TIFF tiff_lzw RGB", "TIFF I;16", "JPEG RGB", "BMP RGB", "AVIF RGB"])
def test_picture_may_be_a_file_on_disk(name, tmp_path):
    path = tmp_path / "sent"
    path.write_bytes(corpus()[name][0])
    with path.open("r+b") as file:
        picture = make_picture(file, file_type_of(file, "file.bin"), "file.bin")
        original = picture.original.read() if picture.original else b""
    with Image.open(picture.content) as image:
        assert image.size == (64, 48)
    assert bool(original) == (not name.startswith(("JPEG", "BMP")))
