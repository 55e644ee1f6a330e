"""The boxes of MP4, MOV, 3GP, HEIC and AVIF: each has a size, a kind of four letters, and content or more boxes."""

from collections.abc import Iterator
from dataclasses import dataclass

from messenger.bounded_files import BoundedFile, Unreadable

_SMALLEST = 8
# What begins so and reaches beyond the end was cut off; anything else there is no box.
_OUTERMOST = frozenset(b"ftyp styp moov moof mdat sidx ssix mfra pdin meta".split())


@dataclass(frozen=True)
class Box:
    """The positions at which a box and its content begin, and at which both end."""

    kind: bytes
    start: int
    body: int
    end: int


def whole_file(file: BoundedFile) -> Box:
    """The file as the box around its outermost boxes."""
    return Box(b"", 0, 0, file.size)


def boxes(file: BoundedFile, container: Box, kind: bytes = b"") -> Iterator[Box]:
    """The boxes directly inside the container, all or those of one kind.

    A rest shorter than a box is ignored, and behind the outermost boxes whatever is none: cameras write notes there.
    Raises `Unreadable` for a box that reaches beyond its container.
    """
    position = container.body
    while container.end - position >= _SMALLEST:
        size, found = file.number(position, 4), file.read(position + 4, 4)
        body = position + _SMALLEST
        if size == 1:
            size, body = int.from_bytes(file.peek(body, 8)), body + 8
        elif size == 0 and container.kind:
            return  # QuickTime ends some lists with a zero.
        end = position + size if size else container.end
        is_whole = body <= end <= container.end
        if not container.kind and found not in _OUTERMOST and not (is_whole and size):
            return
        if not is_whole:
            raise Unreadable
        if not kind or found == kind:
            yield Box(found, position, body, end)
        position = end


def find(file: BoundedFile, container: Box, *path: bytes) -> Box | None:
    """The first box at the end of the path, which names the kinds of nested boxes."""
    found: Box | None = container
    for kind in path:
        found = found and next(boxes(file, found, kind), None)
    return found
