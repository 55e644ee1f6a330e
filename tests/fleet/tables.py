"""Tables of the tests as files, and what becomes of them."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook, load_workbook

from fleet.actors import KnownActor
from fleet.services.exchange import Report, carry_out_import, check_import, export_records
from tests.factories import ModeratorFactory

Row = Sequence[str | int | float | bool | datetime | None]


def csv_file(*rows: Row, separator: str = ";", encoding: str = "utf-8") -> io.BytesIO:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def xlsx_file(*rows: Row) -> io.BytesIO:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    file.seek(0)
    return file


def superior() -> KnownActor:
    return KnownActor(person=ModeratorFactory())


def check(kind: str, *rows: Row) -> Report:
    return check_import(actor=superior(), kind=kind, file=csv_file(*rows))


def bring_in(kind: str, *rows: Row, file: io.BytesIO | None = None) -> Report:
    """Imports the rows as a person does who has looked at the check."""
    actor, table = superior(), file or csv_file(*rows)
    seen = check_import(actor=actor, kind=kind, file=table)
    assert problems(seen) == []
    return carry_out_import(actor=actor, kind=kind, file=table, digest=seen.digest)


def problems(report: Report) -> list[tuple[int, str, str]]:
    """Row number, column and sentence of all that is wrong."""
    return [(row.number, column, sentence) for row in report.wrong for column, sentence in row.problems]


def statuses(report: Report) -> dict[str, int]:
    return {status.value: count for status, count in report.counts.items()}


def exported(kind: str, suffix: str = "csv") -> io.BytesIO:
    with export_records(actor=superior(), kind=kind, suffix=suffix) as file:
        return io.BytesIO(file.read())


def rows_of(file: io.BytesIO, suffix: str = "csv") -> list[list[object]]:
    if suffix == "xlsx":
        return [list(row) for row in load_workbook(file).active.iter_rows(values_only=True)]
    text = file.getvalue().decode("utf-8-sig")
    separator = ";" if ";" in text.splitlines()[0] else ","
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
