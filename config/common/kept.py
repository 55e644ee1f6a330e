"""Statements that are put together once and carried out with other values each time.

Django takes longer to write down a statement with many columns than a database takes to carry it out.
"""

import copy
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from config.common.rows import planned_once

T = TypeVar("T")


class Given(Expression):
    """Stands in a queryset for a value that is given each time; `field` says of which type."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: object) -> Any:
        # Instead of a value that the driver would understand: `Kept` puts one in its place.
        return "%s", [self]

    def is_possible(self, value: object) -> bool:
        """Whether a column can have it: an address may hold any number, and databases refuse to read larger ones."""
        try:
            self.output_field.run_validators(value)
        except ValidationError:
            return False
        return True

    def adapted(self, value: object) -> object:
        """As the database takes it."""
        return self.output_field.get_db_prep_value(value, connection)


class Kept(Generic[T]):
    """The rows of a queryset that depends on nothing but what is `Given`: neither on who reads them nor on a language.

    What is prefetched is read as always. `build` is called when the rows are read first. As for `planned_once`, its
    rows are found by keys.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, T]"]) -> None:
        self.build = build

    @cached_property
    def _written(self) -> "tuple[QuerySet[Any, T], SQLCompiler, str, tuple[object, ...]]":
        rows = self.build()
        compiler = rows.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        return rows, compiler, sql, tuple(values)

    def rows(self, **given: object) -> list[T]:
        """One query, and those of what is prefetched. Raises KeyError where a value is missing."""
        rows, kept, sql, places = self._written
        if not all(each.is_possible(given[each.name]) for each in places if isinstance(each, Given)):
            return []
        values = tuple(each.adapted(given[each.name]) if isinstance(each, Given) else each for each in places)
        # It also knows what the columns are and what becomes of them; each reading has one of its own.
        compiler = copy.copy(kept)
        compiler.as_sql = lambda *_args, **_options: (sql, values)  # type: ignore[method-assign, assignment]
        compiler.connection = connection
        again = rows.all()
        again.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        with planned_once():
            return list(again)
