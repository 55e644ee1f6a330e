"""MP4, M4A and MOV: boxes that are neither picture nor sound nor their index become free space."""

import re
from collections.abc import Callable

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable
from messenger.boxes import Box, boxes, find, whole_file
from messenger.metadata.samples import default_sizes, erase_fragment, erase_samples

# By container. Boxes that a maker added are not listed, and so they are removed.
_KEPT = {
    b"": frozenset(b"ftyp styp moov moof mdat sidx ssix mfra pdin".split()),
    b"moov": frozenset(b"mvhd trak mvex iods pssh ctab clip prfl".split()),
    b"trak": frozenset(b"tkhd mdia edts tref load imap matt kmat clip crgn tapt trgr txas".split()),
    b"mdia": frozenset(b"mdhd hdlr minf elng".split()),
    b"minf": frozenset(b"vmhd smhd gmhd nmhd hdlr dinf stbl".split()),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset(
        b"stsd stts ctts cslg stsc stsz stz2 stco co64 stss stps stsh padb stdp sdtp sbgp sgpd subs saiz saio".split()
    ),
    b"moof": frozenset(b"mfhd traf pssh".split()),
    b"traf": frozenset(b"tfhd tfdt trun sdtp sbgp sgpd subs saiz saio senc".split()),
}
_FREE = frozenset(b"free skip wide".split())
_PICTURES = {b"vide", b"auxv", b"pict"}
# Other tracks hold places as text (drones), time codes with the camera's name, and makers' own data.
_KEPT_TRACKS = _PICTURES | {b"soun", b"MPEG", b"m1v ", b"m1a "}
# Dashcams write such a block between the pictures once a second, outside of all tracks.
_DASHCAM_BLOCK = re.compile(rb"freeGPS ")
_MAX_DASHCAM_BYTES, _LEAST_DASHCAM_BYTES = 256 * 1024, 512
_PICTURE_ENTRY_BYTES = 86


def blank_mp4(file: BoundedFile) -> None:
    """Free all boxes about place, device, owner and time, and tracks of other kinds with their samples.

    Raises `Unreadable` also for a compressed movie header (QuickTime before 2005).
    """
    whole = whole_file(file)
    dropped: set[int] = set()
    sizes: dict[int, int] = {}
    for movie in boxes(file, whole, b"moov"):
        # Compressed content could not be blanked without moving the rest, and no browser plays such a film.
        if find(file, movie, b"cmov"):
            raise Unreadable
        sizes |= default_sizes(file, movie)
        dropped |= _drop_tracks(file, movie)
    for fragment in boxes(file, whole, b"moof") if dropped else ():
        for part in erase_fragment(file, fragment, dropped, sizes):
            _free(file, part)
    _blank(file, whole)
    _erase_dashcam_blocks(file)


def mp4_duration(file: BoundedFile) -> float | None:
    """Seconds, as the movie header says; None for films in fragments, which do not know."""
    header = find(file, whole_file(file), b"moov", b"mvhd")
    if header is None:
        return None
    is_long = file.number(header.body, 1) == 1
    position, width = (header.body + 20, 8) if is_long else (header.body + 12, 4)
    scale, count = file.number(position, 4), file.number(position + 4, width)
    return count / scale if scale and count != (1 << 8 * width) - 1 else None


def blank_movie(file: BoundedFile, movie: Box) -> None:
    """The same for the movie within a picture that moves, whose pictures are all that it has."""
    if _drop_tracks(file, movie):
        raise Unreadable
    _blank(file, movie)


def _drop_tracks(file: BoundedFile, movie: Box) -> set[int]:
    dropped = set()
    for track in boxes(file, movie, b"trak"):
        handler = find(file, track, b"mdia", b"hdlr")
        kind = file.read(handler.body + 8, 4) if handler else b""
        if kind in _PICTURES:
            _erase_encoders(file, track)
        if kind not in _KEPT_TRACKS:
            header = find(file, track, b"tkhd")
            if header is None:
                raise Unreadable
            is_long = file.number(header.body, 1) == 1
            dropped.add(file.number(header.body + (20 if is_long else 12), 4))
            erase_samples(file, track)
            _free(file, track)
    return dropped


def _blank(file: BoundedFile, container: Box) -> None:
    end = container.body
    for box in boxes(file, container):
        end = box.end
        if box.kind in _FREE:
            file.erase(box.body, box.end)
        elif box.kind not in _KEPT[container.kind]:
            _free(file, box)
        elif box.kind in _KEPT:
            _blank(file, box)
        elif box.kind in _ERASERS:
            _ERASERS[box.kind](file, box)
    # The bytes behind the last box belong to none.
    file.erase(end, container.end)


def _free(file: BoundedFile, box: Box) -> None:
    file.write(box.start + 4, b"free")
    file.erase(box.body, box.end)


def _erase_times(file: BoundedFile, header: Box) -> None:
    # The times of making and changing; recorders without a clock write zeros, too.
    is_long = file.number(header.body, 1) == 1
    file.erase(header.body + 4, header.body + (20 if is_long else 12))


def _erase_maker(file: BoundedFile, handler: Box) -> None:
    # The name behind the kind of a track is free text: "GoPro AVC", "Core Media Video".
    file.erase(min(handler.body + 12, handler.end), handler.end)


def _erase_places(file: BoundedFile, references: Box) -> None:
    # Where QuickTime found the film when it was edited: volume and folders, which may name a person.
    for entry in boxes(file, Box(b"dref", references.start, references.body + 8, references.end)):
        file.erase(min(entry.body + 4, entry.end), entry.end)


def _erase_encoders(file: BoundedFile, track: Box) -> None:
    # The vendor, and the free text about the encoder, in which cameras write their names.
    descriptions = find(file, track, b"mdia", b"minf", b"stbl", b"stsd")
    if descriptions is None:
        return
    for entry in boxes(file, Box(b"stsd", descriptions.start, descriptions.body + 8, descriptions.end)):
        if entry.end - entry.start >= _PICTURE_ENTRY_BYTES:
            file.erase(entry.start + 20, entry.start + 24)
            file.erase(entry.start + 50, entry.start + 82)


def _erase_dashcam_blocks(file: BoundedFile) -> None:
    for position in range(0, file.size, CHUNK_BYTES - 16):
        chunk = file.peek(position, CHUNK_BYTES)
        for found in _DASHCAM_BLOCK.finditer(chunk):
            start = position + found.start()
            size = file.number(max(start - 4, 0), 4)
            size = size if size <= _MAX_DASHCAM_BYTES else _LEAST_DASHCAM_BYTES
            file.erase(start, min(start + max(size - 4, 16), file.size))


_ERASERS: dict[bytes, Callable[[BoundedFile, Box], None]] = {
    b"mvhd": _erase_times,
    b"tkhd": _erase_times,
    b"mdhd": _erase_times,
    b"hdlr": _erase_maker,
    b"dref": _erase_places,
}
