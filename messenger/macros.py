"""The search for code in documents: macros, and programs inside an archive that looks like a document."""

import re
import zipfile
import zlib
from collections.abc import Set
from xml.etree import ElementTree

from messenger.bounded_files import Unreadable
from messenger.compound_files import CompoundFile, Stream

_MEMBERS = re.compile(
    r"""
    .*vbaproject\.bin | .*vbadata\.xml
    | (?:.*/)?macrosheets/.*                                  # Excel 4.0
    | meta-inf/manifest\.mf | .*\.(?:class|jar|dex)           # Java, Android
    | .*\.(?:docm|dotm|xlsm|xltm|xlam|pptm|potm|ppsm|ppam)    # embedded documents with macros
    | .*\.(?:exe|dll|scr|bat|cmd|ps1|vbs|js|hta|msi|lnk)
    | basic/[^/]+/(?!script-lb\.xml$|dialog-lb\.xml$).+       # LibreOffice; empty libraries are usual
    | scripts/.+
    """,
    re.VERBOSE,
)
CONTENT_TYPES = "[content_types].xml"
_TYPES_OF_CODE = re.compile(r"macroenabled|macrosheet|vbaproject|vbadata", re.IGNORECASE)
_MAX_TYPES_BYTES = 1024 * 1024  # A workbook of a thousand sheets has a tenth.
_MAX_TYPES = 20_000
_ENTRIES = {"_vba_project", "vba", "macros", "_vba_project_cur"}
_FIRST_RECORD, _GLOBALS, _LAST_RECORD, _SHEET, _ENCRYPTION = 0x0809, 0x0005, 0x000A, 0x0085, 0x002F
_SHEETS_OF_CODE = {1, 6}  # A macro sheet of Excel 4.0, a module of Excel 5.
# PowerPoint keeps its project inside its one stream; this is the head of the record that points at it.
_PROJECT = re.compile(rb"(?s)\x02\x00\x00\x04\x0c\x00\x00\x00(.{8})")
_PROJECT_BYTES = 16
_WORD = (b"\xec\xa5", b"\xdc\xa5", b"\x97\xa6", b"\x99\xa6")
_WORD_97, _WORD_TEMPLATE, _WORD_ENCRYPTED = 0xC0, 0x0001, 0x0100
_ENCRYPTED_TOKEN = bytes.fromhex("dfc4d1f3")
_BLOCK = 64 * 1024


def plain_name(name: str) -> str:
    """As Office compares the names of members: without their case, whichever way the slashes lean."""
    return name.replace("\\", "/").lstrip("/").lower()


def member_names(archive: zipfile.ZipFile) -> set[str]:
    """All names of members, each as `plain_name`."""
    return {plain_name(name) for name in archive.namelist()}


def list_of_types(archive: zipfile.ZipFile) -> ElementTree.Element | None:
    """What kinds of parts an Office document has; None if it is none. Raises `Unreadable`, also for several lists."""
    found = _members(archive, CONTENT_TYPES)
    # Each may take a megabyte of memory, of which a thousandth is in the file; and who reads which is anybody's guess.
    if len(found) > 1:
        raise Unreadable
    return _content_types(archive, found[0]) if found else None


def read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The first bytes of the member; none if it is not there. Raises `Unreadable`."""
    return next((_read(archive, info, limit) for info in _members(archive, name)), b"")


def archive_has_code(members: Set[str], types: ElementTree.Element | None) -> bool:
    """Whether an Office document with these names of members, and this list of types, contains macros or programs.

    Does not look into embedded OLE objects: Office asks before it opens one.
    """
    return any(_MEMBERS.fullmatch(member) for member in members) or (types is not None and _names_code(types, members))


def compound_is_locked(document: CompoundFile) -> bool:
    """Whether a compound document is encrypted, which would hide macros. Raises `Unreadable`."""
    return any(
        (
            *(_has_record(stream, _ENCRYPTION) for stream in document.streams("workbook", "book")),
            *(_ENCRYPTED_TOKEN in stream.read(0, 64) for stream in document.streams("current user")),
            *(_word_flags(stream)[1] & _WORD_ENCRYPTED for stream in document.streams("worddocument")),
        )
    )


def compound_has_code(document: CompoundFile) -> bool:
    """Whether a compound document contains macros.

    Raises `Unreadable` for a text, workbook or presentation that does not begin as one.
    """
    if document.names & _ENTRIES:
        return True
    return any(
        (
            *(_has_record(stream, _SHEET) for stream in document.streams("workbook", "book")),
            *(_has_project(stream) for stream in document.streams("powerpoint document")),
            *(_may_have_basic(stream) for stream in document.streams("worddocument")),
        )
    )


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    return [info for info in archive.infolist() if plain_name(info.filename) == name]


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable
    try:
        with archive.open(info) as member:
            return member.read(limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError):
        raise Unreadable from None


def _content_types(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> ElementTree.Element:
    content = _read(archive, info, _MAX_TYPES_BYTES + 1)
    # No document declares entities, which could hide words and grow without end.
    if len(content) > _MAX_TYPES_BYTES or b"<!doctype" in content.replace(b"\0", b"").lower():
        raise Unreadable
    try:
        return ElementTree.fromstring(content, ElementTree.XMLParser(target=_FewElements()))  # noqa: S314
    except (ValueError, ElementTree.ParseError):
        raise Unreadable from None


class _FewElements(ElementTree.TreeBuilder):
    """Builds no more than an honest list has: an element takes fifty times the memory of its letters."""

    _count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ElementTree.Element:
        self._count += 1
        if self._count > _MAX_TYPES:
            raise Unreadable
        return super().start(tag, attrs)


def _names_code(types: ElementTree.Element, members: Set[str]) -> bool:
    # A widespread library declares a type for macros in all its documents, which is harmless without such a member.
    suffixes = {member.rpartition(".")[2] for member in members}
    for element in types.iter():
        if _TYPES_OF_CODE.search(element.get("ContentType", "")):
            suffix = element.get("Extension")
            if suffix is None or suffix.lower() in suffixes:
                return True
    return False


def _has_record(stream: Stream, wanted: int) -> bool:
    """Whether the workbook has a record of encryption, or one of a sheet of code."""
    # The records about the workbook as a whole come first and list its sheets.
    position, is_first = 0, True
    while len(head := stream.read(position, 10)) >= 4:
        kind, size = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:4], "little")
        if is_first and (kind != _FIRST_RECORD or int.from_bytes(head[6:8], "little") != _GLOBALS):
            raise Unreadable
        if kind == wanted and (kind != _SHEET or (head[9:10] and head[9] in _SHEETS_OF_CODE)):
            return True
        # Behind that of encryption nothing can be read.
        if kind in (_LAST_RECORD, _ENCRYPTION):
            return False
        position, is_first = position + 4 + size, False
    raise Unreadable


def _word_flags(stream: Stream) -> tuple[int, int]:
    """The version of a text of Word, and the flags at its beginning."""
    head = stream.read(0, 12)
    if head[:2] not in _WORD:
        raise Unreadable
    return int.from_bytes(head[2:4], "little"), int.from_bytes(head[10:12], "little")


def _may_have_basic(stream: Stream) -> bool:
    # Before 1997 macros had no entry of their own, and only templates could have them.
    version, flags = _word_flags(stream)
    return version < _WORD_97 and bool(flags & _WORD_TEMPLATE)


def _has_project(stream: Stream) -> bool:
    for position in range(0, stream.size, _BLOCK):
        block = stream.read(position, _BLOCK + _PROJECT_BYTES)
        if any(any(found.group(1)) for found in _PROJECT.finditer(block)):
            return True
    return False
