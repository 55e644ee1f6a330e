"""Decoding of pictures, which takes more memory than anything else in a process."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import pi_heif
from PIL import Image, ImageFile

from config.common.pictures.bare import Bare, Damaged, bare_copy
from config.common.pictures.colours import profile_of_numbers, profile_of_png, to_8_bits, to_srgb
from config.common.pictures.tiff import tile_of

pi_heif.register_heif_opener()
# Pillow counts pixels, whatever they cost. Who opens a picture asks here, or counts by its own limit.
Image.MAX_IMAGE_PIXELS = None

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF")
# A picture of 40 megapixels takes 400 MB for a second, however small its file: one in each process at a time, so that
# the threads of its pages cannot take that many times as much. The others wait.
ONE_AT_A_TIME = threading.Lock()
MAX_PIXELS = 40_000_000  # 160 MB when decoded.
# JPEG is decoded at a fraction: cameras of 200 megapixels cost less than others of 12.
MAX_DRAFT_PIXELS = 300_000_000
# Of a JPEG in several scans all is in memory before its first pixel, whatever the fraction; each goes through it all.
MAX_PROGRESSIVE_PIXELS = 60_000_000
MAX_SCANNED_PIXELS = 1_200_000_000
MAX_HEIF_PIXELS = 52_000_000  # Phones of 48 and 50 megapixels; they write it without a way to decode a fraction.
# Compressed BMP is unpacked step by step, in Python: a screen of 1920 by 1200 takes a second at worst.
MAX_STEPPED_PIXELS, MAX_STEPPED_BYTES = 4_000_000, 4 * 1024 * 1024
_STEPPED = {1, 2}
MISSING_SHARE, MISSING_ROWS = 1 / 10, 32
_EDGE = 8  # Pixels.
# Palettes cannot be scaled, and transparency has to know its partners; other modes are converted when they are small.
_SCALED_AS = {"1": "L", "P": "RGB", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB"}
_DEEP = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
_COLOUR_BOX = re.compile(rb"colrnclx(..)(..)", re.DOTALL)
_COLOUR_BOX_BYTES = 64 * 1024
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooManyPixels(Exception):
    """A picture that is not decoded, with its size as its head says it."""

    def __init__(self, width: int, height: int) -> None:
        self.pixels = width * height


@dataclass(frozen=True)
class Shown:
    """A picture as every screen shows it: upright, sRGB, without metadata; `size` is that of what was sent.

    `mode` and `format` are Pillow's words for what was sent, `frames` counts its moving pictures or pages.
    """

    image: Image.Image
    format: str
    mode: str
    size: tuple[int, int]
    frames: int
    is_deep: bool
    bare: Bare | None


def read_picture(file: IO[bytes], side: int, formats: tuple[str, ...] = FORMATS) -> Shown:
    """Read the picture for at most `side` pixels a side, in RGB or RGBA. The caller holds `ONE_AT_A_TIME`.

    Missing last bytes are no damage as long as (nearly) all rows are there.
    Raises `TooManyPixels` before anything is decoded, and all kinds of errors at files that cannot be read.
    """
    with opened_picture(file, formats) as (image, name, bare):
        size, mode = image.size, image.mode
        is_deep = mode in _DEEP or bool(bare and bare.has_deep_pixels) or _is_deep(image)
        frames = bare.frames if bare else _frames(image, name)
        # Lets the JPEG decoder skip details that scaling would remove.
        image.draft(None, _scaled(image.size, side))
        _check(image.size, MAX_PIXELS if name != "HEIF" else MAX_HEIF_PIXELS)
        _load(image, bare)
        profile = _profile(image, name, file, bare)
        turn = _TURNS.get(bare.orientation if bare else _orientation(image, name))
        is_inverted = mode == "CMYK" and name == "JPEG" and "adobe" not in image.info
        small = _small(image, side)
    # Only what Adobe wrote is inverted, and Pillow believes that of all.
    shown = to_srgb(_inverted(small) if is_inverted else small, profile)
    upright = shown.transpose(turn) if turn is not None else shown
    # A new image has pixels only: Pillow keeps EXIF, position and comments with the old one.
    plain = Image.new(upright.mode, upright.size)
    plain.paste(upright)
    size = (size[1], size[0]) if turn in _SIDEWAYS else size
    return Shown(plain, name, mode, size, max(frames, 1), is_deep, bare)


_SIDEWAYS = {_TURNS[number] for number in (5, 6, 7, 8)}


@contextmanager
def opened_picture(file: IO[bytes], formats: tuple[str, ...]) -> Iterator[tuple[Image.Image, str, Bare | None]]:
    """The picture before it is decoded, its format, and the bare copy that will be, if there is one.

    Raises `TooManyPixels` by the head of the file alone, and all kinds of errors.
    """
    file.seek(0)
    head = file.read(12)
    kind = _kind(head)
    bare = bare_copy(file, kind) if kind else None
    tile = tile_of(file) if "TIFF" in formats and head[:2] in (b"II", b"MM") else None
    opened = bare.file if bare else file
    opened.seek(0)
    with Image.open(opened, formats=(kind,) if kind else formats) as image:
        if image.format not in formats and not (kind and kind in formats):
            raise Damaged
        name = kind or str(image.format)
        _check_pixels(image, name, bare)
        if name == "BMP" and image.info.get("compression") in _STEPPED:
            _check(image.size, MAX_STEPPED_PIXELS if file.seek(0, 2) <= MAX_STEPPED_BYTES else 0)
        if tile:
            _check(_up_to_whole_tiles(image.size, tile), MAX_PIXELS)
        yield image, name, bare


def _check_pixels(image: Image.Image, name: str, bare: Bare | None) -> None:
    limit = {"JPEG": MAX_DRAFT_PIXELS, "HEIF": MAX_HEIF_PIXELS}.get(name, MAX_PIXELS)
    if bare and bare.has_divided_scans:
        limit = min(MAX_PROGRESSIVE_PIXELS, MAX_SCANNED_PIXELS // max(bare.scans, 1))
    _check(image.size, limit)


def _up_to_whole_tiles(size: tuple[int, int], tile: tuple[int, int]) -> tuple[int, int]:
    """What is decoded of a picture; the last tiles reach beyond it."""
    wide, high = (-(-whole // (side or whole)) * (side or whole) for whole, side in zip(size, tile, strict=True))
    return wide, high


def _check(size: tuple[int, int], limit: int) -> None:
    if size[0] * size[1] > limit:
        raise TooManyPixels(*size)


def _kind(head: bytes) -> str:
    """The format, if there is a bare copy of such files."""
    if head.startswith(b"RIFF"):
        return "WEBP"
    return next((name for start, name in _STARTS if head.startswith(start)), "")


_STARTS = ((b"\xff\xd8", "JPEG"), (b"\x89PNG", "PNG"), (b"GIF8", "GIF"))


def _frames(image: Image.Image, name: str) -> int:
    """How many there are; of pages only whether there are more, because a file may name millions."""
    # Of HEIC these are other pictures of the camera: what was sent is the first.
    if name != "TIFF":
        return 1 if name == "HEIF" else int(getattr(image, "n_frames", 1))
    try:
        image.seek(1)
    except EOFError:
        return 1
    image.seek(0)
    return 2


def _is_deep(image: Image.Image) -> bool:
    bits = getattr(image, "tag_v2", {}).get(258, (8,)) if image.format == "TIFF" else (image.info.get("bit_depth", 8),)
    return any(isinstance(each, int) and each > 8 for each in (bits if isinstance(bits, tuple) else (bits,)))  # noqa: PLR2004


def _orientation(image: Image.Image, name: str) -> int:
    # libheif has turned it by then.
    found = 1 if name == "HEIF" else image.getexif().get(0x0112, 1)
    return found if isinstance(found, int) else 1


def _load(image: Image.Image, bare: Bare | None) -> None:
    """Decode it; where the file ends too early, for as long as (nearly) all rows are there."""
    if bare is None or not bare.end or not isinstance(image, ImageFile.ImageFile):
        image.load()
        return
    if bare.is_progressive and not bare.is_refining:
        raise Damaged
    if bare.is_progressive:
        bare.finish()
        image.load()
    elif image.format == "PNG":
        _load_png(image)
    else:
        # The rows that are missing become grey, because the decoder gets an end.
        image.load_read = _Ending(_Edge(image), bare)  # type: ignore[attr-defined]
        image.load()
    bare.finish()


class _Ending:
    """Reads the file, and an end behind it if few rows are missing by then."""

    def __init__(self, edge: "_Edge", bare: Bare) -> None:
        self._edge, self._bare = edge, bare

    def __call__(self, count: int) -> bytes:
        found = self._bare.file.read(count)
        if found or not self._bare.end:
            return found
        self._edge.check_rows()
        end, self._bare.end = self._bare.end, b""
        place = self._bare.file.tell()
        self._bare.file.write(end)
        self._bare.file.seek(place)
        return self._bare.file.read(count)


class _Edge:
    """The left edge of a picture, full of noise before it is decoded: what stays has not been reached.

    Colours do not tell: black is what is missing, and what an endoscope shows around its picture.
    """

    def __init__(self, image: ImageFile.ImageFile) -> None:
        image.load_prepare()
        self._image, self._box = image, (0, 0, min(image.width, _EDGE), image.height)
        self._copy = Image.new(image.mode, self._box[2:])
        self._copy.frombytes(os.urandom(len(self._copy.tobytes())))
        self._noise = self._copy.tobytes()
        image.im.paste(self._copy.im, self._box)

    def check_rows(self) -> None:
        """Clear the rows that are missing. Raises `Damaged` where they are more than the decoder holds back."""
        width, height = self._copy.size
        self._copy.im = self._image.im.crop(self._box)
        found, row = self._copy.tobytes(), len(self._noise) // height
        there = height
        while there and found[(there - 1) * row : there * row] == self._noise[(there - 1) * row : there * row]:
            there -= 1
        if height - there > max(MISSING_ROWS, height * MISSING_SHARE):
            raise Damaged
        if there < height:
            self._image.im.paste(0, (0, there, width, height))


def _load_png(image: ImageFile.ImageFile) -> None:
    if image.info.get("interlace"):
        image.load()
        return
    edge = _Edge(image)
    try:
        image.load()
    except OSError:
        edge.check_rows()
        image.tile = []
        image.load()


def _profile(image: Image.Image, name: str, file: IO[bytes], bare: Bare | None) -> bytes | None:
    profile = image.info.get("icc_profile")
    if profile:
        return bytes(profile)
    if bare and bare.cicp:
        return profile_of_numbers(bare.cicp[0], bare.cicp[1])
    if name == "PNG" and "srgb" not in image.info:
        return profile_of_png(image.info.get("gamma"), image.info.get("chromaticity"))
    if name in ("HEIF", "AVIF"):
        file.seek(0)
        found = _COLOUR_BOX.search(file.read(_COLOUR_BOX_BYTES))
        return profile_of_numbers(*(int.from_bytes(each, "big") for each in found.groups())) if found else None
    return None


def _small(image: Image.Image, side: int) -> Image.Image:
    """A new image in a mode of 8 bits without a palette; the given one stays as it is."""
    if image.mode in _DEEP:
        mode = image.mode if image.mode == "F" else "I"
    elif "transparency" in image.info:
        mode = "RGBA"
    else:
        mode = _SCALED_AS.get(image.mode, image.mode)
    # Turning and converting come last where they can: of the small image they take little memory.
    whole = image if image.mode == mode else image.convert(mode)
    small = whole.resize(_scaled(image.size, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    # Scaling overshoots at edges: what the numbers reach is known before.
    return to_8_bits(small, *whole.getextrema()) if mode in ("I", "F") else small


def _scaled(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(side / max(size), 1)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _inverted(image: Image.Image) -> Image.Image:
    return image.point([255 - value for value in range(256)] * 4)
