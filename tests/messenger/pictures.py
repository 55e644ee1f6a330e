"""Pictures of every kind as tests make them, and what becomes of them."""

import io
import struct
import zlib
from functools import cache

import pytest
from PIL import Image, ImageCms

from config.common.errors import InvalidInput
from config.common.pictures.colours import profile_of_numbers
from messenger.content import file_type_of
from messenger.images import Picture, make_picture

RED, BLUE = (200, 30, 30), (30, 60, 200)
MODES = ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "I;16", "I", "F", "LAB", "YCbCr"]
KINDS = ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"]
COMPRESSIONS = ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "group3", "group4", "lzma"]
PATIENCE = 2  # Seconds.
P3 = profile_of_numbers(12, 13)


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


def moving(kind: str, count: int = 3, size: tuple[int, int] = (40, 30)) -> bytes:
    frames = [
        Image.new("RGB", size, (255 * (n % 3 == 0), 255 * (n % 3 == 1), 255 * (n % 3 == 2))) for n in range(count)
    ]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def telling() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x0132] = "Secret Phone", "Someone", "2026:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 15.0)
    exif.get_ifd(0x8769)[0x9286] = b"taken at home"
    return exif
