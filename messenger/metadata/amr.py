"""AMR: frames of sound and nothing else, so what follows them goes."""

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable

# The bytes of a frame by its mode, the first included; a mode without a length is none.
_NARROW = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_WIDE = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)
_PADDING = 0x83


def blank_amr(file: BoundedFile) -> None:
    """Erase what is no frame. Raises `Unreadable` for a recording without one."""
    head = file.peek(0, 16)
    position = start = head.index(b"\n") + 1
    # The frames of several channels stand side by side, and nothing says how they end.
    if b"_MC" in head[:position]:
        return
    lengths = _WIDE if b"-WB" in head[:position] else _NARROW
    chunk, begin = b"", position
    while position < file.size:
        if position - begin >= len(chunk):
            begin, chunk = position, file.peek(position, min(CHUNK_BYTES, file.size - position))
        first = chunk[position - begin]
        length = lengths[first >> 3 & 15]
        if first & _PADDING or not length:
            break
        position += length
    if position == start:
        raise Unreadable
    file.erase(min(position, file.size), file.size)
