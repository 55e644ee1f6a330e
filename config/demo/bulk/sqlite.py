"""Writing in bulk on SQLite: by one prepared INSERT for all rows of a table."""

import json
from collections.abc import Callable, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from django.db import connection, models, transaction

from config.demo.bulk.tables import Row, Table

WORKS_ALONE = False
CACHE = 256_000  # KiB, because new rows go to many places of many indexes.


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = -{CACHE}")


def reserve_ids(table: Table, count: int) -> range:
    """Ids that no one else gets. In a transaction of its own, so that rows can be made before any is written."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table.name])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", [count, table.name])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def packed(table: Table, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """The rows as Django stores what SQLite has no type for."""
    known: dict[type, Callable[[Any], object]] = {
        models.DateTimeField: connection.ops.adapt_datetimefield_value,
        models.JSONField: lambda value: value if isinstance(value, str) else json.dumps(value),
        models.UUIDField: attrgetter("hex"),
    }
    columns = [map(itemgetter(field.attname), rows) for field in table.fields]
    for place, field in enumerate(table.fields):
        if type(field) in known:
            columns[place] = map(_unless_none(known[type(field)]), columns[place])
    return list(zip(*columns, strict=True))


def _unless_none(convert: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda value: None if value is None else convert(value)


def write(table: Table, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(table.fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table.name} ({table.quoted_columns}) VALUES ({marks})", rows)  # noqa: S608


def finish() -> None:
    """Lets the planner know how much there is, from samples."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
