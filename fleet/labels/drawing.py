"""What stands where on a label: a drawing in millimetres, of which the preview and the PDF are made alike.

Text gets as large as the label lets it. It shrinks, breaks into two lines and, at the smallest size that can be read,
ends with an ellipsis; what has no room at all is left out by importance.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import sqrt

from django.utils.translation import gettext_lazy as _
from reportlab.pdfbase.pdfmetrics import stringWidth

from config.common.errors import InvalidInput
from config.common.pdf import BOLD, REGULAR, printable, register_fonts
from config.common.qr import Modules, qr_modules
from fleet.labels.content import Content, Part
from fleet.labels.layouts import Layout

SMALLEST_MODULE = 0.4  # Of a code that any phone reads.
SMALLEST_TEXT, LARGEST_TEXT = 1.7, 4.2
_STEP = 0.1
_LINE = 1.2  # Of the size of its text.
_GAP = 0.3  # Between texts, of the size of the plain ones.
_SHRINKING = (1.0, 0.85, 0.7)
# A long name of a server does not make all else small.
_SHRINKING_OF_HOST = (*_SHRINKING, 0.55, 0.4)
_ROUND_WIDTH = 0.62  # Of the diameter: beside a code there is no room for text, below it is.
_WIDE = 1.35  # A label so much wider than high has its text beside the code.
_SMALL_LABEL = 35
_ELLIPSIS = "…"
_BREAKS, _BREAKS_OF_HOST = re.compile(r"\s+|(?<=[-/])"), re.compile(r"(?<=[-.])")


class LabelTooSmall(InvalidInput):
    """The code would be too small to be read."""

    code = "label_too_small"
    default_message = _("This label is too small: phones could not read its code. Choose a larger one.")


@dataclass(frozen=True)
class Words:
    """A line of text; `x` is its left edge and `y` its baseline."""

    x: float
    y: float
    width: float
    size: float
    text: str
    is_bold: bool


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """`code` is the square of the modules, quiet zone included; `left_out` are the parts that have no room."""

    layout: Layout
    modules: Modules
    code: Box
    words: tuple[Words, ...] = ()
    logo: Box | None = None
    left_out: frozenset[Part] = frozenset()


@dataclass(frozen=True)
class _Item:
    """A text or the logo (which has a `ratio`), and how large it is beside the others."""

    part: Part
    text: str
    weight: float = 1.0
    is_bold: bool = False
    lines: int = 1
    ratio: float = 0.0
    shrinking: tuple[float, ...] = _SHRINKING
    breaks: re.Pattern[str] = _BREAKS

    @property
    def font(self) -> str:
        return BOLD if self.is_bold else REGULAR


@dataclass(frozen=True)
class _Set:
    """An item at the size that it got."""

    item: _Item
    size: float
    lines: list[str] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.size if self.item.ratio else self.size * _LINE * len(self.lines)


# The first is left out last.
_IMPORTANCE = (Part.SHORT_ID, Part.HOST, Part.DEVICE, Part.SENTENCE, Part.HOUSE, Part.LABEL)


def draw_label(content: Content, layout: Layout) -> Drawing:
    """Raises `LabelTooSmall`."""
    register_fonts()
    modules = qr_modules(content.url)
    least = modules.side * SMALLEST_MODULE
    area = _area(layout)
    if min(area.width, area.height) < least:
        raise LabelTooSmall
    draw = _beside if area.width >= _WIDE * area.height and area.width / 2 >= least else _below
    return draw(content, layout, modules, area)


def _area(layout: Layout) -> Box:
    """What may be printed on: of a round label an upright rectangle in it."""
    if layout.is_round:
        width = layout.width * _ROUND_WIDTH
        height = sqrt((layout.width - 2) ** 2 - width**2)
        return Box((layout.width - width) / 2, (layout.height - height) / 2, width, height)
    edge = 1.5 if min(layout.width, layout.height) < _SMALL_LABEL else 2.0
    return Box(edge, edge, layout.width - 2 * edge, layout.height - 2 * edge)


def _beside(content: Content, layout: Layout, modules: Modules, area: Box) -> Drawing:
    side = min(area.height, area.width / 2)
    code = Box(area.x, area.y + (area.height - side) / 2, side, side)
    column = Box(area.x + side, area.y, area.width - side, area.height)
    lines, left_out = _fit(_items(content), column.width, column.height)
    top = column.y + (column.height - _height(lines)) / 2
    words, logo = _place(lines, Box(column.x, top, column.width, column.height), lambda _width: 0.0)
    return Drawing(layout, modules, code, words, logo, left_out)


def _below(content: Content, layout: Layout, modules: Modules, area: Box) -> Drawing:
    least = max(modules.side * SMALLEST_MODULE, min(area.width, area.height * 0.55))
    lines, left_out = _fit(_items(content), area.width, area.height - least)
    side = min(area.width, area.height - _height(lines))
    top = area.y + (area.height - side - _height(lines)) / 2
    code = Box(area.x + (area.width - side) / 2, top, side, side)
    column = Box(area.x, top + side, area.width, area.height)
    words, logo = _place(lines, column, lambda width: (area.width - width) / 2)
    return Drawing(layout, modules, code, words, logo, left_out)


def _items(content: Content) -> list[_Item]:
    """From top to bottom."""
    found = [
        _Item(Part.HOUSE, "", 2.6, ratio=content.logo_ratio)
        if content.logo_ratio
        else _Item(Part.HOUSE, content.house, is_bold=True, lines=2),
        _Item(Part.DEVICE, content.device, 1.35, is_bold=True, lines=3),
        _Item(Part.LABEL, content.label, lines=2),
        *(_Item(Part.SENTENCE, sentence, lines=2) for sentence in content.sentences),
        _Item(Part.SHORT_ID, content.short_id, 1.35, is_bold=True),
        _Item(Part.HOST, content.host, 0.9, lines=2, shrinking=_SHRINKING_OF_HOST, breaks=_BREAKS_OF_HOST),
    ]
    plain = (replace(item, text=printable(" ".join(item.text.split()))) for item in found)
    return [item for item in plain if item.text or item.ratio]


# Sizes ----------------------------------------------------------------------------------------------------------------


def _fit(items: list[_Item], width: float, height: float) -> tuple[list[_Set], frozenset[Part]]:
    """All items as large as they fit together; the least important ones are left out where they do not fit at all."""
    kept, left_out = list(items), set[Part]()
    while kept:
        if found := _largest(kept, width, height):
            return found, frozenset(left_out)
        # Of several sentences the last one goes first.
        least = max(reversed(kept), key=lambda item: _IMPORTANCE.index(item.part))
        kept.remove(least)
        left_out.add(least.part)
    return [], frozenset(left_out)


def _largest(items: Sequence[_Item], width: float, height: float) -> list[_Set] | None:
    """The largest size at which all fit; None where they are too many for the smallest one."""
    # They are too long at any size, and no reason to make the others small.
    too_long = {item: _shortened(item, width) for item in items if _whole(item, SMALLEST_TEXT, width) is None}
    for step in range(round((LARGEST_TEXT - SMALLEST_TEXT) / _STEP) + 1):
        base = LARGEST_TEXT - step * _STEP
        found = [made for item in items if (made := too_long.get(item) or _whole(item, base, width))]
        if len(found) == len(items) and _height(found) <= height:
            return found
    return None


def _whole(item: _Item, base: float, width: float) -> _Set | None:
    if item.ratio:
        return _Set(item, min(item.weight * base, width / item.ratio))
    for shrinking in item.shrinking:
        size = max(item.weight * base * shrinking, SMALLEST_TEXT)
        lines = [line.strip() for line in _broken(item, size, width)]
        if len(lines) <= item.lines and all(_measure(line, item, size) <= width for line in lines):
            return _Set(item, size, lines)
    return None


def _shortened(item: _Item, width: float) -> _Set:
    lines = _broken(item, SMALLEST_TEXT, width)
    # What comes after the last line is for the ellipsis to say.
    shown = [*lines[: item.lines - 1], "".join(lines[item.lines - 1 :])]
    return _Set(item, SMALLEST_TEXT, [_ending(line.strip(), item, width) for line in shown])


def _ending(line: str, item: _Item, width: float) -> str:
    if _measure(line, item, SMALLEST_TEXT) <= width:
        return line
    while line and _measure(line + _ELLIPSIS, item, SMALLEST_TEXT) > width:
        line = line[:-1].rstrip()
    return line + _ELLIPSIS


def _broken(item: _Item, size: float, width: float) -> list[str]:
    """The text in lines with the blanks behind them; a line may hold one word that is too long."""
    lines = [""]
    for word in _words(item):
        longer = lines[-1] + word
        if lines[-1] and _measure(longer.rstrip(), item, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _words(item: _Item) -> Iterator[str]:
    """With the blanks behind them."""
    at = 0
    for found in item.breaks.finditer(item.text):
        yield item.text[at : found.end()]
        at = found.end()
    yield item.text[at:]


def _measure(text: str, item: _Item, size: float) -> float:
    return _width(text, item.font) * size


@lru_cache(maxsize=4096)
def _width(text: str, font: str) -> float:
    """At size 1. Most texts are the same on all labels, and are tried at many sizes."""
    return float(stringWidth(text, font, 1))


def _height(lines: Sequence[_Set]) -> float:
    return sum(each.height for each in lines) + _gap(lines) * max(len(lines) - 1, 0)


def _gap(lines: Sequence[_Set]) -> float:
    return _GAP * min((each.size / each.item.weight for each in lines), default=0.0)


# Places ---------------------------------------------------------------------------------------------------------------


def _place(
    lines: Sequence[_Set], column: Box, indent: Callable[[float], float]
) -> tuple[tuple[Words, ...], Box | None]:
    words, logo, y = [], None, column.y
    for each in lines:
        if each.item.ratio:
            wide = each.size * each.item.ratio
            logo = Box(column.x + indent(wide), y, wide, each.size)
            y += each.size
        for line in each.lines:
            width = _measure(line, each.item, each.size)
            # The baseline: of the line's height a good three quarters stand above it.
            words.append(
                Words(column.x + indent(width), y + each.size * 0.95, width, each.size, line, each.item.is_bold)
            )
            y += each.size * _LINE
        y += _gap(lines)
    return tuple(words), logo
