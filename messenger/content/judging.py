"""How the type of a file is found from its bytes.

Each format is asked for what its own description says, and not for a signature: a text may begin with any letters, a
film with any box, a document with empty space. Libraries for signatures (filetype, puremagic) were tried; they call a
text that begins with "BMW" a picture and a HEIC picture a film, so their answers had to be checked one by one anyway.
"""

from collections.abc import Callable
from typing import IO

from messenger.bounded_files import Unreadable
from messenger.content.containers import (
    ASF,
    EBML,
    OGG_PAGE,
    RIFFS,
    asf_type,
    matroska_type,
    ogg_type,
    riff_type,
)
from messenger.content.documents import COMPOUND, ZIPS, compound_type, pdf_type, starts_as_pdf, zip_type
from messenger.content.file_types import JPEG, TIFF, WEBP, FileType
from messenger.content.iso_media import is_iso_media, iso_media_type
from messenger.content.pictures import picture_type, raw_photo
from messenger.content.refusals import damaged, refusal, unknown
from messenger.content.sample import Sample
from messenger.content.sounds import recording_behind_junk, recording_type
from messenger.content.strangers import seen_as
from messenger.content.texts import has_odd_letters, may_be_text, text_type
from messenger.models import AttachmentKind

# What begins like this, and how it is looked at.
_FILMS: tuple[tuple[Callable[[bytes], bool], Callable[[Sample], FileType]], ...] = (
    (is_iso_media, iso_media_type),
    (lambda head: head.startswith(EBML), matroska_type),
    (lambda head: head.startswith(RIFFS), riff_type),
    (lambda head: head.startswith(OGG_PAGE), ogg_type),
    (lambda head: head.startswith(ASF), asf_type),
)
_DOCUMENTS: tuple[tuple[Callable[[bytes], bool], Callable[[Sample], FileType]], ...] = (
    (lambda head: head.startswith(ZIPS), zip_type),
    (lambda head: head.startswith(COMPOUND), compound_type),
)


def likely_kind(file: IO[bytes]) -> AttachmentKind:
    """The kind by the first bytes alone, for the limit of size before `file_type_of`: a film where it could be one."""
    # A closer look into a document takes memory: the tables of its parts grow with the file.
    head = Sample(file, "").head
    if _is_picture(head):
        return AttachmentKind.IMAGE
    if may_be_text(head):
        return AttachmentKind.FILE
    if head.startswith(RIFFS) and head[8:12] == b"WAVE":
        return AttachmentKind.AUDIO
    if any(is_such(head) for is_such, _look in _FILMS):
        return AttachmentKind.VIDEO
    return AttachmentKind.FILE


def file_type_of(file: IO[bytes], name: str) -> FileType:
    """The type of the file by its bytes; of a picture only the beginning is checked.

    Raises `InvalidInput` for other types, damaged and ambiguous files.
    """
    sample = Sample(file, name)
    try:
        found = _type_of(sample)
        if found is None and (seen := seen_as(sample)):
            raise refusal(name, seen)
        found = found or recording_behind_junk(sample)
    except Unreadable:
        raise damaged(name) from None
    if found is None:
        raise unknown(name)
    return found


def _type_of(sample: Sample) -> FileType | None:
    head = sample.head
    if _is_picture(head):
        return _picture(sample)
    look = next((look for is_such, look in (*_FILMS, *_DOCUMENTS) if is_such(head)), None)
    seen = look or seen_as(sample)
    # What can be read as text is one, before its first letters are taken for anything else.
    is_binary = not may_be_text(head) or (has_odd_letters(head) and seen is not None)
    if is_binary and look:
        return look(sample)
    # Readers find a PDF behind other bytes, too; an archive whose first member is one begins like that.
    may_be_pdf = starts_as_pdf(head) or not (is_binary and seen)
    found = (pdf_type(sample) if may_be_pdf else None) or (None if is_binary else text_type(sample))
    if found is None and look:
        return look(sample)
    return found or recording_type(sample)


def _is_picture(head: bytes) -> bool:
    found = picture_type(head)
    # All pictures have bytes that no text has; a short beginning of a JPEG may lack them.
    return found == JPEG or (found is not None and not may_be_text(head)) or (_is_webp(head) and not may_be_text(head))


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _picture(sample: Sample) -> FileType:
    found = picture_type(sample.head) or WEBP
    seen = raw_photo(sample.again(), sample.head) if found == TIFF else None
    if seen:
        raise refusal(sample.name, seen)
    return found
