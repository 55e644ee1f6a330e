"""The samples of a track of an MP4 film: where its tables say that they stand among the others."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import islice, repeat

from messenger.bounded import BoundedFile, Unreadable
from messenger.metadata.boxes import Box, boxes, find

_BATCH = 65_536  # Numbers of a table that are read at once.
_NUMBERS_A_STEP = 32  # Take as long as a read; an hour of picture and sound in fragments has 1.5 million numbers.


def erase_samples(file: BoundedFile, track: Box) -> None:
    """Overwrite what the track recorded. Raises `Unreadable` for tables that do not say where it is."""
    table = find(file, track, b"mdia", b"minf", b"stbl")
    if table is None:
        return
    offsets = _offsets(file, table)
    for start, length in zip(offsets, _lengths(file, table), strict=False):
        _erase(file, start, length)


def default_sizes(file: BoundedFile, movie: Box) -> dict[int, int]:
    """By track, the size of samples in fragments that name none."""
    extends = find(file, movie, b"mvex")
    defaults = boxes(file, extends, b"trex") if extends else ()
    return {file.number(box.body + 4, 4): file.number(box.body + 16, 4) for box in defaults}


def erase_fragment(file: BoundedFile, fragment: Box, dropped: Set[int], sizes: Mapping[int, int]) -> Iterator[Box]:
    """Overwrite what the dropped tracks recorded in this fragment; yields the boxes that described it."""
    end = fragment.start
    for part in boxes(file, fragment, b"traf"):
        header = find(file, part, b"tfhd")
        if header is None:
            raise Unreadable
        track = file.number(header.body + 4, 4)
        base, size = _base_and_size(file, header, fragment.start, end, sizes.get(track, 0))
        end = base
        for run in boxes(file, part, b"trun"):
            start, end = _run(file, run, base, end, size)
            if track in dropped:
                _erase(file, start, end - start)
        if track in dropped:
            yield part


def _erase(file: BoundedFile, start: int, length: int) -> None:
    """Honest films have empty samples too: where such a one stands is not asked, but it counts as work."""
    if length:
        file.erase(start, min(start + length, file.size))
    else:
        file.step()


def _offsets(file: BoundedFile, table: Box) -> Iterator[int]:
    for kind, width in ((b"stco", 4), (b"co64", 8)):
        if box := find(file, table, kind):
            yield from _numbers(file, box, box.body + 8, file.number(box.body + 4, 4), width)


def _lengths(file: BoundedFile, table: Box) -> Iterator[int]:
    """How many bytes each chunk of samples has."""
    box = find(file, table, b"stsz")
    if box is None:
        raise Unreadable
    fixed, count = file.number(box.body + 4, 4), file.number(box.body + 8, 4)
    if fixed:
        yield from (fixed * samples for samples in _samples_per_chunk(file, table))
    else:
        sizes = _numbers(file, box, box.body + 12, count, 4)
        yield from (sum(islice(sizes, samples)) for samples in _samples_per_chunk(file, table))


def _samples_per_chunk(file: BoundedFile, table: Box) -> Iterator[int]:
    """Without end: the last number holds for all chunks that follow."""
    box = find(file, table, b"stsc")
    if box is None:
        raise Unreadable
    numbers = _numbers(file, box, box.body + 8, 3 * file.number(box.body + 4, 4), 4)
    previous, samples = 1, 0
    for first, following, _description in zip(numbers, numbers, numbers, strict=False):
        yield from repeat(samples, max(first - previous, 0))
        previous, samples = first, following
    yield from repeat(samples)


def _base_and_size(file: BoundedFile, header: Box, start: int, end: int, size: int) -> tuple[int, int]:
    """From where offsets of a track's part of a fragment count, and the size of its samples that have none."""
    flags = file.number(header.body + 1, 3)
    position = header.body + 8
    base = start if flags & 0x020000 else end
    if flags & 0x01:
        base, position = file.number(position, 8), position + 8
    position += 4 * (flags & 0x02 > 0) + 4 * (flags & 0x08 > 0)
    return base, file.number(position, 4) if flags & 0x10 else size


def _run(file: BoundedFile, run: Box, base: int, end: int, size: int) -> tuple[int, int]:
    """Where the samples of a run begin and end."""
    flags, count = file.number(run.body + 1, 3), file.number(run.body + 4, 4)
    position, start = run.body + 8, end
    if flags & 0x01:
        (offset,) = struct.unpack(">i", file.read(position, 4))
        start, position = base + offset, position + 4
    position += 4 * (flags & 0x04 > 0)
    if not flags & 0x0200:
        return start, start + count * size
    fields = sum(1 for flag in (0x0100, 0x0200, 0x0400, 0x0800) if flags & flag)
    numbers = _numbers(file, run, position, fields * count, 4)
    return start, start + sum(islice(numbers, int(flags & 0x0100 > 0), None, fields))


def _numbers(file: BoundedFile, box: Box, position: int, count: int, width: int) -> Iterator[int]:
    """The numbers that stand in a row in the box. Raises `Unreadable` when they do not fit."""
    if position + count * width > box.end:
        raise Unreadable
    for first in range(0, count, _BATCH):
        batch = file.read(position + first * width, width * min(_BATCH, count - first))
        file.step(len(batch) // width // _NUMBERS_A_STEP)
        yield from _unpack(batch, width)


def _unpack(batch: bytes, width: int) -> Iterable[int]:
    return (number for (number,) in struct.iter_unpack(">I" if width == 4 else ">Q", batch))
