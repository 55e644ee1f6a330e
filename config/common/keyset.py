"""Pages of long lists by sort key and id: a page costs the same at the end of the list as at its start."""

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, QuerySet, UUIDField, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)
_LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Key:
    """What a list is sorted by: a field or annotation that is never null. `parse` reads it back from a cursor."""

    name: str
    parse: Callable[[object], object]
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of a page, and the cursors of the pages before and after; empty where there is none."""

    rows: list[M]
    previous: str = ""
    next: str = ""


@dataclass(frozen=True)
class _Cursor:
    backwards: bool
    value: object
    pk: int | uuid.UUID


def keyset_page(
    rows: QuerySet[M],
    *,
    key: Key,
    cursor: str = "",
    size: int,
    with_details: Callable[[QuerySet[M]], QuerySet[M]] | None = None,
) -> Page[M]:
    """The page at the cursor, in one query; a cursor that no page handed out leads to the first page.

    `with_details` joins what a row shows to the rows that were chosen, instead of to all that they are chosen from.
    """
    at = _read(cursor, key, _read_uuid if isinstance(rows.model._meta.pk, UUIDField) else number)
    backwards = at is not None and at.backwards
    down = key.descending != backwards
    if at is not None:
        # Rows with the same value are ordered by id, so that no row is left out or shown twice.
        than = "<" if down else ">"
        rows = rows.filter(_RowComparison(F(key.name), F("pk"), _parameter(at.value), _parameter(at.pk), than=than))
    order = [f"-{name}" if down else name for name in (key.name, "pk")]
    # One more than is shown says whether there is another page.
    chosen = rows.order_by(*order)[: size + 1]
    found = list(with_details(chosen).order_by(*order) if with_details else chosen)
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    is_first, is_last = (not has_more, False) if backwards else (at is None, not has_more)
    return Page(
        rows=found,
        previous="" if is_first or not found else _write(key, found[0], backwards=True),
        next="" if is_last or not found else _write(key, found[-1], backwards=False),
    )


def _parameter(value: object) -> Value:
    if isinstance(value, uuid.UUID):
        return Value(value, output_field=UUIDField())
    # Without a field, Django binds a whole number to four bytes on PostgreSQL, and cuts a larger one off.
    return Value(value, output_field=BigIntegerField()) if isinstance(value, int) else Value(value)


class _RowComparison(Func):
    """``(a, b) < (x, y)`` of the expressions a, b, x, y."""

    # Written with AND and OR instead, PostgreSQL reads an index from its start up to the row, not from the row on.
    output_field = BooleanField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: object, **_context: object
    ) -> tuple[str, tuple[str | int, ...]]:
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        first, second, first_value, second_value = (sql for sql, _ in parts)
        sql = f"({first}, {second}) {self.extra['than']} ({first_value}, {second_value})"
        return sql, tuple(parameter for _, parameters in parts for parameter in parameters)


def _write(key: Key, row: Model, *, backwards: bool) -> str:
    value = getattr(row, key.name)
    shown = value.isoformat() if isinstance(value, datetime) else value
    pk = row.pk.hex if isinstance(row.pk, uuid.UUID) else row.pk
    text = json.dumps([int(backwards), shown, pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, key: Key, read_pk: Callable[[object], int | uuid.UUID]) -> _Cursor | None:
    try:
        backwards, value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _Cursor(backwards=backwards == 1, value=key.parse(value), pk=read_pk(pk))
    except (ValueError, TypeError, RecursionError):
        return None


def _read_uuid(value: object) -> uuid.UUID:
    return uuid.UUID(text(value))


def number(value: object) -> int:
    """The value as a whole number that both databases can hold. Raises `ValueError` for any other value."""
    # Not `isinstance`: True and False are instances of int, too.
    if type(value) is not int or abs(value) > _LARGEST_NUMBER:
        raise ValueError(value)
    return value


def moment(value: object) -> datetime:
    """The value as an aware time in UTC, as databases keep it. Raises `ValueError` for any other value."""
    found = parse_datetime(value) if isinstance(value, str) else None
    if found is None or found.tzinfo is None:
        raise ValueError(value)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        # The first or the last day there is, in a time zone that reaches beyond it.
        raise ValueError(value) from None


def text(value: object) -> str:
    """The value as a text that both databases can hold. Raises `ValueError` for any other value."""
    # PostgreSQL stores no NUL in a text.
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    # Raises for half of a surrogate pair, which is a `ValueError`.
    value.encode()
    return value
