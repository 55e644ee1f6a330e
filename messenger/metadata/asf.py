"""WMV and WMA: objects that are neither picture nor sound nor their index become padding."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from messenger.bounded_files import BoundedFile, Unreadable


def _id(text: str) -> bytes:
    return UUID(text).bytes_le


_HEADER = _id("75B22630-668E-11CF-A6D9-00AA0062CE6C")
_DATA = _id("75B22636-668E-11CF-A6D9-00AA0062CE6C")
_FILE = _id("8CABDCA1-A947-11CF-8EE4-00C00C205365")
_EXTENSION = _id("5FBF03B5-A92E-11CF-8EE3-00C00C205365")
_PADDING = _id("1806D474-CADF-4509-A4BA-9AABCB96AAE8")
_KEPT_OUTSIDE = {
    _HEADER,
    _DATA,
    _id("33000890-E5B1-11CF-89F4-00A0C90349CB"),  # simple index
    _id("D6E229D3-35DA-11D1-9034-00A0C90349BE"),  # index
    _id("FEB103F8-12AD-4C64-840F-2A1D2F7AD48C"),  # index of media objects
}
_KEPT_IN_HEADER = {
    _FILE,
    _EXTENSION,
    _id("B7DC0791-A9B7-11CF-8EE6-00C00C205365"),  # a stream
    _id("86D15240-311D-11D0-A3A4-00A0C90348F6"),  # codecs
    _id("75B22635-668E-11CF-A6D9-00AA0062CE6C"),  # error correction
    _id("7BF875CE-468D-11D1-8D82-006097C9A2B2"),  # bit rates
    _id("D6E229DC-35DA-11D1-9034-00A0C90349BE"),  # choice of bit rates
}
_KEPT_IN_EXTENSION = {
    _id("14E6A5CB-C672-4332-8399-A96952065B5A"),  # more of a stream
    _id("A08649CF-4775-4670-8A16-6E35357566CD"),  # choice of streams
    _id("D1465A40-5A79-4338-B71B-E36B8FD6C249"),  # choice of groups of streams
    _id("D4FED15B-88D3-454F-81F0-ED5C45999E24"),  # order of streams
    _id("A69609E6-517B-11D2-B6AF-00C04FD908E9"),  # shared bandwidth
    _id("7C4346A9-EFE0-4BFC-B229-393EDE415C85"),  # languages, counted by the streams
    _id("D6E229DF-35DA-11D1-9034-00A0C90349BE"),  # about the index
    _id("6B203BAD-3F11-48E4-ACA8-D7613DE2CFA7"),  # about the index of media objects
    _id("26F18B5D-4584-47EC-9F5F-0E651F0452C9"),  # compatibility
}
_OBJECT_BYTES, _HEADER_BYTES, _EXTENSION_BYTES = 24, 30, 46


@dataclass(frozen=True)
class _Object:
    kind: bytes
    start: int
    end: int


def blank_asf(file: BoundedFile) -> None:
    """Turn descriptions, metadata, markers, scripts, signatures and unknown objects into padding.

    Raises `Unreadable` for objects that reach beyond their parent; only the data may be cut off.
    """
    end = 0
    for found in _objects(file, 0, file.size, is_outside=True):
        end = found.end
        if found.kind == _HEADER:
            _blank_header(file, found)
        elif found.kind not in _KEPT_OUTSIDE:
            _pad(file, found)
    file.erase(end, file.size)


def asf_duration(file: BoundedFile) -> float | None:
    """Seconds, without the time that a player needs before the first picture."""
    for header in _objects(file, 0, file.size, is_outside=True):
        for found in _objects(file, header.start + _HEADER_BYTES, header.end) if header.kind == _HEADER else ():
            if found.kind == _FILE:
                time, before = (file.number(found.start + at, 8, "little") for at in (64, 80))
                return max(0, time / 1e7 - before / 1e3)
        return None
    return None


def _blank_header(file: BoundedFile, header: _Object) -> None:
    for found in _objects(file, header.start + _HEADER_BYTES, header.end):
        if found.kind == _EXTENSION:
            for inner in _objects(file, found.start + _EXTENSION_BYTES, found.end):
                if inner.kind not in _KEPT_IN_EXTENSION:
                    _pad(file, inner)
        elif found.kind == _FILE:
            file.erase(found.start + 48, found.start + 56)  # When it was made.
        elif found.kind not in _KEPT_IN_HEADER:
            _pad(file, found)


def _pad(file: BoundedFile, found: _Object) -> None:
    file.write(found.start, _PADDING)
    file.erase(found.start + _OBJECT_BYTES, found.end)


def _objects(file: BoundedFile, position: int, end: int, *, is_outside: bool = False) -> Iterator[_Object]:
    while end - position >= _OBJECT_BYTES:
        kind, size = file.read(position, 16), file.number(position + 16, 8, "little")
        # The data of a live recording has no size and goes on to the end.
        if is_outside and kind == _DATA and (size == 0 or position + size > end):
            size = end - position
        if size < _OBJECT_BYTES or position + size > end:
            raise Unreadable
        yield _Object(kind, position, position + size)
        position += size
