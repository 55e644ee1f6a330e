"""The accepted types of uploaded files, and how the type of a file is found from its bytes."""

import codecs
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import filetype
from django.utils.translation import gettext as _

from config.common.errors import InvalidInput
from messenger.bounded_files import CHUNK_BYTES, BoundedFile, BoundedReader, Unreadable
from messenger.compound_files import CompoundFile
from messenger.macros import archive_has_code, compound_has_code
from messenger.models import AttachmentKind

HEAD_BYTES = 8192  # Holds signatures, container brands and codec names.
TAIL_BYTES = 2048  # A PDF ends with its end mark, give or take what mail programs add.
MAX_NAME_LENGTH = 160
MAX_BOXES = 10_000  # A recording of an hour in one-second fragments has 7,200.
_MARKUP = re.compile(rb"\s*(?:<[!?a-z/]|#!)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")


@dataclass(frozen=True)
class FileType:
    """An accepted type; names with a suffix that is not in `suffixes` get the first of them."""

    content_type: str
    kind: AttachmentKind
    suffixes: tuple[str, ...]


_I, _V, _A, _F = AttachmentKind.IMAGE, AttachmentKind.VIDEO, AttachmentKind.AUDIO, AttachmentKind.FILE
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
JPEG = FileType("image/jpeg", _I, ("jpg", "jpeg"))
PNG = FileType("image/png", _I, ("png",))
GIF = FileType("image/gif", _I, ("gif",))
WEBP = FileType("image/webp", _I, ("webp",))
HEIC = FileType("image/heic", _I, ("heic", "heif"))
AVIF = FileType("image/avif", _I, ("avif",))
BMP = FileType("image/bmp", _I, ("bmp", "dib"))
TIFF = FileType("image/tiff", _I, ("tif", "tiff"))
MP4 = FileType("video/mp4", _V, ("mp4", "m4v"))
M4A = FileType("audio/mp4", _A, ("m4a", "mp4"))
MOV = FileType("video/quicktime", _V, ("mov",))
WEBM = FileType("video/webm", _V, ("webm",))
WEBM_AUDIO = FileType("audio/webm", _A, ("webm",))
MKV = FileType("video/x-matroska", _V, ("mkv",))
AVI = FileType("video/x-msvideo", _V, ("avi",))
WMV = FileType("video/x-ms-wmv", _V, ("wmv",))
OGG = FileType("audio/ogg", _A, ("ogg", "oga", "opus"))
OGG_VIDEO = FileType("video/ogg", _V, ("ogv", "ogg"))
PDF = FileType("application/pdf", _F, ("pdf",))
DOCX = FileType(_OPEN_XML + "wordprocessingml.document", _F, ("docx",))
XLSX = FileType(_OPEN_XML + "spreadsheetml.sheet", _F, ("xlsx",))
PPTX = FileType(_OPEN_XML + "presentationml.presentation", _F, ("pptx",))
ODT = FileType("application/vnd.oasis.opendocument.text", _F, ("odt",))
XLS = FileType("application/vnd.ms-excel", _F, ("xls",))
PPT = FileType("application/vnd.ms-powerpoint", _F, ("ppt",))
TXT = FileType("text/plain", _F, ("txt",))

# Types that the signature alone identifies; the functions below look into containers.
_BY_SIGNATURE = {
    "image/jpeg": JPEG,
    "image/png": PNG,
    "image/apng": PNG,
    "image/gif": GIF,
    "image/webp": WEBP,
    "image/bmp": BMP,
    "image/tiff": TIFF,
    "video/x-ms-wmv": WMV,
    "audio/aac": FileType("audio/aac", _A, ("aac",)),
    "audio/mpeg": FileType("audio/mpeg", _A, ("mp3",)),
    "audio/x-flac": FileType("audio/flac", _A, ("flac",)),
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_VIDEO_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"mp71",
    b"avc1",
    b"dash",
    b"M4V ",
    b"MSNV",
}
_AUDIO_BRANDS = {b"M4A ", b"M4B "}
ACCEPTED_WORDS = (
    "AAC, AVI, DOCX, FLAC, GIF, HEIC, JPEG, M4A, MKV, MOV, MP3, MP4, ODT, OGG, OPUS, PDF, PNG, PPT, PPTX, TXT, WAV, "
    "WEBM, WEBP, WMV, XLS, XLSX"
)

# For file dialogs: broad kinds, because phones offer camera and gallery only for those.
ACCEPTED_INPUT = "image/*,video/*,audio/*,.pdf,.docx,.odt,.ppt,.pptx,.txt,.xls,.xlsx"


def damaged(name: str) -> InvalidInput:
    """The error for a file that ends too early or contradicts itself."""
    return InvalidInput(_("“%(name)s” is damaged or incomplete.") % {"name": name}, code="file_damaged", field="files")


def not_accepted(name: str) -> InvalidInput:
    """The error for a file of another type, or one that only pretends to be of an accepted type."""
    message = _("“%(name)s” cannot be added. Accepted are: %(types)s.") % {"name": name, "types": ACCEPTED_WORDS}
    return InvalidInput(message, code="file_type", field="files")


def clean_name(name: str, default: str = "file") -> str:
    """The name without folders, control and direction characters, with at most 160 characters."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if c.isspace() or not unicodedata.category(c).startswith("C"))
    name = " ".join(name.split()).strip(". ") or default
    suffix = PurePosixPath(name).suffix
    suffix = suffix if _SUFFIX.fullmatch(suffix) else ""
    return name.removesuffix(suffix)[: MAX_NAME_LENGTH - len(suffix)].rstrip() + suffix


def name_for(name: str, file_type: FileType) -> str:
    """The name with a suffix of the file's type."""
    suffix = PurePosixPath(name).suffix
    if suffix[1:].lower() in file_type.suffixes:
        return name
    stem = name.removesuffix(suffix) if _SUFFIX.fullmatch(suffix) else name
    return clean_name(f"{stem[: MAX_NAME_LENGTH - 6]}.{file_type.suffixes[0]}")


def likely_kind(file: IO[bytes]) -> AttachmentKind:
    """The kind by the first bytes alone, for the limit of size before `file_type_of`: a film where it could be one."""
    # A closer look into a document takes memory: the tables of its parts grow with the file.
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if any(is_such(head) and look in _OF_FILMS for is_such, look in _CONTAINERS):
        return AttachmentKind.VIDEO
    found = _BY_SIGNATURE.get(filetype.guess_mime(head) or "")
    return found.kind if found else AttachmentKind.FILE


def file_type_of(file: IO[bytes], name: str) -> FileType:
    """The type of the file by its bytes; of a picture only the signature is checked.

    Raises `InvalidInput` for other types, damaged and ambiguous files.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    for is_such, look in _CONTAINERS:
        if is_such(head):
            return look(file, head, name)
    # Enough for a picture, which will be decoded and written again.
    found = _BY_SIGNATURE.get(filetype.guess_mime(head) or "")
    return found or _text(file, head, name)


def _iso_media(file: IO[bytes], head: bytes, name: str) -> FileType:
    # The first films of QuickTime had no brand.
    brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
    if brand in _HEIC_BRANDS:
        return HEIC
    if brand in _AVIF_BRANDS:
        return AVIF
    if brand not in _VIDEO_BRANDS | _AUDIO_BRANDS | {b"qt  "}:
        raise not_accepted(name)
    if not _has_movie(file):
        raise damaged(name)
    if brand == b"qt  ":
        return MOV
    is_film = brand in _VIDEO_BRANDS and _contains(file, re.compile(rb"hdlr.{8}vide", re.DOTALL))
    return MP4 if is_film else M4A


def _has_movie(file: IO[bytes]) -> bool:
    """Whether there is a movie header, and no box reaches beyond the end of the file."""
    end = file.seek(0, 2)
    position, found = 0, False
    for _number in range(MAX_BOXES):
        if end - position < 8:
            return found
        size, kind = _box_at(file, position)
        # The last box may leave its size open.
        size = size or end - position
        if size < 8 or position + size > end:
            return False
        found = found or kind == b"moov"
        position += size
    return found


def _box_at(file: IO[bytes], position: int) -> tuple[int, bytes]:
    file.seek(position)
    header = file.read(16)
    size, kind = struct.unpack(">I4s", header[:8])
    if size == 1 and len(header) == 16:
        size = struct.unpack(">Q", header[8:])[0]
    return size, kind


def _contains(file: IO[bytes], pattern: re.Pattern[bytes]) -> bool:
    file.seek(0)
    rest = b""
    while chunk := file.read(CHUNK_BYTES):
        if pattern.search(rest + chunk):
            return True
        rest = chunk[-64:]
    return False


def _matroska(_file: IO[bytes], head: bytes, name: str) -> FileType:
    if b"webm" in head[:64]:
        # A voice recording has no codec of a picture.
        return WEBM if b"V_VP" in head or b"V_AV1" in head else WEBM_AUDIO
    if b"matroska" in head[:64]:
        return MKV
    raise not_accepted(name)


def _riff(file: IO[bytes], head: bytes, name: str) -> FileType:
    found = {b"WAVE": FileType("audio/wav", _A, ("wav",)), b"AVI ": AVI, b"WEBP": WEBP}.get(head[8:12])
    if found is None:
        raise not_accepted(name)
    promised = struct.unpack("<I", head[4:8])[0]
    # Recorders that do not know the length yet write 0 or all ones.
    if promised not in (0, 0xFFFFFFFF) and promised + 8 > file.seek(0, 2) + 1:
        raise damaged(name)
    return found


def _ogg(_file: IO[bytes], head: bytes, _name: str) -> FileType:
    return OGG_VIDEO if b"\x80theora" in head else OGG


def _pdf(file: IO[bytes], _head: bytes, name: str) -> FileType:
    file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
    if b"%%EOF" not in file.read():
        raise damaged(name)
    # No program makes a PDF that is a ZIP as well: it hides something.
    if zipfile.is_zipfile(file):
        raise not_accepted(name)
    return PDF


def _zip(file: IO[bytes], head: bytes, name: str) -> FileType:
    """The type of an Office document. Refuses those with macros, and archives that are programs."""
    try:
        with zipfile.ZipFile(BoundedReader(BoundedFile(file))) as archive:
            members = set(archive.namelist())
            has_code = archive_has_code(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, Unreadable):
        raise damaged(name) from None
    if has_code:
        raise not_accepted(name)
    if "[Content_Types].xml" in members:
        for member, found in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX)):
            if member in members:
                return found
    if "content.xml" in members and head[30:].startswith(b"mimetype" + ODT.content_type.encode() + b"P"):
        return ODT
    raise not_accepted(name)


def _ole(file: IO[bytes], _head: bytes, name: str) -> FileType:
    """The type of an Office document from before 2007, by the names of its streams. Refuses those with macros."""
    try:
        document = CompoundFile(BoundedFile(file))
        names, has_code = document.names, compound_has_code(document)
    except Unreadable:
        raise damaged(name) from None
    if has_code or "worddocument" in names:
        raise not_accepted(name)
    if "powerpoint document" in names:
        return PPT
    if names & {"workbook", "book"}:
        return XLS
    raise not_accepted(name)


def _text(file: IO[bytes], head: bytes, name: str) -> FileType:
    # Markup and scripts are texts that a browser or shell might execute.
    is_known_as_other = filetype.guess_mime(head) or _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf"))
    if is_known_as_other or not name.lower().endswith(".txt"):
        raise not_accepted(name)
    if any(_is_plain(file, encoding) for encoding in ("utf-8", "cp1252")):
        return TXT
    raise not_accepted(name)


def _is_plain(file: IO[bytes], encoding: str) -> bool:
    """Whether the whole file is readable text."""
    # Read piece by piece: the limit of size depends on the type and is checked later.
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK_BYTES):
            if _CONTROLS.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_Look = Callable[[IO[bytes], bytes, str], FileType]
_CONTAINERS: tuple[tuple[Callable[[bytes], bool], _Look], ...] = (
    (lambda head: head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat") and len(head) > 11, _iso_media),
    (lambda head: head.startswith(b"\x1a\x45\xdf\xa3"), _matroska),
    (lambda head: head.startswith(b"RIFF") and len(head) > 11, _riff),
    (lambda head: head.startswith(b"OggS"), _ogg),
    (lambda head: head.startswith(b"%PDF-"), _pdf),
    (lambda head: head.startswith(b"PK\x03\x04"), _zip),
    (lambda head: head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), _ole),
)
_OF_FILMS = {_iso_media, _matroska, _riff, _ogg}
