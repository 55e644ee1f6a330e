"""Writing in bulk on SQLite: by one prepared INSERT for all rows of a table."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from config.demo.bulk.tables import Table

WORKS_ALONE = False
NULL = None
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


def cell(field: "models.Field[Any, Any]", value: Any) -> object:
    """The value as Django stores it, also what SQLite has no type for."""
    if value is None:
        return NULL
    if isinstance(field, models.DateTimeField):
        return time_cell(value)
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return value.hex if isinstance(field, models.UUIDField) else value


def time_cell(moment: datetime) -> str:
    return str(moment.replace(tzinfo=None))


def packed(rows: list[list[Any]]) -> list[list[Any]]:
    return rows


def write(table: Table, rows: list[list[Any]]) -> None:
    marks = ", ".join(["%s"] * len(table.fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table.name} ({table.quoted_columns}) VALUES ({marks})", rows)  # noqa: S608


def finish() -> None:
    """Lets the planner know how much there is, from samples."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
