"""Labels as a PDF of exact size."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from config.common.pdf import BOLD, REGULAR, register_fonts
from fleet.labels.drawing import Box, Drawing
from fleet.labels.layouts import Layout, Place


def write_labels(
    file: IO[bytes],
    layout: Layout,
    drawings: Iterable[Drawing],
    *,
    title: str,
    skipped: int = 0,
    logo: bytes = b"",
) -> None:
    """Takes one drawing after the other; what is kept of each is the lines that draw it."""
    register_fonts()
    size = (layout.page_width * mm, layout.page_height * mm)
    canvas = Canvas(file, pagesize=size, pageCompression=1, invariant=True)
    canvas.setTitle(title)
    canvas.setAuthor("Fleetdesk")
    # Programs would else fit the sheet into the margins of the printer, and no label would meet its place.
    canvas.setViewerPreference("PrintScaling", "None")
    picture = ImageReader(BytesIO(logo)) if logo else None
    page = 0
    for drawing, place in zip(drawings, layout.places(skipped), strict=False):
        while page < place.page:
            canvas.showPage()
            page += 1
        _draw(canvas, drawing, place, picture)
    canvas.showPage()
    canvas.save()


def _draw(canvas: Canvas, drawing: Drawing, place: Place, picture: ImageReader | None) -> None:
    canvas.saveState()
    # The corner of the label at the top left, and millimetres.
    canvas.translate(place.x * mm, (drawing.layout.page_height - place.y) * mm)
    canvas.scale(mm, mm)
    _draw_code(canvas, drawing)
    if drawing.logo is not None and picture is not None:
        _draw_logo(canvas, drawing.logo, picture)
    for words in drawing.words:
        canvas.setFont(BOLD if words.is_bold else REGULAR, words.size)
        canvas.drawString(words.x, -words.y, words.text)
    canvas.restoreState()


def _draw_code(canvas: Canvas, drawing: Drawing) -> None:
    """All modules as one path: no printer leaves a gap between two of them."""
    canvas.saveState()
    canvas.translate(drawing.code.x, -drawing.code.y)
    module = drawing.code.width / drawing.modules.side
    canvas.scale(module, module)
    path = canvas.beginPath()
    for run in drawing.modules.runs:
        path.rect(run.x, -run.y - 1, run.length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _draw_logo(canvas: Canvas, box: Box, picture: ImageReader) -> None:
    canvas.drawImage(picture, box.x, -box.y - box.height, box.width, box.height, mask="auto")
