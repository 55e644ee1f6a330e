"""Fills tables of PostgreSQL with thousands of rows like one, and reads how statements are carried out."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, models


def multiply(row: models.Model, count: int, **columns: str) -> None:
    """Adds `count` copies of the row; `columns` are SQL expressions, in which ``n`` counts from 1."""
    meta = row._meta
    fields = [
        field
        for field in meta.concrete_fields
        if not field.generated and (not field.primary_key or field.attname in columns)
    ]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(columns.get(field.attname, f't."{field.column}"') for field in fields)
    with connection.cursor() as cursor:
        # Without parameters, so that expressions may hold a per cent sign.
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({names}) SELECT {values} FROM "{meta.db_table}" t,'
            f" generate_series(1, {int(count)}) n WHERE t.\"{meta.pk.column}\" = '{row.pk}'"
        )


def analyze() -> None:
    """Brings statistics and trigram indexes up to date, as the server does in the background."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(pg_class.oid) FROM pg_class JOIN pg_am ON pg_am.oid = relam"
            " WHERE amname = 'gin'"
        )
        # Not the catalogs that all databases share: their lock would last as long as this test, and others wait for it.
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def plan_of(sql: str) -> dict[str, Any]:
    """How PostgreSQL carries the statement out, with the numbers of rows that it met."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def faults_of(sql: str, *, large_tables: set[str], most_sorted: int, most_passed: int | None = None) -> list[str]:
    """What does not scale: large tables that are read whole, sorts of more rows than a page has, and more than
    `most_passed` rows that were read and did not fit.
    """
    faults = []
    for node in nodes_of(plan_of(sql)):
        is_of_large = node.get("Relation Name") in large_tables
        if node["Node Type"] == "Seq Scan" and is_of_large:
            faults.append(f"reads all of {node['Relation Name']}")
        passed = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        if most_passed is not None and is_of_large and passed > most_passed:
            faults.append(f"reads past {passed} rows of {node['Relation Name']}")
        if node["Node Type"] == "Sort":
            rows = sum(below["Actual Rows"] * below["Actual Loops"] for below in node["Plans"])
            if rows > most_sorted:
                faults.append(f"sorts {rows} rows by {node['Sort Key']}")
    return faults
