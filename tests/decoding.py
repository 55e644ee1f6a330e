"""Labels as a printer and a phone have them: PDFs drawn in pixels, and codes read from pictures."""

import io
import re
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image

_DOTS_A_MILLIMETRE = 8  # As label printers have, which print coarser than any other.
_POINTS_A_MILLIMETRE = 72 / 25.4
_ROW = 10  # Millimetres: no label is so low, and no two codes of a row so far apart.
_BOX = re.compile(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]")


@dataclass(frozen=True)
class ReadCode:
    """What was read; `x` and `y` are the middle in millimetres from the top left, `side` is without the quiet zone."""

    text: str
    x: float
    y: float
    side: float


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """In millimetres, of all pages."""
    found = [(float(width), float(height)) for width, height in _BOX.findall(pdf)]
    return [(width / _POINTS_A_MILLIMETRE, height / _POINTS_A_MILLIMETRE) for width, height in found]


def page_pictures(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[number] for number in range(len(document))]
        return [page.render(scale=_DOTS_A_MILLIMETRE / _POINTS_A_MILLIMETRE).to_pil().convert("L") for page in pages]
    finally:
        document.close()


def text_on(pdf: bytes) -> str:
    """All text, line by line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    finally:
        document.close()


def codes_on(page: Image.Image) -> list[ReadCode]:
    """Row by row."""
    found = []
    for code in zxingcpp.read_barcodes(page):
        corners = [code.position.top_left, code.position.top_right, code.position.bottom_right]
        x, y = ((corners[0].x + corners[2].x) / 2, (corners[0].y + corners[2].y) / 2)
        side = corners[1].x - corners[0].x
        found.append(ReadCode(code.text, *(each / _DOTS_A_MILLIMETRE for each in (x, y, side))))
    return sorted(found, key=lambda each: (round(each.y / _ROW), each.x))


def read_picture(stored: bytes) -> str:
    """The text of the only code on a picture."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(stored)).convert("L"))
    return str(found.text)
