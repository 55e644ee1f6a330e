"""A drawing surface in logical pixels: drawn larger and scaled down by three, so that every edge is smooth."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont

OVERSAMPLING = 3
JPEG_QUALITY = 86
Point = tuple[float, float]

INK = "#16233b"
STEEL_DARK = "#3b4a63"
STEEL = "#6d7d97"
STEEL_LIGHT = "#b4c0d3"
MIST = "#dde5f1"
SNOW = "#f6f9fd"
BLUE = "#1f58d6"
BLUE_DARK = "#153f9c"
SKY = "#9fd8ff"
AMBER = "#f2a93b"
AMBER_DARK = "#c97f14"
TEAL = "#1d9a8a"
RED = "#d6453d"
VIOLET = "#6d4fd0"
RUBBER = "#232a36"


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow, at a size in physical pixels."""
    return ImageFont.load_default(size)


class Canvas:
    """All measures are logical pixels; boxes are left, top, width, height."""

    def __init__(self, size: tuple[int, int], top: str, bottom: str, *, logical_width: int) -> None:
        self.size = size
        self.scale = size[0] * OVERSAMPLING / logical_width
        self.image = _gradient((size[0] * OVERSAMPLING, size[1] * OVERSAMPLING), top, bottom)
        self.draw = ImageDraw.Draw(self.image)

    def _scaled(self, *points: Point) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def box(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 0) -> None:
        self.draw.rounded_rectangle(self._scaled((x, y), (x + w, y + h)), radius * self.scale, fill)

    def frame(self, x: float, y: float, w: float, h: float, color: str, width: float, radius: float = 0) -> None:
        corners = self._scaled((x, y), (x + w, y + h))
        self.draw.rounded_rectangle(corners, radius * self.scale, None, color, round(width * self.scale))

    def disc(self, x: float, y: float, r: float, fill: str) -> None:
        self.draw.ellipse(self._scaled((x - r, y - r), (x + r, y + r)), fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self.draw.ellipse(self._scaled((x - rx, y - ry), (x + rx, y + ry)), fill)

    def dome(self, x: float, y: float, r: float, fill: str) -> None:
        """The upper half of a disc."""
        self.draw.pieslice(self._scaled((x - r, y - r), (x + r, y + r)), 180, 360, fill)

    def ring(self, x: float, y: float, r: float, color: str, width: float) -> None:
        self.draw.ellipse(self._scaled((x - r, y - r), (x + r, y + r)), None, color, round(width * self.scale))

    def arc(self, x: float, y: float, r: float, start: float, end: float, color: str, width: float) -> None:
        self.draw.arc(self._scaled((x - r, y - r), (x + r, y + r)), start, end, color, round(width * self.scale))

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon(self._scaled(*points), fill)

    def line(self, points: Sequence[Point], color: str, width: float) -> None:
        self.draw.line(self._scaled(*points), color, round(width * self.scale), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, color)

    def text(self, x: float, y: float, words: str, size: float, color: str, anchor: str = "lm") -> None:
        self.draw.text((x * self.scale, y * self.scale), words, color, font(round(size * self.scale)), anchor)

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: float = 0.35) -> None:
        # Drawn small and enlarged, because blurring is slow.
        small = Image.new("L", self.size, 0)
        corners = [
            (left / OVERSAMPLING, top / OVERSAMPLING) for left, top in self._scaled((x - rx, y - ry), (x + rx, y + ry))
        ]
        ImageDraw.Draw(small).ellipse(corners, fill=round(255 * strength))
        mask = small.filter(ImageFilter.GaussianBlur(max(4, ry / 2))).resize(self.image.size, Image.Resampling.BILINEAR)
        self.image.paste(INK, (0, 0), mask)

    def jpeg(self) -> bytes:
        """The finished picture."""
        return _as_jpeg(self.image.reduce(OVERSAMPLING))

    def photo(self, tilt: float) -> bytes:
        """The finished picture as a phone would take it: held a little askew, darker towards the edges."""
        small = self.image.reduce(OVERSAMPLING)
        width, height = small.size
        margin = round(width * abs(tilt) * 0.0175)
        turned = small.rotate(tilt, Image.Resampling.BICUBIC).crop((margin, margin, width - margin, height - margin))
        turned.paste(INK, (0, 0), _edges(turned.size))
        return _as_jpeg(turned)


@cache
def _edges(size: tuple[int, int]) -> Image.Image:
    return Image.radial_gradient("L").point([round(max(0, v - 110) * 0.28) for v in range(256)]).resize(size)


def _as_jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _gradient(size: tuple[int, int], top: str, bottom: str) -> Image.Image:
    if top == bottom:
        return Image.new("RGB", size, top)
    column = Image.linear_gradient("L").resize((1, 256))
    colors = Image.composite(Image.new("RGB", (1, 256), bottom), Image.new("RGB", (1, 256), top), column)
    return colors.resize(size, Image.Resampling.NEAREST)
