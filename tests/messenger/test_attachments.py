"""Files are what their bytes say, and uploads of others stay theirs."""

import io
import uuid
from unittest import mock

import pytest
from django.core.files.storage import default_storage

from config.common.errors import InvalidInput, NotVisible
from fleet.actors import ANONYMOUS, KnownActor
from messenger.bounded_files import CHUNK_BYTES
from messenger.content import MAX_NAME_LENGTH, TXT, clean_name, file_type_of
from messenger.models import Attachment
from messenger.services import attachments as service
from messenger.services.attachments import (
    MAX_FILES,
    check_files,
    collect_attachments,
    delete_attachments,
    delete_upload,
)
from tests.factories import MemberFactory, MessageFactory
from tests.messenger import films, samples
from tests.messenger.attachments import bytes_of, refused, stored
from tests.messenger.samples import upload

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def waiting(person, name="a.pdf"):
    """A file that its uploader attached to nothing yet."""
    return stored(person, samples.PDF, name)


def is_stored(file):
    return default_storage.exists(file.name)


# Other files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "content_type", "kind"),
    [
        (samples.PDF, "a.pdf", "application/pdf", "file"),
        (b"Hello\r\nworld\xe4", "a.txt", "text/plain", "file"),
        (samples.archive("[Content_Types].xml", "word/document.xml"), "a.docx", None, "file"),
        (samples.odt(), "a.odt", "application/vnd.oasis.opendocument.text", "file"),
        (samples.mp4(), "a.mp4", "video/mp4", "video"),
        (samples.mp4(handler=b"soun"), "a.m4a", "audio/mp4", "audio"),
        (samples.mp4(b"M4A "), "a.m4a", "audio/mp4", "audio"),
        (samples.mp4(b"qt  "), "a.mov", "video/quicktime", "video"),
        (samples.webm(), "voice.webm", "audio/webm", "audio"),
        (samples.webm(b"V_VP8"), "film.webm", "video/webm", "video"),
        (samples.wav(), "a.wav", "audio/wav", "audio"),
        (films.ogg("opus").content, "a.opus", "audio/ogg", "audio"),
        (films.flac().content, "a.flac", "audio/flac", "audio"),
        (films.mp3().content, "a.mp3", "audio/mpeg", "audio"),
        (films.adts(), "a.aac", "audio/aac", "audio"),
        (films.wmv().content, "a.wmv", "video/x-ms-wmv", "video"),
    ],
)
def test_accepted_type_is_known_by_its_bytes(person, content, name, content_type, kind):
    attachment = stored(person, content, name)

    expected = content_type or "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert (attachment.content_type, attachment.kind, attachment.name) == (expected, kind, name)
    assert len(bytes_of(attachment)) == len(content)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (samples.SVG, "a.svg"),
        (samples.SVG, "a.png"),
        (b"\xef\xbb\xbf" + samples.HTML, "a.png"),
        (samples.HTML, "a.html"),
        (b"#!/bin/sh\nrm -rf /", "a.sh"),
        (b"#!/bin/sh\nrm -rf /", "a"),
        (b"MZ\x90\0" + b"\0" * 100, "a.exe"),
        (b"\x7fELF" + b"\0" * 100, "a.txt"),
        (b"plain\0text", "a.txt"),
        (b"plain text", "a.bat"),
        (samples.archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (samples.PDF + samples.archive("evil.js"), "a.pdf"),
        (samples.compound("Property"), "installer.msi"),
    ],
)
def test_other_types_and_pretenders_are_refused(person, content, name):
    refusal = refused(person, content, name)
    assert refusal.code in ("file_type", "file_damaged")
    assert name in str(refusal)


@pytest.mark.parametrize("content", [samples.SVG, samples.HTML, b"#!/bin/sh\nrm -rf /"])
def test_source_under_the_name_of_a_text_is_only_a_text(person, content):
    attachment = stored(person, content, "a.txt")

    assert (attachment.content_type, attachment.kind, attachment.name) == ("text/plain", "file", "a.txt")
    assert bytes_of(attachment) == content


@pytest.mark.parametrize("name", ["a.pdf", "a.mp4", "a.docx", "a.wav"])
def test_file_that_ends_too_early_is_refused(person, name):
    word = samples.archive("[Content_Types].xml", "word/document.xml")
    content = {"a.pdf": samples.PDF, "a.mp4": samples.mp4(), "a.docx": word, "a.wav": samples.wav()}[name]
    assert refused(person, content[:-40], name).code == "file_damaged"


def test_empty_file_is_refused(person):
    assert refused(person, b"", "nothing.pdf").code == "file_empty"


def test_size_is_limited_by_kind(person):
    with mock.patch.object(service, "MEGABYTE", 1):
        refusal = refused(person, b"x" * 26, "long.txt")

        assert refusal.code == "file_size"
        assert "25 MB" in str(refusal)
        assert stored(person, b"x" * 25, "short.txt").size == 25


@pytest.mark.parametrize("head", [b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"])
def test_only_what_may_be_a_film_is_looked_into_beyond_the_limit_of_documents(person, head):
    with mock.patch.object(service, "MEGABYTE", 10):
        assert refused(person, head.ljust(251), "large.docx").code == "file_size"
        assert stored(person, samples.mp4() + samples.box(b"free", bytes(200)), "film.mp4").size > 250


def test_name_says_what_the_file_is(person):
    assert stored(person, samples.PDF, "invoice.exe").name == "invoice.pdf"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\photo.jpg", "photo.jpg"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie: b.txt"),
        ("  .. ", "file"),
        ("x" * 300 + ".jpeg", "x" * 155 + ".jpeg"),
        ("", "file"),
    ],
)
def test_names_are_only_names(given, kept):
    assert clean_name(given) == kept
    assert len(clean_name(given)) <= MAX_NAME_LENGTH


def test_a_long_text_is_never_in_memory_as_a_whole():
    class Text(io.BytesIO):
        def read(self, size=-1):
            assert 0 <= size <= CHUNK_BYTES
            return super().read(size)

    letters = "é".encode() * CHUNK_BYTES
    assert file_type_of(Text(b"x" + letters), "long.txt") == TXT
    with pytest.raises(InvalidInput):
        file_type_of(Text(letters + b"\0x"), "long.txt")


# Uploads -------------------------------------------------------------------------------------------------------------


def test_own_upload_is_taken_once_and_no_foreign_one(person):
    mine = waiting(person)
    theirs = waiting(MemberFactory())

    assert collect_attachments(person=person, upload_ids=[mine.pk, mine.pk]) == [mine]
    for wrong in (theirs.pk, uuid.uuid4()):
        with pytest.raises(InvalidInput, match="no longer there"):
            collect_attachments(person=person, upload_ids=[mine.pk, wrong])

    mine.message = MessageFactory(author=person)
    mine.save()
    with pytest.raises(InvalidInput, match="no longer there"):
        collect_attachments(person=person, upload_ids=[mine.pk])


def test_files_of_one_parent_are_limited(person):
    files = check_files([upload(samples.PDF, f"{n}.pdf") for n in range(MAX_FILES)])

    assert len(collect_attachments(person=person, files=files)) == MAX_FILES
    with pytest.raises(InvalidInput, match="At most 10 files"):
        collect_attachments(person=person, files=files, already=[stored(person, samples.PDF)])
    with pytest.raises(InvalidInput, match="At most 10 files"):
        check_files([upload(samples.PDF)] * (MAX_FILES + 1))


def test_only_the_uploader_takes_an_upload_back(person, django_capture_on_commit_callbacks):
    attachment = waiting(person)
    with pytest.raises(NotVisible):
        delete_upload(actor=KnownActor(person=MemberFactory()), upload_id=attachment.pk)
    with pytest.raises(NotVisible):
        delete_upload(actor=ANONYMOUS, upload_id=attachment.pk)

    with django_capture_on_commit_callbacks(execute=True):
        delete_upload(actor=KnownActor(person=person), upload_id=attachment.pk)

    assert not Attachment.objects.exists()
    assert not is_stored(attachment.file)


def test_deleted_files_go_with_the_commit(person, django_capture_on_commit_callbacks):
    attachment = stored(person, samples.picture())

    with django_capture_on_commit_callbacks(execute=True):
        assert delete_attachments(Attachment.objects.all()) == 1
        assert is_stored(attachment.file)

    assert not is_stored(attachment.file)
    assert not is_stored(attachment.preview)
