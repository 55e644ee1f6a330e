"""What the PDFs of the product share: fonts that every machine has, and colours from the one place with colours."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import reportlab
from django.conf import settings
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from config.common.marks import without_direction_marks

REGULAR, BOLD = "Regular", "Bold"


@cache
def register_fonts() -> TTFont:
    """Makes `REGULAR` and `BOLD` known, and returns the first."""
    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont(BOLD, str(folder / "VeraBd.ttf")))
    font = TTFont(REGULAR, str(folder / "Vera.ttf"))
    pdfmetrics.registerFont(font)
    return font


def printable(text: str) -> str:
    """The text in characters that the fonts have: others without their accents, or as a question mark.

    Without marks of direction: a PDF draws characters in the order in which they stand, so there is nothing to isolate.
    """
    glyphs = register_fonts().face.charToGlyph
    # French writes narrow blanks before its marks.
    plain = without_direction_marks(text).replace("\u202f", "\u00a0")
    return "".join(each if ord(each) in glyphs else _closest(each, glyphs) for each in plain)


def _closest(character: str, glyphs: dict[int, int]) -> str:
    bare = [each for each in unicodedata.normalize("NFKD", character) if ord(each) in glyphs]
    return "".join(bare) or "?"


@cache
def colour(token: str) -> Color:
    """That of the light theme."""
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
    found = re.search(rf"--{token}: (#[0-9a-f]{{6}});", tokens)
    assert found is not None, token
    return HexColor(found[1])
