"""The rules are asked at each piece of an upload, and it stays its uploader's."""

import uuid

import pytest

from config.common.errors import NotVisible
from messenger.models import Attachment, Message, Upload
from tests.cast import client_of, make_cast
from tests.hiding import without_tokens
from tests.messenger import samples
from tests.messenger.pieces import FILM, begun, receive, sender
from tests.messenger.tus import Sender
from ticketing.models import TicketStatus, Visibility
from ticketing.services import life_cycle, properties
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_pieces", "no_pieces_left")]


def test_other_peoples_uploads_and_absent_ones_look_alike(cast):
    mine = OFFICE.ticket_url("upload", cast.ticket, upload_id=begun(cast).pk)
    absent = OFFICE.ticket_url("upload", cast.ticket, upload_id=uuid.uuid4())
    tus = sender(cast, "moderator")

    for ask in (tus.head, tus.delete, lambda where: tus.patch(where, 0, FILM), tus.client.get):
        foreign, nothing = ask(mine), ask(absent)
        assert foreign.status_code == nothing.status_code == 404
        assert without_tokens(foreign.content.decode()) == without_tokens(nothing.content.decode())
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
