"""Bytes of uploads, honest and hostile, made on the spot."""

import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

NONE = 0xFFFFFFFF


def upload(content: bytes, name: str = "file.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else (200, 30, 30, 128)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def photo_with_position(orientation: int = 6) -> bytes:
    """A photo as a phone makes it: lying, with a maker and a place."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Phone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 15.0)
    return picture(exif=exif, comment=b"taken at home")


def huge_png(width: int = 13_000, height: int = 13_000) -> bytes:
    """169 megapixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"\0" * (width // 8 + 2) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_by_colour(width: int, height: int, scans: int, *, kind: int = 0xC0, behind: bytes = b"") -> bytes:
    """A JPEG of one colour after another again and again, some bytes a scan; `kind` 0xC2 sends an outline first."""

    def part(marker: int, content: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content

    size = struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    codes = b"\0\1" + b"\0" * 16 + b"\x10\1" + b"\0" * 16  # The only code means: no change in this block.
    last = 63 if kind == 0xC0 else 0
    colours = [part(0xDA, bytes((1, number, 0, 0, last, 0))) + b"\0" * 8 for number in (1, 2, 3)]
    body = b"".join(colours[number % 3] for number in range(scans))
    head = part(0xDB, b"\0" + b"\1" * 64) + part(kind, size) + part(0xC4, codes)
    return b"\xff\xd8" + head + body + behind + b"\xff\xd9"


def bmp_of_runs(width: int, height: int, runs: bytes) -> bytes:
    """A BMP of compressed grey; `runs` are how often, and which, with zeros at the end of a row."""
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
    greys = b"".join(bytes((each, each, each, 0)) for each in range(256))
    start = 14 + len(head) + len(greys)
    return b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + head + greys + runs


def tiff(*entries: tuple[int, int, int, int | bytes]) -> bytes:
    """Tag, type, count and value of each, or the bytes that it is the place of."""
    start, body = 8 + 2 + 12 * len(entries) + 4, b""
    table = struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        place = value if isinstance(value, int) else start + len(body)
        body += b"" if isinstance(value, int) else value
        table += struct.pack("<HHII", tag, kind, count, place)
    return b"II*\0\x08\0\0\0" + table + bytes(4) + body


def tiff_of_one_tile(width: int, height: int, *tile: tuple[int, int, int, int]) -> bytes:
    """A TIFF of 100 by 100 grey pixels in a tile of that size; `tile` are entries that stand before its sides."""
    packer = zlib.compressobj()
    content = b"".join(packer.compress(bytes(width)) for _row in range(height)) + packer.flush()
    grey = [(256, 3, 1, 100), (257, 3, 1, 100), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1)]
    sides = [(322, 4, 1, width), (323, 4, 1, height)]
    return tiff(*grey, *tile, *sides, (324, 4, 1, content), (325, 4, 1, len(content)))


def archive(*members: str, **contents: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for member in members:
            made.writestr(member, contents.get(member, "<x/>"))
    return out.getvalue()


def odt() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", "<x/>")
    return out.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def mp4(brand: bytes = b"isom", handler: bytes = b"vide") -> bytes:
    movie = box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + handler))))
    return box(b"ftyp", brand + b"\0\0\0\0" + brand) + movie + box(b"mdat", b"\0" * 64)


def webm(codec: bytes = b"A_OPUS") -> bytes:
    def element(kind: str, content: bytes) -> bytes:
        return bytes.fromhex(kind) + bytes([0x80 | len(content)]) + content

    tracks = element("1654ae6b", element("ae", element("86", codec)))
    return element("1a45dfa3", element("4282", b"webm")) + element("18538067", tracks)


def wav() -> bytes:
    content = b"WAVEfmt " + struct.pack("<I", 16) + b"\0" * 16 + b"data" + struct.pack("<I", 32) + b"\0" * 32
    return b"RIFF" + struct.pack("<I", len(content)) + content


def compound(*names: str, **streams: bytes) -> bytes:
    """A document of Office before 2007: storages of these names, and streams, the short ones in the shared sector.

    Sector 0 is the table, 1 that of short streams, 2 and following the directory, then come the contents.
    """
    short = {name: content for name, content in streams.items() if len(content) < 4096}
    shared = b"".join(content.ljust(-(-len(content) // 64) * 64, b"\0") for content in short.values())
    entries = [(name, 1, b"") for name in names] + [(name, 2, content) for name, content in streams.items()]
    directory_sectors = len(entries) // 4 + 1
    table, short_table = [0xFFFFFFFD, 0xFFFFFFFE], list[int]()
    sectors, directory = list[bytes](), list[bytes]()

    def chained(content: bytes) -> int:
        first, pieces = len(table), [content[start : start + 512] for start in range(0, len(content), 512)]
        sectors.extend(piece.ljust(512, b"\0") for piece in pieces)
        table.extend([*range(first + 1, first + len(pieces)), 0xFFFFFFFE])
        return first

    table += [*range(3, 2 + directory_sectors), 0xFFFFFFFE]
    directory.append(_entry("Root Entry", 5, chained(shared) if shared else 0xFFFFFFFE, len(shared), child=1))
    for number, (name, kind, content) in enumerate(entries, 1):
        first = len(short_table)
        if name in short:
            short_table += [*range(first + 1, first + -(-len(content) // 64)), 0xFFFFFFFE]
        first = first if name in short or not content else chained(content)
        directory.append(_entry(name, kind, first, len(content), right=number + 1 if number < len(entries) else NONE))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 62, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 2, 0, 4096, 1, 1, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    tables = [struct.pack(f"<{len(each)}I", *each).ljust(512, b"\xff") for each in (table, short_table)]
    return header.ljust(512, b"\xff") + b"".join(
        [*tables, b"".join(directory).ljust(512 * directory_sectors, b"\0"), *sectors]
    )


def _entry(name: str, kind: int, first: int, size: int, *, right: int = NONE, child: int = NONE) -> bytes:
    raw = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
    raw += struct.pack("<3I", NONE, right, child)
    return raw.ljust(116, b"\0") + struct.pack("<IQ", first, size)


def workbook(*sheets: int, encrypted: bool = False) -> bytes:
    """The records of a workbook: what kinds of sheets it has, 0 for tables and 1 for macros of Excel 4.0."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin = record(0x0809, struct.pack("<HH", 0x0600, 0x0005) + bytes(12))
    listed = b"".join(record(0x85, bytes(5) + bytes([kind]) + b"\x02\0Ab") for kind in sheets)
    return begin + (record(0x2F, bytes(6)) if encrypted else b"") + listed + record(0x0A, b"")


def slides(*, macros: bool = False) -> bytes:
    """The stream of a presentation; its project hides within, and is no entry of the directory."""
    project = struct.pack("<HHIHHIIII", 0x001F, 0x03FF, 20, 2, 0x0400, 12, 7 * macros, macros, 2)
    return struct.pack("<HHI", 0x000F, 0x03E8, 5000) + bytes(4600) + project + bytes(400)


def word(version: int = 0xC1, flags: int = 0) -> bytes:
    """The stream of a text of Word from before 2007."""
    return struct.pack("<HHHHHH", 0xA5EC if version >= 0xC0 else 0xA5DC, version, 0, 0x407, 0, flags) + bytes(500)


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
