"""Writing in bulk on PostgreSQL: by COPY."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from config.demo.bulk.tables import ALL, Table

# It works in a process of its own, while the next rows are made here.
WORKS_ALONE = True
NULL = r"\N"
INDEX_GIN_NOW = """
    SELECT gin_clean_pending_list(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = %s::regclass AND amname = 'gin'
"""


def prepare() -> None:
    """Sets up a transaction: words go into the indexes of the search in large portions."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")
        cursor.execute("SET LOCAL work_mem = '128MB'")


def reserve_ids(table: Table, count: int) -> range:
    """Ids that no one else gets. In a short transaction of its own, because others who need an id wait for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table.name])
        sequence: str = cursor.fetchone()[0]
        # A leap needs a value to start from, which a new sequence does not have. To take many values singly is slow.
        cursor.execute("SELECT nextval(%s)", [sequence])
        cursor.execute(f"ALTER SEQUENCE {sequence} INCREMENT BY {count + 1}")
        cursor.execute("SELECT nextval(%s)", [sequence])
        last: int = cursor.fetchone()[0]
        cursor.execute(f"ALTER SEQUENCE {sequence} INCREMENT BY 1")
    return range(last - count, last)


def cell(field: "models.Field[Any, Any]", value: Any) -> str:
    """The value in the text format of COPY."""
    if value is None:
        return NULL
    text = json.dumps(value) if isinstance(field, models.JSONField) else str(value)
    return text.replace("\\", r"\\").replace("\n", r"\n").replace("\r", r"\r").replace("\t", r"\t")


def time_cell(moment: datetime) -> str:
    return str(moment)


def packed(rows: Iterable[list[str]]) -> bytes:
    return "".join(f"{line}\n" for line in map("\t".join, rows)).encode()


def write(table: Table, rows: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({table.quoted_columns}) FROM STDIN") as copy:
        copy.write(rows)


def finish() -> None:
    """Makes the search fast, and lets the planner know how much there is."""
    with connection.cursor() as cursor:
        for table in ALL:
            cursor.execute(INDEX_GIN_NOW, [table.name])
        cursor.execute(f"ANALYZE {', '.join(table.name for table in ALL)}")
