"""A service record as a PDF."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from textwrap import wrap
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from config.common.interface import exact_time
from config.common.marks import isolated
from config.common.pdf import BOLD, REGULAR, colour, printable, register_fonts
from fleet.models import Device
from messenger.help_links import reworded
from ticketing.office.record import Proof, RecordLine, WholeRecord

MARGIN = 18 * mm
ROWS = 40
PART = 600  # Characters.
COLUMNS = (34 * mm, 34 * mm, 32 * mm, 69 * mm)
Text = str | Promise


def draw_record(record: WholeRecord) -> bytes:
    """The record in the reader's language, oldest first, with what was found about it at its beginning."""
    register_fonts()
    stored = BytesIO()
    device = record.device
    document = SimpleDocTemplate(
        stored,
        pagesize=A4,
        title=f"{gettext('Service record')}: {device.name}",
        author="Fleetdesk",
        lang=get_language() or "en",
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    )
    story = [
        _paragraph(gettext("Service record"), "small"),
        _paragraph(device.name, "title"),
        _paragraph(" · ".join(facts_of(device)), "small"),
        Spacer(1, 4 * mm),
        *(_paragraph(sentence, "proof") for sentence in sentences_of(record)),
        Spacer(1, 4 * mm),
        *_tables(record),
    ]

    def footer(canvas: Canvas, _document: object) -> None:
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(colour("text-muted"))
        canvas.drawString(MARGIN, 10 * mm, printable(f"{device.name} · {exact_time(record.proof.checked_at)}"))
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(canvas.getPageNumber()))

    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return stored.getvalue()


def facts_of(device: Device) -> list[str]:
    """What the device is, whose, and where."""
    named = (device.make_and_model, device.licence_plate, device.serial_number, device.fleet_number)
    customer = device.customer.name if device.customer else ""
    return [text for text in (*named, customer, device.car_park or device.location, device.town) if text]


def sentences_of(record: WholeRecord) -> list[str]:
    """What the record is, whether it is complete and unchanged, and how much of it is shown."""
    found = [proof_sentence(record.proof)]
    if record.for_customer:
        found.append(gettext("Version for the customer: only what is public."))
    if record.is_cut:
        found.append(gettext("Only the newest entries are shown. Choose dates to see the others."))
    elif not record.is_whole:
        shown = ngettext("An extract: %(n)s entry is shown.", "An extract: %(n)s entries are shown.", record.shown)
        found.append(shown % {"n": record.shown})
    return found


def proof_sentence(proof: Proof) -> str:
    """``Record complete and unchanged, 214 entries (checked …).``, or that it is not."""
    if proof.faults:
        text = ngettext(
            "Attention: the record is not what was written. %(n)s fault was found (checked %(time)s).",
            "Attention: the record is not what was written. %(n)s faults were found (checked %(time)s).",
            proof.faults,
        )
        return text % {"n": proof.faults, "time": exact_time(proof.checked_at)}
    text = ngettext(
        "Record complete and unchanged, %(n)s entry (checked %(time)s).",
        "Record complete and unchanged, %(n)s entries (checked %(time)s).",
        proof.entries,
    )
    return text % {"n": proof.entries, "time": exact_time(proof.checked_at)}


def _tables(record: WholeRecord) -> list[Table]:
    """The heads and the lines, in tables of a few rows: a long one takes the square of its length to be broken."""
    heads = (gettext("Time"), gettext("Ticket"), gettext("Person"), gettext("What happened"))
    rows = [[_paragraph(head, "head") for head in heads], *(row for line in record.lines for row in _rows(line))]
    parts = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)]
    return [Table(part, colWidths=COLUMNS, style=_look(), hAlign="LEFT") for part in parts]


@cache
def _look() -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour("line")),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )


def _rows(line: RecordLine) -> Iterator[list[object]]:
    """A line, and a row of its own for each part of its text: a row cannot be longer than a page."""
    entry, person = line.entry, line.entry.person.name if line.entry.person else "Fleetdesk"
    first, *more = _parts(entry.sentence)
    happened = [_paragraph(first, "cell")]
    if entry.is_internal:
        happened.insert(0, _paragraph(gettext("INTERNAL"), "internal"))
    yield [
        _paragraph(date_format(localtime(entry.at), "SHORT_DATETIME_FORMAT"), "cell"),
        _paragraph(str(line.ticket), "cell"),
        _paragraph(person, "cell"),
        happened,
    ]
    yield from (["", "", "", _paragraph(part, "cell")] for part in more)
    if line.update is not None:
        yield from (["", "", "", _paragraph(part, "text")] for part in _parts(reworded(line.update.text)))
        yield from (["", "", "", _paragraph(f"{isolated(name)}: {text}", "text")] for name, text in line.captions)


def _parts(text: str) -> Iterator[str]:
    for each in text.splitlines():
        yield from wrap(each, PART)


def _paragraph(text: Text, style: str) -> Paragraph:
    return Paragraph(escape(printable(str(text))), _styles()[style])


@cache
def _styles() -> dict[str, ParagraphStyle]:
    def style(name: str, size: float, *, font: str = REGULAR, ink: str = "text") -> ParagraphStyle:
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.35, textColor=colour(ink))

    return {
        "title": style("title", 16, font=BOLD),
        "small": style("small", 8.5, ink="text-muted"),
        "proof": style("proof", 9, font=BOLD),
        "head": style("head", 7.5, ink="text-muted"),
        "cell": style("cell", 7.5),
        "text": style("text", 7.5, ink="text-muted"),
        "internal": style("internal", 7, font=BOLD, ink="internal-text"),
    }
