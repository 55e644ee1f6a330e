"""MP3, AAC and FLAC: tags of ID3 and APE, wherever they are, are emptied and stay as empty tags."""

import re

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable
from messenger.content.sounds import first_frame
from messenger.metadata.flac import blank_flac

# So strict that sound looks like a tag only once in millions of files of 25 MB.
_FLAGS = b"".join(re.escape(bytes([flags])) for flags in range(0, 256, 16))
_ID3 = re.compile(rb"ID3[\x02-\x04]\x00[%b][\x00-\x7f]{4}" % _FLAGS)
_ID3_HEADER_BYTES = 10
_HAS_FOOTER = 0x10
_OLD_TAG_BYTES, _ENLARGED_TAG_BYTES = 128, 227
_APE_BYTES = 32
_NO_GENRE, _NO_ITEMS = b"\xff", bytes(4)


def blank_tags(file: BoundedFile) -> None:
    """Empty every tag. Raises `Unreadable` for tags and blocks that reach beyond the file."""
    if file.peek(0, 3) == b"ID3" and not _ID3.match(file.peek(0, _ID3_HEADER_BYTES)):
        raise Unreadable
    position = 0
    while (found := _next_id3(file, position)) is not None:
        position = _blank_id3(file, found)
    start = _end_of_leading_tags(file)
    _erase_junk(file, start)
    if file.peek(start, 4) == b"fLaC":
        blank_flac(file, start, file.size)
    if file.peek(start, 8) == b"APETAGEX":
        _blank_ape(file, start, is_header=True)
    _blank_trailing_tags(file)


def _next_id3(file: BoundedFile, start: int) -> int | None:
    # Live recordings have tags between the sound.
    for position in range(start, file.size, CHUNK_BYTES - _ID3_HEADER_BYTES):
        if found := _ID3.search(file.peek(position, CHUNK_BYTES)):
            return position + found.start()
    return None


def _blank_id3(file: BoundedFile, start: int) -> int:
    """Turn the content of the tag into padding; returns the position of its end."""
    flags, size = file.number(start + 5, 1), _size_of_id3(file, start)
    body, end = start + _ID3_HEADER_BYTES, start + _ID3_HEADER_BYTES + size
    file.write(start + 5, bytes([flags & _HAS_FOOTER]))
    file.erase(body, end)
    if flags & _HAS_FOOTER and file.read(end, 3) == b"3DI":
        file.write(end + 5, bytes([_HAS_FOOTER]))
        end += _ID3_HEADER_BYTES
    return end


def _size_of_id3(file: BoundedFile, start: int) -> int:
    # Seven bits in each byte, so that a size never looks like sound.
    size = 0
    for byte in file.read(start + 6, 4):
        size = size << 7 | byte
    return size


def _end_of_leading_tags(file: BoundedFile) -> int:
    position = 0
    while _ID3.match(file.peek(position, _ID3_HEADER_BYTES)):
        has_footer = file.number(position + 5, 1) & _HAS_FOOTER
        position += _ID3_HEADER_BYTES * (2 if has_footer else 1) + _size_of_id3(file, position)
    return min(position, file.size)


def _erase_junk(file: BoundedFile, start: int) -> None:
    """What a recorder wrote before the first frame, unless it is a tag or a block that is emptied in its own way."""
    if file.peek(start, 4) != b"fLaC" and file.peek(start, 8) != b"APETAGEX":
        found = first_frame(file, start)
        file.erase(start, start if found is None else found)


def _blank_trailing_tags(file: BoundedFile) -> None:
    # The old tag of 128 bytes, its enlarged form before it, and that of APE, in any order.
    end = file.size
    while end >= _APE_BYTES:
        if end >= _OLD_TAG_BYTES and file.read(end - _OLD_TAG_BYTES, 3) == b"TAG":
            file.erase(end - _OLD_TAG_BYTES + 3, end)
            file.write(end - 1, _NO_GENRE)
            end -= _OLD_TAG_BYTES
        elif end >= _ENLARGED_TAG_BYTES and file.read(end - _ENLARGED_TAG_BYTES, 4) == b"TAG+":
            file.erase(end - _ENLARGED_TAG_BYTES + 4, end)
            end -= _ENLARGED_TAG_BYTES
        elif file.read(end - _APE_BYTES, 8) == b"APETAGEX":
            end = _blank_ape(file, end - _APE_BYTES, is_header=False)
        else:
            return


def _blank_ape(file: BoundedFile, start: int, *, is_header: bool) -> int:
    """Empty the items between a header and a footer, or before a footer alone; returns where the tag begins."""
    size = file.number(start + 12, 4, "little")
    has_header = file.number(start + 23, 1) & 0x80
    if size < _APE_BYTES:
        raise Unreadable
    first = start + _APE_BYTES if is_header else start + _APE_BYTES - size
    file.erase(first, first + size - _APE_BYTES)
    for mark in (start, first + size - _APE_BYTES, first - _APE_BYTES if has_header else start):
        if file.read(mark, 8) == b"APETAGEX":
            file.write(mark + 16, _NO_ITEMS)
    return first - _APE_BYTES if has_header else first
