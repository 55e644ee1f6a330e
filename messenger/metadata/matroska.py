"""WebM and Matroska: elements that are neither picture nor sound nor their index become Void elements."""

import struct

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.ebml import LONGEST_HEADER, Element, children, element_at
from messenger.metadata.comments import Packet, blank_xiph_comments
from messenger.metadata.flac import blank_flac

_HEADER, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_SEEK_HEAD, _INFO, _TRACKS, _CUES, _VOID = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0xEC
# Elements of clusters, which also stand outside: browsers record clusters of unknown length. Time, previous size,
# position, silent tracks, blocks of three kinds.
_IN_CLUSTER = {0xE7, 0xAB, 0xA7, 0x5854, 0xA3, 0xA0, 0xAF}
_KEPT = _IN_CLUSTER | {_HEADER, _CUES}
_MAY_BE_OPEN = {_SEGMENT, _CLUSTER}
_SCALE, _DURATION, _MUXER, _WRITER = 0x2AD7B1, 0x4489, 0x4D80, 0x5741
_TRACK, _CODEC, _PRIVATE = 0xAE, 0x86, 0x63A2
# Checksums would be wrong afterwards; names and settings are free text; the last one points at an attachment.
_CRC, _TRACK_TEXTS = 0xBF, {0x536E, 0x258688, 0x3A9697, 0x3B4040, 0x26B240, 0x7446}
_SEEK, _SEEK_ID = 0x4DBB, 0x53AB
_FOUND_BY_SEEK = {_INFO, _TRACKS, _CUES, _CLUSTER, _SEEK_HEAD}


def blank_matroska(file: BoundedFile) -> None:
    """Void tags, attachments, chapters, dates, names and unknown elements.

    The last element may be cut off. Raises `Unreadable` for bytes between the elements.
    """
    position = 0
    while position < file.size:
        element = element_at(file, position, file.size)
        if element is None:
            # Behind the last element there may be a header that was cut off, or blank space that a recorder reserved.
            if file.size - position > LONGEST_HEADER and not file.is_blank(position, file.size):
                raise Unreadable
            file.erase(position, file.size)
            return
        if element.is_open and element.kind not in _MAY_BE_OPEN:
            raise Unreadable
        is_entered = element.kind == _SEGMENT or element.is_open
        if not is_entered and element.kind != _CLUSTER:
            _blank(file, element)
        position = element.body if is_entered else element.end


def matroska_duration(file: BoundedFile) -> float | None:
    """Seconds, as the head of the segment says; None for what a browser recorded."""
    position, scale, duration = 0, 1_000_000, None
    while position < file.size and (element := element_at(file, position, file.size)):
        if element.kind == _CLUSTER:
            break
        for child in children(file, element) if element.kind == _INFO else ():
            width = child.end - child.body
            if child.kind == _SCALE and width <= 8:
                scale = file.number(child.body, width)
            elif child.kind == _DURATION and width in (4, 8):
                duration = struct.unpack(">f" if width == 4 else ">d", file.read(child.body, width))[0]
        position = element.body if element.kind == _SEGMENT else element.end
    return duration * scale / 1e9 if duration else None


def _blank(file: BoundedFile, element: Element) -> None:
    if element.kind == _INFO:
        _blank_info(file, element)
    elif element.kind == _TRACKS:
        _blank_tracks(file, element)
    elif element.kind == _SEEK_HEAD:
        _blank_seek_head(file, element)
    elif element.kind not in _KEPT:
        _void(file, element)


def _blank_info(file: BoundedFile, info: Element) -> None:
    # Only the duration stays. The names of muxer and writer are required elements and may be empty.
    for child in children(file, info):
        if child.kind in (_MUXER, _WRITER):
            file.erase(child.body, child.end)
        elif child.kind not in (_SCALE, _DURATION):
            _void(file, child)


def _blank_tracks(file: BoundedFile, tracks: Element) -> None:
    for track in children(file, tracks):
        if track.kind == _TRACK:
            _blank_track(file, track)
        else:
            _void(file, track)


def _blank_track(file: BoundedFile, track: Element) -> None:
    codec, private = b"", None
    for child in children(file, track):
        if child.kind == _CRC or child.kind in _TRACK_TEXTS:
            _void(file, child)
        elif child.kind == _CODEC:
            codec = file.peek(child.body, min(child.end - child.body, 32)).rstrip(b"\0")
        elif child.kind == _PRIVATE:
            private = child
    if private and codec in (b"A_VORBIS", b"V_THEORA"):
        _blank_laced_comments(file, private, codec)
    if private and codec == b"A_FLAC" and file.read(private.body, 4) == b"fLaC":
        blank_flac(file, private.body, private.end)


def _blank_laced_comments(file: BoundedFile, private: Element, codec: bytes) -> None:
    # There are three packets, behind their number less one and the lengths of the first two; 255 means that the length
    # goes on in the next byte.
    position = private.body + 1
    lengths = []
    for _packet in range(2):
        length = 255
        total = 0
        while length == 255:
            length, position = file.number(position, 1), position + 1
            total += length
        lengths.append(total)
    start = position + lengths[0]
    if start + lengths[1] > private.end:
        raise Unreadable
    blank_xiph_comments(Packet(file, [(start, lengths[1])]), 7, is_framed=codec == b"A_VORBIS")


def _blank_seek_head(file: BoundedFile, head: Element) -> None:
    # Only references to elements that stay are kept.
    for seek in children(file, head):
        inside = children(file, seek) if seek.kind == _SEEK else iter(())
        ids = (child for child in inside if child.kind == _SEEK_ID)
        targets = {file.number(element.body, min(element.end - element.body, 8)) for element in ids}
        if not targets & _FOUND_BY_SEEK:
            _void(file, seek)


def _void(file: BoundedFile, element: Element) -> None:
    """Replace the element by a Void element of the same length."""
    length = element.end - element.start
    # Eight bytes for the length where there is room, because every length fits into them.
    size = bytes([0x80 | length - 2]) if length < 10 else b"\x01" + (length - 9).to_bytes(7, "big")
    header = bytes([_VOID]) + size
    file.write(element.start, header)
    file.erase(element.start + len(header), element.end)
