"""The rows of a pattern as stamps: what all copies share is made once, so that a copy only fills in what is its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from json import JSONEncoder
from typing import Any

from config.demo.bulk.databases import database
from config.demo.bulk.tables import Row, Table

# Stands in a pattern's texts where each copy has a mark of its own, of the same length.
MARK = "E0000"
Cells = list[Any]
# As the journal has it in its digests.
canonical = JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class Times:
    """All moments of a pattern, each once: many rows share theirs."""

    def __init__(self) -> None:
        self.places: dict[datetime, int] = {}

    def place(self, moment: datetime) -> int:
        return self.places.setdefault(moment, len(self.places))

    def moved(self, shift: timedelta) -> list[datetime]:
        return [moment + shift for moment in self.places]


class Stamp:
    """One row of a pattern. `cells` is packed for the database; the others are places in it that differ by copy."""

    def __init__(self, table: Table, row: Row, times: Times) -> None:
        self.table, self.row = table, row
        self.cells: Cells = [database().cell(field, row[field.attname]) for field in table.fields]
        # With the place of the moment among the times, and with the person of the pattern.
        self.times = [(table.places[name], times.place(row[name])) for name in table.times if row[name] is not None]
        self.people = [(table.places[name], row[name]) for name in table.people if row[name] is not None]
        self.marked = [place for place, cell in enumerate(self.cells) if isinstance(cell, str) and MARK in cell]
        self.parents = [(table.places[name], name) for name in ("ticket_id", "conversation_id") if name in table.places]
        # An erased text has no salt any more.
        random = [name for name in ("client_key", "salt") if row.get(name)]
        self.random = [table.places[name] for name in random]

    @cached_property
    def canonical_value(self) -> str:
        return canonical(self.row["value"])

    @cached_property
    def canonical_data(self) -> str:
        return canonical(self.row["data"])

    @cached_property
    def canonical_kind(self) -> str:
        """What stands in the digest of a journal entry between its ticket and its person."""
        return canonical([self.row["sequence"], self.row["public_sequence"], self.row["kind"]])[1:-1]


def stamps_of(rows: dict[Table, Sequence[Row]]) -> tuple[dict[Table, list[Stamp]], Times]:
    times = Times()
    return {table: [Stamp(table, row, times) for row in those] for table, those in rows.items()}, times
