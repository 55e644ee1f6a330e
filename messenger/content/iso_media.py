"""MP4, M4A, MOV, 3GP, HEIC and AVIF: boxes, the first of which says with whose rules the rest was written.

The names of brands are no list that could be known: cameras bring new ones every year. So a film is what has a movie
header, whoever wrote it, and its tracks say whether it has pictures. A library for these boxes would read the whole
header into memory; those for signatures (filetype, puremagic) know a dozen of first brands and nothing else.
"""

import re

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable
from messenger.boxes import Box, boxes, find, whole_file
from messenger.content.file_types import AVIF, HEIC, M4A, MOV, MP4, THREE_GP, THREE_GP_AUDIO, FileType
from messenger.content.refusals import Seen, refusal
from messenger.content.sample import Sample

# A film may begin with any of these: with free space, or with its pictures and sound, before there was `ftyp`.
_FIRST = frozenset(b"ftyp moov mdat free skip wide pnot uuid styp sidx pdin moof".split())
_HEVC_BRANDS = frozenset(b"heic heix heim heis hevc hevx hevm hevs".split())
_AV1_BRANDS = frozenset(b"avif avis".split())
_PICTURE_BRANDS = _HEVC_BRANDS | _AV1_BRANDS | {b"mif1", b"mif2", b"msf1", b"miaf"}
_RAW_BRANDS = {b"crx "}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_THREE_GP = re.compile(rb"3g[2egprs][0-9a-z]|kddi|mmp4")
_QUICKTIME = b"qt  "
# A film with one of these is an MP4, even if it is a film of QuickTime, too.
_ISO_BRANDS = frozenset([b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V "])
# What a picture is made of, in the list of its parts: version, numbers, and the kind.
_PART_OF_PICTURE = re.compile(rb"(?s)infe(?:\x02.{3}.{2}|\x03.{3}.{4}).{2}(hvc1|hev1|lhv1|av01)")
_SHOWN = {b"vide"}
_SMALLEST = 8


def is_iso_media(head: bytes) -> bool:
    """Whether it begins with a box that stands outermost."""
    size = int.from_bytes(head[:4])
    return head[4:8] in _FIRST and (size in (0, 1) or size >= _SMALLEST)


def iso_media_type(sample: Sample) -> FileType:
    """The type of a film, recording or picture. Raises `Unreadable` for one that is not whole."""
    file = sample.file
    # QuickTime had no brand in the beginning.
    first, others, movie, parts = _QUICKTIME, frozenset[bytes](), None, b""
    for box in boxes(file, whole_file(file)):
        if box.kind == b"ftyp" and not others:
            first, others = _brands(file, box)
        elif box.kind == b"moov":
            movie = movie or box
        elif box.kind == b"meta":
            parts = file.peek(box.body, min(box.end - box.body, CHUNK_BYTES))
    if first in _RAW_BRANDS:
        raise refusal(sample.name, Seen.PICTURE)
    if first in _PICTURE_BRANDS or (movie is None and others & _PICTURE_BRANDS):
        return _picture(first, others, parts)
    if movie is None:
        raise Unreadable
    return _film(first, others, is_film=_has_pictures(file, movie))


def _brands(file: BoundedFile, box: Box) -> tuple[bytes, frozenset[bytes]]:
    """The first brand, and all."""
    content = file.peek(box.body, min(box.end - box.body, 4096))
    listed = [content[start : start + 4] for start in range(8, len(content) - 3, 4)]
    return content[:4], frozenset([content[:4], *listed])


def _picture(first: bytes, others: frozenset[bytes], parts: bytes) -> FileType:
    # Programs add the brand of the other codec for good measure; what the parts are made of is the truth.
    codecs = set(_PART_OF_PICTURE.findall(parts))
    if codecs:
        return AVIF if b"av01" in codecs and first not in _HEVC_BRANDS else HEIC
    if first in _AV1_BRANDS:
        return AVIF
    return AVIF if first not in _HEVC_BRANDS and others & _AV1_BRANDS and not others & _HEVC_BRANDS else HEIC


def _film(first: bytes, others: frozenset[bytes], *, is_film: bool) -> FileType:
    if first in _SOUND_BRANDS:
        return M4A  # Books have pictures of chapters.
    if _THREE_GP.fullmatch(first):
        return THREE_GP if is_film else THREE_GP_AUDIO
    if first == _QUICKTIME or (_QUICKTIME in others and not others & _ISO_BRANDS):
        return MOV
    return MP4 if is_film else M4A


def _has_pictures(file: BoundedFile, movie: Box) -> bool:
    tracks = list(boxes(file, movie, b"trak"))
    handlers = [find(file, track, b"mdia", b"hdlr") for track in tracks]
    # A movie header that is packed, or has no tracks yet, says nothing: then it is a film.
    kinds = {file.peek(handler.body + 8, 4) for handler in handlers if handler}
    return not kinds or bool(kinds & _SHOWN)
