"""Matroska and WebM, OGG, RIFF and ASF: containers whose streams say whether they are films or recordings."""

import re
import uuid

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable
from messenger.content.file_types import (
    AVI,
    MKA,
    MKV,
    OGG,
    OGG_VIDEO,
    WAV,
    WEBM,
    WEBM_AUDIO,
    WEBP,
    WMA,
    WMV,
    FileType,
)
from messenger.content.refusals import Seen, refusal, unknown
from messenger.content.sample import Sample
from messenger.ebml import Element, children, element_at

EBML, OGG_PAGE = b"\x1a\x45\xdf\xa3", b"OggS"
ASF = uuid.UUID("75B22630-668E-11CF-A6D9-00AA0062CE6C").bytes_le
RIFFS = (b"RIFF", b"RF64", b"BW64")
_UNKNOWN_LENGTHS = (0, 0xFFFFFFFF)  # Recorders that do not know the length yet, and those that need more than 32 bits.
_SEGMENT, _TRACKS, _TRACK, _TRACK_TYPE, _CODEC, _DOCTYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83, 0x86, 0x4282
_PICTURES = 1
_PICTURES_IN_OGG = (b"\x80theora", b"OVP80")
# OGM and Dirac, which no browser and few players know.
_STRANGE_IN_OGG = (b"\x01video", b"\x01audio", b"\x01text", b"\x01Direct", b"BBCD")
_BEGINS = 0x02
_PAGE_BYTES = 27
_MAX_STREAMS = 64
_STREAM = uuid.UUID("B7DC0791-A9B7-11CF-8EE6-00C00C205365").bytes_le
_FILM_STREAM = uuid.UUID("BC19EFC0-5B4D-11CF-A8FD-00805F5C442B").bytes_le
_STREAM_TYPE = re.compile(re.escape(_STREAM) + rb"(?s:.{8})(?s:(.{16}))")


def riff_type(sample: Sample) -> FileType:
    """Raises `Unreadable` for a film or recording that was cut off."""
    head = sample.head
    found = {b"WAVE": WAV, b"AVI ": AVI, b"WEBP": WEBP}.get(head[8:12])
    if found is None:
        raise refusal(sample.name, Seen.RECORDING) if head[8:12] == b"RMID" else unknown(sample.name)
    promised = int.from_bytes(head[4:8], "little")
    # Of a picture the decoder says how much is there.
    if found != WEBP and promised not in _UNKNOWN_LENGTHS and promised + 8 > sample.file.size + 1:
        raise Unreadable
    return found


def matroska_type(sample: Sample) -> FileType:
    """Raises `Unreadable` where there are no tracks."""
    file = sample.file
    header = element_at(file, 0, file.size)
    if header is None:
        raise Unreadable
    kinds = [_text(file, child) for child in children(file, header) if child.kind == _DOCTYPE]
    types = {b"webm": (WEBM, WEBM_AUDIO), b"matroska": (MKV, MKA)}.get(kinds[0] if kinds else b"matroska")
    if types is None:
        raise unknown(sample.name)
    film, recording = types
    return film if _shows_pictures(file, header.end) else recording


def _shows_pictures(file: BoundedFile, position: int) -> bool:
    while position < file.size:
        element = element_at(file, position, file.size)
        if element is None:
            break
        if element.kind == _TRACKS:
            tracks = (track for track in children(file, element) if track.kind == _TRACK)
            return any(_is_of_pictures(file, track) for track in tracks)
        # Browsers record segments and clusters of unknown length.
        position = element.body if element.kind == _SEGMENT or element.is_open else element.end
    raise Unreadable


def _is_of_pictures(file: BoundedFile, track: Element) -> bool:
    parts = {child.kind: _text(file, child) for child in children(file, track)}
    return parts.get(_TRACK_TYPE, b"").lstrip(b"\0") == bytes([_PICTURES]) or parts.get(_CODEC, b"").startswith(b"V_")


def _text(file: BoundedFile, element: Element) -> bytes:
    return file.peek(element.body, min(element.end - element.body, 64)).rstrip(b"\0")


def ogg_type(sample: Sample) -> FileType:
    """By its streams, which all begin before the first one goes on."""
    position, is_film = 0, False
    for _number in range(_MAX_STREAMS):
        header = sample.file.peek(position, _PAGE_BYTES + 255)
        if header[:4] != OGG_PAGE or len(header) < _PAGE_BYTES or not header[5] & _BEGINS:
            break
        body = position + _PAGE_BYTES + header[26]
        first = sample.file.peek(min(body, sample.file.size), 16)
        if first.startswith(_STRANGE_IN_OGG):
            raise refusal(sample.name, Seen.FILM)
        is_film = is_film or first.startswith(_PICTURES_IN_OGG)
        position = min(body + sum(header[_PAGE_BYTES : _PAGE_BYTES + header[26]]), sample.file.size)
    return OGG_VIDEO if is_film else OGG


def asf_type(sample: Sample) -> FileType:
    """Raises `Unreadable` where there are no streams."""
    size = min(sample.file.number(16, 8, "little"), sample.file.size, CHUNK_BYTES)
    streams = set(_STREAM_TYPE.findall(sample.file.read(0, size)))
    if not streams:
        raise Unreadable
    return WMV if _FILM_STREAM in streams else WMA
