"""Import and export: what can be taken out and brought in, and what an import would do."""

import uuid
from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise

from config.common.errors import InvalidInput
from fleet.exchange.kinds import KIND_LABELS, KINDS
from fleet.services.exchange import Report, RowStatus
from ticketing.forms.exchange import ImportForm

SUFFIXES = ("xlsx", "csv")
_ICONS = {"customers": "building-2", "people": "users", "devices": "cog", "reservations": "calendar-check"}


@dataclass(frozen=True)
class KindOfTable:
    """`columns` are its headers in the reader's language."""

    name: str
    label: str | Promise
    icon: str
    known_by: str | Promise
    columns: list[str]


@dataclass(frozen=True)
class ExchangePage:
    form: ImportForm
    kinds: list[KindOfTable]
    suffixes: tuple[str, ...] = SUFFIXES


@dataclass(frozen=True)
class Look:
    icon: str
    tone: str


@dataclass(frozen=True)
class StatusCount:
    """How many rows have a status, and how that looks."""

    status: RowStatus
    look: Look
    count: int


@dataclass(frozen=True)
class ImportPage:
    """The check of a file. `report` is None where it cannot be read as a table at all; `refusal` says why.

    `has_more_wrong` and `has_more_others`: whether only the first of these rows are shown.
    """

    kind: str
    label: str | Promise
    key: uuid.UUID
    report: Report | None
    refusal: InvalidInput | None
    counts: list[StatusCount]
    to_import: int
    has_more_wrong: bool
    has_more_others: bool
    looks: dict[RowStatus, Look]


def exchange_page(form: ImportForm) -> ExchangePage:
    kinds = [
        KindOfTable(name, KIND_LABELS[name], _ICONS[name], kind.known_by, [each.label for each in kind.columns()])
        for name, kind in KINDS.items()
    ]
    return ExchangePage(form, kinds)


def import_page(kind: str, key: uuid.UUID, report: Report | None, refusal: InvalidInput | None = None) -> ImportPage:
    counts = report.counts if report else Counter[RowStatus]()
    wrong, others = (report.wrong, report.others) if report else ([], [])
    return ImportPage(
        kind=kind,
        label=KIND_LABELS[kind],
        key=key,
        report=report,
        refusal=refusal,
        counts=[StatusCount(status, _LOOKS[status], counts[status]) for status in RowStatus if counts[status]],
        to_import=counts[RowStatus.NEW] + counts[RowStatus.CHANGED],
        has_more_wrong=counts[RowStatus.WRONG] > len(wrong),
        has_more_others=counts.total() - counts[RowStatus.WRONG] > len(others),
        looks=_LOOKS,
    )


_LOOKS = {
    RowStatus.WRONG: Look("circle-alert", "danger"),
    RowStatus.NEW: Look("circle-plus", "teal"),
    RowStatus.CHANGED: Look("pencil", "accent"),
    RowStatus.UNCHANGED: Look("equal", "neutral"),
}
