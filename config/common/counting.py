"""Numbers of rows that are shown beside what leads to them: many in one statement, none counted to its end."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Sum, When
from django.utils.formats import number_format

MOST_COUNTED = 1_000


def counts_of(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each queryset finds, by its name; `MOST_COUNTED` and one where there are more. One query."""
    counted: dict[str, int] = dict.fromkeys(rows, 0)
    parts, names, parameters = list[str](), list[str](), list[Any]()
    for name, found in rows.items():
        try:
            # Behind the last one that is counted the database stops reading.
            sql, given = found.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608 (made by Django)
        parameters += given
        names.append(name)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", parameters)
            counted |= zip(names, cursor.fetchone(), strict=True)
    return counted


def counts_within(rows: QuerySet[Any], conditions: Mapping[str, Q]) -> dict[str, str]:
    """How many of the rows fit each condition, by its name, as text; one query.

    Of more than `MOST_COUNTED` rows only the first in their order are looked at: then the text says that there are
    more, or nothing where none of these fits.
    """
    # Decided beside each row, because a condition may ask for other rows, which a sum cannot.
    fits = {f"fits_{place}": Case(When(each, then=1), default=0) for place, each in enumerate(conditions.values())}
    looked_at = rows.annotate(**fits)[: MOST_COUNTED + 1]
    sums = looked_at.aggregate(number_of_rows=Count("pk"), **{f"sum_of_{fit}": Sum(fit) for fit in fits})
    is_whole = sums["number_of_rows"] <= MOST_COUNTED
    numbers = {name: sums[f"sum_of_{fit}"] or 0 for name, fit in zip(conditions, fits, strict=True)}
    if is_whole:
        return {name: str(number) for name, number in numbers.items()}
    return {name: f"{number}+" if number else "" for name, number in numbers.items()}


def as_text(number: int) -> str:
    """A number of `counts_of`, which says where there are more."""
    return f"{number_format(MOST_COUNTED, force_grouping=True)}+" if number > MOST_COUNTED else str(number)
