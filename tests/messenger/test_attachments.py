"""Files are what their bytes say; pictures lose where they were taken; uploads of others stay theirs."""

import hashlib
import io
import queue
import threading
import uuid
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from config.common.errors import InvalidInput, NotVisible
from config.common.pictures import ONE_AT_A_TIME
from fleet.actors import ANONYMOUS, Actor
from messenger import images
from messenger.bounded_files import CHUNK_BYTES
from messenger.content import JPEG, MAX_NAME_LENGTH, TXT, clean_name, file_type_of
from messenger.models import Attachment, AttachmentKind
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
from tests.messenger.samples import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return MemberFactory()


def waiting(person, name="a.pdf"):
    """A file that its uploader attached to nothing yet."""
    return stored(person, samples.PDF, name)


def stored(person, content, name="file.bin"):
    [attachment] = collect_attachments(person=person, files=check_files([upload(content, name)]))
    return attachment


def bytes_of(attachment, which="file"):
    with getattr(attachment, which).open() as file:
        return file.read()


def is_stored(file):
    return default_storage.exists(file.name)


def refused(person, content, name="file.bin"):
    with pytest.raises(InvalidInput) as refusal:
        stored(person, content, name)
    assert not Attachment.objects.exists()
    return refusal.value


# Pictures ------------------------------------------------------------------------------------------------------------


def test_photo_is_turned_upright_and_loses_position_and_maker(person):
    content = samples.photo_with_position()
    assert b"Secret Phone" in content

    attachment = stored(person, content, "IMG_1.JPG")

    kept = bytes_of(attachment)
    assert b"Secret Phone" not in kept
    assert b"Exif" not in kept
    assert b"taken at home" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 60) == (attachment.width, attachment.height)
        assert not image.getexif()
    assert (attachment.content_type, attachment.kind) == ("image/jpeg", AttachmentKind.IMAGE)
    assert attachment.name == "IMG_1.JPG"


def test_digest_and_size_are_those_of_what_is_stored(person):
    attachment = stored(person, samples.photo_with_position(), "a.jpg")

    kept = bytes_of(attachment)
    assert attachment.digest == hashlib.sha256(kept).hexdigest()
    assert attachment.size == len(kept)


def test_large_photo_is_made_smaller_and_has_a_preview(person):
    attachment = stored(person, samples.picture(size=(5000, 1000)), "wide.jpg")

    assert (attachment.width, attachment.height) == (2560, 512)
    with Image.open(io.BytesIO(bytes_of(attachment, "preview"))) as preview:
        assert preview.size == (640, 128)
        assert preview.format == "WEBP"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_picture_keeps_its_type(person, kind):
    attachment = stored(person, samples.picture(kind), "x")

    assert attachment.content_type == f"image/{kind.lower()}"
    with Image.open(io.BytesIO(bytes_of(attachment))) as image:
        assert image.format == kind


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("WEBP", "RGBA"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_every_colour_mode_is_read(person, kind, mode):
    content = io.BytesIO()
    Image.new(mode, (30, 30)).save(content, kind)
    assert stored(person, content.getvalue()).width == 30


def test_animation_stays_one(person):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)

    with Image.open(io.BytesIO(bytes_of(stored(person, out.getvalue(), "a.gif")))) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_apple_picture_becomes_jpeg(person):
    # The decoder is stood in for: nothing here can write HEIC.
    head = samples.box(b"ftyp", b"heic\0\0\0\0mif1heic")
    opened = Image.open(io.BytesIO(samples.picture(size=(80, 60))))

    with mock.patch("messenger.images.Image.open", return_value=opened) as open_image:
        attachment = stored(person, head + b"\0" * 100, "IMG_2.HEIC")

    assert open_image.call_args_list[0].kwargs == {"formats": ("HEIF",)}
    assert (attachment.content_type, attachment.name) == ("image/jpeg", "IMG_2.jpg")


def test_decompression_bomb_is_never_decoded(person):
    content = samples.huge_png()
    assert len(content) < 40_000

    with mock.patch.object(Image.Image, "load", side_effect=AssertionError("It was decoded.")):
        refusal = refused(person, content, "bomb.png")

    assert refusal.code == "file_pixels"
    assert "bomb.png" in str(refusal)


def test_forty_one_megapixels_are_too_many_and_forty_are_not_by_the_header(person):
    assert refused(person, samples.huge_png(8200, 5000), "x.png").code == "file_pixels"
    with mock.patch.object(images, "MAX_PIXELS", 60 * 40):
        assert stored(person, samples.picture(size=(60, 40))).width == 60


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_truncated_picture_is_refused_by_name(person, kind):
    content = samples.picture(kind, (400, 300))

    refusal = refused(person, content[: len(content) // 2], "half.img")

    assert refusal.code == "file_damaged"
    assert "half.img" in str(refusal)


def test_what_hides_behind_a_picture_is_gone(person):
    attachment = stored(person, samples.picture() + samples.archive("evil.js") + samples.HTML, "two-faced.jpg")

    kept = bytes_of(attachment)
    assert b"evil.js" not in kept
    assert b"<script>" not in kept


def test_script_that_begins_like_a_picture_is_refused(person):
    assert refused(person, b"GIF89a/*" + samples.HTML, "a.gif").code == "file_damaged"


def test_no_more_than_one_picture_is_decoded_at_a_time():
    taken = queue.SimpleQueue[int]()
    upload = io.BytesIO(samples.picture(size=(60, 40)))
    thread = threading.Thread(target=lambda: taken.put(images.make_picture(upload, JPEG, "a.jpg").width))

    with ONE_AT_A_TIME:
        thread.start()
        with pytest.raises(queue.Empty):
            taken.get(timeout=0.3)

    assert taken.get(timeout=10) == 60
    thread.join()


def test_lock_of_pictures_is_given_back_after_a_refusal(person):
    assert refused(person, samples.huge_png(), "bomb.png").code == "file_pixels"
    assert not ONE_AT_A_TIME.locked()


def test_large_photo_is_made_small_before_it_is_turned_or_copied(person):
    exif = Image.Exif()
    exif[0x0112] = 6
    handled = list[int]()

    def spy(kind):
        real = getattr(Image.Image, kind)

        def noted(image, *arguments):
            handled.append(max(image.size))
            return real(image, *arguments)

        return mock.patch.object(Image.Image, kind, noted)

    with spy("convert"), spy("copy"), spy("transpose"):
        attachment = stored(person, samples.picture("PNG", (3000, 1500), exif=exif), "a.png")

    assert (attachment.width, attachment.height) == (1280, 2560)
    assert max(handled) == 2560


@pytest.mark.parametrize(
    ("mode", "transparent", "kept"),
    [
        ("1", None, "RGB"),
        ("I;16", None, "RGB"),
        ("L", None, "RGB"),
        ("L", 0, "RGBA"),
        ("LA", None, "RGBA"),
        ("P", None, "RGB"),
        ("P", 0, "RGBA"),
        ("RGB", (0, 0, 0), "RGBA"),
    ],
)
def test_large_picture_of_every_kind_of_pixels_is_made_smaller(person, mode, transparent, kept):
    content = io.BytesIO()
    Image.new(mode, (3000, 30)).save(content, "PNG", transparency=transparent)

    attachment = stored(person, content.getvalue(), "a.png")

    with Image.open(io.BytesIO(bytes_of(attachment))) as image:
        assert image.size == (2560, 26)
        assert image.mode == kept
        assert image.getpixel((0, 0)) == (0,) * len(kept)


@pytest.mark.parametrize(("mode", "white", "black"), [("L", 255, 0), ("RGB", (255, 255, 255), (0, 0, 0))])
def test_edge_of_a_transparent_colour_is_scaled_as_transparency_not_as_colour(person, mode, white, black):
    content = io.BytesIO()
    half_black = Image.new(mode, (3000, 30), white)
    half_black.paste(black, (0, 0, 1501, 30))
    half_black.save(content, "PNG", transparency=black)

    attachment = stored(person, content.getvalue(), "a.png")

    with Image.open(io.BytesIO(bytes_of(attachment))) as image:
        alpha = image.getchannel("A")
        seen = {colour for _count, colour in image.getcolors() or () if isinstance(colour, tuple) and colour[3]}
    assert {colour[:3] for colour in seen} == {(255, 255, 255)}
    assert (alpha.getpixel((0, 13)), alpha.getpixel((2559, 13))) == (0, 255)


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
        (b"ID3\x03" + b"\0" * 40, "a.mp3", "audio/mpeg", "audio"),
        (b"\xff\xf1" + b"\0" * 40, "a.aac", "audio/aac", "audio"),
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
        (samples.SVG, "a.txt"),
        (samples.SVG, "a.png"),
        (b"\xef\xbb\xbf" + samples.HTML, "a.txt"),
        (samples.HTML, "a.html"),
        (b"#!/bin/sh\nrm -rf /", "a.txt"),
        (b"MZ\x90\0" + b"\0" * 100, "a.exe"),
        (b"\x7fELF" + b"\0" * 100, "a.txt"),
        (b"plain\0text", "a.txt"),
        (b"plain text", "a.bat"),
        (samples.archive("a.txt"), "a.zip"),
        (samples.archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (samples.PDF + samples.archive("evil.js"), "a.pdf"),
        (samples.compound("Property"), "installer.msi"),
    ],
)
def test_other_types_and_pretenders_are_refused(person, content, name):
    refusal = refused(person, content, name)
    assert refusal.code in ("file_type", "file_damaged")
    assert name in str(refusal)


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
        file_type_of(Text(letters + b"\0"), "long.txt")


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
        collect_attachments(person=person, files=files, already=1)
    with pytest.raises(InvalidInput, match="At most 10 files"):
        check_files([upload(samples.PDF)] * (MAX_FILES + 1))


def test_only_the_uploader_takes_an_upload_back(person, django_capture_on_commit_callbacks):
    attachment = waiting(person)
    with pytest.raises(NotVisible):
        delete_upload(actor=Actor(person=MemberFactory()), upload_id=attachment.pk)
    with pytest.raises(NotVisible):
        delete_upload(actor=ANONYMOUS, upload_id=attachment.pk)

    with django_capture_on_commit_callbacks(execute=True):
        delete_upload(actor=Actor(person=person), upload_id=attachment.pk)

    assert not Attachment.objects.exists()
    assert not is_stored(attachment.file)


def test_deleted_files_go_with_the_commit(person, django_capture_on_commit_callbacks):
    attachment = stored(person, samples.picture())

    with django_capture_on_commit_callbacks(execute=True):
        assert delete_attachments(Attachment.objects.all()) == 1
        assert is_stored(attachment.file)

    assert not is_stored(attachment.file)
    assert not is_stored(attachment.preview)


@pytest.mark.django_db(transaction=True)
def test_files_of_a_rolled_back_transaction_are_removed(person):
    lost = []

    def store_and_fail():
        with transaction.atomic():
            lost.append(stored(person, samples.picture()))
            assert is_stored(lost[0].file)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_and_fail()
    [lost] = lost
    assert not is_stored(lost.file)
    assert not is_stored(lost.preview)
    with transaction.atomic():
        kept = stored(person, samples.picture())
    assert is_stored(kept.file)
