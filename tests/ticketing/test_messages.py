"""The messenger of a ticket: D11, D17, idempotency, sequences, and who is notified."""

import uuid
from typing import IO, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from config.common.errors import InvalidInput, NotAllowed, WrongStatus
from config.common.windows import Place
from messenger import content
from messenger.models import Message, Notification
from messenger.services.attachments import MAX_FILES
from messenger.services.messages import MAX_TEXT_LENGTH
from tests.cast import Cast, make_cast, start
from tests.factories import AttachmentFactory, MemberFactory
from ticketing import access
from ticketing.models import JournalEntry, Question, TicketStatus, Visibility
from ticketing.services import drafts, life_cycle, messages
from ticketing.services.drafts import AnswerInput
from ticketing.services.updates import post_update
from ticketing.surfaces import OFFICE

pytestmark = pytest.mark.django_db


def say(cast: Cast, role: str, text: str = "Hello.", key: uuid.UUID | None = None, **files: Any) -> Message:
    return messages.send_message(
        actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=key or uuid.uuid4(), text=text, **files
    )


def test_the_same_key_twice_is_one_message_and_one_notification_each() -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()

    first, second = say(cast, "reporter", "Once.", key), say(cast, "reporter", "Twice.", key)

    assert first == second
    assert second.text == "Once."
    assert Message.objects.count() == 1
    assert JournalEntry.objects.filter(kind="message_sent").count() == 1
    assert Notification.objects.filter(kind="message_sent").count() == 3


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u202e\u2066 \ufeff", "\u00a0\u3000\u00ad"])
def test_invisible_text_is_no_message(text: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    with pytest.raises(InvalidInput):
        say(cast, "reporter", text)


@pytest.mark.parametrize("text", ["👩‍🔧", "مرحبا", ".", "é"])
def test_visible_text_is_a_message_as_it_was_typed(text: str) -> None:
    assert say(make_cast(TicketStatus.ASSIGNED), "reporter", text).text == text


def test_the_same_key_of_another_writer_is_another_message() -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    assert say(cast, "reporter", key=key) != say(cast, "responsible", key=key)


def test_a_retry_after_the_ticket_was_closed_meanwhile_still_finds_its_message() -> None:
    cast, key = make_cast(TicketStatus.DONE), uuid.uuid4()
    sent = say(cast, "reporter", key=key)

    life_cycle.close_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert say(cast, "reporter", key=key) == sent
    with pytest.raises(WrongStatus):
        say(cast, "reporter")


def test_a_message_has_the_sequence_of_its_row_in_the_journal() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    message = say(cast, "responsible")

    row, ticket = JournalEntry.objects.get(kind="message_sent"), cast.fresh()
    assert (message.sequence, message.public_sequence) == (row.sequence, row.public_sequence)
    assert (ticket.sequence, ticket.public_sequence) == (message.sequence, message.public_sequence)


def test_each_side_fetches_the_gap_by_its_own_sequence_in_order() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    sent = [say(cast, role, text) for role, text in [("reporter", "1"), ("responsible", "2"), ("holder", "3")]]
    ticket = cast.fresh()

    for actor, after in ((cast.responsible, sent[0].sequence), (cast.reporter, sent[0].public_sequence)):
        assert [m.text for m in access.messages_for(actor, ticket, place=Place(after=after)).rows] == ["2", "3"]
        assert [m.text for m in access.messages_for(actor, ticket).rows] == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\0"])
def test_a_message_without_text_and_file_is_refused(text: str) -> None:
    cast = make_cast()

    with pytest.raises(InvalidInput):
        say(cast, "reporter", text)
    assert not Message.objects.exists()
    assert say(cast, "reporter", " a ").text == "a"


def test_far_too_much_text_is_refused_and_the_longest_is_not() -> None:
    cast = make_cast()

    with pytest.raises(InvalidInput) as caught:
        say(cast, "reporter", "x" * (MAX_TEXT_LENGTH + 1))
    assert caught.value.field == "text"
    assert len(say(cast, "reporter", "x" * MAX_TEXT_LENGTH).text) == MAX_TEXT_LENGTH


def test_a_file_says_enough_and_belongs_to_its_message() -> None:
    cast = make_cast()
    message = say(cast, "reporter", "", files=[SimpleUploadedFile("noise.txt", b"It squeaks.", "text/plain")])
    assert [file.name for file in message.attachments.all()] == ["noise.txt"]


@pytest.mark.parametrize("way", ["message_send", "update_post"])
def test_of_many_invented_uploads_no_more_are_looked_at_than_a_message_may_have(way: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client, address = cast.client("responsible"), OFFICE.ticket_url(way, cast.ticket)

    def send(ids: list[str]) -> Any:
        fields = {"client_key": str(uuid.uuid4()), "text": "", "uploads": ids}
        return client.post(address, fields, HTTP_X_REQUESTED_WITH="fetch")

    # What is behind the eleventh is not even looked at.
    refused = send([*(str(uuid.uuid4()) for _number in range(MAX_FILES + 1)), *["no id"] * 2])
    own = [str(AttachmentFactory(uploader=cast.person("responsible")).pk) for _number in range(MAX_FILES)]
    sent = send(own)

    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_files")
    assert sent.status_code == {"message_send": 201, "update_post": 303}[way]


def test_an_upload_of_another_person_cannot_be_attached() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    foreign, own = AttachmentFactory(uploader=MemberFactory()), AttachmentFactory(uploader=cast.person("responsible"))

    with pytest.raises(InvalidInput):
        say(cast, "responsible", "", upload_ids=[foreign.pk])

    message = say(cast, "responsible", "", upload_ids=[own.pk])
    assert list(message.attachments.all()) == [own]

    with pytest.raises(InvalidInput):
        say(cast, "responsible", "", upload_ids=[own.pk])


def test_members_without_offer_read_no_messages_and_those_with_an_offer_judge_by_them() -> None:
    cast = make_cast()
    say(cast, "reporter")

    with pytest.raises(NotAllowed):
        access.messages_for(cast.uninvolved, cast.ticket)
    with pytest.raises(NotAllowed):
        access.messages_for(cast.rejecter, cast.ticket)
    assert len(access.messages_for(cast.offered, cast.ticket).rows) == 1
    with pytest.raises(NotAllowed):
        say(cast, "offered")


def test_the_responsible_and_the_customers_are_notified_of_a_message_but_never_its_writer() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    say(cast, "reporter")
    assert cast.notified("message_sent") == {"responsible", "subscriber", "manager"}

    Notification.objects.all().delete()
    say(cast, "responsible")
    assert cast.notified("message_sent") == {"subscriber", "manager"}

    Notification.objects.all().delete()
    say(cast, "manager")
    assert cast.notified("message_sent") == {"responsible", "subscriber"}


def test_only_employees_are_notified_of_a_message_on_an_internal_ticket() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)

    message = say(cast, "moderator")

    assert message.is_internal
    assert cast.notified("message_sent") == {"responsible"}


def test_deactivated_people_are_not_notified() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    for role in ("responsible", "manager"):
        cast.person(role).is_active = False
        cast.person(role).save()

    say(cast, "reporter")

    assert cast.notified("message_sent") == {"subscriber"}


@pytest.mark.parametrize("status", [TicketStatus.CLOSED, TicketStatus.CANCELLED])
def test_no_one_writes_any_more_when_it_is_over(status: TicketStatus) -> None:
    cast = make_cast(status)

    for role in ("holder", "reporter", "subscriber", "manager", "responsible", "moderator", "administrator"):
        with pytest.raises(WrongStatus):
            say(cast, role)


@pytest.mark.django_db(transaction=True)
def test_files_are_looked_into_before_anything_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding takes seconds, in which no one else could write: on SQLite to no ticket at all."""
    looked: list[bool] = []
    look = content.file_type_of

    def watch(file: IO[bytes], name: str) -> content.FileType:
        looked.append(connection.in_atomic_block)
        return look(file, name)

    monkeypatch.setattr("messenger.services.attachments.file_type_of", watch)
    cast = make_cast(TicketStatus.ASSIGNED)
    noise = SimpleUploadedFile("noise.txt", b"It squeaks.", "text/plain")
    say(cast, "reporter", files=[noise])
    post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=False, files=[noise]
    )
    draft = start(cast.acting("holder"), cast.device, cast.flow)
    question = Question.objects.get(step__flow=cast.flow)
    drafts.save_answers(actor=cast.acting("holder"), ticket_id=draft.pk, answers={question: AnswerInput(files=[noise])})
    assert looked == [False, False, False]
