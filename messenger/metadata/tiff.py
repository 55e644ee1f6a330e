"""TIFF: the pixels stay, how they are stored and what their numbers mean; every other byte is erased."""

from dataclasses import dataclass, field
from typing import Literal

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable
from messenger.metadata.profiles import blank_profile

_Order = Literal["little", "big"]
# The order of bytes, and whether places and counts have 8 bytes (BigTIFF).
_MARKS: dict[bytes, tuple[_Order, bool]] = {
    b"II*\0": ("little", False),
    b"MM\0*": ("big", False),
    b"II+\0": ("little", True),
    b"MM\0+": ("big", True),
}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
MAX_PAGES = 2000
# Makers write places, names and serial numbers into tags of their own, so that only known ones stay.
_KEPT = frozenset(
    [
        *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284),
        *(288, 289, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328),
        *(332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 519, 520, 521, 529, 530, 531, 532),
        *(32995, 32996, 32997, 32998, 34675, 50674, 50675),
    ]
)
_PROFILE = 34675
# Where pixels are, and how many bytes they have there.
_STORED = ((273, 279), (324, 325), (513, 514))
# Of JPEG as it was stored first: where its tables are, none of which is longer.
_TABLES, _TABLE_BYTES = (519, 520, 521), 512


@dataclass
class _Kept:
    file: BoundedFile
    order: _Order
    # Bytes of a place, and of the number of entries in a page.
    place: int = 4
    number_of_entries: int = 2
    ranges: list[tuple[int, int]] = field(default_factory=lambda: [(0, 8)])

    @property
    def entry(self) -> int:
        """Bytes: tag, type, count, and the value or its place."""
        return 4 + 2 * self.place

    def number(self, position: int, width: int) -> int:
        return self.file.number(position, width, self.order)

    def add(self, start: int, size: int) -> None:
        self.file.step()
        # The last strip may have been cut off.
        self.ranges.append((start, min(start + size, self.file.size)))


def blank_tiff(file: BoundedFile) -> None:
    """Erase all that is about place, maker, owner and time. Raises `Unreadable`."""
    order, is_big = _MARKS.get(file.read(0, 4), (None, False))
    if order is None:
        raise Unreadable
    kept, seen = _Kept(file, order, 8, 8, [(0, 16)]) if is_big else _Kept(file, order), set[int]()
    page = kept.number(8 if is_big else 4, kept.place)
    while page:
        if page in seen or len(seen) > MAX_PAGES:
            raise Unreadable
        seen.add(page)
        page = _blank_page(kept, page)
    end = 0
    for start, following in sorted(kept.ranges):
        if start > end:
            file.erase(end, min(start, file.size))
        end = max(end, following)
    file.erase(min(end, file.size), file.size)


def _blank_page(kept: _Kept, page: int) -> int:
    """Returns where the next page is, 0 behind the last one."""
    file, place, count = kept.file, kept.place, kept.number(page, kept.number_of_entries)
    first = page + kept.number_of_entries
    table = file.read(first, count * kept.entry)
    following = file.peek(first + len(table), place)
    entries, values = [], {}
    for at in range(0, len(table), kept.entry):
        entry = table[at : at + kept.entry]
        tag, kind, number = (
            int.from_bytes(entry[start:end], kept.order) for start, end in ((0, 2), (2, 4), (4, 4 + place))
        )
        if tag not in _KEPT or kind not in _SIZES:
            continue
        entries.append(entry)
        size = number * _SIZES[kind]
        start = first + at + 4 + place
        if size > place:
            start = int.from_bytes(entry[4 + place :], kept.order)
            kept.add(start, size)
        if tag == _PROFILE:
            blank_profile(file, start, start + size)
        values[tag] = (start, number, _SIZES[kind])
    _keep_pixels(kept, values)
    file.write(page, len(entries).to_bytes(kept.number_of_entries, kept.order))
    file.write(first, (b"".join(entries) + following).ljust(len(table) + len(following), b"\0"))
    kept.add(page, kept.number_of_entries + len(entries) * kept.entry + place)
    return int.from_bytes(following, kept.order)


def _keep_pixels(kept: _Kept, values: dict[int, tuple[int, int, int]]) -> None:
    """Values are positions, counts and widths. Reads them before the table moves."""
    for places, sizes in _STORED:
        if places in values:
            if sizes not in values:
                raise Unreadable
            for start, size in zip(_numbers(kept, values[places]), _numbers(kept, values[sizes]), strict=False):
                kept.add(start, size)
    for tag in _TABLES:
        if tag in values:
            for start in _numbers(kept, values[tag]):
                kept.add(start, _TABLE_BYTES)


def _numbers(kept: _Kept, value: tuple[int, int, int]) -> list[int]:
    start, count, width = value
    if count * width > CHUNK_BYTES:
        raise Unreadable
    found = kept.file.read(start, count * width)
    return [int.from_bytes(found[at : at + width], kept.order) for at in range(0, len(found), width)]
