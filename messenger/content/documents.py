"""PDF, ZIP with the documents made of it, and the compound files of Office before 2007.

No library serves here: those for documents read them whole, and those for signatures take every ZIP for one.
"""

import re
import struct
import zipfile
from xml.etree import ElementTree

from messenger.bounded_files import CHUNK_BYTES, BoundedFile, BoundedReader, Unreadable
from messenger.compound_files import CompoundFile
from messenger.content.file_types import (
    DOC,
    DOCX,
    ODP,
    ODS,
    ODT,
    PDF,
    PPT,
    PPTX,
    XLS,
    XLSX,
    ZIP,
    FileType,
)
from messenger.content.refusals import Seen, refusal, unknown
from messenger.content.sample import Sample
from messenger.macros import (
    CONTENT_TYPES,
    archive_has_code,
    compound_has_code,
    compound_is_locked,
    list_of_types,
    member_names,
    plain_name,
    read_member,
)

ZIPS = (b"PK\3\4", b"PK\5\6")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_HEADER_BYTES = 1024  # So far all readers look.
_PDF_OBJECT = re.compile(rb"(?<![0-9])[0-9]{1,10}\s+[0-9]{1,5}\s+obj\b")
_LONGEST_OBJECT = 64
_ZIP_END, _ZIP_END_BYTES, _LONGEST_COMMENT = b"PK\5\6", 22, 65_535
_ENTRY, _ENTRY_BYTES = b"PK\1\2", 46
_OPEN_XML = (
    ("wordprocessingml", "word/document", DOCX),
    ("spreadsheetml", "xl/workbook", XLSX),
    ("presentationml", "ppt/presentation", PPTX),
)
_MAIN = re.compile(r"(?:document|template|sheet|presentation|slideshow)\.main\+xml")
_OPEN_DOCUMENT = {found.content_type: found for found in (ODT, ODS, ODP)}
_FAMILIES_OF_OPEN_DOCUMENTS = ("application/vnd.oasis.opendocument.", "application/vnd.sun.xml.")
_TYPE_OF_ARCHIVE, _MANIFEST = "mimetype", "meta-inf/manifest.xml"
_PARTS_OF_DOCUMENTS = {CONTENT_TYPES, _TYPE_OF_ARCHIVE, _MANIFEST}
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
_PARTS_OF_PROGRAMS = (
    (re.compile(r"androidmanifest\.xml|classes[0-9]*\.dex"), Seen.ANDROID_APP),
    (re.compile(r"payload/[^/]+\.app/.*"), Seen.MACOS_PROGRAM),
    (re.compile(r"appxmanifest\.xml|appxmetadata/.*"), Seen.INSTALLER),
    (re.compile(r"meta-inf/manifest\.mf"), Seen.JAVA_PROGRAM),
)


def starts_as_pdf(head: bytes) -> bool:
    """Whether nothing stands before the header of a PDF."""
    return bool(_PDF_HEADER.match(head))


def pdf_type(sample: Sample) -> FileType | None:
    """PDF if there is a header and an object behind it; the mark of its end may be missing, as readers do without it.

    A ZIP inside an object is an attachment. One behind all objects is refused: no program writes that, and the file
    would be a document for one program and an archive, perhaps a Java program, for the next.
    """
    header = _PDF_HEADER.search(sample.head[: _PDF_HEADER_BYTES + 8])
    if header is None or header.start() > _PDF_HEADER_BYTES:
        return None
    if not _has_object(sample.file, header.end()):
        if header.start() == 0 and sample.suffix in PDF.suffixes:
            raise Unreadable
        return None
    tail = sample.tail(_LONGEST_COMMENT + _ZIP_END_BYTES)
    end = tail.rfind(_ZIP_END)
    if end >= 0 and b"endstream" not in tail[end:] and b"%%EOF" not in tail[end:]:
        raise refusal(sample.name, Seen.HIDDEN_ARCHIVE)
    return PDF


def _has_object(file: BoundedFile, start: int) -> bool:
    for position in range(start, file.size, CHUNK_BYTES - _LONGEST_OBJECT):
        if _PDF_OBJECT.search(file.peek(position, CHUNK_BYTES)):
            return True
    return False


def zip_type(sample: Sample) -> FileType:
    """The type of an Office document, or ZIP. Refuses programs, and documents with macros.

    What else lies in an archive is not looked at: it is never opened here, and whoever opens it has a scanner for it.
    But an archive that is itself a program or a document would be started or opened by its new owner. Raises
    `Unreadable`.
    """
    reader = _Listing(sample.again())
    try:
        with zipfile.ZipFile(reader) as archive:
            return _type_of_archive(archive, sample.name)
    except _TooLong:
        return _type_of_long_archive(reader, sample.name)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise Unreadable from None


class _TooLong(Exception):
    """The list of members is too long to be taken into memory."""


class _Listing(BoundedReader):
    """Notes where a list of members is that is longer than can be read at once."""

    def __init__(self, file: BoundedFile) -> None:
        super().__init__(file)
        self.file = file
        self.start = self.end = 0

    def read(self, count: int = -1) -> bytes:
        # Nothing else is read in pieces of that size.
        if count > CHUNK_BYTES:
            self.start, self.end = self.tell(), min(self.tell() + count, self.file.size)
            raise _TooLong
        return super().read(count)


def _type_of_long_archive(listing: _Listing, name: str) -> FileType:
    """ZIP; no document has so many members. Raises `Unreadable` where one says that it is a document."""
    position, file = listing.start, listing.file
    while position < listing.end:
        head = file.read(position, _ENTRY_BYTES)
        if not head.startswith(_ENTRY):
            raise Unreadable
        lengths = struct.unpack_from("<3H", head, 28)
        written = file.read(position + _ENTRY_BYTES, lengths[0]).partition(b"\0")[0]
        member = plain_name(written.decode("cp437"))
        if member in _PARTS_OF_DOCUMENTS:
            raise Unreadable
        if seen := _program({member}):
            raise refusal(name, seen)
        position += _ENTRY_BYTES + sum(lengths)
    return ZIP


def _type_of_archive(archive: zipfile.ZipFile, name: str) -> FileType:
    members = member_names(archive)
    types = list_of_types(archive)
    content_type = _content_type(archive) if types is None else ""
    document = _OPEN_DOCUMENT.get(content_type) if types is None else _open_xml(types, members)
    # A drawing or formula is no document that is shown here, but it is one to LibreOffice, which would run its macros.
    if types is not None or content_type.startswith(_FAMILIES_OF_OPEN_DOCUMENTS):
        if archive_has_code(members, types):
            raise refusal(name, _program(members) or Seen.MACROS)
        if "encrypted-package" in members:
            raise refusal(name, Seen.LOCKED)
    elif seen := _program(members):
        raise refusal(name, seen)
    if types is not None and document is None:
        raise refusal(name, _program(members) or Seen.DOCUMENT)
    return document or ZIP


def _program(members: set[str]) -> Seen | None:
    return next((seen for part, seen in _PARTS_OF_PROGRAMS if any(part.fullmatch(name) for name in members)), None)


def _open_xml(types: ElementTree.Element, members: set[str]) -> FileType | None:
    # The main part may have any name; only the list of types says which it is.
    mains = [found for element in types.iter() if _MAIN.search(found := element.get("ContentType", "").lower())]
    for family, part, document in _OPEN_XML:
        if any(family in main for main in mains):
            return document
        # Programs that write no more than they must declare one type for all parts.
        if not mains and any(name.startswith(part) for name in members):
            return document
    return None


def _content_type(archive: zipfile.ZipFile) -> str:
    """What a document of LibreOffice says that it is, templates like what is made from them; empty for others."""
    content_type = read_member(archive, _TYPE_OF_ARCHIVE, limit=256).decode("ascii", "replace").strip()
    if not content_type:
        # Programs that do not know LibreOffice pack a document again without it.
        listed = read_member(archive, _MANIFEST, limit=64 * 1024).decode("utf-8", "replace")
        named = re.search(r'full-path="/"[^>]*media-type="([^"]+)"|media-type="([^"]+)"[^>]*full-path="/"', listed)
        content_type = (named.group(1) or named.group(2)) if named else ""
    return content_type.removesuffix("-template")


def compound_type(sample: Sample) -> FileType:
    """The type of an Office document from before 2007, by its outermost streams. Refuses those with macros.

    Raises `Unreadable`.
    """
    document = CompoundFile(sample.again())
    names = document.outermost
    if document.class_id == _INSTALLER:
        raise refusal(sample.name, Seen.INSTALLER)
    if "encryptedpackage" in names or compound_is_locked(document):
        raise refusal(sample.name, Seen.LOCKED)
    if compound_has_code(document):
        raise refusal(sample.name, Seen.MACROS)
    for stream, found in (("worddocument", DOC), ("powerpoint document", PPT), ("workbook", XLS), ("book", XLS)):
        if stream in names:
            return found
    if sample.suffix == "msi":
        raise refusal(sample.name, Seen.INSTALLER)
    raise unknown(sample.name)
