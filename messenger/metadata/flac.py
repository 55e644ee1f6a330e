"""FLAC: the blocks before the sound that do not describe the sound become padding."""

from messenger.bounded_files import BoundedFile, Unreadable

_STREAM, _PADDING, _SEEKTABLE, _INVALID = 0, 1, 3, 127
_LAST = 0x80


def padded(kind: int) -> int:
    """The first byte for a block: its own if the block describes the sound, else that of padding."""
    return kind if kind & ~_LAST in (_STREAM, _SEEKTABLE) else kind & _LAST | _PADDING


def blank_flac(file: BoundedFile, start: int, end: int) -> None:
    """Turn comments, pictures, cue sheets and makers' blocks into padding; `start` is the position of "fLaC".

    Raises `Unreadable` for blocks that reach beyond the end.
    """
    position, kind = start + 4, 0
    while not kind & _LAST:
        kind, size = file.number(position, 1), file.number(position + 1, 3)
        if kind & ~_LAST == _INVALID or position + 4 + size > end:
            raise Unreadable
        file.write(position, bytes([padded(kind)]))
        if padded(kind) & ~_LAST == _PADDING:
            file.erase(position + 4, position + 4 + size)
        position += 4 + size


def flac_duration(file: BoundedFile) -> float | None:
    """Seconds, by the count of samples; None where it was not known."""
    if file.peek(0, 4) != b"fLaC":
        return None
    described = file.number(18, 8)
    rate, count = described >> 44, described & (1 << 36) - 1
    return count / rate if rate else None
