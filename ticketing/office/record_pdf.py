"""A service record as a PDF."""

import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from config.common.interface import exact_time
from fleet.models import Device
from ticketing.office.record import Proof, RecordLine, WholeRecord

# On paper the colours of the light theme: a test compares them with the tokens.
INK, MUTED, LINE, INTERNAL = "#17202e", "#566175", "#dfe4ec", "#861f57"
MARGIN = 18 * mm
COLUMNS = (31 * mm, 35 * mm, 34 * mm, 74 * mm)
Text = str | Promise


def draw_record(record: WholeRecord) -> bytes:
    """The record in the reader's language, oldest first, with what was found about it at its beginning."""
    _register_fonts()
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
        _table(record),
    ]

    def footer(canvas: Canvas, _document: object) -> None:
        canvas.setFont("Record", 7)
        canvas.setFillColor(HexColor(MUTED))
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


def _table(record: WholeRecord) -> Table:
    heads = (gettext("Time"), gettext("Ticket"), gettext("Person"), gettext("What happened"))
    rows = [[_paragraph(head, "head") for head in heads], *(_row(line) for line in record.lines)]
    return Table(
        rows,
        colWidths=COLUMNS,
        repeatRows=1,
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        ),
    )


def _row(line: RecordLine) -> list[object]:
    entry, person = line.entry, line.entry.person.name if line.entry.person else "Fleetdesk"
    happened: list[object] = [_paragraph(entry.sentence, "cell")]
    if entry.is_internal:
        happened.insert(0, _paragraph(gettext("INTERNAL"), "internal"))
    if line.update is not None and line.update.text:
        happened += [_paragraph(part, "text") for part in strip_tags(line.update.text).splitlines() if part.strip()]
    return [
        _paragraph(date_format(localtime(entry.at), "SHORT_DATETIME_FORMAT"), "cell"),
        _paragraph(str(line.ticket), "cell"),
        _paragraph(person, "cell"),
        happened,
    ]


def _paragraph(text: Text, style: str) -> Paragraph:
    return Paragraph(escape(printable(str(text))), _styles()[style])


@cache
def _styles() -> dict[str, ParagraphStyle]:
    def style(name: str, size: float, *, font: str = "Record", colour: str = INK) -> ParagraphStyle:
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.35, textColor=HexColor(colour))

    return {
        "title": style("title", 16, font="RecordBold"),
        "small": style("small", 8.5, colour=MUTED),
        "proof": style("proof", 9, font="RecordBold"),
        "head": style("head", 7.5, colour=MUTED),
        "cell": style("cell", 7.5),
        "text": style("text", 7.5, colour=MUTED),
        "internal": style("internal", 7, font="RecordBold", colour=INTERNAL),
    }


@cache
def _register_fonts() -> TTFont:
    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("RecordBold", str(folder / "VeraBd.ttf")))
    font = TTFont("Record", str(folder / "Vera.ttf"))
    pdfmetrics.registerFont(font)
    return font


def printable(text: str) -> str:
    """The text in characters that the font has: others without their accents, or as a question mark."""
    glyphs = _register_fonts().face.charToGlyph
    # French writes narrow blanks before its marks.
    plain = text.replace("\u202f", "\u00a0")
    return "".join(each if ord(each) in glyphs else _closest(each, glyphs) for each in plain)


def _closest(character: str, glyphs: dict[int, int]) -> str:
    bare = [each for each in unicodedata.normalize("NFKD", character) if ord(each) in glyphs]
    return "".join(bare) or "?"
