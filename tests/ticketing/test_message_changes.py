"""Answering, editing and taking back messages: by whom, how long, and what the record keeps."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from messenger.composed import IN_DANGER, ON_MY_WAY
from messenger.models import Attachment, Delivery, Message, Notification
from messenger.presentation import quote_of
from tests.cast import Cast, make_cast
from ticketing import access
from ticketing.models import JournalEntry, TicketStatus, Visibility
from ticketing.news import Tickets
from ticketing.search import search_tickets
from ticketing.services import life_cycle, messages, properties
from ticketing.services.message_changes import edit_message, take_back_message
from ticketing.services.ready import answer_question, send_ready_message
from ticketing.services.updates import post_update
from ticketing.services.verification import verify_ticket
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def say(cast: Cast, role: str, text: str = "Hello.", **more: Any) -> Message:
    return messages.send_message(
        actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text, **more
    )


def number_for(cast: Cast, role: str, message: Message) -> int:
    number = message.sequence if cast[role].is_employee else message.public_sequence
    assert number
    return number


def edit(cast: Cast, role: str, message: Message, text: str = "Better.") -> Message:
    number = number_for(cast, role, message)
    return edit_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, number=number, text=text)


def take_back(cast: Cast, role: str, message: Message) -> Message:
    number = number_for(cast, role, message)
    return take_back_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, number=number)


CHANGES = [edit, take_back]


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    at = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["reporter", "responsible", "moderator"])
def test_only_the_author_changes_a_message(change: Any, role: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    other = "moderator" if role == "responsible" else "responsible"
    message = say(cast, role)

    with pytest.raises(NotAllowed):
        change(cast, other, message)
    change(cast, role, message)


@pytest.mark.parametrize("change", CHANGES)
def test_ten_minutes_long(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    first, second = say(cast, "reporter"), say(cast, "reporter")

    later(monkeypatch, 9)
    change(cast, "reporter", first)
    later(monkeypatch, 2)
    with pytest.raises(WrongStatus):
        change(cast, "reporter", second)


@pytest.mark.parametrize("change", CHANGES)
def test_not_after_the_ticket_was_closed(change: Any) -> None:
    cast = make_cast(TicketStatus.DONE)
    message = say(cast, "reporter")

    life_cycle.close_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    with pytest.raises(WrongStatus):
        change(cast, "reporter", message)


@pytest.mark.parametrize("change", CHANGES)
def test_customers_learn_of_no_message_among_employees(change: Any) -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)
    message = say(cast, "responsible")
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)

    with pytest.raises(NotVisible):
        edit_message(actor=cast.acting("reporter"), ticket_id=cast.ticket.pk, number=message.sequence, text="Mine?")
    change(cast, "responsible", message)

    assert JournalEntry.objects.latest("sequence").public_sequence is None


def test_what_customers_read_is_not_edited_while_the_ticket_is_internal() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "responsible")
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    with pytest.raises(WrongStatus):
        edit(cast, "responsible", message)
    take_back(cast, "responsible", message)


def test_what_a_button_said_stays() -> None:
    cast = make_cast(TicketStatus.DONE)
    messages.report_not_fixed(actor=cast.acting("reporter"), ticket_id=cast.ticket.pk, text="It leaks.")
    message = Message.objects.get(kind="not_fixed")

    for change in CHANGES:
        with pytest.raises(NotAllowed):
            change(cast, "reporter", message)


def test_an_edit_keeps_what_it_was_and_the_journal_proves_both() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "reporter", "First.")

    edit(cast, "reporter", message, "Second.")
    edited = edit(cast, "reporter", message, "Third.")

    assert "Third." in edited.markup
    assert [version.text for version in edited.versions.all()] == ["First.", "Second."]
    assert [entry.data["message"] for entry in JournalEntry.objects.filter(kind="message_edited")] == [
        message.sequence,
        message.sequence,
    ]
    assert not list(verify_ticket(cast.fresh()))
    edited.versions.filter(text="First.").update(text="Never said.")
    assert [fault.sequence for fault in verify_ticket(cast.fresh())] == [message.sequence]


def test_an_edit_with_a_text_that_was_altered_is_a_fault() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    edited = edit(cast, "reporter", say(cast, "reporter"))

    Message.objects.filter(pk=edited.pk).update(text="Altered.")

    assert edited.change_sequence in [fault.sequence for fault in verify_ticket(cast.fresh())]


def test_the_same_text_again_is_no_edit() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "reporter", "The same.")

    edit(cast, "reporter", message, " The same. ")

    assert not JournalEntry.objects.filter(kind="message_edited").exists()
    with pytest.raises(InvalidInput):
        edit(cast, "reporter", message, " ")


def test_a_message_that_was_taken_back_has_neither_text_nor_files(
    django_capture_on_commit_callbacks: Any,
) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "reporter", "My secret.", files=[SimpleUploadedFile("note.txt", b"Also secret.")])
    edit(cast, "reporter", message, "My other secret.")
    file = Attachment.objects.get(message=message).file
    storage, name = file.storage, file.name

    with django_capture_on_commit_callbacks(execute=True):
        take_back(cast, "reporter", message)
        take_back(cast, "reporter", message)

    message.refresh_from_db()
    assert (message.text, message.markup, message.salt, message.attachments.count()) == ("", "", "", 0)
    assert {version.text for version in message.versions.all()} == {""}
    assert name
    assert not storage.exists(name)
    assert JournalEntry.objects.filter(kind="message_taken_back").count() == 1
    assert not list(verify_ticket(cast.fresh()))


@pytest.mark.parametrize(("change", "word"), [(edit, "better"), (take_back, "")])
def test_search_finds_what_a_message_says_now(change: Any, word: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "reporter", "Carburettor.")

    def found(words: str) -> bool:
        return search_tickets(access.tickets_for(cast.responsible), cast.responsible, words).exists()

    assert found("carburettor")
    change(cast, "reporter", message)

    assert not found("carburettor")
    assert not word or found(word)


def test_nobody_is_told_of_what_was_taken_back() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "reporter")
    of_message = {"ticket": cast.ticket, "sequence": message.sequence}
    # A phone whose person has no bell.
    row = Delivery(pk=1, person=cast.person("responsible"), kind="message_sent", **of_message)
    assert Notification.objects.filter(**of_message).exists()
    assert Tickets().concerned(row.person, cast.ticket.pk, [row]) == [1]

    take_back(cast, "reporter", message)

    assert not Notification.objects.filter(**of_message).exists()
    assert not Tickets().concerned(row.person, cast.ticket.pk, [row])


@pytest.mark.parametrize("role", ["reporter", "responsible"])
def test_the_other_side_gets_what_has_changed(role: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    kept, message = say(cast, "moderator", "Kept."), say(cast, "moderator", "Hasty words.")
    ticket = cast.fresh()
    since = ticket.sequence if cast[role].is_employee else ticket.public_sequence
    edit(cast, "moderator", message, "Calm words.")

    changed = access.changed_messages_for(cast[role], cast.fresh(), since)

    assert changed == [message]
    assert kept not in changed
    assert not access.changed_messages_for(cast[role], cast.fresh(), since + 1)


def test_pages_show_what_was_edited_taken_back_and_answered() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    hasty, gone = say(cast, "responsible", "Hasty **words**."), say(cast, "responsible", "Gone words.")
    answer = say(cast, "reporter", "An answer.", reply_to=hasty.public_sequence)
    say(cast, "reporter", "Another answer.", reply_to=gone.public_sequence)
    edit(cast, "responsible", hasty, "Calm **words**.")
    take_back(cast, "responsible", gone)

    page = cast.client("reporter").get(f"/d/{cast.device.slug}/tickets/{cast.ticket.pk}/?view=messages")
    text = page.content.decode()

    assert "Gone words" not in text
    assert "Hasty" not in text
    assert text.count("This message was taken back.") == 2
    assert "Calm words." in text
    assert f'id="message-{answer.public_sequence}"' in text
    detail = f"/tickets/{cast.ticket.pk}/messages/"
    outside = cast.client("reporter").get(f"/d/{cast.device.slug}{detail}{hasty.public_sequence}/")
    inside = cast.client("moderator").get(f"/office{detail}{hasty.sequence}/")
    assert b"Hasty" not in outside.content
    assert b"Hasty **words**." in inside.content


def test_a_message_among_employees_is_quoted_to_nobody_else() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)
    inside = say(cast, "responsible", "Between us.")
    say(cast, "moderator", "Agreed.", reply_to=inside.sequence)
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)

    with pytest.raises(InvalidInput):
        say(cast, "responsible", "As I said.", reply_to=inside.sequence)
    with pytest.raises(InvalidInput):
        say(cast, "reporter", "What did you say?", reply_to=inside.sequence)


def test_what_is_no_message_cannot_be_answered() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    update = post_update(
        actor=cast.acting("responsible"),
        ticket_id=cast.ticket.pk,
        client_key=uuid.uuid4(),
        text="Done.",
        is_internal=True,
    )

    with pytest.raises(InvalidInput):
        say(cast, "responsible", reply_to=update.sequence)


def test_forms_work_without_scripts() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "reporter", "First.")
    base = f"/d/{cast.device.slug}/tickets/{cast.ticket.pk}/messages/"
    client = cast.client("reporter")

    page = client.get(
        f"{base.removesuffix('messages/')}?view=messages&reply={message.public_sequence}"
    ).content.decode()
    answered = client.post(f"{base}{message.public_sequence}/edit/", {"text": "Second."})
    empty = client.post(f"{base}{message.public_sequence}/edit/", {"text": " "})
    sent = client.post(
        f"{base}send/", {"client_key": uuid.uuid4(), "text": "Third.", "reply_to": message.public_sequence}
    )
    gone = client.post(f"{base}{message.public_sequence}/take-back/")

    assert answered.status_code == sent.status_code == gone.status_code == 303
    assert empty.status_code == 400
    assert f'name="reply_to" value="{message.public_sequence}"' in page
    assert Message.objects.get(text="Third.").reply_to == message
    assert Message.objects.get(pk=message.pk).is_taken_back


def test_answers_cost_no_query_each(django_assert_max_num_queries: Any) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    first = say(cast, "reporter")
    for _number in range(3):
        say(cast, "responsible", "Yes.", reply_to=first.sequence)
    ticket = cast.fresh()

    with django_assert_max_num_queries(2):
        rows = access.messages_for(cast.moderator, ticket).rows
        assert [row.reply_to.author.name for row in rows[1:] if row.reply_to] == [first.author.name] * 3


def test_what_the_product_says_is_not_edited_and_an_answer_stays_with_its_question() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    of_ticket: dict[str, Any] = {"ticket_id": cast.ticket.pk}
    sent = [
        send_ready_message(actor=cast.responsible, client_key=uuid.uuid4(), ready=ready, values=values, **of_ticket)
        for ready, values in ((ON_MY_WAY, {"number": 30}), (IN_DANGER, {}))
    ]
    on_my_way, question = sent
    asked = number_for(cast, "reporter", question)
    no = answer_question(actor=cast.acting("reporter"), number=asked, choice=1, **of_ticket)

    for role, message in (("responsible", on_my_way), ("responsible", question), ("reporter", no)):
        with pytest.raises(NotAllowed):
            edit(cast, role, Message.objects.get(pk=message.pk))
    for role, message in (("responsible", question), ("reporter", no)):
        with pytest.raises(NotAllowed):
            take_back(cast, role, message)
    take_back(cast, "responsible", on_my_way)

    assert Message.objects.get(pk=on_my_way.pk).composed is None
    assert not list(verify_ticket(cast.fresh()))


def test_an_answer_quotes_what_the_product_said() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    ready: dict[str, Any] = {"ready": ON_MY_WAY, "values": {"number": 30}, "client_key": uuid.uuid4()}
    message = send_ready_message(actor=cast.responsible, ticket_id=cast.ticket.pk, **ready)
    say(cast, "reporter", "Thanks.", reply_to=message.public_sequence)

    row = access.messages_for(cast.moderator, cast.fresh()).rows[-1]
    quoted = quote_of(cast.moderator, row)

    assert quoted is not None
    assert quoted.text == "On my way, about 30 minutes."


@pytest.mark.parametrize(("change", "words"), [(edit, b"Better."), (take_back, b"taken back")])
def test_a_page_that_shows_all_messages_still_gets_their_changes(change: Any, words: bytes) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message, client = say(cast, "responsible"), cast.client("reporter")
    path = f"/d/{cast.device.slug}/tickets/{cast.ticket.pk}/messages/"
    asked = {"after": number_for(cast, "reporter", message), "changed": cast.fresh().public_sequence}
    shown = {"If-None-Match": client.get(path, asked)["ETag"]}
    assert client.get(path, asked, headers=shown).status_code == 304

    change(cast, "responsible", message)

    response = client.get(path, asked, headers=shown)
    assert response.status_code == 200
    assert words in response.content


def test_an_open_page_of_customers_learns_what_was_taken_back_while_the_ticket_was_internal() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "responsible", "For colleagues only")
    client, address = cast.client("reporter"), PORTAL.ticket_url("message_list", cast.ticket)
    tag = client.get(address)["ETag"]
    show = partial(properties.change_visibility, actor=cast.moderator, ticket_id=cast.ticket.pk)

    show(visibility=Visibility.INTERNAL)
    take_back(cast, "responsible", message)
    assert client.get(address).status_code == 404
    show(visibility=Visibility.PUBLIC)

    shown: dict[str, str | int] = {"after": message.public_sequence or 0, "changed": tag.split('"')[1]}
    renewed = client.get(address, shown, headers={"If-None-Match": tag})
    assert renewed.status_code == 200
    assert "This message was taken back." in renewed.content.decode()
    assert not list(verify_ticket(cast.fresh()))
