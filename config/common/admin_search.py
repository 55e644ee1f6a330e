"""The search of the administration: it folds as all others do."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from config.common.searching import number_alone, search_terms
from config.common.text import fold_all, fold_names

LEAST_OF_PARTS = 1_000
R = TypeVar("R", bound=QuerySet[Any])


def search_rows(rows: R, fields: Collection[str], text: str) -> R:
    """The rows in which all words of the text are found, and those of the number that is all of it.

    Fields are what `search_fields` of Django's administration may name: ``=`` before a number, lookups such as
    ``email__icontains``, and else texts. Columns that are folded already are named ``search…`` or ``key``; all other
    texts are read and folded, which is for tables of some hundred rows.
    """
    exact = [name.removeprefix("=") for name in fields if name.startswith("=")]
    number = number_alone(text) if exact else None
    numbered = _any(Q(**{name: number}) for name in exact if number is not None)
    # It may be of a part as well; few digits stand inside of most texts.
    if number is not None and number < LEAST_OF_PARTS:
        return rows.filter(numbered)
    texts = [name for name in fields if name not in exact and not name.startswith("=")]
    lookups = [name if _has_lookup(name) else f"{name}__contains" for name in texts if not _is_read(name)]
    read = _folded(rows, [name for name in texts if _is_read(name)])
    worded = Q()
    for forms in (forms for term in search_terms(text) for forms in term.words):
        found = _any(Q(**{lookup: form}) for lookup in lookups for form in forms)
        worded &= found | Q(pk__in=[pk for pk, folded in read.items() if any(f in folded for f in forms)])
    return rows.filter(worded if number is None else numbered | worded)


def _any(conditions: Any) -> Q:
    found = Q(pk__in=())
    for condition in conditions:
        found |= condition
    return found


def _has_lookup(name: str) -> bool:
    return name.endswith("__icontains")


def _is_read(name: str) -> bool:
    last = name.rpartition("__")[2]
    return not (_has_lookup(name) or last == "key" or last.startswith("search"))


def _folded(rows: QuerySet[Any], names: list[str]) -> dict[Any, str]:
    if not names:
        return {}
    found = rows.order_by().values_list("pk", *names)
    return {pk: f"{fold_all(*texts)} {fold_names(*texts)}" for pk, *texts in found}
