"""Compound files, the format of Office before 2007: a small file system of sectors, chained by a table."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from messenger.bounded_files import BoundedFile, Unreadable

_HEADER_BYTES, _ENTRY_BYTES, _MINI_BYTES = 512, 128, 64
_LAST_SECTOR = 0xFFFFFFFA  # Greater numbers mark ends and free sectors.
_NO_ENTRY = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True)
class Entry:
    """A stream, or a storage (a folder); `name` is in lower case.

    The entries of a folder are a tree: `left` and `right` are places of other entries beside it, `child` of one inside.
    """

    name: str
    kind: int
    first_sector: int
    size: int
    left: int = _NO_ENTRY
    right: int = _NO_ENTRY
    child: int = _NO_ENTRY
    class_id: bytes = b""

    @classmethod
    def parse(cls, raw: bytes) -> "Entry":
        """The entry in the bytes; one of no kind for too few of them."""
        if len(raw) < _ENTRY_BYTES:
            return cls("", 0, 0, 0)
        length, kind = struct.unpack_from("<HB", raw, 64)
        left, right, child, class_id = struct.unpack_from("<3I16s", raw, 68)
        first_sector, size = struct.unpack_from("<2I", raw, 116)
        # The length counts the two bytes of a closing NUL.
        name = raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        # Office compares names without their case.
        return cls(name.lower(), kind, first_sector, size, left, right, child, class_id)


class Stream:
    """The bytes of an entry, read from its sectors one after the other."""

    def __init__(self, file: BoundedFile, positions: list[int], sector_bytes: int, size: int) -> None:
        self._file = file
        self._positions = positions
        self._sector_bytes = sector_bytes
        self.size = min(size, len(positions) * sector_bytes)

    def read(self, start: int, count: int) -> bytes:
        """Up to `count` bytes; fewer at the end of the stream."""
        found, end = [], min(start + count, self.size)
        while start < end:
            number, inside = divmod(start, self._sector_bytes)
            length = min(self._sector_bytes - inside, end - start)
            found.append(self._file.peek(self._positions[number] + inside, length))
            start += length
        return b"".join(found)


class CompoundFile:
    """A compound file. All reads raise `Unreadable` for chains that run in circles or out of the file."""

    def __init__(self, file: BoundedFile) -> None:
        self._file = file
        header = file.read(0, _HEADER_BYTES)
        (shift,) = struct.unpack_from("<H", header, 30)
        if shift not in (9, 12):
            raise Unreadable
        self._sector_bytes: int = 1 << shift
        self._most_sectors = file.size // self._sector_bytes + 1
        (self._directory,) = struct.unpack_from("<I", header, 48)
        self._mini_cutoff, self._mini_table = struct.unpack_from("<2I", header, 56)
        self._cached: tuple[int, bytes] = (-1, b"")

    @cached_property
    def _places(self) -> list[Entry]:
        # Also the empty ones, because entries name each other by their place.
        each = range(0, self._sector_bytes, _ENTRY_BYTES)
        found = []
        for number in self._chain(self._directory):
            sector = self._file.peek(self._position(number), self._sector_bytes)
            found += [Entry.parse(sector[start : start + _ENTRY_BYTES]) for start in each]
        return found

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries of all depths, those of embedded documents included."""
        return [entry for entry in self._places if entry.kind in (_STORAGE, _STREAM, _ROOT)]

    @cached_property
    def outermost(self) -> set[str]:
        """The names that stand in no folder: those of the document itself."""
        found, seen = set(), set[int]()
        waiting = [self._places[0].child] if self._places else []
        while waiting:
            number = waiting.pop()
            if number < len(self._places) and number not in seen:
                seen.add(number)
                entry = self._places[number]
                found.add(entry.name)
                waiting += [entry.left, entry.right]
        return found

    @property
    def class_id(self) -> bytes:
        """Of the program that made it; empty if there is no directory."""
        return self._places[0].class_id if self._places else b""

    @cached_property
    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}

    def streams(self, *names: str) -> Iterator[Stream]:
        """The streams with these names; several streams may have the same name."""
        for entry in self.entries:
            if entry.kind == _STREAM and entry.name in names:
                yield self._stream(entry)

    def _stream(self, entry: Entry) -> Stream:
        # Short streams lie in small sectors inside one long stream of their own.
        if entry.size >= self._mini_cutoff:
            positions = [self._position(number) for number in self._chain(entry.first_sector)]
            return Stream(self._file, positions, self._sector_bytes, entry.size)
        positions = [self._mini_position(number) for number in self._mini_chain(entry.first_sector)]
        return Stream(self._file, positions, _MINI_BYTES, entry.size)

    def _position(self, sector: int) -> int:
        return (sector + 1) * self._sector_bytes

    def _chain(self, sector: int) -> Iterator[int]:
        for _number in range(self._most_sectors):
            if sector > _LAST_SECTOR:
                return
            yield sector
            sector = self._next(sector)
        raise Unreadable

    def _next(self, sector: int) -> int:
        table, inside = divmod(sector, self._sector_bytes // 4)
        if table >= len(self._table_sectors):
            raise Unreadable
        if self._cached[0] != table:
            self._cached = table, self._file.peek(self._position(self._table_sectors[table]), self._sector_bytes)
        number = self._cached[1][4 * inside : 4 * inside + 4]
        if len(number) < 4:
            raise Unreadable
        return int.from_bytes(number, "little")

    @cached_property
    def _table_sectors(self) -> list[int]:
        # The header has room for 109 of them; the others are listed in a chain of their own.
        found = [number for (number,) in struct.iter_unpack("<I", self._file.read(76, 436)) if number < _LAST_SECTOR]
        following = self._file.number(68, 4, "little")
        while following < _LAST_SECTOR:
            sector = self._file.read(self._position(following), self._sector_bytes)
            numbers = [number for (number,) in struct.iter_unpack("<I", sector)]
            found += [number for number in numbers[:-1] if number < _LAST_SECTOR]
            following = numbers[-1]
            if len(found) > self._most_sectors:
                raise Unreadable
        return found

    @cached_property
    def _mini_sectors(self) -> list[int]:
        # The stream that all short ones share belongs to the root.
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        return list(self._chain(root.first_sector)) if root else []

    @cached_property
    def _mini_table_sectors(self) -> list[int]:
        return list(self._chain(self._mini_table))

    def _mini_chain(self, number: int) -> Iterator[int]:
        for _number in range(self._mini_cutoff // _MINI_BYTES + 1):
            if number > _LAST_SECTOR:
                return
            yield number
            table, inside = divmod(number, self._sector_bytes // 4)
            if table >= len(self._mini_table_sectors):
                raise Unreadable
            number = self._file.number(self._position(self._mini_table_sectors[table]) + 4 * inside, 4, "little")
        raise Unreadable

    def _mini_position(self, number: int) -> int:
        outer, inside = divmod(number * _MINI_BYTES, self._sector_bytes)
        if outer >= len(self._mini_sectors):
            raise Unreadable
        return self._position(self._mini_sectors[outer]) + inside
