"""The last piece of an upload: whole or not at all, checked once, taken back by its uploader."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from config.common import clock
from config.common.errors import InvalidInput
from messenger.models import Attachment, Piece, Upload
from messenger.services import uploads as service
from messenger.services.attachments import put_file
from messenger.services.uploads import CHECK_LEASE, BeingChecked
from tests.factories import MessageFactory
from tests.messenger import samples
from tests.messenger.attachments import bytes_of
from tests.messenger.pieces import FILM, begun, receive, sender, stored_pieces
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_pieces", "no_pieces_left")]


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


@pytest.mark.parametrize("broken", ["check_files", "put_file", "delete_pieces"])
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
    put = put_file

    def overtaken(*args, **fields):
        """Another request, after the lease, is done before this one stores its file."""
        with (
            clock.freeze(clock.now() + CHECK_LEASE + timedelta(seconds=1)),
            mock.patch.object(service, "put_file", put),
        ):
            service._finish(Upload.objects.get())
        return put(*args, **fields)

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
            assert remove("responsible", upload) == {"delete": 204, "post": 303}[how]
        assert remove("responsible", upload) == 404

    assert not Attachment.objects.exists()
    assert stored_pieces() == []
    assert Upload.objects.get().uploader == cast.person("moderator")


def test_what_was_sent_is_not_taken_back(cast):
    made = sender(cast).upload(samples.PDF)
    Attachment.objects.update(message=MessageFactory(ticket=cast.ticket, sequence=900))

    address = OFFICE.ticket_url("upload", cast.ticket, upload_id=made["id"])
    assert sender(cast).delete(address).status_code == 404
    assert Attachment.objects.exists()
    # A page that still has it learns that it is used up, and nobody else that it is there.
    told = cast.client("responsible").get(address, HTTP_X_REQUESTED_WITH="fetch")
    assert (told.status_code, told.json()["code"]) == (410, "sent_already")
    assert cast.client("administrator").get(address).status_code == 404
