"""Films and recordings whose every corner says where, with what and by which person they were made."""

import struct
import uuid
import zlib
from dataclasses import dataclass

from tests.messenger.samples import box

PLACE, DEVICE, OWNER = b"+48.1234+011.5678/", b"Secret Phone 12", b"Erika Mustermann"
SECRETS = PLACE + b" " + DEVICE + b" " + OWNER
PICTURE, SOUND = bytes(range(1, 256)) * 3, bytes(range(255, 0, -1)) * 3
WHEN = b"\xde\xad\xbe\xef"


@dataclass(frozen=True)
class Made:
    """A file, and the parts of it that must stay where they are."""

    content: bytes
    kept: tuple[bytes, ...] = (PICTURE, SOUND)
    name: str = "file.bin"


# MP4 and QuickTime ---------------------------------------------------------------------------------------------------

MATRIX = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
AVCC = box(b"avcC", b"\x01\x64\x00\x1f\xff\xe1\x00\x05codec")
LANGUAGE = b"\x15\xc7\0\0"  # German


def full(kind: bytes, content: bytes) -> bytes:
    return box(kind, bytes(4) + content)


def numbers(*found: int) -> bytes:
    return struct.pack(f">{len(found)}I", *found)


def handler(kind: bytes) -> bytes:
    return full(b"hdlr", b"mhlr" + kind + DEVICE[:12] + b"\x0f" + DEVICE + b"\0")


def picture_entry() -> bytes:
    fixed = bytes(6) + b"\0\1" + bytes(4) + DEVICE[:4] + bytes(8) + struct.pack(">HH", 640, 480)
    return box(b"avc1", fixed + bytes(14) + (b"\x0f" + DEVICE).ljust(32, b"\0") + b"\0\x18\xff\xff" + AVCC)


def tables(entry: bytes, sizes: bytes, offsets: bytes) -> bytes:
    described = full(b"stsd", numbers(1) + entry) + full(b"stts", numbers(1, 1, 40))
    return box(b"stbl", described + full(b"stsc", numbers(1, 1, 1, 1)) + sizes + offsets)


def track(number: int, kind: bytes, table: bytes) -> bytes:
    header = full(b"tkhd", WHEN + WHEN + numbers(number, 0, 100) + bytes(16) + MATRIX + numbers(640 << 16, 480 << 16))
    places = box(b"dinf", full(b"dref", numbers(1) + box(b"alis", b"\0\0\0\1" + OWNER)))
    media = full(b"mdhd", WHEN + WHEN + numbers(1000, 100) + LANGUAGE) + handler(kind) + box(b"udta", SECRETS)
    media += box(b"minf", full(b"vmhd", bytes(8)) + handler(b"alis") + places + table)
    return box(b"trak", header + box(b"udta", box(b"name", OWNER)) + box(b"meta", SECRETS) + box(b"mdia", media))


def movie_texts() -> bytes:
    keys = full(b"keys", numbers(1) + box(b"mdta", b"com.apple.quicktime.location.ISO6709"))
    items = box(b"ilst", box(b"\0\0\0\1", box(b"data", b"\0\0\0\1\0\0\0\0" + PLACE)))
    texts = box(b"\xa9xyz", b"\0\x12\x15\xc7" + PLACE) + box(b"\xa9mak", DEVICE) + box(b"auth", OWNER) + bytes(4)
    meta = box(b"meta", handler(b"mdta") + keys + items)
    return (
        meta + box(b"udta", texts) + box(b"uuid", uuid.uuid4().bytes + b"<x:xmpmeta>" + SECRETS) + box(b"gps ", SECRETS)
    )


def mp4(brand: bytes = b"isom", *, long_offsets: bool = False) -> Made:
    """Picture, timed places in two pieces, sound, and a block of a dashcam; the movie header follows them."""
    head = box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"free", SECRETS) + box(b"uuid", SECRETS)
    block = struct.pack(">I", 64) + b"freeGPS " + PLACE
    media = [PICTURE, PLACE, SOUND, PLACE + OWNER, block.ljust(64, b"\0"), PICTURE]
    starts = [len(head) + 8 + sum(map(len, media[:number])) for number in range(len(media))]
    sizes = full(b"stsz", numbers(0, 2, len(PLACE), len(PLACE + OWNER)))
    if long_offsets:
        places = full(b"co64", numbers(2) + struct.pack(">2Q", starts[1], starts[3]))
    else:
        places = full(b"stco", numbers(2, starts[1], starts[3]))
    film = tables(picture_entry(), full(b"stsz", numbers(len(PICTURE), 1)), full(b"stco", numbers(1, starts[0])))
    voice = tables(box(b"mp4a", bytes(28)), full(b"stsz", numbers(len(SOUND), 1)), full(b"stco", numbers(1, starts[2])))
    moov = box(
        b"moov",
        full(b"mvhd", WHEN + WHEN + numbers(1000, 100, 1 << 16) + MATRIX)
        + movie_texts()
        + track(1, b"vide", film)
        + track(2, b"meta", tables(box(b"mebx", SECRETS), sizes, places))
        + track(3, b"soun", voice)
        + track(4, b"tmcd", tables(box(b"tmcd", SECRETS), full(b"stsz", numbers(4, 0)), full(b"stco", numbers(0)))),
    )
    kept = (PICTURE, SOUND, MATRIX, AVCC, LANGUAGE, film.partition(b"stts")[2], voice, b"vide", b"soun")
    return Made(head + box(b"mdat", b"".join(media)) + moov + box(b"meta", SECRETS) + b"tail", kept, "film.mp4")


def fragmented_mp4(*, is_relative: bool = True) -> Made:
    """As recorders write it that may be interrupted: a header without samples, then fragments with theirs."""
    empty = full(b"stsz", numbers(0, 0)) + full(b"stco", numbers(0))
    defaults = full(b"trex", numbers(1, 1, 40, 0, 0)) + full(b"trex", numbers(2, 1, 40, len(PLACE), 0))
    head = box(b"ftyp", b"iso5\0\0\2\0iso5")
    head += box(
        b"moov",
        full(b"mvhd", WHEN + WHEN + numbers(1000, 0))
        + track(1, b"vide", tables(picture_entry(), empty, b""))
        + track(2, b"text", tables(box(b"tx3g", SECRETS), empty, b""))
        + box(b"mvex", defaults),
    )
    return Made(head + _fragment(is_relative) * 2, (PICTURE, AVCC, MATRIX), "film.mp4")


def _fragment(is_relative: bool) -> bytes:
    def made(offset: int) -> bytes:
        flags = b"\0\2\0\0" if is_relative else bytes(4)
        film = box(b"tfhd", flags + numbers(1)) + box(b"trun", b"\0\0\3\1" + numbers(1, offset, 40, len(PICTURE)))
        first = numbers(1, offset + len(PICTURE)) if is_relative else numbers(1)
        texts = box(b"tfhd", flags + numbers(2)) + box(b"trun", (b"\0\0\0\1" if is_relative else bytes(4)) + first)
        texts += box(b"trun", b"\0\0\2\0" + numbers(2, len(DEVICE), len(OWNER))) + box(b"udta", SECRETS)
        return box(b"moof", full(b"mfhd", numbers(1)) + box(b"traf", film) + box(b"traf", texts))

    return made(len(made(0)) + 8) + box(b"mdat", PICTURE + PLACE + DEVICE + OWNER)


# WebM and Matroska ---------------------------------------------------------------------------------------------------


def element(kind: str, content: bytes) -> bytes:
    return bytes.fromhex(kind) + struct.pack(">Q", len(content) | 1 << 56) + content


def short(kind: str, content: bytes) -> bytes:
    if len(content) > 126:
        return element(kind, content)
    return bytes.fromhex(kind) + bytes([0x80 | len(content)]) + content


def comments(*, framing: bytes = b"") -> bytes:
    found = [b"LOCATION=" + PLACE, b"DEVICE=" + DEVICE, b"ARTIST=" + OWNER]
    texts = [struct.pack("<I", len(text)) + text for text in (b"vendor " + OWNER, *found)]
    return texts[0] + struct.pack("<I", len(found)) + b"".join(texts[1:]) + framing


def vorbis_private() -> bytes:
    first, second = b"\x01vorbis" + bytes(22) + b"\x01", b"\x03vorbis" + comments(framing=b"\x01")
    return b"\x02" + bytes([len(first), len(second)]) + first + second + b"\x05vorbis setup"


def webm(codec: bytes = b"V_VP8", private: bytes = b"", *, is_open: bool = False, doctype: bytes = b"webm") -> Made:
    """With `is_open`, as browsers record: neither the whole nor its clusters know how long they will be."""
    seek = short("4dbb", short("53ab", b"\x16\x54\xae\x6b")), short("4dbb", short("53ab", b"\x12\x54\xc3\x67"))
    info = short("bf", b"\1\2\3\4") + short("2ad7b1", b"\x0f\x42\x40") + short("4461", WHEN + WHEN)
    info += short("7ba9", OWNER) + short("7384", DEVICE) + short("4d80", DEVICE) + short("5741", PLACE)
    track = short("d7", b"\1") + short("83", b"\1") + short("536e", OWNER) + short("86", codec)
    track += short("63a2", private) if private else b""
    blocks = element("a3", b"\x81\0\0\x80" + PICTURE), element("a0", short("a1", b"\x81") + SOUND)
    cluster = short("e7", b"\0") + b"".join(blocks)
    opened = bytes.fromhex("1f43b67501ffffffffffffff") + cluster
    segment = element("114d9b74", b"".join(seek)) + element("1549a966", info)
    segment += element("1654ae6b", short("bf", b"\1\2\3\4") + element("ae", track)) + element("1254c367", SECRETS)
    segment += (opened * 2 if is_open else element("1f43b675", cluster)) + element("1941a469", SECRETS)
    segment += element("1043a770", SECRETS) + element("ec", SECRETS) + short("4a4a", OWNER)
    head = short("1a45dfa3", short("4282", doctype))
    body = bytes.fromhex("1853806701ffffffffffffff") + segment if is_open else element("18538067", segment)
    kept = (PICTURE, SOUND, seek[0], short("2ad7b1", b"\x0f\x42\x40"), short("86", codec), short("4282", doctype))
    return Made(head + body, kept, "film.webm" if doctype == b"webm" else "film.mkv")


# OGG and FLAC --------------------------------------------------------------------------------------------------------


def checksum(page: bytes) -> int:
    """OGG's CRC-32 bit by bit, as its specification says it."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _bit in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 0x80000000 else 0)) & 0xFFFFFFFF
    return found


def page(content: bytes, pieces: list[int], *, flags: int = 0, serial: int = 1) -> bytes:
    head = b"OggS\0" + bytes([flags]) + bytes(8) + struct.pack("<II", serial, 0)
    body = bytes([len(pieces)]) + bytes(pieces) + content
    return head + struct.pack("<I", checksum(head + bytes(4) + body)) + body


def pages(packet: bytes, *, flags: int = 0, serial: int = 1, limit: int = 255) -> bytes:
    """The packet on as many pages as it needs, `limit` pieces on each."""
    pieces = [255] * (len(packet) // 255) + [len(packet) % 255]
    found = b""
    for start in range(0, len(pieces), limit):
        some = pieces[start : start + limit]
        found += page(packet[start * 255 : start * 255 + sum(some)], some, flags=flags, serial=serial)
    return found


def ogg(codec: str = "vorbis", *, limit: int = 1) -> Made:
    framed = b"\x03vorbis" + comments(framing=b"\x01")
    first, second = {
        "vorbis": (b"\x01vorbis" + bytes(23), framed),
        "opus": (b"OpusHead\x01\x01" + bytes(9), b"OpusTags" + comments()),
        "theora": (b"\x80theora" + bytes(35), b"\x81theora" + comments()),
        "speex": (b"Speex   " + bytes(72), comments()),
    }[codec]
    sound = pages(SOUND[:254])
    head = pages(first, flags=2) + pages(b"fishead\0" + bytes(56), flags=2, serial=2)
    return Made(head + pages(second, limit=limit) + sound + sound, (first, sound), "voice.ogg")


def flac_block(kind: int, content: bytes, *, is_last: bool = False) -> bytes:
    return bytes([kind | (0x80 if is_last else 0)]) + len(content).to_bytes(3, "big") + content


STREAM = bytes(range(34))


def flac() -> Made:
    blocks = flac_block(0, STREAM) + flac_block(4, comments()) + flac_block(6, SECRETS) + flac_block(2, SECRETS)
    blocks += flac_block(3, b"seek" * 9) + flac_block(5, SECRETS) + flac_block(1, SECRETS, is_last=True)
    return Made(b"fLaC" + blocks + SOUND, (b"fLaC", STREAM, b"seek" * 9, SOUND), "voice.flac")


def flac_private() -> bytes:
    return b"fLaC" + flac_block(0, STREAM) + flac_block(4, comments(), is_last=True)


def flac_in_ogg() -> Made:
    first = b"\x7fFLAC\1\0\0\2fLaC" + flac_block(0, STREAM)
    head = pages(first, flags=2) + pages(flac_block(4, comments())) + pages(flac_block(6, SECRETS, is_last=True))
    return Made(head + pages(b"\xff\xf8" + SOUND[:200]), (first, SOUND[:200]), "voice.oga")


# MP3, WAV, AVI, WMV --------------------------------------------------------------------------------------------------


def id3(content: bytes, *, flags: int = 0) -> bytes:
    size = bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0))
    footer = b"3DI\x04\0" + bytes([flags]) + size if flags & 0x10 else b""
    return b"ID3\x04\0" + bytes([flags]) + size + content + footer


def ape(content: bytes) -> bytes:
    def mark(flags: int) -> bytes:
        return b"APETAGEX" + struct.pack("<4I", 2000, len(content) + 32, 3, flags) + bytes(8)

    return mark(0xA0000000) + content + mark(0x80000000)


def frames(count: int = 2, header: bytes = b"\xff\xfb\x90\0", length: int = 417) -> bytes:
    """Frames of an MP3: of MPEG 1, layer III, with 128 kilobits."""
    return (header + (SOUND * 3)[: length - len(header)]) * count


def adts(count: int = 3, length: int = 200) -> bytes:
    header = b"\xff\xf1\x50" + (0x80000000 | length << 13 | 0x1FFC).to_bytes(4)
    return (header + SOUND[: length - 7]) * count


def mp3(sound: bytes = frames()) -> Made:
    """Tags in front, between, behind, and behind those."""
    old = b"TAG" + OWNER.ljust(30, b"\0") + DEVICE.ljust(94, b"\0") + b"\x11"
    content = id3(SECRETS * 9) + id3(SECRETS, flags=0x10) + sound + id3(SECRETS) + PICTURE
    return Made(content + id3(SECRETS, flags=0x10) + ape(SECRETS) + old, (sound, PICTURE), "voice.mp3")


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) & 1)


def wav() -> Made:
    fmt = chunk(b"fmt ", bytes(range(16)))
    texts = [chunk(kind, SECRETS) for kind in (b"bext", b"id3 ", b"iXML", b"_PMX", b"cart", b"JUNK")]
    info = chunk(b"LIST", b"INFO" + chunk(b"IART", OWNER) + chunk(b"ICRD", DEVICE) + chunk(b"ILOC", PLACE))
    content = b"WAVE" + info + fmt + texts[0] + chunk(b"data", SOUND) + b"".join(texts) + info + b"tail"
    return Made(b"RIFF" + struct.pack("<I", len(content)) + content, (fmt, SOUND), "voice.wav")


def avi() -> Made:
    streams = chunk(b"strh", b"vidsMJPG" + bytes(48)), chunk(b"strf", bytes(range(40)))
    stream = chunk(b"LIST", b"strl" + b"".join(streams) + chunk(b"strd", SECRETS) + chunk(b"strn", OWNER))
    head = chunk(
        b"LIST", b"hdrl" + chunk(b"avih", bytes(56)) + stream + chunk(b"IDIT", DEVICE) + chunk(b"JUNK", SECRETS)
    )
    frames = chunk(b"00dc", PICTURE) + chunk(b"gps0", PLACE + b" ") + chunk(b"02tx", PLACE) + chunk(b"01wb", SOUND)
    film = chunk(b"LIST", b"movi" + chunk(b"LIST", b"rec " + frames))
    index = chunk(b"idx1", b"00dc" + bytes(12))
    more = b"AVIX" + chunk(b"LIST", b"movi" + chunk(b"00dc", PICTURE))
    content = b"AVI " + chunk(b"LIST", b"INFO" + chunk(b"IART", OWNER)) + head + film + index
    return Made(chunk(b"RIFF", content) + chunk(b"RIFF", more), (*streams, PICTURE, SOUND, index, more), "film.avi")


def asf_object(kind: str, content: bytes) -> bytes:
    return uuid.UUID(kind).bytes_le + struct.pack("<Q", len(content) + 24) + content


FILM_STREAM = uuid.UUID("bc19efc0-5b4d-11cf-a8fd-00805f5c442b").bytes_le


def wmv() -> Made:
    wide = SECRETS.decode().encode("utf-16-le")
    texts = [
        asf_object(kind, wide + SECRETS)
        for kind in (
            "75b22633-668e-11cf-a6d9-00aa0062ce6c",
            "d2d0a440-e307-11d2-97f0-00a0c95ea850",
            "c5f8cbea-5baf-4877-8467-aa8c44fa4cca",
            "44231c94-9498-49d1-a141-1d134e457054",
            str(uuid.UUID(bytes=b"a maker's object")),
        )
    ]
    stream = asf_object("b7dc0791-a9b7-11cf-8ee6-00c00c205365", FILM_STREAM + b"codec" + bytes(33))
    language = asf_object("7c4346a9-efe0-4bfc-b229-393ede415c85", b"\1\0\4d\0e\0")
    file = asf_object("8cabdca1-a947-11cf-8ee4-00c00c205365", bytes(24) + WHEN + WHEN + bytes(range(48)))
    inside = b"".join(texts) + language
    extension = asf_object("5fbf03b5-a92e-11cf-8ee3-00c00c205365", bytes(18) + struct.pack("<I", len(inside)) + inside)
    content = struct.pack("<I", 8) + b"\1\2" + file + b"".join(texts) + stream + extension
    data = asf_object("75b22636-668e-11cf-a6d9-00aa0062ce6c", bytes(26) + PICTURE + SOUND)
    head = asf_object("75b22630-668e-11cf-a6d9-00aa0062ce6c", content)
    return Made(head + data + texts[-1] + b"tail", (bytes(range(48)), stream, language, data), "film.wmv")


def zlib_movie() -> bytes:
    """A QuickTime film of the nineties: its header is compressed, and so are its secrets."""
    packed = zlib.compress(box(b"moov", box(b"udta", SECRETS)))
    header = box(b"cmov", box(b"dcom", b"zlib") + box(b"cmvd", struct.pack(">I", 99) + packed))
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", header) + box(b"mdat", PICTURE)
