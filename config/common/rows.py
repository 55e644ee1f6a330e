"""Reading single rows."""

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def get_or_none(rows: QuerySet[M]) -> M | None:
    """The only one of the rows; None where there is none. Raises `MultipleObjectsReturned`."""
    # `first` sorts, and to write down an order costs Django more than all else where rows are wide.
    try:
        return rows.get()
    except ObjectDoesNotExist:
        return None
