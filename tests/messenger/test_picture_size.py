"""Pictures that are too large, or that take long to be read."""

import io
import struct
import zlib
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config.common.pictures import Damaged, bare_copy, reading
from config.common.pictures.bare import copies
from fleet.pictures import prepared_picture
from messenger.models import Remark
from tests.messenger import samples
from tests.messenger.pictures import (
    P3,
    made,
    photo,
    png,
    refusal,
    sides,
    telling,
    two_colours,
    written,
)


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

    with mock.patch.object(copies, "orientation_of", return_value=1) as read:
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
