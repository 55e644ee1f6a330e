"""Comments of Xiph's codecs, which have the same form in OGG, WebM and FLAC: a vendor, and pairs of name and value."""

from collections.abc import Sequence

from messenger.bounded_files import BoundedFile, Unreadable


class Packet:
    """Bytes that belong together and lie in the file in several pieces, each a position and a length."""

    def __init__(self, file: BoundedFile, pieces: Sequence[tuple[int, int]]) -> None:
        self._file = file
        self._pieces = pieces
        self.size = sum(length for _position, length in pieces)

    def read(self, start: int, count: int) -> bytes:
        """Up to `count` bytes; fewer at the end."""
        return b"".join(self._file.read(position, length) for position, length in self._parts(start, start + count))

    def write(self, start: int, content: bytes) -> None:
        """Overwrite the bytes from `start` on. Raises `Unreadable` beyond the end."""
        if start < 0 or start + len(content) > self.size:
            raise Unreadable
        written = 0
        for position, length in self._parts(start, start + len(content)):
            self._file.write(position, content[written : written + length])
            written += length

    def erase(self, start: int, end: int) -> None:
        """Overwrite the bytes from `start` up to `end` with zeros."""
        for position, length in self._parts(start, end):
            self._file.erase(position, position + length)

    def _parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """The pieces from `start` up to `end`, the first and the last one cut."""
        found, passed = [], 0
        for position, length in self._pieces:
            first, last = max(start - passed, 0), min(end - passed, length)
            if first < last:
                found.append((position + first, last - first))
            passed += length
            if passed >= end:
                break
        return found


def blank_xiph_comments(packet: Packet, prefix: int, *, is_framed: bool = False) -> None:
    """Remove all comments behind the first `prefix` bytes; `is_framed` for Vorbis, which ends them with a bit.

    Raises `Unreadable` for a packet that is too short.
    """
    # One vendor of zeros fills the packet, because some decoders refuse bytes behind the last comment.
    vendor = packet.size - prefix - 8 - is_framed
    if vendor < 0:
        raise Unreadable
    packet.write(prefix, vendor.to_bytes(4, "little"))
    packet.erase(prefix + 4, packet.size - is_framed)
    if is_framed:
        packet.write(packet.size - 1, b"\x01")
