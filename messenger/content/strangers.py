"""What is known and not accepted, so that a refusal can say what it saw."""

import re

from messenger.content.refusals import Seen
from messenger.content.sample import Sample

_BEGINNINGS: tuple[tuple[tuple[bytes, ...], Seen], ...] = (
    ((b"\x7fELF",), Seen.LINUX_PROGRAM),
    ((b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"), Seen.MACOS_PROGRAM),
    ((b"dex\n03", b"dex\n04"), Seen.ANDROID_APP),
    ((b"!<arch>\ndebian", b"\xed\xab\xee\xdb", b"xar!", b"hsqs"), Seen.INSTALLER),
    # A script that carries a program behind its words.
    ((b"#!",), Seen.SCRIPT),
    ((b"!<arch>\n",), Seen.LINUX_PROGRAM),
    ((b"L\0\0\0\x01\x14\x02\0",), Seen.SHORTCUT),
    ((b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\x1f\x9d", b"\x1f\xa0"), Seen.ARCHIVE),
    ((b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"MSCF", b"\x60\xea", b"LZIP"), Seen.ARCHIVE),
    ((b"KDMV", b"vhdxfile", b"conectix", b"QFI\xfb", b"MSWIM\0\0\0", b"<<< "), Seen.DISK_IMAGE),
    ((b"OTTO\0", b"ttcf\0", b"wOFF", b"wOF2", b"true\0"), Seen.FONT),
    ((b"8BPS\0", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51", b"v/1\x01"), Seen.PICTURE),
    (
        (b"\0\0\x01\0", b"\0\0\x02\0", b"DDS ", b"gimp xcf", b"\xd7\xcd\xc6\x9a", b"qoif", b"IIRO", b"IIU\0"),
        Seen.PICTURE,
    ),
    ((b"FUJIFILMCCD-RAW", b"\0MRM", b"FOVb", b"AT&TFORM"), Seen.PICTURE),
    ((b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3", b".RMF\0", b"\x06\x0e\x2b\x34", b"\0\0\0\x01\x67"), Seen.FILM),
    ((b"MThd\0", b".snd\0", b"dns.\0", b"MAC \x96", b"wvpk", b"DSD ", b"\x0b\x77", b"riff\x2e"), Seen.RECORDING),
    ((b"P4\n", b"P5\n", b"P6\n", b"P7\n", b"\x59\xa6\x6a\x95", b"\x01\xda\0", b"\x01\xda\x01"), Seen.PICTURE),
    ((b"TTA1", b"MPCK", b"MP+", b".ra\xfd", b"IMPM", b"Extended Module:", b"Creative Voice File\x1a"), Seen.RECORDING),
    ((b"ITSF\x03", b"\xdb\xa5", b"\x31\xbe\0\0", b"\xe4\x52\x5c\x7b", b"%FDF-", b"AC10"), Seen.DOCUMENT),
)
_JAVA_CLASS, _FIRST_VERSION_OF_CLASS = b"\xca\xfe\xba\xbe", 40
_BZIP2 = re.compile(rb"BZh[1-9]\x31\x41\x59\x26")
_TRUE_TYPE = re.compile(rb"\x00\x01\x00\x00\x00[\x01-\x60]..[\x00-\x10].")
_LHA = re.compile(rb"(?s)..-l[hz][0-9sd]-")
_FLASH = re.compile(rb"[FCZ]WS[\x01-\x32]")
_TRANSPORT_STREAM = re.compile(rb"(?s)(?:.{4})?G.{187}(?:.{4})?G.{187}(?:.{4})?G")
_DRAWING = re.compile(rb"(?s)\x01\0\0\0.{36} EMF")
_TAR, _TAR_POSITION = b"ustar", 257
_ISO, _ISO_POSITION = b"CD001", 32_769
_DMG, _DMG_BYTES = b"koly", 512


def seen_as(sample: Sample) -> Seen | None:
    """What the file is; None if it looks like nothing known."""
    head = sample.head
    found = next((seen for beginnings, seen in _BEGINNINGS if head.startswith(beginnings)), None)
    return found or _program(head) or _by_place(sample, head)


def _program(head: bytes) -> Seen | None:
    if head.startswith(b"MZ"):
        return Seen.WINDOWS_PROGRAM
    if head.startswith(_JAVA_CLASS):
        # Programs of macOS for several processors begin with the same word, and then count these.
        is_class = int.from_bytes(head[6:8]) >= _FIRST_VERSION_OF_CLASS
        return Seen.JAVA_PROGRAM if is_class else Seen.MACOS_PROGRAM
    return Seen.WEB_PAGE if _FLASH.match(head) or head.startswith(b"\0asm") else None


def _by_place(sample: Sample, head: bytes) -> Seen | None:
    if _BZIP2.match(head) or _LHA.match(head) or head[_TAR_POSITION : _TAR_POSITION + 5] == _TAR:
        return Seen.ARCHIVE
    if _TRUE_TYPE.match(head):
        return Seen.FONT
    if _TRANSPORT_STREAM.match(head):
        return Seen.FILM
    if _DRAWING.match(head):
        return Seen.PICTURE
    is_disk = sample.file.size > _ISO_POSITION + 5 and sample.file.peek(_ISO_POSITION, 5) == _ISO
    return Seen.DISK_IMAGE if is_disk or sample.tail(_DMG_BYTES).startswith(_DMG) else None
