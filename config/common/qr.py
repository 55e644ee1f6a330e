"""QR codes: inside a page, and as rows of modules for what draws them itself."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import segno
from django.utils.safestring import SafeString, mark_safe

# Readers need four modules of paper around a code.
QUIET_ZONE = 4
_PIXELS = 1200  # At least so many are the sides of a picture: sharp on any label.


class Run(NamedTuple):
    """Dark modules beside each other; `x` and `y` count from the outer corner of the quiet zone at the top left."""

    x: int
    y: int
    length: int


class Modules(NamedTuple):
    """A code as it is drawn, in a square of `side` modules, quiet zone included."""

    side: int
    runs: tuple[Run, ...]

    @property
    def path(self) -> str:
        """All of it as the path of an SVG."""
        return "".join(f"M{run.x} {run.y}h{run.length}v1h-{run.length}z" for run in self.runs)


def qr_modules(text: str) -> Modules:
    """The modules of a code with error correction M."""
    matrix = _made(text).matrix
    return Modules(len(matrix) + 2 * QUIET_ZONE, tuple(_runs(matrix)))


def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG of class ``code-qr`` that scales with its box, dark on light in every theme."""
    drawn = _made(text).svg_inline(omitsize=True, light="#fff", border=QUIET_ZONE, svgclass="code-qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308  made of numbers only: the text is drawn, never written


def qr_file(text: str, suffix: str) -> bytes:
    """A file with the code: ``svg``, or ``png`` of at least 1,200 pixels a side."""
    code, stored = _made(text), io.BytesIO()
    scale = -(-_PIXELS // code.symbol_size(border=QUIET_ZONE)[0])
    code.save(stored, kind=suffix, scale=scale, border=QUIET_ZONE, light="#fff")
    return stored.getvalue()


def _made(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)


def _runs(matrix: tuple[bytearray, ...]) -> Iterator[Run]:
    for y, row in enumerate(matrix):
        begin = None
        for x, dark in enumerate((*row, 0)):
            if dark and begin is None:
                begin = x
            elif not dark and begin is not None:
                yield Run(begin + QUIET_ZONE, y + QUIET_ZONE, x - begin)
                begin = None
