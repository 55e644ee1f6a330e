"""Recordings without a container: MP3 and AAC by frames that follow each other, the others by their first words."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.content.file_types import AAC, AIFF, AMR, CAF, FLAC, MP3, FileType
from messenger.content.sample import Sample

_ID3 = re.compile(rb"ID3[\x02-\x04][\x00-\xfe][\x00-\xff][\x00-\x7f]{4}")
_ID3_BYTES, _FOOTER = 10, 0x10
_APE, _APE_BYTES = b"APETAGEX", 32
# What may stand before the first frame: zeros, a piece of one that was cut, the header of a recorder.
_MAX_JUNK = 64 * 1024
# Two bytes look like a frame by chance every few thousand bytes; three frames in a row, each where the one before says,
# never do. Television's are said by one byte and a half.
_ENOUGH_FRAMES, _ENOUGH_BEHIND_JUNK = 3, 5
_LAYERS = {3: 1, 2: 2, 1: 3}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# Kilobits by version (1, or 2 and 2.5) and layer.
_KILOBITS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_SYNC, _MPEG_1, _NO_RATE = 0x7FF, 3, 3
_ADTS_SYNC, _ADTS_BYTES, _ADTS_RATES = 0xFFF, 7, range(13)
_LATM_SYNC = 0x2B7
_BEHIND_SOUND = (b"ID3", b"TAG", b"APETAGEX", b"LYRICS", b"3DI")
_AMR = (b"#!AMR\n", b"#!AMR-WB\n", b"#!AMR_MC1.0\n", b"#!AMR-WB_MC1.0\n")


@dataclass(frozen=True)
class Frame:
    """Its length in bytes, and what all frames of one recording have in common."""

    length: int
    kind: tuple[int, ...]


def recording_type(sample: Sample) -> FileType | None:
    """The type of a recording that begins as one; None for another file. Raises `Unreadable` for tags without sound."""
    head = sample.head
    if head.startswith(_AMR):
        return AMR
    if head[:6] == b"caff\0\1":
        return CAF
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return AIFF
    start = end_of_leading_tags(sample.file)
    if sample.file.peek(start, 4) == b"fLaC":
        return FLAC
    # Behind a tag one whole frame is proof enough; radio stations write the next tag behind it.
    for parse, file_type in _FORMATS:
        if _is_recording(sample.file, start, parse, enough=1 if start else _ENOUGH_FRAMES):
            return file_type
    if start and not first_frame(sample.file, start):
        raise Unreadable
    return MP3 if start else None


def recording_behind_junk(sample: Sample) -> FileType | None:
    """MP3 whose first frame is not at the beginning, for files that look like nothing else."""
    # Programs have such words, too.
    return MP3 if first_frame(sample.file, 0) is not None else None


def end_of_leading_tags(file: BoundedFile) -> int:
    """Where the sound begins: behind all tags of ID3 and APE, which are never cut off in the middle."""
    position = 0
    while length := _length_of_tag(file.peek(position, min(_APE_BYTES, file.size - position))):
        position += length
        if position > file.size:
            raise Unreadable
    return position


def _length_of_tag(header: bytes) -> int:
    """Of the tag that begins with these bytes; 0 where there is none."""
    if _ID3.match(header):
        size = 0
        # Seven bits in each byte, so that a size never looks like sound.
        for byte in header[6:_ID3_BYTES]:
            size = size << 7 | byte
        return _ID3_BYTES * (2 if header[5] & _FOOTER else 1) + size
    if header.startswith(_APE) and len(header) == _APE_BYTES:
        (size,) = struct.unpack("<I", header[12:16])
        return _APE_BYTES + int(size)
    return 0


def first_frame(file: BoundedFile, start: int) -> int | None:
    """The position of the first frame of an MP3 from `start` on."""
    junk = file.peek(start, min(_MAX_JUNK, file.size - start))
    found = (start + word.start() for word in re.finditer(rb"\xff[\xe0-\xff]", junk))
    return next((at for at in found if _is_recording(file, at, mpeg_frame, _ENOUGH_BEHIND_JUNK, may_end=False)), None)


def _is_recording(
    file: BoundedFile, position: int, parse: Callable[[bytes], Frame | None], enough: int, *, may_end: bool = True
) -> bool:
    """Whether so many frames of one kind follow each other, or fewer up to the end of the sound."""
    kinds = set()
    for number in range(enough):
        header = file.peek(position, 8)
        frame = parse(header)
        if frame is None:
            return may_end and number > 0 and (not header or header.startswith(_BEHIND_SOUND))
        kinds.add(frame.kind)
        if len(kinds) > 1:
            return False
        position += frame.length
        if position > file.size:
            return may_end and number > 0
    return True


def mpeg_frame(header: bytes) -> Frame | None:
    """MPEG 1, 2 and 2.5, layers I to III."""
    (word,) = struct.unpack(">I", header[:4].ljust(4, b"\0"))
    version, layer = word >> 19 & 3, _LAYERS.get(word >> 17 & 3)
    kilobits, rate = word >> 12 & 15, word >> 10 & 3
    # A stream that names no length of its frames is as good as never written.
    if word >> 21 != _MPEG_SYNC or version not in _RATES or layer is None or rate == _NO_RATE or kilobits in (0, 15):
        return None
    is_first = version == _MPEG_1
    bits, frequency = 1000 * _KILOBITS[1 if is_first else 2, layer][kilobits - 1], _RATES[version][rate]
    padding = word >> 9 & 1
    if layer == 1:
        return Frame(4 * (12 * bits // frequency + padding), (version, layer, rate))
    words = 72 if layer == _LAYERS[1] and not is_first else 144
    return Frame(words * bits // frequency + padding, (version, layer, rate))


def adts_frame(header: bytes) -> Frame | None:
    """AAC as files and radio stations have it."""
    word = int.from_bytes(header[:_ADTS_BYTES])
    if len(header) < _ADTS_BYTES or word >> 44 != _ADTS_SYNC or word >> 41 & 3:
        return None
    rate, length = word >> 34 & 15, word >> 13 & 0x1FFF
    if rate not in _ADTS_RATES or length < _ADTS_BYTES:
        return None
    return Frame(length, (word >> 43 & 1, word >> 38 & 3, rate))


def latm_frame(header: bytes) -> Frame | None:
    """AAC as television has it."""
    word = int.from_bytes(header[:3])
    length = word & 0x1FFF
    return Frame(3 + length, ()) if word >> 13 == _LATM_SYNC and length > 1 else None


_FORMATS = ((mpeg_frame, MP3), (adts_frame, AAC), (latm_frame, AAC))
