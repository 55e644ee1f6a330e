"""The elements of Matroska and WebM, which have a kind, a size, and content or more elements."""

from collections.abc import Iterator
from dataclasses import dataclass

from messenger.bounded_files import BoundedFile, Unreadable

LONGEST_HEADER = 12
_LONGEST_KIND = 4


@dataclass(frozen=True)
class Element:
    """The positions at which an element and its content begin, and at which both end; the end is unknown if open."""

    kind: int
    start: int
    body: int
    end: int
    is_open: bool


def children(file: BoundedFile, parent: Element) -> Iterator[Element]:
    """The elements directly inside the parent. Raises `Unreadable` for one that has no end."""
    position = parent.body
    while position < parent.end:
        child = element_at(file, position, parent.end)
        if child is None or child.is_open:
            raise Unreadable
        yield child
        position = child.end


def element_at(file: BoundedFile, position: int, end: int) -> Element | None:
    """The element at the position, cut off at `end`; None if there is no whole header."""
    header = file.peek(position, min(LONGEST_HEADER, end - position))
    kind_length = _length_of_number(header[:1])
    size_length = _length_of_number(header[kind_length : kind_length + 1])
    if not 0 < kind_length <= _LONGEST_KIND or not size_length or len(header) < kind_length + size_length:
        return None
    unknown = (1 << 7 * size_length) - 1
    size = int.from_bytes(header[kind_length : kind_length + size_length], "big") & unknown
    body = position + kind_length + size_length
    kind = int.from_bytes(header[:kind_length], "big")
    return Element(kind, position, body, end if size == unknown else min(body + size, end), size == unknown)


def _length_of_number(first: bytes) -> int:
    # One more than the leading zero bits of the first byte; 0 for no byte, or too many zeros.
    return 9 - first[0].bit_length() if first and first[0] else 0
