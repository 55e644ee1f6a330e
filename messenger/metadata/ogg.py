"""OGG: the comment packet of each stream loses its comments, and its pages get new checksums."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.metadata.comments import Packet, blank_xiph_comments
from messenger.metadata.flac import padded

_HEADER_BYTES = 27
_FULL = 255  # A piece of this length goes on in the next one.
_BEGINS = 0x02
_LONGEST_NAME = 9
# By the beginning of a stream's first packet, the number of bytes before the vendor in its second one.
_PREFIXES = {
    b"\x01vorbis": 7,
    b"OpusHead": 8,
    b"\x80theora": 7,
    b"OVP80\x01": 7,
    b"Speex   ": 0,
    b"CELT    ": 0,
}
_VORBIS, _FLAC = b"\x01vorbis", b"\x7fFLAC"
# Describes the other streams, and has no comments.
_SKELETON = b"fishead\0"
_FLAC_COMMENTS, _FLAC_SOUND = 4, 0xFF
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class _Page:
    start: int
    flags: int
    serial: int
    pieces: bytes
    end: int

    @property
    def body(self) -> int:
        return self.start + _HEADER_BYTES + len(self.pieces)


@dataclass
class _Stream:
    """A stream whose headers are being read."""

    codec: bytes = b""
    packets: int = 0
    pieces: list[tuple[int, int]] = field(default_factory=list)
    pages: list[_Page] = field(default_factory=list)
    is_done: bool = False


def blank_ogg(file: BoundedFile) -> None:
    """Remove the comments of all streams, also of those that begin later.

    The last page may be cut off. Raises `Unreadable` for bytes between the pages, and for unknown codecs.
    """
    streams: dict[int, _Stream] = {}
    for page in _pages(file):
        if page.flags & _BEGINS:
            streams[page.serial] = _Stream()
        stream = streams.get(page.serial)
        if stream and not stream.is_done:
            _take_page(file, stream, page)
    if not streams or any(not stream.is_done for stream in streams.values()):
        raise Unreadable


def _pages(file: BoundedFile) -> Iterator[_Page]:
    position = 0
    while position < file.size:
        header = file.peek(position, _HEADER_BYTES + 255)
        if len(header) < _HEADER_BYTES or header[:4] != b"OggS":
            return _check_rest(file, position)
        pieces = header[_HEADER_BYTES : _HEADER_BYTES + header[26]]
        end = position + _HEADER_BYTES + header[26] + sum(pieces)
        if end > file.size:
            return None
        yield _Page(position, header[5], int.from_bytes(header[14:18], "little"), pieces, end)
        position = end
    return None


def _check_rest(file: BoundedFile, position: int) -> None:
    is_cut_off = file.size - position < _HEADER_BYTES
    if not is_cut_off and not file.is_blank(position, file.size):
        raise Unreadable


def _take_page(file: BoundedFile, stream: _Stream, page: _Page) -> None:
    position = page.body
    stream.pages.append(page)
    for length in page.pieces:
        _add_piece(stream.pieces, position, length)
        position += length
        # A packet ends with a piece that is not full.
        if length < _FULL:
            if _take_packet(file, stream):
                _renew_checksums(file, stream.pages)
            stream.pieces, stream.pages = [], [page]
        if stream.is_done:
            return
    if not stream.pieces:
        stream.pages = []


def _add_piece(pieces: list[tuple[int, int]], position: int, length: int) -> None:
    if pieces and sum(pieces[-1]) == position:
        pieces[-1] = (pieces[-1][0], pieces[-1][1] + length)
    else:
        pieces.append((position, length))


def _take_packet(file: BoundedFile, stream: _Stream) -> bool:
    """Handle the packet that has become whole; returns whether it was changed."""
    packet = Packet(file, stream.pieces)
    stream.packets += 1
    if stream.packets == 1:
        _recognize(stream, packet.read(0, _LONGEST_NAME))
        return False
    if stream.codec == _FLAC:
        return _blank_flac_packet(stream, packet)
    blank_xiph_comments(packet, _PREFIXES[stream.codec], is_framed=stream.codec == _VORBIS)
    stream.is_done = True
    return True


def _recognize(stream: _Stream, name: bytes) -> None:
    if name.startswith(_SKELETON):
        stream.is_done = True
        return
    stream.codec = next((codec for codec in (*_PREFIXES, _FLAC) if name.startswith(codec)), b"")
    if not stream.codec:
        raise Unreadable


def _blank_flac_packet(stream: _Stream, packet: Packet) -> bool:
    # Each header packet is a block. That of comments is required and stays, without comments.
    kind = packet.read(0, 1)[:1] or b"\xff"
    if kind[0] == _FLAC_SOUND:
        stream.is_done = True
        return False
    if kind[0] & 0x7F == _FLAC_COMMENTS:
        blank_xiph_comments(packet, 4)
    elif padded(kind[0]) != kind[0]:
        packet.write(0, bytes([padded(kind[0])]))
        packet.erase(4, packet.size)
    return True


def _renew_checksums(file: BoundedFile, pages: list[_Page]) -> None:
    for page in pages:
        content = bytearray(file.read(page.start, page.end - page.start))
        content[22:26] = bytes(4)
        file.write(page.start + 22, _checksum(content).to_bytes(4, "little"))


def _checksum(content: bytes | bytearray) -> int:
    # OGG's CRC-32 is that of zlib with the bits of all bytes reversed, and without inversion at beginning and end.
    reverse = zlib.crc32(content.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reverse:032b}"[::-1], 2)
