"""WAV and AVI: chunks that are neither picture nor sound nor their index become JUNK."""

import re

from messenger.bounded_files import BoundedFile, Unreadable

_HEADER_BYTES, _LIST_HEADER_BYTES = 8, 12
_LIST, _MOVIE, _SOUND = b"LIST", b"movi", b"data"
# The latter two are for recordings of more than four gigabytes, and for those that might become so long.
_RIFFS, _LONG_SIZES = (b"RIFF", b"RF64", b"BW64"), b"ds64"
# The chunks inside lists of these kinds are handled like those outside.
_ENTERED = {b"hdrl", b"strl", b"odml"}
_KEPT = frozenset(
    [b"avih", b"dmlh", b"strh", b"strf", b"indx", b"vprp", b"idx1", b"fmt ", b"fact", b"data", b"cue ", b"ds64"]
)
_KEPT_LISTS = {b"wavl"}
# Two digits of a stream and two letters for its kind; dashcams write texts, and chunks with names of their own.
_IN_MOVIE = re.compile(rb"[0-9]{2}(?!tx|TX)[ -~]{2}|ix[0-9]{2}")
_NAME = re.compile(rb"[ -~]{4}")
_WORD = re.compile(rb"[A-Za-z0-9_ ]{4}")
_UNKNOWN = (0, 0xFFFFFFFF)  # Written by recorders that do not know the length yet.


def blank_riff(file: BoundedFile) -> None:
    """Turn titles, positions, dates, serial numbers and makers' notes into JUNK.

    Raises `Unreadable` for bytes before the picture and sound that are no chunk.
    """
    # Total lengths are ignored: films beyond a gigabyte and recordings that were cut off have wrong ones.
    position, is_past_content, long_size = 0, False, 0
    while file.size - position >= _HEADER_BYTES:
        name, size = file.read(position, 4), file.number(position + 4, 4, "little")
        kind = file.peek(position + 8, 4) if name in (*_RIFFS, _LIST) else b""
        if not _NAME.fullmatch(name):
            break
        if name in _RIFFS or kind in _ENTERED:
            position += _LIST_HEADER_BYTES
            continue
        if name == _LONG_SIZES:
            long_size = file.number(position + 16, 8, "little")
        if name == _SOUND or kind == _MOVIE:
            is_past_content = True
            if size in _UNKNOWN and name == _SOUND:
                size = long_size
                if not 0 < size <= file.size - position:
                    return
        end = min(position + _HEADER_BYTES + size, file.size)
        _blank(file, position, name, kind, end)
        # Chunks begin at even positions, but some programs forget that.
        is_forgotten = file.peek(end, 4) in _KEPT | {_LIST, *_RIFFS}
        position = end + (end & 1 and not is_forgotten)
    if not is_past_content:
        raise Unreadable
    file.erase(min(position, file.size), file.size)


def wav_duration(file: BoundedFile) -> float | None:
    """Seconds, by the length of the sound and the bytes of a second; None where its length is open."""
    position, rate = _LIST_HEADER_BYTES, 0
    while file.size - position >= _HEADER_BYTES:
        name, size = file.read(position, 4), file.number(position + 4, 4, "little")
        if name == b"fmt ":
            rate = file.number(position + 16, 4, "little")
        elif name == _SOUND:
            size = file.size - position - _HEADER_BYTES if size in _UNKNOWN else size
            return size / rate if rate else None
        position += _HEADER_BYTES + size + (size & 1)
    return None


def avi_duration(file: BoundedFile) -> float | None:
    """Seconds, by the number of pictures and the time of each."""
    if file.peek(24, 4) != b"avih":
        return None
    microseconds, pictures = (file.number(position, 4, "little") for position in (32, 48))
    return microseconds * pictures / 1e6


def _blank(file: BoundedFile, position: int, name: bytes, kind: bytes, end: int) -> None:
    if kind == _MOVIE:
        is_known = end > position + _LIST_HEADER_BYTES
        _blank_movie(file, position + _LIST_HEADER_BYTES, end if is_known else file.size)
    elif name not in _KEPT and kind not in _KEPT_LISTS and not _IN_MOVIE.fullmatch(name):
        _junk(file, position, end)


def _blank_movie(file: BoundedFile, position: int, end: int) -> None:
    # Stops where the film is damaged: a player can go on, and bytes that are no chunk must not be overwritten.
    header = file.peek(position, _HEADER_BYTES)
    while end - position >= _HEADER_BYTES and _WORD.match(header):
        name, chunk_end = header[:4], position + _HEADER_BYTES + int.from_bytes(header[4:8], "little")
        following = position + _LIST_HEADER_BYTES if name == _LIST else chunk_end + (chunk_end & 1)
        header = file.peek(min(following, end), _HEADER_BYTES)
        if name != _LIST and not _IN_MOVIE.fullmatch(name):
            if chunk_end > end or not (following >= end or _WORD.match(header)):
                return
            _junk(file, position, chunk_end)
        position = following


def _junk(file: BoundedFile, position: int, end: int) -> None:
    file.write(position, b"JUNK")
    file.erase(min(position + _HEADER_BYTES, end), end)
