"""Finding rows by how a text of theirs starts, along an index."""

from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Q = TypeVar("Q", bound=QuerySet[Any])
_LAST = "\U0010ffff"  # No letter comes after it.


class Bytewise(Func):
    """A text in the order of its bytes, in which all texts with the same start stand together."""

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        # Other databases order by bytes unless told otherwise; this one by the rules of a language.
        return super().as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


def starting_with(rows: Q, name: str, start: str) -> Q:
    """The rows whose field starts so, in the order of the field; it needs an index over ``Bytewise(name)``.

    A field of many related rows names a row once for each of them.
    """
    # Compared instead of LIKE, for which SQLite uses no such index.
    between = {"start__gte": start, "start__lt": start + _LAST}
    return rows.alias(start=Bytewise(name)).filter(**between).order_by("start")


def spelt(rows: Q, name: str, key: str) -> Q:
    """The rows whose field is the key, along the same index."""
    return rows.alias(start=Bytewise(name)).filter(start=key)
