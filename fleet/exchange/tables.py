"""Reading tables row by row: CSV as programs and countries differ, and the first sheet of an XLSX file."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TypeAlias

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from config.common.errors import InvalidInput
from fleet.exchange.cells import Cell

MAX_COLUMNS = 100
MEGABYTE = 1024 * 1024
MAX_UNPACKED_BYTES = 100 * MEGABYTE
# These are kept in memory as a whole, several times their size.
MAX_TEXTS_BYTES = 20 * MEGABYTE
_TEXTS = "xl/sharedStrings.xml"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 4096
_CHUNK_BYTES = 64 * 1024
_SEPARATORS = ";,\t"
# What Excel writes and reads as a first line.
_SEPARATOR_LINE = re.compile(r"\"?sep=([;,\t|])\"?", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_DAMAGES = (
    *(zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError),
    *(SyntaxError, EOFError, NotImplementedError, OverflowError, zlib.error),
)

Row: TypeAlias = list[Cell]


@dataclass(frozen=True)
class Table:
    """Its first row, and the others with their numbers as spreadsheet programs show them, blank ones left out."""

    headers: Row
    rows: Iterator[tuple[int, Row]]


@contextmanager
def open_table(file: IO[bytes]) -> Iterator[Table]:
    """The table in a CSV or XLSX file, which is read while it is iterated over.

    Raises `InvalidInput` for other files and damaged ones, also during the iteration.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if head.startswith(_OLD_EXCEL):
        raise unusable(_("This is a file of an old Excel. Save it as XLSX or CSV, and choose it again."))
    rows = _xlsx_rows(file) if head.startswith(_ZIP) else _csv_rows(file, head)
    try:
        _number, headers = next(rows, (0, []))
        if not headers:
            raise unusable(_("There is nothing in this file."))
        if len(headers) > MAX_COLUMNS:
            raise unusable(_("This table has too many columns."))
        yield Table(headers, rows)
    finally:
        rows.close()


def unusable(message: str) -> InvalidInput:
    """The error for a file that cannot be read as a table."""
    return InvalidInput(message, code="unusable_file", field="file")


def _no_table() -> InvalidInput:
    return unusable(_("This is no CSV or XLSX file. Save the table as one of these, and choose it again."))


def _numbered(rows: Iterator[Row]) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(rows, 1):
        while row and row[-1] in (None, ""):
            row.pop()
        if row:
            yield number, row


# XLSX -----------------------------------------------------------------------------------------------------------------


def _xlsx_rows(file: IO[bytes]) -> Generator[tuple[int, Row], None, None]:
    try:
        _check_unpacked(file)
        # Values only: what formulas came to when the file was saved.
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # Some programs write down a size that is not the sheet's.
        sheet.reset_dimensions()
        yield from _numbered(list(row) for row in sheet.iter_rows(values_only=True))
    except _DAMAGES as error:
        raise unusable(_("This file is damaged. Save it again as XLSX or CSV, and choose it again.")) from error


def _check_unpacked(file: IO[bytes]) -> None:
    with zipfile.ZipFile(file) as archive:
        sizes = {part.filename: part.file_size for part in archive.infolist()}
    file.seek(0)
    if sum(sizes.values()) > MAX_UNPACKED_BYTES or sizes.get(_TEXTS, 0) > MAX_TEXTS_BYTES:
        raise unusable(_("This file is too large. Divide it into several."))


# CSV ------------------------------------------------------------------------------------------------------------------


def _csv_rows(file: IO[bytes], head: bytes) -> Generator[tuple[int, Row], None, None]:
    encoding = _encoding_of(file, head)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        separator = _separator_of(text)
        yield from _numbered(list(row) for row in csv.reader(text, delimiter=separator))
    except (UnicodeError, csv.Error) as error:
        raise unusable(
            _("This is no CSV or XLSX file. Save the table as one of these, and choose it again.")
        ) from error
    finally:
        # The file is its owner's to close.
        text.detach()


def _encoding_of(file: IO[bytes], head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # In Latin letters every second byte is zero: which one, says the order.
    if b"\0" in head[:2]:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    if b"\0" in head:
        raise _no_table()
    return "utf-8" if _is_utf8(file) else "cp1252"


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _separator_of(text: io.TextIOWrapper) -> str:
    """The separator that the first line has most of; goes back to the start, or behind a line that names it."""
    line = text.readline(_CHUNK_BYTES).strip("\r\n")
    if named := _SEPARATOR_LINE.fullmatch(line):
        return named[1]
    text.seek(0)
    found = Counter(_QUOTED.sub("", line))
    return max(_SEPARATORS, key=lambda separator: found[separator])
