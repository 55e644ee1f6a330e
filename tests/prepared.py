"""What many tests begin with is made once and put into the database again from memory, as long as it is fresh.

Only where the database holds nothing but what its migrations left: then ids cannot meet others, and what is stored
depends on nothing that came before. Everywhere else it is made anew, by services as always.
"""

import copy
import time
from collections.abc import Callable, Hashable
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model

from config.common import clock

T = TypeVar("T")
# Seconds. What has just happened must still have just happened: letters wait for a minute, for example.
FRESH = 20.0
# Written by migrations, and never after them.
LASTING = (ContentType, Permission)


@dataclass
class Kept:
    """`result` as it was made, with all rows behind it, and when that was on the monotonic clock.

    The statements that put them back are made when that is done for the first time, and the same ones after that.
    """

    result: Any
    made_at: float
    rows: list[tuple[type[Model], list[Model]]] = field(default_factory=list)
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def put_back(self) -> None:
        # Rows name others that come later.
        with transaction.atomic():
            if not self.statements:
                self.statements = self._insert()
                return
            with connection.cursor() as cursor:
                for statement, values in self.statements:
                    cursor.execute(statement, values)

    def _insert(self) -> list[tuple[str, Any]]:
        said: list[tuple[str, Any]] = []

        def keep(execute: Callable[..., Any], statement: str, values: Any, *others: Any) -> Any:
            said.append((statement, values))
            return execute(statement, values, *others)

        with connection.execute_wrapper(keep):
            for model, rows in self.rows:
                model._base_manager.bulk_create(rows)
        return said


_kept: dict[Hashable, Kept] = {}


def prepared(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` returns and stores; made again from memory where that is the same."""
    if _time_is_frozen() or not _is_empty():
        return make()
    kept = _kept.get(key)
    if kept is None or time.monotonic() - kept.made_at > FRESH:
        begin = time.monotonic()
        result = make()
        _kept[key] = Kept(copy.deepcopy(result), begin, [(m, rows) for m in _models() if (rows := _rows_of(m))])
        return result
    kept.put_back()
    result = copy.deepcopy(kept.result)
    assert isinstance(result, type(kept.result))
    return result


def _time_is_frozen() -> bool:
    return copy_context().get(clock._frozen_at) is not None


@cache
def _models() -> tuple[type[Model], ...]:
    return tuple(model for model in apps.get_models(include_auto_created=True) if model not in LASTING)


@cache
def _any_row() -> str:
    tables = (connection.ops.quote_name(model._meta.db_table) for model in _models())
    return "SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables)


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_any_row())
        (found,) = cursor.fetchone()
    return not found


def _rows_of(model: type[Model]) -> list[Model]:
    return list(model._base_manager.all())
