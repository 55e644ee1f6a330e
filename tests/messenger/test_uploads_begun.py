"""An upload is begun: by those who may write what the file is for, once however often it is asked for."""

import uuid

import pytest
from django.test import Client

from messenger.models import Attachment, Upload
from messenger.services import attachments
from messenger.services.uploads import MAX_BYTES
from tests.cast import client_of, holding, make_cast
from tests.factories import DeviceFactory
from tests.messenger import samples
from tests.messenger.attachments import bytes_of
from tests.messenger.pieces import FILM, begun, sender
from tests.messenger.tus import VERSION, Sender, metadata
from ticketing.models import TicketStatus, Visibility
from ticketing.services import drafts
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_pieces", "no_pieces_left")]


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
    for length, name in ((101, "a.pdf"), (100, "b.pdf")):
        assert sender(cast).begin(length, name, key=key).json()["code"] == "used_key"


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
    monkeypatch.setattr(attachments, "MAX_WAITING", 2)
    tus = sender(cast)
    tus.upload(samples.PDF)
    assert tus.begin(100).status_code == 201

    refused = sender(cast).begin(100)

    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_waiting")
    assert sender(cast, "moderator").begin(100).status_code == 201


def test_begin_needs_the_right_to_write_what_the_file_is_for(cast):
    def begin(role, purpose, surface=OFFICE):
        return sender(cast, role, surface).begin(100, purpose=purpose).status_code

    assert begin("responsible", "message") == begin("responsible", "internal") == 201
    assert begin("reporter", "update", PORTAL) == 201
    assert begin("uninvolved", "message") == begin("offered", "internal") == 403
    assert begin("reporter", "internal", PORTAL) == begin("responsible", "answer") == 403
    assert begin("other_holder", "message", PORTAL) == begin("stranger", "message", PORTAL) == 404
    assert begin("responsible", "nonsense") == 404
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
