"""A file travels in pieces: under the rules at each of them, whole or not at all, once however often it is sent."""

import hashlib
import threading
import uuid
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.db import connection
from django.http import UnreadablePostError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from fleet.actors import ANONYMOUS
from messenger.models import Attachment, Message, Piece, Upload
from messenger.services import uploads as service
from messenger.services.attachments import put_file
from messenger.services.orphans import remove_idle_uploads
from messenger.services.uploads import (
    CHECK_LEASE,
    CHUNK_BYTES,
    MAX_BYTES,
    MAX_PIECE_BYTES,
    MIN_PIECE_BYTES,
    BeingChecked,
    WrongOffset,
    receive_piece,
    start_upload,
)
from tests.cast import client_of, holding, make_cast
from tests.factories import AttachmentFactory, DeviceFactory
from tests.messenger import samples
from tests.messenger.tus import VERSION, Sender, metadata
from ticketing.models import TicketStatus, Visibility
from ticketing.services import drafts, life_cycle, properties
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = pytest.mark.django_db
FILM = samples.mp4() + samples.box(b"mdat", bytes(range(256)) * 40)  # Some 10 KB that differ from place to place.


@pytest.fixture
def cast():
    return make_cast(TicketStatus.ASSIGNED)


def sender(cast, role="responsible", surface=OFFICE):
    return Sender(cast.client(role), surface.ticket_url("upload_add", cast.ticket))


def begun(cast, role="responsible", **fields):
    """An upload as the service makes it."""
    given = {"purpose": "message", "client_key": uuid.uuid4(), "name": "film.mp4", "length": len(FILM), **fields}
    return start_upload(actor=cast.acting(role), ticket_id=cast.ticket.pk, device_id=cast.device.pk, **given)


def receive(cast, upload, content, role="responsible", offset=None):
    upload.refresh_from_db()
    at = upload.offset if offset is None else offset
    return receive_piece(
        actor=cast[role], device_id=None, upload=upload, offset=at, chunks=[content] if content else []
    )


def stored_pieces():
    return default_storage.listdir("pieces")[1] if default_storage.exists("pieces") else []


@pytest.fixture(autouse=True)
def tiny_pieces(monkeypatch):
    """Films of tests have a few KB."""
    monkeypatch.setattr(service, "MIN_PIECE_BYTES", 1)


@pytest.fixture(autouse=True)
def no_pieces_left():
    """What one test stores must not be seen by the next."""
    yield
    for name in stored_pieces():
        default_storage.delete(f"pieces/{name}")


def bytes_of(attachment):
    with attachment.file.open() as file:
        return file.read()


# Beginning -----------------------------------------------------------------------------------------------------------


def test_an_upload_is_begun_and_asked_for(cast):
    tus = sender(cast)

    answer = tus.begin(len(FILM), "film.mp4")

    upload = Upload.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == OFFICE.ticket_url("upload", cast.ticket, upload_id=upload.pk)
    assert (answer["Upload-Offset"], answer["Tus-Resumable"]) == ("0", "1.0.0")
    asked = tus.head(answer["Location"])
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, "0", str(len(FILM)))
    assert "no-store" in asked["Cache-Control"]
    assert tus.client.get(answer["Location"], **VERSION).status_code == 404


def test_the_same_key_is_the_same_upload_and_no_other_persons(cast):
    key = uuid.uuid4()

    first, again = (sender(cast).begin(100, "a.pdf", key=key) for _time in range(2))
    other = sender(cast, "moderator").begin(100, "a.pdf", key=key)

    assert first["Location"] == again["Location"] != other["Location"]
    assert Upload.objects.count() == 2
    for changed in ({"length": 101, "name": "a.pdf"}, {"length": 100, "name": "b.pdf"}):
        assert sender(cast).begin(**changed, key=key).json()["code"] == "used_key"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_TUS_RESUMABLE": "0.2.2"}, 412),
        ({"HTTP_TUS_RESUMABLE": ""}, 412),
        ({"HTTP_UPLOAD_LENGTH": ""}, 400),
        ({"HTTP_UPLOAD_LENGTH": "-1"}, 400),
        ({"HTTP_UPLOAD_LENGTH": "many"}, 400),
        ({"HTTP_UPLOAD_LENGTH": "0"}, 400),
        ({"HTTP_UPLOAD_LENGTH": "9" * 5000}, 400),
        ({"HTTP_UPLOAD_LENGTH": str(MAX_BYTES + 1)}, 413),
        ({"HTTP_UPLOAD_METADATA": metadata(filename=" ", purpose="message", key=str(uuid.uuid4()))}, 400),
        ({"HTTP_UPLOAD_METADATA": metadata(filename="a.pdf", purpose="message", key="1")}, 400),
        ({"HTTP_UPLOAD_METADATA": metadata(filename="a.pdf", purpose="theft", key=str(uuid.uuid4()))}, 404),
        ({"HTTP_UPLOAD_METADATA": "filename %%%"}, 400),
        ({"HTTP_UPLOAD_METADATA": "filename /w=="}, 400),
        ({"HTTP_UPLOAD_METADATA": ""}, 404),
    ],
)
def test_what_cannot_become_a_file_is_refused_before_a_byte_travels(cast, headers, status):
    assert sender(cast).begin(100, **headers).status_code == status
    assert not Upload.objects.exists()
    assert sender(cast).begin(100).status_code == 201


def test_too_large_is_said_with_the_limit_in_the_readers_language(cast):
    tus = sender(cast)

    answer = tus.begin(MAX_BYTES + 1, "film.mp4", HTTP_ACCEPT_LANGUAGE="de")

    assert (answer.status_code, answer.json()["code"]) == (413, "file_size")
    assert "300" in answer.json()["message"]
    assert "zu groß" in answer.json()["message"]
    assert tus.begin(MAX_BYTES, "film.mp4").status_code == 201


def test_files_that_wait_are_counted_whole_or_not(cast, monkeypatch):
    monkeypatch.setattr(service, "MAX_WAITING", 2)
    AttachmentFactory(uploader=cast.person("responsible"))
    assert sender(cast).begin(100).status_code == 201

    refused = sender(cast).begin(100)

    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_waiting")
    assert sender(cast, "moderator").begin(100).status_code == 201


def test_begin_needs_the_right_to_write_what_the_file_is_for(cast):
    def begin(role, purpose, surface=OFFICE):
        return sender(cast, role, surface).begin(100, purpose=purpose).status_code

    assert (
        begin("responsible", "message")
        == begin("responsible", "internal")
        == begin("reporter", "update", PORTAL)
        == 201
    )
    assert (
        begin("uninvolved", "message") == begin("offered", "internal") == begin("reporter", "internal", PORTAL) == 403
    )
    assert (
        begin("other_holder", "message", PORTAL)
        == begin("stranger", "message", PORTAL)
        == begin("responsible", "nonsense")
        == 404
    )
    assert begin("responsible", "answer") == 403
    assert Upload.objects.count() == 3


def test_begin_is_below_the_tickets_own_device_only(cast):
    tus = sender(cast, "reporter", PORTAL)
    elsewhere = Sender(tus.client, tus.address.replace(cast.device.slug, DeviceFactory().slug))

    assert elsewhere.begin(100).status_code == 404
    assert tus.begin(100).status_code == 201


def test_a_code_user_becomes_a_person_with_the_first_upload(cast):
    tus = Sender(client_of(session=holding(cast.code)), PORTAL.ticket_url("upload_add", cast.ticket))

    made = tus.upload(samples.PDF)

    assert Attachment.objects.get(pk=made["id"]).uploader.is_code_user
    with pytest.raises(NotVisible):
        start_upload(
            actor=ANONYMOUS,
            ticket_id=cast.ticket.pk,
            device_id=None,
            purpose="message",
            client_key=uuid.uuid4(),
            name="a",
            length=1,
        )


def test_forged_requests_are_refused(cast):
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = cast.client("responsible").cookies
    careful.get(OFFICE.ticket_url("ticket_detail", cast.ticket))
    token = {"HTTP_X_CSRFTOKEN": careful.cookies["fleetdesk_csrf"].value}
    tus = Sender(careful, OFFICE.ticket_url("upload_add", cast.ticket))
    upload = begun(cast)
    address = OFFICE.ticket_url("upload", cast.ticket, upload_id=upload.pk)

    assert tus.begin(100).status_code == tus.patch(address, 0, FILM).status_code == tus.delete(address).status_code
    assert tus.delete(address).status_code == 403

    assert tus.begin(100, **token).status_code == 201
    assert tus.patch(address, 0, FILM, **token).status_code == 204


def test_what_is_spoken_is_said_alike_for_every_address(cast):
    there = sender(cast).client.options(OFFICE.ticket_url("upload_add", cast.ticket))
    nowhere = sender(cast).client.options(OFFICE.url("upload_add", ticket_id=99_999_999))

    assert there.status_code == nowhere.status_code == 204
    assert there.headers == nowhere.headers
    assert (there["Tus-Version"], there["Tus-Max-Size"]) == ("1.0.0", str(MAX_BYTES))


# Pieces --------------------------------------------------------------------------------------------------------------


def test_the_pieces_make_the_very_bytes_that_were_sent(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = sender(cast, "reporter", PORTAL).upload(FILM, "C:\\film.mp4", piece=999)

    attachment = Attachment.objects.get()
    assert bytes_of(attachment) == FILM
    assert attachment.digest == hashlib.sha256(FILM).hexdigest()
    assert (attachment.uploader, attachment.message) == (cast.person("reporter"), None)
    assert made == {"id": str(attachment.pk), "name": "film.mp4", "kind": "video", "preview": ""}
    assert attachment.pk == Upload.objects.get().pk
    assert not Piece.objects.exists()
    assert stored_pieces() == []


def test_an_upload_is_sent_later_by_its_uploader_only(cast):
    tus = sender(cast, "reporter", PORTAL)

    made = tus.upload(samples.picture(), "a.jpg", piece=100)

    def status(role):
        answer = cast.client(role).get(made["preview"])
        return answer.status_code if not answer.streaming else len(list(answer.streaming_content)) and 200

    def send(role, surface):
        fields = {"client_key": str(uuid.uuid4()), "text": "", "uploads": [made["id"]]}
        address = surface.ticket_url("message_send", cast.ticket)
        return cast.client(role).post(address, fields, HTTP_X_REQUESTED_WITH="fetch")

    assert status("reporter") == 200
    for role in ("responsible", "holder", "manager", "administrator"):
        assert status(role) == 404, role
    stolen = send("responsible", OFFICE)
    assert (stolen.status_code, stolen.json()["code"]) == (400, "upload_gone")
    assert send("reporter", PORTAL).status_code == 201
    assert status("responsible") == 200
    assert Message.objects.get().attachments.get().name == "a.jpg"


def test_a_piece_goes_where_the_last_one_ended_and_nowhere_else(cast):
    tus = sender(cast)
    location = tus.begin(len(FILM), "film.mp4")["Location"]
    assert tus.patch(location, 0, FILM[:100])["Upload-Offset"] == "100"

    for wrong in (0, 50, 101):
        answer = tus.patch(location, wrong, b"x" * 10)
        assert (answer.status_code, answer["Upload-Offset"], answer.json()["code"]) == (409, "100", "wrong_offset")
    assert tus.head(location)["Upload-Offset"] == "100"
    assert len(stored_pieces()) == 1

    assert tus.patch(location, 100, FILM[100:]).status_code == 204
    assert bytes_of(Attachment.objects.get()) == FILM


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": "application/octet-stream"}, 415),
        ({"HTTP_TUS_RESUMABLE": "2.0.0"}, 412),
        ({"HTTP_UPLOAD_OFFSET": "x"}, 400),
        ({"HTTP_UPLOAD_OFFSET": "٣"}, 400),
        ({"HTTP_UPLOAD_OFFSET": "-1"}, 400),
        ({"HTTP_UPLOAD_OFFSET": "9" * 5000}, 400),
    ],
)
def test_a_piece_that_is_not_said_to_be_one_is_refused(cast, headers, status):
    tus = sender(cast)
    location = tus.begin(len(FILM))["Location"]

    assert tus.patch(location, 0, FILM[:10], **headers).status_code == status
    assert not Piece.objects.exists()
    assert tus.patch(location, 0, FILM[:10]).status_code == 204


def test_a_piece_is_neither_too_large_nor_longer_than_the_file(cast):
    tus = sender(cast)
    large, small = (tus.begin(length, "film.mp4")["Location"] for length in (2 * MAX_PIECE_BYTES, 100))

    refused = tus.patch(large, 0, b"x" * (MAX_PIECE_BYTES + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "piece_size")
    assert tus.patch(small, 0, b"x" * 101).json()["code"] == "too_long"
    assert stored_pieces() == []

    assert tus.patch(large, 0, b"x" * MAX_PIECE_BYTES).status_code == 204
    assert tus.patch(small, 0, b"x" * 99).status_code == 204


def test_only_the_last_piece_is_small(cast, monkeypatch):
    monkeypatch.setattr(service, "MIN_PIECE_BYTES", MIN_PIECE_BYTES)
    tus = sender(cast)
    location = tus.begin(MIN_PIECE_BYTES + 10, "film.mp4")["Location"]

    refused = tus.patch(location, 0, b"x" * (MIN_PIECE_BYTES - 1))
    assert (refused.status_code, refused.json()["code"]) == (400, "piece_size")
    assert stored_pieces() == []

    assert tus.patch(location, 0, b"x" * MIN_PIECE_BYTES).status_code == 204
    assert tus.patch(location, MIN_PIECE_BYTES, b"x" * 9).json()["code"] == "piece_size"
    assert tus.patch(location, MIN_PIECE_BYTES, b"\x00" * 10).json()["code"] == "file_type"


def test_a_short_rest_of_a_lost_connection_is_sent_again(cast, monkeypatch):
    monkeypatch.setattr(service, "MIN_PIECE_BYTES", 200)
    tus = sender(cast)
    location = tus.begin(len(FILM), "film.mp4")["Location"]

    with mock.patch.object(WSGIRequest, "read", side_effect=[FILM[:100], UnreadablePostError()]):
        tus.patch(location, 0, FILM)

    assert tus.head(location)["Upload-Offset"] == "0"
    assert tus.patch(location, 0, FILM).status_code == 204


def test_the_body_is_read_in_chunks_and_never_as_a_whole(cast):
    tus = sender(cast)
    location = tus.begin(len(FILM), "film.mp4")["Location"]
    sizes = []

    def read(request, size):
        sizes.append(size)
        return request._stream.read(size)

    with mock.patch.object(WSGIRequest, "read", read), mock.patch.object(WSGIRequest, "body", property(_never)):
        assert tus.patch(location, 0, FILM).status_code == 204
    assert max(sizes) == CHUNK_BYTES
    assert bytes_of(Attachment.objects.get()) == FILM


def _never(_request):
    raise AssertionError


def test_what_arrived_before_the_network_was_lost_counts(cast):
    tus = sender(cast)
    location = tus.begin(len(FILM), "film.mp4")["Location"]
    answers = [FILM[:100], UnreadablePostError()]

    with mock.patch.object(WSGIRequest, "read", side_effect=answers):
        assert tus.patch(location, 0, FILM)["Upload-Offset"] == "100"
    assert tus.patch(location, 100, FILM[100:]).status_code == 204


def test_other_peoples_uploads_and_absent_ones_look_alike(cast):
    mine = OFFICE.ticket_url("upload", cast.ticket, upload_id=begun(cast).pk)
    absent = OFFICE.ticket_url("upload", cast.ticket, upload_id=uuid.uuid4())
    tus = sender(cast, "moderator")

    for ask in (tus.head, tus.delete, lambda where: tus.patch(where, 0, FILM), lambda where: tus.client.get(where)):
        foreign, nothing = ask(mine), ask(absent)
        assert foreign.status_code == nothing.status_code == 404
        assert foreign.content == nothing.content
        assert foreign.headers == nothing.headers
    assert sender(cast).head(mine)["Upload-Offset"] == "0"
    with pytest.raises(NotVisible):
        receive(cast, Upload.objects.get(), FILM, "moderator")


def test_an_upload_is_found_below_its_own_ticket_only(cast):
    location = sender(cast).begin(100)["Location"]
    other = make_cast(TicketStatus.ASSIGNED).ticket
    elsewhere = location.replace(f"/{cast.ticket.pk}/", f"/{other.pk}/")
    client = Sender(client_of(cast.person("administrator")), "")
    Upload.objects.update(uploader=cast.person("administrator"))

    assert client.head(elsewhere).status_code == client.patch(elsewhere, 0, b"x").status_code == 404
    assert client.head(location).status_code == 200


def test_a_person_who_loses_access_on_the_way_sends_no_more_pieces(cast):
    tus = sender(cast, "reporter", PORTAL)
    location = tus.begin(len(FILM), "film.mp4")["Location"]
    assert tus.patch(location, 0, FILM[:100]).status_code == 204

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    assert tus.patch(location, 100, FILM[100:]).status_code == tus.head(location).status_code == 404
    assert not Attachment.objects.exists()

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    assert tus.patch(location, 100, FILM[100:]).status_code == 204


def test_the_rule_of_the_purpose_is_asked_at_each_piece(cast):
    tus = sender(cast)
    public, internal = (tus.begin(len(FILM), purpose=purpose)["Location"] for purpose in ("update", "internal"))

    for act in (life_cycle.start_work, life_cycle.finish_ticket, life_cycle.close_ticket):
        act(actor=cast.responsible, ticket_id=cast.ticket.pk)

    refused = tus.patch(public, 0, FILM[:100])
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_status")
    assert "Upload-Offset" not in refused.headers
    assert tus.patch(internal, 0, FILM[:100]).status_code == 204


def test_each_piece_takes_the_same_few_queries(cast):
    tus = sender(cast)
    location = tus.begin(len(FILM), "film.mp4")["Location"]

    counts = []
    for offset in range(0, 4000, 1000):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            tus.patch(location, offset, FILM[offset : offset + 1000])
        counts.append(len(queries))

    assert len(set(counts)) == 1
    assert counts[0] <= 14


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_pieces_for_one_place_one_is_kept():
    cast = make_cast(TicketStatus.ASSIGNED)
    upload = begun(cast)
    both = threading.Barrier(2)
    answers: list[object] = []

    def send(letter):
        def chunks():
            both.wait(10)
            yield letter * 1000

        try:
            upload = Upload.objects.get()
            answers.append(
                receive_piece(actor=cast.responsible, device_id=None, upload=upload, offset=0, chunks=chunks())
            )
        except WrongOffset as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(letter,)) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    upload.refresh_from_db()
    assert sorted(answers, key=str) == [1000, "wrong_offset"]
    assert upload.offset == 1000
    assert Piece.objects.count() == len(stored_pieces()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_piece_that_was_overtaken_leaves_no_bytes():
    cast = make_cast(TicketStatus.ASSIGNED)
    upload, late = begun(cast), Upload.objects.get()
    receive(cast, upload, FILM[:100])

    with pytest.raises(WrongOffset) as refusal:
        receive_piece(actor=cast.responsible, device_id=None, upload=late, offset=0, chunks=[b"x" * 50])

    assert refusal.value.offset == 100
    assert len(stored_pieces()) == 1
    Upload.objects.all().delete()
    with pytest.raises(NotVisible):
        receive_piece(actor=cast.responsible, device_id=None, upload=upload, offset=100, chunks=[b"x" * 50])


# The end -------------------------------------------------------------------------------------------------------------


def test_what_is_refused_by_its_content_is_gone_with_its_pieces(cast, django_capture_on_commit_callbacks):
    tus = sender(cast)
    location = tus.begin(len(samples.SVG), "evil.svg")["Location"]
    tus.patch(location, 0, samples.SVG[:20])

    with django_capture_on_commit_callbacks(execute=True):
        answer = tus.patch(location, 20, samples.SVG[20:])

    assert (answer.status_code, answer.json()["code"]) == (400, "file_type")
    assert "evil.svg" in answer.json()["message"]
    assert tus.head(location).status_code == 404
    assert not Attachment.objects.exists()
    assert not Piece.objects.exists()
    assert stored_pieces() == []


def test_a_picture_in_pieces_loses_where_it_was_taken(cast):
    made = sender(cast).upload(samples.photo_with_position(), "IMG_1.jpg", piece=500)

    assert b"Secret Phone" not in bytes_of(Attachment.objects.get())
    assert made["preview"] == reverse("attachment_preview", args=[made["id"]])


def test_finishing_goes_on_where_a_process_died_and_makes_one_file(cast):
    upload = begun(cast)
    with mock.patch.object(service, "put_file", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        receive(cast, upload, FILM)
    assert not Attachment.objects.exists()

    with pytest.raises(BeingChecked):
        receive(cast, upload, b"")
    with clock.freeze(clock.now() + CHECK_LEASE + timedelta(seconds=1)):
        assert receive(cast, upload, b"") == len(FILM)
    assert receive(cast, upload, b"") == len(FILM)

    assert bytes_of(Attachment.objects.get()) == FILM


@pytest.mark.parametrize("broken", ["check_files", "put_file", "insert"])
def test_a_check_that_fails_unforeseen_is_free_to_be_tried_again_at_once(cast, broken):
    upload = begun(cast)

    with mock.patch.object(service, broken, side_effect=OSError("No space left on device")):
        for content in (FILM, b""):
            with pytest.raises(OSError, match="No space"):
                receive(cast, upload, content)
    assert receive(cast, upload, b"") == len(FILM)

    assert bytes_of(Attachment.objects.get()) == FILM


def test_a_failed_check_leaves_the_claim_of_another_request(cast):
    upload = begun(cast)
    later = clock.now() + CHECK_LEASE + timedelta(seconds=1)

    def overtaken(_files):
        Upload.objects.update(check_began_at=later)
        raise OSError("No space left on device")

    with mock.patch.object(service, "check_files", overtaken), pytest.raises(OSError, match="No space"):
        receive(cast, upload, FILM)

    with pytest.raises(BeingChecked):
        receive(cast, upload, b"")


def test_two_checks_at_once_make_one_file_and_keep_no_second_one(cast):
    upload = begun(cast)
    before = len(default_storage.listdir("attachments")[1]) if default_storage.exists("attachments") else 0

    def overtaken(*args, **fields):
        """Another request, after the lease, is done before this one stores its file."""
        later = clock.now() + CHECK_LEASE + timedelta(seconds=1)
        with clock.freeze(later), mock.patch.object(service, "put_file", put):
            service._finish(Upload.objects.get())
        return put(*args, **fields)

    put = put_file
    with mock.patch.object(service, "put_file", overtaken):
        assert receive(cast, upload, FILM) == len(FILM)

    assert bytes_of(Attachment.objects.get()) == FILM
    assert len(default_storage.listdir("attachments")[1]) == before + 1


def test_a_piece_that_the_storage_lost_ends_the_upload(cast):
    upload = begun(cast)
    receive(cast, upload, FILM[:100])
    default_storage.delete(str(Piece.objects.get().file.name))

    with pytest.raises(InvalidInput) as refusal:
        receive(cast, upload, FILM[100:])

    assert refusal.value.code == "upload_gone"
    assert not Upload.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("how", ["delete", "post"])
def test_an_upload_is_taken_back_at_any_stage_by_its_uploader_only(cast, how, django_capture_on_commit_callbacks):
    begun(cast, role="moderator")
    half, whole = begun(cast), begun(cast)
    receive(cast, half, FILM[:100])
    with django_capture_on_commit_callbacks(execute=True):
        receive(cast, whole, FILM)

    def remove(role, upload):
        address = OFFICE.ticket_url("upload", cast.ticket, upload_id=upload.pk)
        if how == "delete":
            return sender(cast, role).delete(address).status_code
        return cast.client(role).post(f"{address}remove/").status_code

    for upload in (half, whole):
        assert remove("moderator", upload) == 404
        with django_capture_on_commit_callbacks(execute=True):
            assert remove("responsible", upload) == 204
        assert remove("responsible", upload) == 404
    assert not Attachment.objects.exists()
    assert stored_pieces() == []
    assert Upload.objects.get().uploader == cast.person("moderator")


def test_what_was_sent_is_not_taken_back(cast):
    made = sender(cast).upload(samples.PDF)
    Attachment.objects.update(
        message=Message.objects.create(
            conversation=cast.ticket.conversation,
            author=cast.person("responsible"),
            sequence=900,
            client_key=uuid.uuid4(),
        )
    )

    assert sender(cast).delete(OFFICE.ticket_url("upload", cast.ticket, upload_id=made["id"])).status_code == 404
    assert Attachment.objects.exists()


# What is left over ---------------------------------------------------------------------------------------------------


def test_the_sweep_takes_what_stayed_unfinished_for_a_day(cast, django_capture_on_commit_callbacks, capsys):
    with clock.freeze(clock.now() - timedelta(days=2)):
        old, slow, whole = begun(cast), begun(cast), begun(cast)
        for upload in (old, slow):
            receive(cast, upload, FILM[:100])
        with django_capture_on_commit_callbacks(execute=True):
            receive(cast, whole, FILM)
    receive(cast, slow, FILM[100:200])
    message = Message.objects.create(
        conversation=cast.ticket.conversation, author=cast.person("responsible"), sequence=900, client_key=uuid.uuid4()
    )
    Attachment.objects.update(message=message)

    with django_capture_on_commit_callbacks(execute=True):
        call_command("remove_orphans")

    assert Upload.objects.get() == slow
    assert Attachment.objects.get().pk == whole.pk
    assert len(stored_pieces()) == Piece.objects.count() == 2
    assert " 1 pieces of uploads" in capsys.readouterr().out
    assert receive(cast, slow, FILM[200:]) == len(FILM)


def test_the_sweep_takes_what_is_unfinished_after_three_days_however_often_it_went_on(cast):
    begun_at = clock.now()
    endless, whole = begun(cast), begun(cast)
    receive(cast, whole, FILM)

    for day in range(1, 5):
        with clock.freeze(begun_at + timedelta(days=day, seconds=-day)):
            receive(cast, endless, FILM[day : day + 1])
            Upload.objects.filter(pk=whole.pk).update(changed_at=clock.now())
            Attachment.objects.update(created_at=clock.now())
            remove_idle_uploads()
        assert Upload.objects.filter(pk=endless.pk).exists() == (day < 4)

    assert Upload.objects.get() == whole
    assert Attachment.objects.get().pk == whole.pk


def test_the_sweep_takes_stored_pieces_that_no_row_knows(cast):
    receive(cast, begun(cast), FILM[:100])
    lost = default_storage.save("pieces/lost", samples.upload(b"x"))

    call_command("remove_orphans", "--even-many")
    assert default_storage.exists(lost)
    Upload.objects.update(created_at=clock.now() + timedelta(days=2), changed_at=clock.now() + timedelta(days=2))
    with clock.freeze(clock.now() + timedelta(days=2)):
        call_command("remove_orphans", "--even-many")

    assert not default_storage.exists(lost)
    assert len(stored_pieces()) == 1


def test_a_deleted_draft_takes_its_uploads_with_it(django_capture_on_commit_callbacks):
    cast = make_cast(TicketStatus.DRAFT)
    half, whole = (begun(cast, "reporter", purpose="answer") for _number in range(2))
    receive(cast, half, FILM[:100], "reporter")
    with django_capture_on_commit_callbacks(execute=True):
        receive(cast, whole, FILM, "reporter")
    stored = str(Attachment.objects.get().file.name)
    elsewhere = AttachmentFactory(uploader=cast.person("reporter"))

    with django_capture_on_commit_callbacks(execute=True):
        drafts.delete_draft(actor=cast.reporter, ticket_id=cast.ticket.pk)

    assert not Upload.objects.exists()
    assert stored_pieces() == []
    assert Attachment.objects.get() == elsewhere
    assert not default_storage.exists(stored)


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_draft_takes_files_for_its_answers_from_who_began_it_until_it_is_sent():
    cast = make_cast(TicketStatus.DRAFT)
    tus = sender(cast, "reporter", PORTAL)
    location = tus.begin(len(FILM), "film.mp4", purpose="answer")["Location"]

    assert sender(cast, "holder", PORTAL).begin(100, purpose="answer").status_code == 404
    assert sender(cast, "administrator").begin(100, purpose="answer").status_code == 403
    assert tus.begin(100, purpose="message").status_code == 409
    assert tus.patch(location, 0, FILM[:100]).status_code == 204
    drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk)
    assert tus.patch(location, 100, FILM[100:]).status_code == 409


def test_an_employee_sends_files_for_the_answers_of_an_own_draft():
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)

    made = sender(cast, "drafting_employee").upload(FILM, "film.mp4", purpose="answer", piece=5000)

    assert bytes_of(Attachment.objects.get(pk=made["id"])) == FILM
    assert sender(cast, "moderator").begin(100, purpose="answer").status_code == 403
