"""Recording in the browser: which pages may use the microphone, and pages that hear when a recording is prepared."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from config.common import live
from messenger.models import AttachmentKind, Message, Preparation, PreparationState
from messenger.services.preparations import claim, finish
from tests.cast import Cast, make_cast
from tests.factories import AttachmentFactory, UpdateFactory
from ticketing.models import TicketStatus, Visibility
from ticketing.services.messages import send_message
from ticketing.services.properties import change_visibility
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The topics of which the pages hear that a file was prepared."""
    heard: list[str] = []

    def hear(_group: str, event: dict[str, str]) -> None:
        if event.get("kind") == "file_prepared":
            heard.append(event["topic"])

    monkeypatch.setattr(live, "_send", hear)
    return heard


def test_pages_that_record_may_use_the_microphone_and_no_others(cast: Cast) -> None:
    office, portal = OFFICE.ticket_url("ticket_detail", cast.ticket), PORTAL.ticket_url("ticket_detail", cast.ticket)
    pages = {
        f"{office}?tab=messenger": True,
        f"{office}?tab=updates": True,
        reverse("office:desk_form"): True,
        reverse("office:ticket_list"): False,
        f"{portal}?view=messages": True,
        f"{portal}?view=updates": True,
        reverse("portal:device", args=[cast.device.slug]): False,
    }

    for address, records in pages.items():
        response = cast.client("reporter" if address.startswith("/d/") else "responsible").get(address)
        policy = response["Permissions-Policy"]
        assert ("recorder-opener" in response.content.decode()) == records, address
        assert ("microphone=(self)" in policy, "camera=(self)" in policy) == (records, records), address
        assert "geolocation=()" in policy


def message_of(cast: Cast) -> Message:
    return send_message(actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Listen.")


def prepare(**parent: object) -> None:
    voice = AttachmentFactory(kind=AttachmentKind.AUDIO, content_type="audio/webm", **parent)
    Preparation.objects.create(attachment=voice)
    taken = claim()
    assert taken is not None
    assert finish(taken, PreparationState.DONE, "", {"duration": 7400})


def test_the_end_of_a_preparation_is_told_to_those_who_may_know_of_the_file(
    cast: Cast, hints: list[str], django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    public = message_of(cast)
    change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    internal = message_of(cast)
    update = UpdateFactory(ticket=cast.ticket, is_internal=True, public_sequence=None)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        prepare(message=public)
        prepare(message=internal)
        prepare(update=update)
        prepare()

    topic = f"ticket.{cast.ticket.pk}.files"
    assert hints == [topic, f"{topic}.inside", f"{topic}.inside"]


def test_a_page_gets_the_player_when_the_recording_is_prepared(cast: Cast) -> None:
    voice = AttachmentFactory(kind=AttachmentKind.AUDIO, content_type="audio/webm", message=message_of(cast))
    Preparation.objects.create(attachment=voice)
    reader, address = cast.client("reporter"), reverse("attachment_player", args=[voice.pk])
    shown = reader.get(PORTAL.ticket_url("ticket_detail", cast.ticket) + "?view=messages").content.decode()
    assert f'data-prepared-url="{address}"' in shown

    before = reader.get(address)
    taken = claim()
    assert taken is not None
    finish(taken, PreparationState.DONE, "", {"duration": 7400, "peaks": bytes([9, 200])})
    after = reader.get(address)

    assert before.status_code == 204
    assert 'data-duration="7400"' in after.content.decode()
    assert "unprepared" not in after.content.decode()
    assert Client().get(address).status_code == 404
