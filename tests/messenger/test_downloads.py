"""Files leave by one door: asked each time, shown only where that is safe, in small pieces."""

import io
import time
import uuid
from typing import cast

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from fleet.actors import KnownActor
from fleet.requests import Request
from messenger.bounded_files import BoundedFile
from messenger.content import texts
from messenger.content.texts import encoding_of_text
from messenger.models import AttachmentKind
from messenger.services.attachments import check_files, collect_attachments, delete_upload, stored_names
from tests.cast import client_of
from tests.factories import AttachmentFactory, MemberFactory
from tests.messenger import samples
from tests.messenger.attachments import bytes_of, data
from tests.messenger.samples import upload
from ticketing.views import files
from ticketing.views.files import MAX_RANGE_BYTES, _wanted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def owner():
    return MemberFactory()


@pytest.fixture
def client(owner):
    return client_of(owner)


def path_of(attachment, name="attachment"):
    return reverse(name, args=[attachment.pk])


def film(owner, content=b"0123456789"):
    kind = {"kind": AttachmentKind.VIDEO, "content_type": "video/mp4", "name": "a.mp4"}
    return AttachmentFactory(uploader=owner, content=content, **kind)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_document_is_saved_and_never_shown(owner, client):
    answer = client.get(path_of(AttachmentFactory(uploader=owner, name="größe.txt", content=b"<script>")))

    assert body(answer) == b"<script>"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.txt"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Length"] == "8"


TEXT = "Größe ½ → 12 °C"


@pytest.mark.parametrize(
    ("content", "charset", "read"),
    [
        (TEXT.encode(), "utf-8", TEXT),
        (TEXT.encode("utf-8-sig"), "utf-8", "\ufeff" + TEXT),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16", TEXT),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16", TEXT),
        ("Größe: 12 mm – „dünn“".encode("cp1252"), "windows-1252", "Größe: 12 mm – „dünn“"),
        ("l’huile fuit près du carter, 5 €".encode("cp1252"), "windows-1252", "l’huile fuit près du carter, 5 €"),
        ("Größe: 12 mm, dünn".encode("cp850"), "ibm850", "Größe: 12 mm, dünn"),
        ("Öl fällt auf 3 bar, Äußeres heiß".encode("cp850"), "ibm850", "Öl fällt auf 3 bar, Äußeres heiß"),
        ("┌────┐\r\n│ OK │\r\n└────┘\x1a".encode("cp850"), "ibm850", "┌────┐\r\n│ OK │\r\n└────┘\x1a"),
        (b"<script>alert(1)</script>", "utf-8", "<script>alert(1)</script>"),
    ],
)
def test_text_is_saved_as_it_came_and_read_as_utf_8(owner, client, content, charset, read):
    [text] = collect_attachments(person=owner, files=check_files([upload(content, "log.txt")]))

    saved, shown = client.get(path_of(text)), client.get(path_of(text), {"read": "1"})

    assert (body(saved), saved["Content-Type"]) == (content, f"text/plain; charset={charset}")
    assert saved["Content-Disposition"] == 'attachment; filename="log.txt"'
    assert (body(shown).decode(), shown["Content-Type"]) == (read, "text/plain; charset=utf-8")
    assert shown["Content-Disposition"] == 'inline; filename="log.txt"'
    assert (shown["X-Content-Type-Options"], shown["Content-Security-Policy"]) == ("nosniff", "sandbox")


def texts_of_24_megabytes():
    kinds = {"utf-8": "Größe 12 °C, “dünn”\r\n", "cp1252": "Größe: 12 mm – „dünn“\r\n", "cp850": "Öl fällt\r\n"}
    for encoding, line in kinds.items():
        text = line.encode(encoding)
        yield encoding, text * (24 * 1024 * 1024 // len(text))
    yield "cp850", b"pump 3 stopped\r\n" * (24 * 64 * 1024 - 1) + "Größe dünn\r\n".encode("cp850")


def test_long_text_is_judged_in_a_moment():
    for encoding, content in texts_of_24_megabytes():
        start = time.process_time()
        assert encoding_of_text(BoundedFile(io.BytesIO(content))) == encoding
        assert time.process_time() - start < 1, encoding


def test_text_to_be_read_is_judged_once_and_comes_in_small_pieces(owner, client, monkeypatch):
    content = "Größe: 12 mm – „dünn“\r\n".encode("cp1252") * 9000
    [text] = collect_attachments(person=owner, files=check_files([upload(content, "log.txt")]))
    judged: list[BoundedFile] = []

    def spy(file: BoundedFile) -> str:
        judged.append(file)
        return encoding_of_text(file)

    monkeypatch.setattr(texts, "encoding_of_text", spy)
    monkeypatch.setattr(files, "encoding_of_text", spy)

    pieces = list(client.get(path_of(text), {"read": "1"}).streaming_content)

    assert b"".join(pieces).decode() == content.decode("cp1252")
    assert max(map(len, pieces)) < 2 * files.CHUNK_BYTES
    assert len(judged) == 1


def test_every_answer_is_fenced(owner, client):
    for answer in (client.get(path_of(film(owner))), client.get(path_of(film(owner)), HTTP_RANGE="bytes=0-1")):
        body(answer)

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"] == 'inline; filename="a.mp4"'


def test_picture_is_shown_with_its_preview(owner, client):
    files = check_files([upload(samples.picture(size=(900, 300)), "a.jpg")])
    [picture] = collect_attachments(person=owner, files=files)

    answer = client.get(path_of(picture))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline")
    assert len(body(answer)) == picture.size

    preview = client.get(path_of(picture, "attachment_preview"))
    assert preview["Content-Type"] == "image/webp"
    assert body(preview).startswith(b"RIFF")

    body(saved := client.get(path_of(picture), {"download": "1"}))
    assert saved["Content-Disposition"].startswith("attachment")


def test_absent_hidden_and_lost_files_are_all_the_same(owner, client):
    foreign, lost = AttachmentFactory(), AttachmentFactory(uploader=owner)
    default_storage.delete(lost.file.name)
    paths = [path_of(foreign), path_of(lost), path_of(film(owner), "attachment_preview"), f"/files/{uuid.uuid4()}/"]

    assert [client.get(path).status_code for path in paths] == [404] * 4
    assert client_of().get(path_of(film(owner))).status_code == 404


WHOLE = (200, b"0123456789", None)


@pytest.mark.parametrize(
    ("wanted", "status", "piece", "where"),
    [
        # What Safari asks first.
        ("bytes=0-1", 206, b"01", "bytes 0-1/10"),
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=0-9", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        (f"bytes=5-{10**40}", 206, b"56789", "bytes 5-9/10"),
        (" Bytes=4-5 ", 206, b"45", "bytes 4-5/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=10-10", 416, b"", "bytes */10"),
        (f"bytes={10**40}-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        # No range, another unit, and more than one range: the whole file, as for players that ask for no range.
        ("bytes=5-2", *WHOLE),
        ("bytes=-", *WHOLE),
        ("bytes=", *WHOLE),
        ("bytes", *WHOLE),
        ("bytes=a-b", *WHOLE),
        ("bytes=+1-2", *WHOLE),
        ("bytes=1-2-3", *WHOLE),
        ("bytes=0-1,4-5", *WHOLE),
        ("bytes=0-1, 4-5", *WHOLE),
        ("bytes=0-,0-,0-,0-,0-", *WHOLE),
        ("lines=1-2", *WHOLE),
        ("", *WHOLE),
        ("bytes=" + "1" * 5000 + "-", *WHOLE),
        ("bytes=\u0661-\u0662", *WHOLE),
    ],
)
def test_ranges(owner, client, wanted, status, piece, where):
    answer = client.get(path_of(film(owner)), HTTP_RANGE=wanted)

    assert (answer.status_code, body(answer), answer.get("Content-Range")) == (status, piece, where)
    assert answer["Content-Length"] == str(len(piece))
    assert answer["Accept-Ranges"] == "bytes"


@given(start=st.integers(0, 30), end=st.integers(0, 30) | st.none(), size=st.integers(1, 20))
def test_a_piece_is_what_was_asked_for_or_nothing(start, end, size):
    """As the whole would have been cut."""
    content = bytes(range(size))
    request = RequestFactory().get("/", headers={"Range": f"bytes={start}-{'' if end is None else end}"})
    found = _wanted(cast(Request, request), '"tag"', size)

    if end is not None and end < start:
        assert found is None
        return
    assert found is not None
    if start >= size:
        assert found[0] > found[1]
    else:
        assert content[found[0] : found[1] + 1] == content[start : None if end is None else end + 1]


def test_a_player_that_kept_a_piece_of_another_file_begins_anew(owner, client):
    stored = film(owner)
    first = client.get(path_of(stored), HTTP_RANGE="bytes=0-1")
    asked = {"HTTP_RANGE": "bytes=2-3"}

    assert client.get(path_of(stored), **asked, HTTP_IF_RANGE=first["ETag"]).content == b"23"
    for other in ('"other"', f"W/{first['ETag']}", "Sat, 28 Nov 2026 10:00:00 GMT"):
        whole = client.get(path_of(stored), **asked, HTTP_IF_RANGE=other)
        assert (whole.status_code, body(whole), whole["ETag"]) == (200, b"0123456789", first["ETag"])
    body(another := client.get(path_of(film(owner))))
    assert another["ETag"] != first["ETag"]


def test_head_knows_no_ranges(owner, client):
    answer = client.head(path_of(film(owner)), HTTP_RANGE="bytes=0-1")

    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", "10")
    assert "Content-Range" not in answer


def test_the_other_format_leaves_by_the_same_door(owner, client):
    voice = {"kind": AttachmentKind.AUDIO, "content_type": "audio/webm", "name": "a.webm"}
    other = {"other": ContentFile(b"abcdef", "other"), "other_type": "audio/mp4"}
    stored = AttachmentFactory(uploader=owner, **voice, **other)
    path = path_of(stored, "attachment_other")

    answer = client.get(path, HTTP_RANGE="bytes=1-2")

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (206, b"bc", "audio/mp4")
    assert (answer["Content-Disposition"], answer["Cache-Control"]) == ("inline", "private, no-store")
    body(first := client.get(path_of(stored)))
    assert answer["ETag"] != first["ETag"]
    assert client_of().get(path).status_code == 404
    assert client_of(MemberFactory()).get(path).status_code == 404
    assert client.get(path_of(AttachmentFactory(uploader=owner, **voice), "attachment_other")).status_code == 404


def test_who_may_hear_it_is_asked_for_each_piece(client, owner):
    stored = film(owner)
    assert client.get(path_of(stored), HTTP_RANGE="bytes=0-1").status_code == 206

    stored.uploader = MemberFactory()
    stored.save()

    assert client.get(path_of(stored), HTTP_RANGE="bytes=2-3").status_code == 404


def test_range_is_never_more_than_a_megabyte(owner, client):
    long = film(owner, b"x" * (MAX_RANGE_BYTES + 5))

    answer = client.get(path_of(long), HTTP_RANGE="bytes=0-")

    assert len(answer.content) == MAX_RANGE_BYTES
    assert answer["Content-Range"] == f"bytes 0-{MAX_RANGE_BYTES - 1}/{MAX_RANGE_BYTES + 5}"


def test_documents_know_no_ranges_and_head_sends_nothing(owner, client):
    plain = AttachmentFactory(uploader=owner, content=b"abc")

    head = client.head(path_of(plain))

    assert body(client.get(path_of(plain), HTTP_RANGE="bytes=0-0")) == b"abc"
    assert (head.content, head["Content-Length"]) == (b"", "3")
    assert client.post(path_of(plain)).status_code == 405


def test_proxy_sends_the_file_when_it_can(owner, client, settings):
    settings.X_ACCEL_PREFIX = "/media-of-nginx/"
    stored, lost = film(owner), AttachmentFactory(uploader=owner)
    default_storage.delete(lost.file.name)

    answer = client.get(path_of(stored), HTTP_RANGE="bytes=0-3")

    assert answer["X-Accel-Redirect"] == f"/media-of-nginx/{stored.file.name}"
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"", "video/mp4")
    assert answer["Content-Disposition"] == 'inline; filename="a.mp4"'
    assert client.get(path_of(lost)).status_code == 404
    assert client_of().get(path_of(stored)).status_code == 404


def test_no_other_site_embeds_a_file_and_players_may_ask_for_pieces(owner, client):
    files = check_files([upload(samples.picture(), "a.jpg")])
    [picture] = collect_attachments(person=owner, files=files)

    for path in (path_of(picture), path_of(picture, "attachment_preview"), path_of(film(owner))):
        answer = client.get(path)
        body(answer)
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Accept-Ranges"] == "bytes"


def apple_picture(owner):
    [checked] = check_files([upload(data("turned_with_position.heic"), "größe.heic")])
    [attachment] = collect_attachments(person=owner, files=[checked])
    return attachment


def test_what_was_sent_is_saved_by_its_own_name_and_never_shown(owner, client):
    attachment = apple_picture(owner)

    answer = client.get(path_of(attachment) + "?original")

    assert body(answer) == bytes_of(attachment, "original")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.heic"
    assert answer["Content-Type"] == "image/heic"
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == ("sandbox", "nosniff")


def test_original_is_as_hidden_as_its_picture(owner, client):
    attachment = apple_picture(owner)
    plain = AttachmentFactory(uploader=owner)

    assert client_of(MemberFactory()).get(path_of(attachment) + "?original").status_code == 404
    assert client.get(path_of(plain) + "?original").status_code == 404


def test_original_goes_with_its_picture(owner, django_capture_on_commit_callbacks):
    attachment = apple_picture(owner)
    names = stored_names(attachment)
    assert len(names) == 3
    assert all(map(default_storage.exists, names))

    with django_capture_on_commit_callbacks(execute=True):
        delete_upload(actor=KnownActor(person=owner), upload_id=attachment.pk)

    assert not any(map(default_storage.exists, names))
