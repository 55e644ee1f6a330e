"""PDF, ZIP with the documents made of it, and the compound files of Office before 2007.

No library serves here: those for documents read them whole, and those for signatures take every ZIP for one.
"""

import re
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
    archive_has_code,
    compound_has_code,
    compound_is_locked,
    list_of_types,
    member_names,
    read_member,
)

ZIPS = (b"PK\3\4", b"PK\5\6")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_HEADER_BYTES = 1024  # So far all readers look.
_PDF_OBJECT = re.compile(rb"(?<![0-9])[0-9]{1,10}\s+[0-9]{1,5}\s+obj\b")
_LONGEST_OBJECT = 64
_ZIP_END, _ZIP_END_BYTES, _LONGEST_COMMENT = b"PK\5\6", 22, 65_535
_OPEN_XML = (
    ("wordprocessingml", "word/document", DOCX),
    ("spreadsheetml", "xl/workbook", XLSX),
    ("presentationml", "ppt/presentation", PPTX),
)
_MAIN = re.compile(r"(?:document|template|sheet|presentation|slideshow)\.main\+xml")
_OPEN_DOCUMENT = {found.content_type: found for found in (ODT, ODS, ODP)}
_TYPE_OF_ARCHIVE, _MANIFEST = "mimetype", "meta-inf/manifest.xml"
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
_PARTS_OF_PROGRAMS = (
    (re.compile(r"androidmanifest\.xml|classes[0-9]*\.dex"), Seen.ANDROID_APP),
    (re.compile(r"payload/[^/]+\.app/.*"), Seen.MACOS_PROGRAM),
    (re.compile(r"appxmanifest\.xml|appxmetadata/.*"), Seen.INSTALLER),
    (re.compile(r"meta-inf/manifest\.mf"), Seen.JAVA_PROGRAM),
)


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
    try:
        with zipfile.ZipFile(BoundedReader(sample.again())) as archive:
            return _type_of_archive(archive, sample.name)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise Unreadable from None


def _type_of_archive(archive: zipfile.ZipFile, name: str) -> FileType:
    members = member_names(archive)
    types = list_of_types(archive)
    document = _open_xml(types, members) if types is not None else _open_document(archive)
    if types is not None or document is not None:
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


def _open_document(archive: zipfile.ZipFile) -> FileType | None:
    content_type = read_member(archive, _TYPE_OF_ARCHIVE, limit=256).decode("ascii", "replace").strip()
    if not content_type:
        # Programs that do not know LibreOffice pack a document again without it.
        listed = read_member(archive, _MANIFEST, limit=64 * 1024).decode("utf-8", "replace")
        named = re.search(r'full-path="/"[^>]*media-type="([^"]+)"|media-type="([^"]+)"[^>]*full-path="/"', listed)
        content_type = (named.group(1) or named.group(2)) if named else ""
    return _OPEN_DOCUMENT.get(content_type.removesuffix("-template"))


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
