"""OGG: the comment packet of each stream loses its comments, and its pages get new checksums."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

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

    def renew_checksum(self, file: BoundedFile) -> None:
        content = bytearray(file.read(self.start, self.end - self.start))
        content[22:26] = bytes(4)
        # OGG's CRC-32 is that of zlib with the bits of all bytes reversed, and without inversion at beginning and end.
        reverse = zlib.crc32(content.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
        checksum = int(f"{reverse:032b}"[::-1], 2)
        file.write(self.start + 22, checksum.to_bytes(4, "little"))


class _Stream:
    """A stream that loses its comments while its headers pass; then it `is_done`."""

    def __init__(self, file: BoundedFile) -> None:
        self.is_done = False
        self._file = file
        self._codec = b""
        self._packets = 0
        # Of the packet that is not whole yet: where its bytes are, and the pages on which they are.
        self._pieces: list[tuple[int, int]] = []
        self._pages: list[_Page] = []

    def take_page(self, page: _Page) -> None:
        position = page.body
        self._pages.append(page)
        for length in page.pieces:
            self._add_piece(position, length)
            position += length
            # A packet ends with a piece that is not full.
            if length < _FULL:
                if self._take_packet(Packet(self._file, self._pieces)):
                    for changed in self._pages:
                        changed.renew_checksum(self._file)
                self._pieces, self._pages = [], [page]
            if self.is_done:
                return
        if not self._pieces:
            self._pages = []

    def _add_piece(self, position: int, length: int) -> None:
        if self._pieces and sum(self._pieces[-1]) == position:
            self._pieces[-1] = (self._pieces[-1][0], self._pieces[-1][1] + length)
        else:
            self._pieces.append((position, length))

    def _take_packet(self, packet: Packet) -> bool:
        """Handle a whole packet; returns whether it was changed."""
        self._packets += 1
        if self._packets == 1:
            self._recognize(packet.read(0, _LONGEST_NAME))
            return False
        if self._codec == _FLAC:
            return self._blank_flac_packet(packet)
        blank_xiph_comments(packet, _PREFIXES[self._codec], is_framed=self._codec == _VORBIS)
        self.is_done = True
        return True

    def _recognize(self, name: bytes) -> None:
        if name.startswith(_SKELETON):
            self.is_done = True
            return
        self._codec = next((codec for codec in (*_PREFIXES, _FLAC) if name.startswith(codec)), b"")
        if not self._codec:
            raise Unreadable

    def _blank_flac_packet(self, packet: Packet) -> bool:
        # Each header packet is a block. That of comments is required and stays, without comments.
        kind = packet.read(0, 1)[:1] or b"\xff"
        if kind[0] == _FLAC_SOUND:
            self.is_done = True
            return False
        if kind[0] & 0x7F == _FLAC_COMMENTS:
            blank_xiph_comments(packet, 4)
        elif padded(kind[0]) != kind[0]:
            packet.write(0, bytes([padded(kind[0])]))
            packet.erase(4, packet.size)
        return True


def blank_ogg(file: BoundedFile) -> None:
    """Remove the comments of all streams, also of those that begin later.

    The last page may be cut off. Raises `Unreadable` for bytes between the pages, and for unknown codecs.
    """
    streams: dict[int, _Stream] = {}
    for page in _pages(file):
        if page.flags & _BEGINS:
            streams[page.serial] = _Stream(file)
        stream = streams.get(page.serial)
        if stream and not stream.is_done:
            stream.take_page(page)
    if not streams or any(not stream.is_done for stream in streams.values()):
        raise Unreadable


def ogg_duration(file: BoundedFile) -> float | None:
    """Seconds of a recording in Opus or Vorbis, by the count of samples at its last page; None for others."""
    first = next(_pages(file), None)
    if first is None:
        return None
    name = file.peek(first.body, 16)
    if name.startswith(b"OpusHead"):
        rate, skipped = 48_000, int.from_bytes(name[10:12], "little")
    elif name.startswith(_VORBIS):
        rate, skipped = int.from_bytes(name[12:16], "little"), 0
    else:
        return None
    # A page has at most 64 KB.
    start = max(0, file.size - 65_536)
    tail = file.peek(start, file.size - start)
    last = tail.rfind(b"OggS")
    count = int.from_bytes(tail[last + 6 : last + 14], "little", signed=True) if last >= 0 else 0
    return max(0, count - skipped) / rate if rate else None


def _pages(file: BoundedFile) -> Iterator[_Page]:
    position = 0
    while file.size - position >= _HEADER_BYTES:
        header = file.peek(position, _HEADER_BYTES + 255)
        if header[:4] != b"OggS":
            # Programs may leave blank space at the end.
            if not file.is_blank(position, file.size):
                raise Unreadable
            return
        pieces = header[_HEADER_BYTES : _HEADER_BYTES + header[26]]
        end = position + _HEADER_BYTES + header[26] + sum(pieces)
        if end > file.size:
            return
        yield _Page(position, header[5], int.from_bytes(header[14:18], "little"), pieces, end)
        position = end
