"""What is kept of a picture as it was sent: all of its pixels, and nothing about its sender."""

import io
import struct

import pytest
from PIL import Image

from messenger.content import file_type_of
from messenger.metadata.pictures import bare_picture

SECRET = b"taken at home"


def kept(content: bytes) -> bytes:
    file = io.BytesIO(content)
    return bare_picture(file, file_type_of(file, "file.bin"), "file.bin").read()


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# BMP -----------------------------------------------------------------------------------------------------------------

NOISE = Image.effect_noise((61, 40), 90)
HEADER = struct.Struct("<2sI4xIIiiHHII16x")


def bmp(*, bits: int = 24, height: int = 40, compression: int = 0, stored: int = 0, pixels: bytes = b"") -> bytes:
    pixels = pixels or bytes(range(1, 256)) * ((61 * bits + 31) // 32 * 4 * abs(height) // 255 + 1)
    pixels = pixels if compression else pixels[: (61 * bits + 31) // 32 * 4 * abs(height)]
    return HEADER.pack(b"BM", 54 + len(pixels), 54, 40, 61, height, 1, bits, compression, stored) + pixels


def promising(content: bytes, size: int) -> bytes:
    return content[:2] + struct.pack("<I", size) + content[6:]


@pytest.mark.parametrize("short", [0, 54, -10, -1], ids=["none", "header", "ten short", "one short"])
@pytest.mark.parametrize(
    "content",
    [
        written(NOISE.convert("RGB"), "BMP"),
        written(NOISE, "BMP"),
        written(NOISE.convert("1"), "BMP"),
        bmp(),
        bmp(height=-40),
        bmp(bits=32),
        bmp(bits=4, compression=2, stored=500, pixels=b"\x02\x34" * 250),
        b"BM" + struct.pack("<I4xIIHHHH", 26 + 184 * 40, 26, 12, 61, 40, 1, 24) + b"\x55" * 184 * 40,
    ],
    ids=["colours", "greys", "lines", "plain", "upside down", "32 bits", "compressed", "OS/2"],
)
def test_bmp_keeps_all_of_its_pixels_whatever_size_it_promises(content, short):
    content = promising(content, len(content) + short if short < 0 else short)

    assert kept(content) == content
    assert kept(content + SECRET) == content + bytes(len(SECRET))


def test_compressed_bmp_that_says_nothing_about_its_size_is_kept_whole():
    content = promising(bmp(bits=8, compression=1, pixels=b"\x02\x34" * 250), 0)

    assert kept(content) == content


def test_bmp_keeps_its_profile_and_no_path_of_one():
    def made(kind: bytes, start: int, size: int, behind: bytes = b"") -> bytes:
        header = (
            struct.pack("<IiiHHII32x", 124, 61, 40, 1, 24, 0, 0)
            + kind
            + bytes(52)
            + struct.pack("<III", start, size, 0)
        )
        return b"BM" + struct.pack("<I4xI", 0, 138) + header + b"\x55" * 184 * 40 + behind

    end = 124 + 184 * 40
    assert kept(made(b"MBED", end, 7, b"profile" + SECRET)) == made(b"MBED", end, 7, b"profile" + bytes(len(SECRET)))
    assert kept(made(b"KNIL", end, 7, b"C:\\home")) == made(b"KNIL", end, 7, bytes(7))
    for start in (0, 100, 1000):
        assert kept(made(b"KNIL", start, 5000)) == made(b"KNIL", start, 5000)
