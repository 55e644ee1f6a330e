"""HEIC and AVIF: what is said about the picture is overwritten, and boxes that are no part of it become free space."""

import contextlib
from collections.abc import Iterator

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.boxes import Box, boxes, find, whole_file
from messenger.metadata.mp4 import blank_movie
from messenger.metadata.profiles import blank_profile

_KEPT = frozenset(b"ftyp meta mdat moov moof sidx mfra".split())
_KEPT_IN_META = frozenset(b"hdlr pitm iloc iinf iref iprp idat dinf grpl ipro".split())
# The coded pictures and how they are put together. All else is about them: Exif, XMP, a depth map's own notes.
_KEPT_ITEMS = frozenset(b"hvc1 hev1 lhv1 av01 avc1 vvc1 jpeg grid iovl iden tmap unci j2k1 tili mski".split())
# What its pixels mean and how it is drawn, not what was done to it, when, by whom and what it is called.
_KEPT_PROPERTIES = frozenset(
    b"hvcC lhvC av1C avcC vvcC evcC jpgC j2kH uncC cmpd cmpC icef cpat sbpm ispe pixi pasp clap irot imir iscl rloc "
    b"lsel a1op a1lx auxC mskC oinf tols rref scal cclv clli mdcv amve ndwt reve tilC subs free skip".split()
)
_PROFILES = (b"prof", b"rICC")
_EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"


def blank_heif(file: BoundedFile) -> None:
    """Overwrite Exif, XMP and unknown items, and free all boxes that are not known to be part of the picture.

    Which way is up is a property of the picture and stays. Raises `Unreadable`.
    """
    outermost = _outermost(file)
    if not {b"meta", b"moov"} & {box.kind for box in outermost}:
        raise Unreadable
    for box in outermost:
        if box.kind == b"meta":
            _blank_items(file, box)
    for box in outermost:
        if box.kind not in _KEPT:
            _free(file, box)
        elif box.kind == b"moov":
            blank_movie(file, box)
    file.erase(outermost[-1].end, file.size)


def _outermost(file: BoundedFile) -> list[Box]:
    """What follows the last box is no damage."""
    found: list[Box] = []
    with contextlib.suppress(Unreadable):
        found.extend(boxes(file, whole_file(file)))
    return found


def _blank_items(file: BoundedFile, meta: Box) -> None:
    inner = Box(b"meta", meta.start, meta.body + 4, meta.end)
    kinds: dict[int, bytes] = {}
    for box in boxes(file, inner):
        if box.kind not in _KEPT_IN_META:
            _free(file, box)
        elif box.kind == b"hdlr":
            file.erase(min(box.body + 12, box.end), box.end)
        elif box.kind == b"iprp":
            _blank_properties(file, box)
        elif box.kind == b"iinf":
            kinds |= dict(_items(file, box))
    data = find(file, inner, b"idat")
    places = find(file, inner, b"iloc")
    for item, start, end in _places(file, places, data) if places else ():
        kind = kinds.get(item, b"")
        if kind not in _KEPT_ITEMS:
            file.erase(start, end)
            if kind == b"Exif" and end - start >= len(_EMPTY_EXIF):
                file.write(start, _EMPTY_EXIF)


def _blank_properties(file: BoundedFile, container: Box) -> None:
    """Items name them by their numbers, so that what goes leaves its place."""
    for box in boxes(file, container):
        if box.kind == b"ipco":
            for found in boxes(file, box):
                if found.kind == b"colr":
                    if file.read(found.body, 4) in _PROFILES:
                        blank_profile(file, found.body + 4, found.end)
                elif found.kind not in _KEPT_PROPERTIES:
                    _free(file, found)
        elif box.kind != b"ipma":
            _free(file, box)


def _items(file: BoundedFile, box: Box) -> Iterator[tuple[int, bytes]]:
    """Number and kind of each item. Blanks the names."""
    wide = file.number(box.body, 1) > 0
    for entry in boxes(file, Box(b"iinf", box.start, box.body + (8 if wide else 6), box.end), b"infe"):
        version = file.number(entry.body, 1)
        if version < 2:
            continue
        long = version > 2
        kind_at = entry.body + (10 if long else 8)
        yield file.number(entry.body + 4, 4 if long else 2), (kind := file.read(kind_at, 4))
        if kind in _KEPT_ITEMS:
            file.erase(min(kind_at + 4, entry.end), entry.end)


def _places(file: BoundedFile, box: Box, data: Box | None) -> Iterator[tuple[int, int, int]]:
    """Number, first byte and end of each part of an item in this file."""
    version, sizes = file.number(box.body, 1), file.number(box.body + 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version > 1 else 2
    count, position = file.number(box.body + 6, wide), box.body + 6 + wide
    for _item in range(count):
        item, position = file.number(position, wide), position + wide
        method = 0
        if version:
            method, position = file.number(position, 2) & 15, position + 2
        position += 2
        base, position = _number(file, position, base_size)
        extents, position = file.number(position, 2), position + 2
        for _extent in range(extents):
            if version and index_size:
                position += index_size
            offset, position = _number(file, position, offset_size)
            length, position = _number(file, position, length_size)
            if method > 1:
                continue
            if method == 1 and data is None:
                raise Unreadable
            start = base + offset + (data.body if method == 1 and data else 0)
            end = start + length if length else (data.end if method == 1 and data else file.size)
            yield item, start, min(end, file.size)


def _number(file: BoundedFile, position: int, width: int) -> tuple[int, int]:
    return (file.number(position, width) if width else 0), position + width


def _free(file: BoundedFile, box: Box) -> None:
    file.write(box.start + 4, b"free")
    file.erase(box.body, box.end)
