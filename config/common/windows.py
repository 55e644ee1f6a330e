"""Windows of lists that grow: so many rows beside a number, so that a page costs the same however long its list is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet

from config.common.numbers import whole_number

WINDOW_SIZE = 50  # Rows: several screens.
_MAX_NUMBER = 2**31 - 1
M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where in a list its reader is: before a number, after one, or around one; without any, at the newest row."""

    before: int | None = None
    after: int | None = None
    around: int | None = None

    @property
    def query(self) -> str:
        """The parameters that name the place in an address."""
        named = {"before": self.before, "after": self.after, "message": self.around}
        return urlencode({name: number for name, number in named.items() if number is not None})


NEWEST = Place()


@dataclass(frozen=True)
class Window(Generic[T]):
    """Rows with rising numbers, and whether there are rows before and after them."""

    rows: list[T]
    has_earlier: bool = False
    has_later: bool = False


def place_in(query: Mapping[str, str]) -> Place:
    """The place that an address names, with `around` the parameter ``message``; what is no number is ignored."""
    before, after, around = (_number(query.get(name)) for name in ("before", "after", "message"))
    return Place(before, after, around)


def window_of(rows: QuerySet[M], *, number: str, place: Place = NEWEST) -> Window[M]:
    """The rows at the place; `number` names a field that is never null among them and no two rows have alike.

    One query, except three for a place around a number that is not among the newest rows.
    """
    if place.after is not None:
        found, has_more = _rows_after(rows, number, place.after, WINDOW_SIZE)
        return Window(found, has_earlier=place.after > 0, has_later=has_more)
    if place.around is not None:
        return _around(rows, number, place.around)
    found, has_more = _rows_before(rows, number, place.before, WINDOW_SIZE)
    # A number in a link is that of a row, and rows stay where they are.
    return Window(found, has_earlier=has_more, has_later=place.before is not None)


def merged(
    first: Window[M], second: Window[T], *, number: Callable[[M | T], int], place: Place = NEWEST
) -> Window[M | T]:
    """Two windows at the same place as one without gaps; no two of their rows have the same number."""
    together: list[M | T] = sorted([*first.rows, *second.rows], key=number)
    windows: tuple[Window[M] | Window[T], ...] = (first, second)
    # Where one of them knows no more rows, those of the other would stand beside a gap. Up to the number at which a
    # window lies both know all.
    begins = (number(each.rows[0]) for each in windows if each.has_earlier and each.rows and place.after is None)
    ends = (number(each.rows[-1]) for each in windows if each.has_later and each.rows and place.before is None)
    begin, end = max(begins, default=0), min(ends, default=_MAX_NUMBER)
    rows = [row for row in together if begin <= number(row) <= end]
    if place.around is None:
        rows = rows[:WINDOW_SIZE] if place.after is not None else rows[-WINDOW_SIZE:]
    return Window(
        rows,
        has_earlier=any(each.has_earlier for each in windows) or (bool(rows) and together[0] != rows[0]),
        has_later=any(each.has_later for each in windows) or (bool(rows) and together[-1] != rows[-1]),
    )


def window_in(rows: Iterable[T], *, number: Callable[[T], int], place: Place = NEWEST) -> Window[T]:
    """The same of rows that were read already."""
    ordered = sorted(rows, key=number)
    if place.after is not None:
        later = [row for row in ordered if number(row) > place.after]
        return Window(later[:WINDOW_SIZE], has_earlier=len(later) < len(ordered), has_later=len(later) > WINDOW_SIZE)
    earlier = [row for row in ordered if place.before is None or number(row) < place.before]
    return Window(earlier[-WINDOW_SIZE:], len(earlier) > WINDOW_SIZE, has_later=len(earlier) < len(ordered))


def window_at(place: Place, read: Callable[[Place], Window[T]]) -> Window[T]:
    """What a page shows at the place; the newest rows if there is nothing, because the address was made up."""
    window = read(place)
    return window if window.rows or place == NEWEST else read(NEWEST)


def _around(rows: QuerySet[M], number: str, wanted: int) -> Window[M]:
    newest, has_more = _rows_before(rows, number, None, WINDOW_SIZE)
    if not has_more or wanted >= getattr(newest[0], number):
        return Window(newest, has_earlier=has_more)
    half = WINDOW_SIZE // 2
    earlier, has_earlier = _rows_before(rows, number, wanted, half)
    later, has_later = _rows_after(rows, number, wanted - 1, half)
    return Window([*earlier, *later], has_earlier, has_later)


def _rows_before(rows: QuerySet[M], number: str, before: int | None, size: int) -> tuple[list[M], bool]:
    earlier = rows if before is None else rows.filter(**{f"{number}__lt": before})
    # One more than is shown says whether there are others.
    found = list(earlier.order_by(f"-{number}")[: size + 1])
    return found[:size][::-1], len(found) > size


def _rows_after(rows: QuerySet[M], number: str, after: int, size: int) -> tuple[list[M], bool]:
    found = list(rows.filter(**{f"{number}__gt": after}).order_by(number)[: size + 1])
    return found[:size], len(found) > size


def _number(text: str | None) -> int | None:
    number = whole_number(text)
    return None if number is None else min(number, _MAX_NUMBER)
