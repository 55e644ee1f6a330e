"""What the numbers of a picture mean: its colours as those of every screen, its depth as 8 bits."""

import io
import math
import struct
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageCms

# Mode of the pixels by the colours that a profile says it is about.
_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
# Of what a viewer calls white in sRGB, x and y as in a PNG.
_SRGB = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
# White, red, green, blue by their number in H.273, as HEIC, AVIF and PNG name them.
_PRIMARIES = {
    9: (0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    12: (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
}
_TRANSFERS_OF_SCREENS = {1, 6, 13, 14, 15}
# A picture that uses less of its depth than this shows nothing: 12 bits of a sensor in 16, degrees of a thermal camera.
_LEAST_SHARE = 1 / 8
_DEEP = 65535


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in RGB or RGBA; a profile that cannot be read, or is one for other pixels, counts as none."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = {"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode)
    flat = image.convert(colours) if alpha else image
    converted = (_converted(flat, profile) if profile else None) or _plain(flat)
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        found = ImageCms.profileToProfile(image, lab, _srgb(), outputMode="RGB")
        assert found is not None
        return found
    return image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _MODES.get(source.profile.xcolor_space) != image.mode:
            return None
        if image.mode == "RGB" and (source.profile.profile_description or "").startswith("sRGB"):
            return None
        return ImageCms.profileToProfile(
            image,
            source,
            _srgb(),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


# Profiles for what is said without one.


def profile_of_numbers(primaries: int, transfer: int) -> bytes | None:
    """A profile for the two numbers of H.273; None for sRGB and for what no screen shows as it is."""
    colours = _PRIMARIES.get(primaries)
    return _matrix_profile(colours, None) if colours and transfer in _TRANSFERS_OF_SCREENS else None


def profile_of_png(gamma: float | None, chromaticity: Sequence[float] | None) -> bytes | None:
    """A profile for the chunks gAMA and cHRM; None where they mean sRGB or nothing that can be."""
    colours = tuple(chromaticity or _SRGB)
    is_common = all(math.isclose(a, b, abs_tol=0.005) for a, b in zip(colours, _SRGB, strict=True))
    exponent = 1 / gamma if gamma else 2.2
    if (is_common and math.isclose(exponent, 2.2, abs_tol=0.1)) or not 0.2 < exponent < 6:  # noqa: PLR2004
        return None
    try:
        return _matrix_profile(colours, None if gamma is None else exponent)
    except (ZeroDivisionError, OverflowError, struct.error):
        return None


def _matrix_profile(colours: Sequence[float], exponent: float | None) -> bytes:
    """A profile of a screen with these colours (white, red, green, blue) and the curve of sRGB or a power."""
    columns = _adapted(colours)
    curve = (
        struct.pack(">4sIHHiiiii", b"para", 0, 3, 0, *map(_fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
        if exponent is None
        else struct.pack(">4sIHHi", b"para", 0, 0, 0, _fixed(exponent))
    )
    text = "RGB".encode("utf-16-be")
    words = struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(text), 28) + text
    tags = [(b"desc", words), (b"cprt", words), (b"wtpt", _xyz(_D50))]
    tags += [(name + b"XYZ", _xyz(column)) for name, column in zip((b"r", b"g", b"b"), columns, strict=True)]
    tags += [(name + b"TRC", curve) for name in (b"r", b"g", b"b")]
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    head = struct.pack(
        ">I4sI4s4s4s12x4s4sII4s8xI3i4s44x",
        *(start + len(body), b"none", 0x04300000, b"mntr", b"RGB ", b"XYZ ", b"acsp", b"\0" * 4, 0, 0, b"\0" * 4, 1),
        *map(_fixed, _D50),
        b"none",
    )
    return head + struct.pack(">I", len(tags)) + table + body


_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_Rows = Sequence[Sequence[float]]


def _adapted(colours: Sequence[float]) -> list[list[float]]:
    """X, Y, Z of red, green and blue at full strength, under the light of profiles."""
    white, *primaries = (_from_xy(colours[i], colours[i + 1]) for i in range(0, 8, 2))
    rows = [list(row) for row in zip(*primaries, strict=True)]
    strengths = _solved(rows, white)
    was, wanted = _times(_BRADFORD, white), _times(_BRADFORD, _D50)
    found = []
    for primary, strength in zip(primaries, strengths, strict=True):
        cones = _times(_BRADFORD, [part * strength for part in primary])
        found.append(_solved(_BRADFORD, [c * b / a for c, a, b in zip(cones, was, wanted, strict=True)]))
    return found


def _from_xy(x: float, y: float) -> list[float]:
    return [x / y, 1.0, (1 - x - y) / y]


def _times(rows: _Rows, column: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, column, strict=True)) for row in rows]


def _solved(rows: _Rows, result: Sequence[float]) -> list[float]:
    """By Cramer's rule."""
    whole = _determinant(rows)
    return [
        _determinant([[*row[:i], value, *row[i + 1 :]] for row, value in zip(rows, result, strict=True)]) / whole
        for i in range(3)
    ]


def _determinant(rows: _Rows) -> float:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _fixed(number: float) -> int:
    return round(number * 65536)


def _xyz(column: Sequence[float]) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *map(_fixed, column))


# Depth


def to_8_bits(image: Image.Image, low: float, high: float) -> Image.Image:
    """Grey of 8 bits from grey of 16 or 32, or of fractions, of which `low` and `high` are the least and the most.

    By the range of its depth, as a browser shows it; by the values that are there where those are a small part of it,
    or where the depth says nothing, as with degrees or counts.
    """
    if not math.isfinite(low) or not math.isfinite(high):
        return image.convert("L")
    first, last = _range(image.mode, low, high)
    factor = 255 / (last - first) if last > first else 0
    # Half a step more, because what follows cuts off.
    return image.point(lambda value: value * factor + (0.5 - first * factor if factor else 128)).convert("L")


def _range(mode: str, low: float, high: float) -> tuple[float, float]:
    if mode == "F" and low >= 0 and high <= 1:
        depth = 1.0
    elif mode == "I" and low >= 0 and high <= _DEEP:
        depth = float(_DEEP)
    else:
        return low, high
    if high == low:
        return 0, depth
    return (low, high) if (high - low) / depth < _LEAST_SHARE else (0, depth)
