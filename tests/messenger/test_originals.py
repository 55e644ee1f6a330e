"""What is kept of a picture as it was sent: all of its pixels, and nothing about its sender."""

import io
import struct

import pytest
from PIL import Image, ImageCms

from config.common.pictures import read_picture
from config.common.pictures.colours import profile_of_numbers
from config.common.pictures.profiles import bare_profile
from messenger.bounded_files import BoundedFile
from messenger.content import file_type_of
from messenger.metadata.heif import blank_heif
from messenger.metadata.pictures import bare_picture
from tests.messenger.attachments import data
from tests.messenger.samples import box

SECRET = b"taken at home"
RED_OF_P3 = (234, 51, 35)
NOISE = Image.effect_noise((61, 40), 90)


def kept(content: bytes) -> bytes:
    file = io.BytesIO(content)
    return bare_picture(file, file_type_of(file, "file.bin"), "file.bin").read()


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def profile_of_macos(words: bytes = b"") -> bytes:
    """The colours of P3, as macOS writes them into a picture of its screen."""
    plain = profile_of_numbers(12, 13)
    assert plain
    count = int.from_bytes(plain[128:132])
    table, body = plain[132 : 132 + 12 * count], plain[132 + 12 * count :]
    own = [(b"mmod", b"mmod" + SECRET), (b"dscm", SECRET), (b"vcgt", SECRET), (b"meta", SECRET)]
    words = words or b"desc\0\0\0\0" + struct.pack(">I", len(SECRET)) + SECRET + bytes(70)
    entries = [
        (name, start + 12 * len(own), size)
        for name, start, size in struct.iter_unpack(">4sII", table)
        if name != b"desc"
    ]
    end = len(plain) + 12 * len(own)
    for name, content in ((b"desc", words), *own):
        entries.append((name, end, len(content)))
        body, end = body + content, end + len(content)
    head = struct.pack(">I", end) + SECRET[:4] + plain[8:24] + SECRET[:12] + plain[36:40] + SECRET[:4] + plain[44:48]
    head += SECRET[:8] + plain[56:80] + SECRET[:4] + SECRET + bytes(13) + plain[80 + 4 + len(SECRET) + 13 : 128]
    return head + struct.pack(">I", len(entries)) + b"".join(struct.pack(">4sII", *e) for e in entries) + body


PROFILE = profile_of_macos()


# Profiles ------------------------------------------------------------------------------------------------------------


def red_by(profile: bytes) -> bytes:
    image = Image.new("RGB", (1, 1), RED_OF_P3)
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    assert converted
    return converted.tobytes()


def test_profile_keeps_its_colours_and_says_nothing_about_a_screen():
    bare = bare_profile(PROFILE)

    assert PROFILE.count(SECRET) == 6
    assert SECRET[:4] not in bare
    assert len(bare) == len(PROFILE)
    assert red_by(bare) == red_by(PROFILE) != bytes(RED_OF_P3)
    assert bare_profile(bare) == bare


def listed(text: str) -> bytes:
    words = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(words), 28) + words


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (b"desc\0\0\0\0\0\0\0\x20sRGB IEC61966-2.1 of " + SECRET + bytes(90), "sRGB"),
        (listed("sRGB IEC61966-2.1 of Mara's iMac"), "sRGB"),
        (listed("Mara's iMac"), ""),
        (listed(""), ""),
        (b"desc\0\0\0\0\0\0\0\x0c" + b"Mara's iMac\0" + bytes(90), ""),
    ],
)
def test_of_the_name_of_a_profile_only_srgb_stays(words, name):
    profile = ImageCms.ImageCmsProfile(io.BytesIO(bare_profile(profile_of_macos(words)))).profile

    assert (profile.profile_description or "").rstrip("\0") == name


def test_what_is_no_profile_becomes_zeros():
    for content in (
        b"",
        SECRET * 20,
        PROFILE[:36] + b"ACSP" + PROFILE[40:],
        PROFILE[:128] + b"\xff" * 4 + PROFILE[132:],
    ):
        assert bare_profile(content) == bytes(len(content))
    assert SECRET not in bare_profile(PROFILE[:300])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_original_says_nothing_about_the_screen_it_was_taken_from(kind):
    content = written(Image.new("RGB", (32, 32), RED_OF_P3), kind, icc_profile=PROFILE)

    with Image.open(io.BytesIO(kept(content))) as image:
        assert image.info["icc_profile"] == bare_profile(PROFILE)
        assert image.convert("RGB").tobytes() == Image.open(io.BytesIO(content)).convert("RGB").tobytes()


def test_profile_in_many_pieces_of_a_jpeg_is_one():
    long = PROFILE + SECRET * 20_000
    content = written(NOISE.convert("RGB"), "JPEG", icc_profile=long)
    parts = content.split(b"ICC_PROFILE\0")

    assert len(parts) > 4
    with Image.open(io.BytesIO(kept(content))) as image:
        assert image.info["icc_profile"] == bare_profile(long)
    # Nobody writes as many.
    piece = b"\xff\xe2\0\x11ICC_PROFILE\0\1\xffx"
    assert b"\xffx" not in kept(content[:2] + piece * 100_000 + content[2:])


# HEIC and AVIF -------------------------------------------------------------------------------------------------------


def test_of_the_properties_of_a_picture_only_those_stay_that_show_it():
    def made(*others: bytes, profile: bytes) -> bytes:
        shown = [box(b"hvcC", b"how it is coded"), *others, box(b"irot", b"\1"), box(b"colr", b"prof" + profile)]
        properties = box(b"iprp", box(b"ipco", b"".join(shown)) + box(b"ipma", bytes(8)))
        meta = box(b"meta", bytes(4) + box(b"hdlr", bytes(12)) + properties)
        return box(b"ftyp", b"heic\0\0\0\0heic") + meta + box(b"mdat", b"pixels")

    told = [b"udes", b"altt", b"crtt", b"mdft", b"uuid", b"cmex", b"what"]
    file = io.BytesIO(made(*(box(kind, SECRET) for kind in told), profile=PROFILE))
    blank_heif(BoundedFile(file))

    assert file.getvalue() == made(*(box(b"free", bytes(len(SECRET))) for _ in told), profile=bare_profile(PROFILE))


@pytest.mark.parametrize("name", ["turned_with_position.heic", "red_lamp_display_p3.heic"])
def test_picture_of_a_phone_looks_the_same_without_what_it_said(name):
    told = data(name).replace(b"pixi", b"udes")

    file = io.BytesIO(told)
    shown = read_picture(io.BytesIO(kept(told)), 2560, ("HEIF",)).image

    assert told != data(name)
    assert shown.tobytes() == read_picture(file, 2560, ("HEIF",)).image.tobytes()


# BMP -----------------------------------------------------------------------------------------------------------------

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

    end, size = 124 + 184 * 40, len(PROFILE)
    bare = made(b"MBED", end, size, bare_profile(PROFILE) + bytes(len(SECRET)))
    assert kept(made(b"MBED", end, size, PROFILE + SECRET)) == bare
    assert kept(made(b"KNIL", end, 7, b"C:\\home")) == made(b"KNIL", end, 7, bytes(7))
    for start in (0, 100, 1000):
        assert kept(made(b"KNIL", start, 5000)) == made(b"KNIL", start, 5000)
