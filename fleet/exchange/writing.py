"""Writing tables as files that spreadsheet programs open, and that can be read again."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from fleet.exchange.cells import Cell, masked, tidy

_DAYS = {"de": "%d.%m.%Y", "fr": "%d/%m/%Y"}
_ISO_DAY = "%Y-%m-%d"
_WIDTH = 24  # Characters.
# Excel shows it as the reader's country writes it.
_MOMENT_FORMAT = "dd/mm/yyyy hh:mm"


def shown(cell: Cell) -> str:
    """A cell as text in the reader's language."""
    match cell:
        case None:
            return ""
        case datetime():
            day = _DAYS.get(_language(), _ISO_DAY)
            return cell.strftime(f"{day} %H:%M:%S" if cell.second else f"{day} %H:%M")
        case _:
            return str(cell)


def kept(text: str) -> str:
    """As a cell holds it: without what could turn the line of a file, and unharmed when the file is read again.

    A cell is a paragraph of its own, which turns no other one. Two isolating characters around it would be a part of
    the value for all programs, and of the name that is looked for when the file comes back.
    """
    return masked(text if text.isascii() else tidy(text))


def write_csv(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """With the separator that Excel expects in the reader's language."""
    # Without the mark Excel takes the letters for those of the country's code page, and "ID" for another format.
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";" if _language() in _DAYS else ",")
    writer.writerow(headers)
    writer.writerows([kept(shown(cell)) for cell in row] for row in rows)
    text.flush()
    text.detach()


def write_xlsx(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number in range(1, len(headers) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH

    def cells(row: Sequence[Cell]) -> Iterator[object]:
        for cell in row:
            if isinstance(cell, datetime):
                moment = WriteOnlyCell(sheet, cell)
                moment.number_format = _MOMENT_FORMAT
                yield moment
            else:
                yield kept(cell) if isinstance(cell, str) else cell

    sheet.append(list(headers))
    for row in rows:
        sheet.append(cells(row))
    book.save(file)


def _language() -> str:
    return (get_language() or "en").split("-")[0]
