"""AIFF and CAF: chunks that are neither sound nor its description become free space."""

from messenger.bounded_files import BoundedFile, Unreadable

_AIFF_START, _AIFF_HEADER = 12, 8
_CAF_START, _CAF_HEADER = 8, 12
_OPEN = (1 << 64) - 1
_AIFF_KEPT = frozenset([b"COMM", b"SSND", b"FVER", b"CHAN"])
_CAF_KEPT = frozenset([b"desc", b"data", b"pakt", b"kuki", b"chan"])


def blank_aiff(file: BoundedFile) -> None:
    """Turn names, authors, notes, markers and makers' chunks into one of no meaning.

    Raises `Unreadable` for bytes before the sound that are no chunk.
    """
    # Readers skip what they do not know; there is no word for free space.
    _blank(file, _AIFF_START, _AIFF_HEADER, _AIFF_KEPT, b"JUNK", sound=b"SSND", filled=True)


def blank_caf(file: BoundedFile) -> None:
    """The same for the format of Apple's recorders."""
    _blank(file, _CAF_START, _CAF_HEADER, _CAF_KEPT, b"free", sound=b"data", filled=False)


def _blank(
    file: BoundedFile, position: int, header: int, kept: frozenset[bytes], free: bytes, *, sound: bytes, filled: bool
) -> None:
    is_past_sound = False
    while file.size - position >= header:
        name, size = file.read(position, 4), file.number(position + 4, header - 4)
        if not name.isascii() or b"\0" in name:
            break
        is_past_sound = is_past_sound or name == sound
        # A recorder that was stopped does not know how long the sound is.
        is_open = name == sound and (size == _OPEN or position + header + size > file.size)
        end = file.size if is_open else min(position + header + size, file.size)
        if name not in kept:
            file.write(position, free)
            file.erase(position + header, end)
        position = end + (end & 1 if filled else 0)
    if not is_past_sound:
        raise Unreadable
    file.erase(min(position, file.size), file.size)
