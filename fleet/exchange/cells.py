"""What stands in the cells of a table, as people in Germany, France and elsewhere write it, and as spreadsheets do."""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from config.common.typed_days import read_moment
from config.common.visible import clean_text, plain_digits

Cell = str | int | float | bool | datetime | date | time | None

# Spreadsheet programs calculate cells that begin so: what an attacker typed as a name would be carried out.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_UNMASKED = re.compile(r"'+[=+\-@\t\r\n]")
_BLANKS = "[ \u00a0\u202f\u2009]"
# 1 234,5 and 1.234,5 and 1'234.5 and 1,234.5; a separator before exactly three digits separates thousands.
_NUMBERS = (
    (re.compile(r"[0-9]+"), ""),
    (re.compile(r"[0-9]{1,3}(?:[ .'’][0-9]{3})+(?:,[0-9]+)?"), ","),
    (re.compile(r"[0-9]{1,3}(?:[ ,'’][0-9]{3})+(?:\.[0-9]+)?"), "."),
    (re.compile(r"[0-9]+,[0-9]+"), ","),
    (re.compile(r"[0-9]+\.[0-9]+"), "."),
)
_MAX_DIGITS = 20


def masked(text: str) -> str:
    """The text with an apostrophe before what would begin a formula; `text_of` takes it away again."""
    return f"'{text}" if _FORMULA.match(text) else text


def text_of(cell: Cell) -> str:
    """A cell of a file as one text, without blanks around it; an apostrophe of `masked` is not part of it."""
    text = plain(cell)
    return text[1:] if isinstance(cell, str) and _UNMASKED.match(text) else text


def plain(cell: Cell) -> str:
    """A cell as one text, without blanks around it."""
    match cell:
        case str():
            return tidy(cell)
        case float() if cell.is_integer():
            # What looks like a whole number is one for spreadsheets, too: a customer's number, a phone.
            return str(int(cell))
        case datetime():
            return cell.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        case _:
            return "" if cell is None else str(cell)


def tidy(text: str) -> str:
    """As a longer text is stored, which is all that spreadsheets keep."""
    return clean_text(text)


def number_of(cell: Cell) -> int | None:
    """A number, rounded to a whole one; None for anything else, negative ones included.

    >>> number_of("1 234,5"), number_of("1.234"), number_of("12.4"), number_of("about 5")
    (1235, 1234, 12, None)
    """
    text = re.sub(_BLANKS, " ", plain_digits(text_of(cell)))
    if len(text) > _MAX_DIGITS:
        return None
    for pattern, point in _NUMBERS:
        if pattern.fullmatch(text):
            whole, _point, part = text.partition(point) if point else (text, "", "")
            plain = re.sub(r"[^0-9]", "", whole)
            return int(Decimal(f"{plain}.{part or 0}").quantize(Decimal(1), ROUND_HALF_UP))
    return None


def moment_of(cell: Cell) -> datetime | None:
    """Date and time without a zone; midnight where there is a date only, None for anything else. Days come first.

    >>> moment_of("31/12/2026 14 h 05") == moment_of("31.12.26, 14:05 Uhr") == moment_of("2026-12-31T14:05")
    True
    """
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0, tzinfo=None)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    return read_moment(text_of(cell), month_first=False)


def local_cell(moment: datetime) -> datetime:
    """The local time without a zone, to the second: what a table can hold of a moment."""
    return timezone.localtime(moment).replace(microsecond=0, tzinfo=None)
