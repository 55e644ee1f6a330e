"""Reading single rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def get_or_none(rows: QuerySet[M]) -> M | None:
    """The only one of the rows; None where there is none. Raises `MultipleObjectsReturned`."""
    # `first` sorts, and to write down an order costs Django more than all else where rows are wide.
    try:
        return rows.get()
    except ObjectDoesNotExist:
        return None


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
