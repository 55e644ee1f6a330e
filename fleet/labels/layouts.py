"""The layouts of labels: usual A4 sheets, label printers, and a size of one's own. All lengths in millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

A4 = (210.0, 297.0)
OWN = "own"
LEAST, MOST_WIDE, MOST_HIGH = 15, 210, 297  # Of a size of one's own.


class Kind(StrEnum):
    SHEET = "sheet"
    PRINTER = "printer"


class Place(NamedTuple):
    """Where a label stands: the number of its page from 0, and its corner at the top left."""

    page: int
    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """`left` and `top` are those of the first label; `pitch_x` and `pitch_y` lead from a label to the next."""

    name: str
    kind: Kind
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float = 0.0
    top: float = 0.0
    pitch_x: float = 0.0
    pitch_y: float = 0.0
    is_round: bool = False

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def label(self) -> str:
        """As it stands in the list to choose from."""
        sizes = {"n": self.per_page, "width": localize(self.width), "height": localize(self.height)}
        if self.kind == Kind.PRINTER:
            return _("%(width)s × %(height)s mm") % sizes
        if self.is_round:
            return _("%(n)s round labels, %(width)s mm") % sizes
        return _("%(n)s labels, %(width)s × %(height)s mm") % sizes

    def places(self, skipped: int = 0) -> Iterator[Place]:
        """Row by row, page by page, without the first ones, which are used already. Has no end."""
        for number in count(skipped):
            page, on_page = divmod(number, self.per_page)
            row, column = divmod(on_page, self.columns)
            yield Place(page, self.left + column * self.pitch_x, self.top + row * self.pitch_y)


class Size(NamedTuple):
    width: float
    height: float


class Margin(NamedTuple):
    left: float
    top: float


def _sheet(
    grid: tuple[int, int], size: Size, margin: Margin, pitch: Size | None = None, *, is_round: bool = False
) -> Layout:
    columns, rows = grid
    step = pitch or size
    name = f"a4-{columns * rows}-{size.width:g}x{size.height:g}"
    return Layout(name, Kind.SHEET, *A4, columns, rows, *size, *margin, *step, is_round=is_round)


def _printer(width: float, height: float, name: str = "") -> Layout:
    return Layout(name or f"printer-{width:g}x{height:g}", Kind.PRINTER, width, height, 1, 1, width, height)


# As sheets of these sizes are sold in Europe; labels without a distance between them fill the sheet.
SHEETS = (
    _sheet((3, 8), Size(70, 37), Margin(0, 0.5)),
    _sheet((3, 8), Size(70, 36), Margin(0, 4.5)),
    _sheet((3, 7), Size(63.5, 38.1), Margin(7.21, 15.15), Size(66.04, 38.1)),
    _sheet((2, 7), Size(99.1, 38.1), Margin(4.65, 15.15), Size(101.6, 38.1)),
    _sheet((2, 4), Size(99.1, 67.7), Margin(4.65, 13.1), Size(101.6, 67.7)),
    _sheet((4, 10), Size(48.5, 25.4), Margin(8, 21.5)),
    _sheet((4, 6), Size(40, 40), Margin(16, 13.5), Size(46, 46), is_round=True),
)
PRINTERS = (_printer(62, 29), _printer(62, 100), _printer(57, 32), _printer(50, 30), _printer(25, 25))
LAYOUTS = {layout.name: layout for layout in (*SHEETS, *PRINTERS)}
DEFAULT = SHEETS[0]
# What a single label is, where no layout was chosen.
ONE_LABEL = _printer(70, 37)


def own_layout(width: float, height: float) -> Layout:
    """A label printer with labels of this size."""
    return _printer(width, height, OWN)


def layout_choices() -> list[tuple[str | Promise, list[tuple[str, str | Promise]]]]:
    """In groups, as a field lists them."""
    return [
        (gettext_lazy("A4 sheets"), [(each.name, each.label) for each in SHEETS]),
        (gettext_lazy("Label printers"), [(each.name, each.label) for each in PRINTERS]),
        (gettext_lazy("Another size"), [(OWN, format_lazy("{} …", gettext_lazy("Own size, one label a page")))]),
    ]
