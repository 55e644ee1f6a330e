"""A file travels in pieces: each goes where the last one ended, and is stored once."""

import hashlib
import threading
from unittest import mock

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import UnreadablePostError
from django.test.utils import CaptureQueriesContext

from config.common.errors import NotVisible
from messenger.models import Attachment, Piece, Upload
from messenger.services import uploads as service
from messenger.services.uploads import CHUNK_BYTES, MAX_PIECE_BYTES, MIN_PIECE_BYTES, WrongOffset, receive_piece
from tests.cast import make_cast
from tests.messenger.attachments import bytes_of
from tests.messenger.pieces import FILM, begun, receive, sender, stored_pieces
from ticketing.models import TicketStatus
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_pieces", "no_pieces_left")]


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
    assert tus.patch(location, MIN_PIECE_BYTES, b"\0x" * 5).json()["code"] == "file_type"


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


def test_each_piece_takes_the_same_few_queries(cast):
    tus = sender(cast)
    location = tus.begin(len(FILM), "film.mp4")["Location"]
    counts = []

    for offset in range(0, 4000, 1000):
        with CaptureQueriesContext(connection) as queries:
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


@pytest.mark.django_db
def test_each_try_to_bring_a_piece_is_stored_under_a_name_of_its_own():
    piece = Piece(upload=begun(make_cast(TicketStatus.ASSIGNED)), offset=0)

    names = {piece.file.field.generate_filename(piece, "piece") for _ in range(2)}

    assert len(names) == 2


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
