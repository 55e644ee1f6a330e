"""Importing a table, after a check that writes nothing, and exporting one."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.results import RowResult

from config.common.connections import is_lock_timeout
from config.common.errors import InvalidInput
from config.common.rules import require
from config.common.text import start_key
from fleet.actors import Actor, KnownActor
from fleet.exchange.cells import Cell, text_of
from fleet.exchange.columns import words_for
from fleet.exchange.kinds import KINDS
from fleet.exchange.resources import BEYOND, Records
from fleet.exchange.tables import Row, Table, open_table, unusable
from fleet.exchange.writing import shown, write_csv, write_xlsx
from fleet.services.exchange_writes import WRITERS, Entry

MAX_ROWS = 10_000
MAX_SHOWN = 200  # Rows with mistakes, and as many others.
BATCH = 500  # Rows.
_NAMED_BY = 2  # Cells are enough to know a row again.


class RowStatus(TextChoices):
    WRONG = "wrong", gettext_lazy("Wrong")
    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")


@dataclass(frozen=True)
class RowReport:
    """What becomes of a row: its number in the file, what it is about, and by header what is wrong or changes."""

    number: int
    status: RowStatus
    name: str
    problems: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]


@dataclass
class Report:
    """What becomes of a file: how many rows of each status, and the first ones. `digest` is over all of them."""

    counts: Counter[RowStatus] = field(default_factory=Counter)
    wrong: list[RowReport] = field(default_factory=list)
    others: list[RowReport] = field(default_factory=list)
    unknown_headers: list[str] = field(default_factory=list)
    # Of an import: of each row that was there before, by its id, which of its fields changed.
    changed: dict[int, frozenset[str]] = field(default_factory=dict)
    digest: str = ""

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def is_worth_importing(self) -> bool:
        """Whether nothing is wrong, and something is new or changed."""
        return not self.counts[RowStatus.WRONG] and bool(self.counts[RowStatus.NEW] + self.counts[RowStatus.CHANGED])


class ImportRefused(InvalidInput):
    """Something has changed since the check, or something is wrong: nothing was imported."""

    code = "import_refused"
    http_status = 409
    default_message = gettext_lazy(
        "Nothing was imported: something has changed since this was checked. Look at it again."
    )


class ImportBusy(ImportRefused):
    """Another import of the same kind takes longer than the database lets anybody wait: nothing was imported."""

    code = "import_busy"
    default_message = gettext_lazy(
        "Another import is running, so nothing was imported. Your file is kept: please try again in a minute."
    )


def check_import(*, actor: Actor, kind: str, file: IO[bytes]) -> Report:
    """What an import of the file would do; writes nothing.

    Raises the refusal of ``fleet.exchange_records``, `InvalidInput` for a file that cannot be read as such a table.
    """
    require(actor, "fleet.exchange_records")
    return _read_file(KINDS[kind](), file)


def carry_out_import(*, actor: KnownActor, kind: str, file: IO[bytes], digest: str) -> Report:
    """Import all rows, or none. `digest` is that of the check whose outcome the actor has seen.

    Raises the refusal of ``fleet.exchange_records``, `ImportRefused` where the outcome is no longer that one, or rows
    are wrong, `ImportBusy` while another import runs, `InvalidInput` as `check_import` does.
    """
    require(actor, "fleet.exchange_records")
    try:
        with transaction.atomic():
            _wait_for_others(kind)
            report = _read_file(KINDS[kind](is_locking=True), file, WRITERS[kind])
            if report.counts[RowStatus.WRONG] or report.digest != digest:
                raise ImportRefused
    except IntegrityError as error:
        # Someone has just taken the same name, number or e-mail address.
        raise ImportRefused from error
    except OperationalError as error:
        if is_lock_timeout(error):
            raise ImportBusy from error
        raise
    return report


def _wait_for_others(kind: str) -> None:
    # Of devices without a number nothing keeps two imports at once from creating the same: the second one has to see
    # what the first one has stored. A row that is always there, and that nothing else locks.
    model = KINDS[kind].records_of._meta
    found = ContentType.objects.filter(app_label=model.app_label, model=model.model_name)
    found.select_for_update(no_key=True).get()


def export_records(*, actor: Actor, kind: str, suffix: str, is_empty: bool = False) -> IO[bytes]:
    """All rows of a kind as a CSV or XLSX file in the reader's language, from its start; with `is_empty` headers only.

    Raises the refusal of ``fleet.exchange_records``.
    """
    require(actor, "fleet.exchange_records")
    records = KINDS[kind]()
    columns = list(records.fields.values())
    rows = iter(()) if is_empty else records.exported().iterator(BATCH)
    cells: Iterator[list[Cell]] = ([column.export(row) for column in columns] for row in rows)
    # Whole, before anything is sent: a slow reader holds no connection to the database.
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response that reads it closes it)
    write = write_xlsx if suffix == "xlsx" else write_csv
    write(file, [column.label for column in columns], cells)
    file.seek(0)
    return file


# Reading --------------------------------------------------------------------------------------------------------------

Write = Callable[[Sequence[Entry[Any]]], None]


def _read_file(records: Records, file: IO[bytes], write: Write | None = None) -> Report:
    report, digest = Report(), hashlib.sha256()
    with open_table(file) as table:
        names = _columns_of(records, table, report)
        for batch in _batches(table, names):
            entries = []
            known = records.prepare([row for _number, row in batch])
            for number, row in batch:
                result = records.read(number, row, known)
                row_report = _report_of(records, number, row, result)
                digest.update(_fingerprint(row_report, result))
                _add(report, row_report)
                if row_report.status in (RowStatus.NEW, RowStatus.CHANGED):
                    is_new = row_report.status == RowStatus.NEW
                    entries.append(Entry(result.instance, is_new, frozenset(records.state.changes)))
            if write is not None and not report.counts[RowStatus.WRONG]:
                write(entries)
                report.changed |= {each.instance.pk: each.changed for each in entries if not each.is_new}
    report.digest = digest.hexdigest()
    return report


def _columns_of(records: Records, table: Table, report: Report) -> list[str]:
    """The name of the column under each header; empty for an unknown one."""
    by_word = {word: column.column_name for column in records.fields.values() for word in words_for(column)}
    headers = [text_of(header) for header in table.headers]
    names = [by_word.get(start_key(header), "") for header in headers]
    report.unknown_headers = [header for header, name in zip(headers, names, strict=True) if header and not name]
    twice = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    if twice:
        label = records.fields[twice[0]].label
        raise unusable(_("The column “%(column)s” is there twice.") % {"column": label})
    if not any(names):
        raise unusable(_("The first row has no header that is known. Compare it with that of an exported file."))
    return names


def _batches(table: Table, names: list[str]) -> Iterator[list[tuple[int, dict[str, Cell]]]]:
    rows = ((number, _by_name(names, row)) for number, row in table.rows)
    total = 0
    while batch := list(islice(rows, BATCH)):
        total += len(batch)
        if total > MAX_ROWS:
            message = _("At most %(n)s rows can be imported at once. Divide the file into several.")
            raise unusable(message % {"n": MAX_ROWS})
        yield batch


def _by_name(names: list[str], row: Row) -> dict[str, Cell]:
    padded = chain(row, [None] * (len(names) - len(row)))
    cells = {name: cell for name, cell in zip(names, padded, strict=False) if name}
    if any(text_of(cell) for cell in row[len(names) :]):
        cells[BEYOND] = ""
    return cells


def _report_of(records: Records, number: int, row: dict[str, Cell], result: RowResult) -> RowReport:
    texts = [text for name in records.fields if name != "id" and (text := text_of(row.get(name)))]
    status = _STATUSES[result.import_type]
    problems, changes = [], []
    if status == RowStatus.WRONG:
        problems = list(_problems(records, result.validation_error))
    else:
        for name, before in records.state.changes.items():
            column = records.fields[name]
            after = shown(column.export(result.instance))
            if after or status == RowStatus.CHANGED:
                changes.append((column.label, "" if status == RowStatus.NEW else shown(before), after))
    return RowReport(number, status, " · ".join(texts[:_NAMED_BY]), problems, changes)


_STATUSES = {
    RowResult.IMPORT_TYPE_NEW: RowStatus.NEW,
    RowResult.IMPORT_TYPE_UPDATE: RowStatus.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: RowStatus.UNCHANGED,
    RowResult.IMPORT_TYPE_INVALID: RowStatus.WRONG,
}


def _problems(records: Records, error: ValidationError) -> Iterator[tuple[str, str]]:
    for name, sentences in error.message_dict.items():
        column = records.fields.get(name)
        yield (column.label if column else "", " ".join(sentences))


def _fingerprint(row_report: RowReport, result: RowResult) -> bytes:
    return repr((row_report.number, row_report.status.value, result.object_id, row_report.changes)).encode()


def _add(report: Report, row_report: RowReport) -> None:
    report.counts[row_report.status] += 1
    kept = report.wrong if row_report.status == RowStatus.WRONG else report.others
    if len(kept) < MAX_SHOWN:
        kept.append(row_report)
