"""The samples of a track of an MP4 film, which its tables locate among those of other tracks."""

import struct
from collections.abc import Iterator, Mapping, Set
from itertools import islice, repeat

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.boxes import Box, boxes, find

_BATCH = 65_536  # How many numbers of a table are read at once.
_NUMBERS_A_STEP = 32  # They take as long as a read; an hour of picture and sound in fragments has 1.5 million numbers.


def erase_samples(file: BoundedFile, track: Box) -> None:
    """Overwrite the samples of the track. Raises `Unreadable` for tables that do not locate them."""
    table = find(file, track, b"mdia", b"minf", b"stbl")
    if table is None:
        return
    offsets = _offsets(file, table)
    for start, length in zip(offsets, _lengths(file, table), strict=False):
        _erase(file, start, length)


def default_sizes(file: BoundedFile, movie: Box) -> dict[int, int]:
    """By track, the size of samples in fragments that name no size."""
    extends = find(file, movie, b"mvex")
    defaults = boxes(file, extends, b"trex") if extends else ()
    return {file.number(box.body + 4, 4): file.number(box.body + 16, 4) for box in defaults}


def erase_fragment(file: BoundedFile, fragment: Box, dropped: Set[int], sizes: Mapping[int, int]) -> Iterator[Box]:
    """Overwrite the samples of the dropped tracks in this fragment; yields the boxes that describe them."""
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
    if length:
        file.erase(start, min(start + length, file.size))
    else:
        # Honest films have empty samples, too, whose position may be anything; each counts as work.
        file.step()


def _offsets(file: BoundedFile, table: Box) -> Iterator[int]:
    for kind, width in ((b"stco", 4), (b"co64", 8)):
        if box := find(file, table, kind):
            yield from _numbers(file, box, box.body + 8, file.number(box.body + 4, 4), width)


def _lengths(file: BoundedFile, table: Box) -> Iterator[int]:
    """The number of bytes in each chunk of samples."""
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
    """The number of samples in each chunk, without end: the last number holds for all further chunks."""
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
    """The position from which the offsets of a track's fragment count, and the size of its samples without a size."""
    flags = file.number(header.body + 1, 3)
    position = header.body + 8
    base = start if flags & 0x020000 else end
    if flags & 0x01:
        base, position = file.number(position, 8), position + 8
    position += 4 * (flags & 0x02 > 0) + 4 * (flags & 0x08 > 0)
    return base, file.number(position, 4) if flags & 0x10 else size


def _run(file: BoundedFile, run: Box, base: int, end: int, size: int) -> tuple[int, int]:
    """The positions at which the samples of a run begin and end."""
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
    """The `count` numbers of `width` bytes in the box. Raises `Unreadable` if they do not fit into it."""
    if position + count * width > box.end:
        raise Unreadable
    for first in range(0, count, _BATCH):
        batch = file.read(position + first * width, width * min(_BATCH, count - first))
        file.step(len(batch) // width // _NUMBERS_A_STEP)
        yield from (number for (number,) in struct.iter_unpack(">I" if width == 4 else ">Q", batch))
