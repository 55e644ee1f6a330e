"""Reading single rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def get_or_none(rows: QuerySet[M]) -> M | None:
    """The only one of the rows; None where there is none. Raises `MultipleObjectsReturned`."""
    # `first` sorts, and to write down an order costs Django more than all else where rows are wide.
    try:
        return rows.get()
    except ObjectDoesNotExist:
        return None


def loaded(model: type[M], columns: Mapping[str, object]) -> M:
    """A row of which these columns were read with something else; the others are read when they are asked for."""
    # In the order of the model, as Django takes them.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return model.from_db(DEFAULT_DB_ALIAS, names, [columns[name] for name in names])


def keep_related(row: Model, name: str, related: Sequence[Model]) -> None:
    """Let the relation of that name consist of these rows, which were read already, as if they were prefetched."""
    manager = getattr(row, name)
    found = manager.get_queryset()
    found._result_cache, found._prefetch_done = list(related), True
    for each in related:
        setattr(each, manager.field.name, row)
    vars(row).setdefault("_prefetched_objects_cache", {})[name] = found


@contextmanager
def planned_once() -> Iterator[None]:
    """PostgreSQL plans each statement in here once for a connection, not each time.

    For many joins, planning takes longer than carrying out. Only for statements that find rows by their keys: a plan
    for any value is a bad one where the best depends on the value, as in searches. Does nothing where prepared
    statements are turned off.
    """
    if not getattr(connection.features, "uses_server_side_binding", False):
        yield
        return
    connection.ensure_connection()
    before = connection.connection.prepare_threshold
    # Zero prepares a statement at its first use, None never.
    connection.connection.prepare_threshold = 0
    try:
        yield
    finally:
        # Gone where the connection broke meanwhile.
        if connection.connection is not None:
            connection.connection.prepare_threshold = before
