"""The journal: gap-free, chained, free of names and texts, and every tampering is found."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from config.common import clock, live
from fleet.models import Template
from messenger.composed import IN_DANGER
from messenger.models import Attachment, Message
from ratings.models import Score
from ratings.services import rate_ticket
from tests.cast import Cast, make_cast
from tests.factories import AttachmentFactory, CategoryFactory, VehicleFactory
from ticketing.access import journal_for
from ticketing.entry_kinds import ENTRY_KINDS
from ticketing.history import history_entries
from ticketing.models import Answer, JournalEntry, Priority, Source, Ticket, TicketStatus, Update, Visibility
from ticketing.services import affected, assignment, life_cycle, links, message_changes, messages, properties, updates
from ticketing.services.editing import edit_fields
from ticketing.services.journal import digest_of
from ticketing.services.ready import answer_question, send_ready_message
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db
SECRET = "The spare key lies under the mat."


def rows_of(cast: Cast) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(ticket=cast.ticket).order_by("sequence"))


def raw(model: type[models.Model]) -> "models.QuerySet[Any]":
    """A queryset that knows nothing of what the model forbids, as in a database shell."""
    return models.QuerySet(model)


def a_long_life() -> Cast:
    """A ticket to which everything happened."""
    cast = make_cast(TicketStatus.IN_PROGRESS)
    ticket: dict[str, Any] = {"ticket_id": cast.ticket.pk}
    upload = AttachmentFactory(uploader=cast.person("responsible"), name="house key.jpg")
    messages.send_message(actor=cast.reporter, client_key=uuid.uuid4(), text=SECRET, **ticket)
    messages.send_message(actor=cast.responsible, client_key=uuid.uuid4(), upload_ids=[upload.pk], **ticket)
    updates.post_update(actor=cast.responsible, client_key=uuid.uuid4(), is_internal=False, text=SECRET, **ticket)
    updates.post_update(actor=cast.responsible, client_key=uuid.uuid4(), is_internal=True, text=SECRET, **ticket)
    question = send_ready_message(actor=cast.responsible, client_key=uuid.uuid4(), ready=IN_DANGER, values={}, **ticket)
    answer_question(actor=cast.reporter, number=question.public_sequence or 0, choice=0, **ticket)
    properties.change_priority(actor=cast.responsible, priority=Priority.HIGH, **ticket)
    assignment.assign(actor=cast.moderator, person=cast.person("uninvolved"), **ticket)
    assignment.withdraw(actor=cast.moderator, person=cast.person("uninvolved"), **ticket)
    properties.change_visibility(actor=cast.responsible, visibility=Visibility.INTERNAL, **ticket)
    messages.send_message(actor=cast.responsible, client_key=uuid.uuid4(), text=SECRET, **ticket)
    _change_messages(cast)
    properties.change_visibility(actor=cast.responsible, visibility=Visibility.PUBLIC, **ticket)
    _change_messages(cast)
    life_cycle.set_back(actor=cast.responsible, **ticket)
    life_cycle.finish_ticket(actor=cast.responsible, **ticket)
    messages.report_not_fixed(actor=cast.reporter, text=SECRET, **ticket)
    affected.join_ticket(actor=cast.manager, client_key=uuid.uuid4(), text=SECRET, **ticket)
    rate_ticket(actor=cast.reporter, score=Score.FAIR, **ticket)
    rate_ticket(actor=cast.reporter, score=Score.GOOD, comment=SECRET, **ticket)
    life_cycle.reopen_ticket(actor=cast.responsible, **ticket)
    affected.say_works_again(actor=cast.manager, **ticket)
    affected.leave_ticket(actor=cast.manager, **ticket)
    links.make_link(actor=cast.reporter, **ticket)
    links.revoke_links(actor=cast.reporter, **ticket)
    _edit(cast, subject=SECRET, comment=SECRET, category=CategoryFactory(), device=VehicleFactory())
    life_cycle.cancel_ticket(actor=cast.responsible, **ticket)
    cast.ticket = cast.fresh()
    return cast


def _change_messages(cast: Cast) -> None:
    given: dict[str, Any] = {"actor": cast.responsible, "ticket_id": cast.ticket.pk}
    sent = messages.send_message(client_key=uuid.uuid4(), text="Hasty.", **given)
    message_changes.edit_message(number=sent.sequence, text=SECRET, **given)
    message_changes.take_back_message(number=sent.sequence, **given)


def _edit(cast: Cast, **values: Any) -> None:
    # The comment belongs to the desk form.
    Ticket.objects.filter(pk=cast.ticket.pk).update(source=Source.DESK)
    version = cast.fresh().sequence
    edit_fields(actor=cast.responsible, ticket_id=cast.ticket.pk, version=version, values=values)
    Ticket.objects.filter(pk=cast.ticket.pk).update(source=Source.FLOW)


def test_sequences_have_no_gap_and_the_ticket_knows_the_last_of_each() -> None:
    cast = a_long_life()

    rows = rows_of(cast)

    public = [row.public_sequence for row in rows if row.public_sequence is not None]
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert public == list(range(1, len(public) + 1))
    assert (cast.ticket.sequence, cast.ticket.public_sequence) == (len(rows), len(public))
    assert len(public) < len(rows)


def test_every_kind_that_is_recorded_has_a_sentence_for_its_reader() -> None:
    rows = rows_of(a_long_life())
    recorded = {row.kind for row in rows}

    lines = history_entries(rows, for_employee=True)

    # These are in test_assignment, test_desk, test_desk_files and test_video.
    elsewhere = {"assigned_automatically", "sent_to_managers", "files_added"}
    elsewhere |= {f"video_{what}" for what in ("invited", "joined", "started", "left", "ended", "cancelled")}
    elsewhere |= {"video_linked", "video_unlinked"}
    assert recorded | elsewhere == set(ENTRY_KINDS)
    assert all(line.sentence and "%(" not in line.sentence for line in lines)


def told(cast: Cast, role: str = "moderator") -> list[tuple[str, str]]:
    """The history as the role reads it, oldest first: who, and what."""
    rows = journal_for(cast[role], cast.fresh()).rows
    lines = history_entries(reversed(rows), for_employee=cast[role].is_employee)
    return [(line.person.name if line.person else "Fleetdesk", line.sentence) for line in reversed(lines)]


def test_history_says_who_did_something_and_what_followed_by_itself() -> None:
    cast = make_cast()
    ticket: dict[str, Any] = {"ticket_id": cast.ticket.pk}
    offered, moderator = cast.person("offered").name, cast.person("moderator").name
    assignment.accept_offer(actor=cast.offered, **ticket)
    life_cycle.start_work(actor=cast.offered, **ticket)
    assignment.withdraw(actor=cast.moderator, person=cast.person("offered"), **ticket)

    lines = told(cast)[-5:]

    assert lines[0] == (offered, "Took responsibility. The ticket is ASSIGNED now.")
    assert lines[1] == (offered, "Status changed from ASSIGNED to IN PROGRESS.")
    assert lines[2] == (moderator, f"Withdrew the assignment of {offered}.")
    assert lines[3] == ("Fleetdesk", "Status changed from IN PROGRESS to OPEN.")
    assert lines[4][0] == "Fleetdesk"
    assert lines[4][1].startswith("Offered to ")
    assert told(cast, "manager")[-1] == ("Fleetdesk", "Status changed from IN PROGRESS to OPEN.")


def test_history_does_not_claim_to_know_what_former_versions_withdrew() -> None:
    cast = make_cast()
    entry = JournalEntry(ticket=cast.ticket, kind="withdrawn", data={"withdrawn": 5}, at=clock.now(), sequence=1)

    assert ENTRY_KINDS["withdrawn"].sentence(entry, {5: "Jan Pohl"}) == "Withdrew the ticket from Jan Pohl."


def test_only_a_closing_by_hand_names_a_person() -> None:
    by_hand, rated = make_cast(TicketStatus.DONE), make_cast(TicketStatus.DONE)
    at_once = make_cast(TicketStatus.IN_PROGRESS)
    Template.objects.filter(pk=at_once.device.template_id).update(ratings_enabled=False)

    with clock.freeze(clock.now() + timedelta(minutes=1)):
        life_cycle.close_ticket(actor=by_hand.responsible, ticket_id=by_hand.ticket.pk)
    life_cycle.finish_ticket(actor=at_once.responsible, ticket_id=at_once.ticket.pk)
    rate_ticket(actor=rated.reporter, ticket_id=rated.ticket.pk, score=Score.GOOD)

    closed = "Status changed from DONE to CLOSED."
    assert told(by_hand)[-1] == (by_hand.person("responsible").name, closed)
    for cast in (at_once, rated):
        assert told(cast)[-1] == ("Fleetdesk", closed)


def test_messages_in_a_row_of_one_person_are_one_line() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    for role in ("responsible", "responsible", "reporter", "responsible"):
        messages.send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello.")

    lines = told(cast)[-3:]

    assert [sentence for _name, sentence in lines] == ["Wrote 2 messages.", "Wrote a message.", "Wrote a message."]


def test_data_holds_ids_and_digests_but_no_names_and_no_texts() -> None:
    cast = a_long_life()
    words = {SECRET, "start", "house key", *(p.first_name + " " + p.last_name for p in cast.people.values())}

    for row in rows_of(cast):
        stored = json.dumps(row.data)
        assert not [word for word in words if word.strip() and word in stored]
        assert re.fullmatch(r'[\[\]{}": ,0-9a-f]*', re.sub(r'"[a-z_]+"', '""', stored)), stored


def test_the_same_text_twice_has_two_digests() -> None:
    cast = a_long_life()

    digests = [row.data["digest"] for row in rows_of(cast) if "digest" in row.data]

    assert len(digests) == len(set(digests)) == 16


def test_an_internal_update_leaves_no_trace_that_customers_could_count() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    before = cast.ticket.public_sequence

    update = updates.post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=True, text="Inside."
    )
    assert (update.public_sequence, cast.fresh().public_sequence) == (None, before)

    shown = updates.post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=False, text="Outside."
    )
    assert shown.public_sequence == before + 1
    assert shown.sequence == update.sequence + 1


def test_a_sent_ticket_cannot_be_deleted_and_the_journal_neither_changed_nor_deleted() -> None:
    cast = make_cast()

    with pytest.raises(ProtectedError):
        cast.ticket.delete()
    with pytest.raises(ProtectedError):
        Ticket.objects.all().delete()
    with pytest.raises(TypeError):
        JournalEntry.objects.all().delete()
    with pytest.raises(TypeError):
        rows_of(cast)[0].delete()
    with pytest.raises(TypeError):
        JournalEntry.objects.filter(ticket=cast.ticket).update(kind="opened")
    with pytest.raises(TypeError), transaction.atomic():
        JournalEntry.objects.bulk_update(rows_of(cast), ["kind"])
    assert len(rows_of(cast)) == cast.ticket.sequence


# Verification --------------------------------------------------------------------------------------------------------


def verify(*arguments: int | None) -> str:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_journal", *arguments, stdout=out, stderr=err)
    except CommandError as failure:
        return err.getvalue() + str(failure)
    return out.getvalue()


def test_what_services_recorded_is_complete_and_unchanged() -> None:
    cast = a_long_life()
    make_cast(TicketStatus.DRAFT)

    assert list(verify_ticket(cast.ticket)) == []
    assert verify() == "The journals of 2 tickets are complete and unchanged.\n"


def change_data(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated").update(data={"score": 5})


def change_kind(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated").update(kind="unknown")


def change_person(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated").update(person=cast.person("subscriber"))


def change_time(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated").update(at=clock.now())


def publish_a_row(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="withdrawn").update(public_sequence=99)


def remove_a_row(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated")._raw_delete("default")


def remove_the_last_row(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, sequence=cast.ticket.sequence)._raw_delete("default")


def remove_the_last_row_and_count_back(cast: Cast) -> None:
    remove_the_last_row(cast)
    raw(Ticket).filter(pk=cast.ticket.pk).update(sequence=cast.ticket.sequence - 1)


def remove_everything(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket)._raw_delete("default")


def add_a_row(cast: Cast) -> None:
    last = rows_of(cast)[-1]
    raw(JournalEntry).create(
        ticket=cast.ticket,
        sequence=last.sequence + 1,
        kind="rated",
        at=clock.now(),
        data={"score": 5},
        previous_digest=last.digest,
        digest=last.digest,
    )


def exchange_a_digest(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, sequence=3).update(digest="0" * 64)


def chain_anew(cast: Cast, **counters: int) -> None:
    """Make all digests fit again, as one could who knows how they are made; the ticket's counters as given."""
    head = ""
    for row in rows_of(cast):
        row.previous_digest = head
        head = digest_of(row)
        raw(JournalEntry).filter(pk=row.pk).update(previous_digest=row.previous_digest, digest=head)
    raw(Ticket).filter(pk=cast.ticket.pk).update(journal_head=head, **counters)


def change_a_row_with_its_digest(cast: Cast) -> None:
    row = rows_of(cast)[2]
    row.person = cast.person("subscriber")
    raw(JournalEntry).filter(pk=row.pk).update(person=row.person, digest=digest_of(row))


def remove_a_row_and_chain_anew(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="withdrawn")._raw_delete("default")
    chain_anew(cast)


def hide_a_public_row_and_chain_anew(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated").update(public_sequence=None)
    chain_anew(cast, public_sequence=cast.ticket.public_sequence - 1)


def change_a_message(cast: Cast) -> None:
    raw(Message).filter(conversation=cast.ticket.conversation, author=cast.person("reporter")).update(
        text="Something else."
    )


def remove_a_message(cast: Cast) -> None:
    raw(Message).filter(conversation=cast.ticket.conversation, author=cast.person("reporter"))._raw_delete("default")


def add_a_message(cast: Cast) -> None:
    Message.objects.create(
        conversation=cast.ticket.conversation,
        author=cast.person("reporter"),
        text="I never said this.",
        sequence=900,
        public_sequence=900,
        client_key=uuid.uuid4(),
    )


def change_what_is_shown_of_a_message(cast: Cast) -> None:
    written = raw(Message).filter(conversation=cast.ticket.conversation, author=cast.person("reporter"))
    written.exclude(text="").update(markup="<p>Something else.</p>")


def change_an_update(cast: Cast) -> None:
    raw(Update).filter(ticket=cast.ticket, is_internal=True).update(text="Something else.")


def change_a_rating(cast: Cast) -> None:
    cast.ticket.ratings.update(comment="Terrible.")


def call_a_rating_a_changed_one(cast: Cast) -> None:
    raw(JournalEntry).filter(ticket=cast.ticket, kind="rated").update(kind="rating_changed")


def change_an_answer(cast: Cast) -> None:
    raw(Answer).filter(ticket=cast.ticket).update(value={"text": "Something else."})


def exchange_a_file(cast: Cast) -> None:
    raw(Attachment).filter(message__conversation=cast.ticket.conversation).update(digest="0" * 64)


TAMPERINGS = [
    change_data,
    change_kind,
    change_person,
    change_time,
    publish_a_row,
    remove_a_row,
    remove_the_last_row,
    remove_the_last_row_and_count_back,
    remove_everything,
    add_a_row,
    exchange_a_digest,
    change_a_row_with_its_digest,
    remove_a_row_and_chain_anew,
    hide_a_public_row_and_chain_anew,
    change_a_message,
    remove_a_message,
    add_a_message,
    change_what_is_shown_of_a_message,
    change_an_update,
    change_a_rating,
    call_a_rating_a_changed_one,
    change_an_answer,
    exchange_a_file,
]


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_verification_finds_every_tampering(tamper: Callable[[Cast], None]) -> None:
    cast = a_long_life()
    assert "unchanged" in verify(cast.ticket.number)

    tamper(cast)

    assert re.search(r"\d+ faults in the journals of 1 tickets\.$", verify(cast.ticket.number))


def test_erasing_a_text_together_with_its_salt_leaves_the_chain_whole() -> None:
    cast = a_long_life()

    raw(Message).filter(author=cast.person("reporter")).update(text="", salt="", markup="")

    assert list(verify_ticket(cast.fresh())) == []


@pytest.mark.parametrize("model", [Message, Update])
def test_a_text_is_not_erased_without_what_pages_show_of_it(model: type[Message | Update]) -> None:
    a_long_life()

    with pytest.raises(IntegrityError), transaction.atomic():
        raw(model).update(text="", salt="")
    assert raw(model).update(text="", salt="", markup="") > 0


def test_erasing_an_answer_together_with_its_salt_leaves_the_chain_whole() -> None:
    cast = a_long_life()
    answers = raw(Answer).filter(ticket=cast.ticket)

    answers.update(value={})
    assert list(verify_ticket(cast.fresh()))

    answers.update(salt="")
    assert list(verify_ticket(cast.fresh())) == []


# What followers hear -------------------------------------------------------------------------------------------------


def test_followers_hear_of_each_fact_by_the_numbers_that_they_may_know(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    cast, heard = make_cast(TicketStatus.ASSIGNED), []
    monkeypatch.setattr(live, "_send", lambda group, event: heard.append(event))
    writing: dict[str, Any] = {"actor": cast.responsible, "ticket_id": cast.ticket.pk, "text": SECRET}

    def hints_of(write: Callable[..., object], **options: Any) -> dict[str, dict[str, Any]]:
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            write(**writing, client_key=uuid.uuid4(), **options)
        parts = {hint["topic"].replace(f"ticket.{cast.ticket.pk}.", ""): hint for hint in heard}
        return {part: hint for part, hint in parts.items() if not part.startswith("person.")}

    inside = hints_of(updates.post_update, is_internal=True)
    shown = hints_of(updates.post_update, is_internal=False)
    message = hints_of(messages.send_message)

    number, public_number = cast.fresh().sequence, cast.fresh().public_sequence
    assert set(inside) == {"inside", "tickets"}
    assert set(shown) == {"inside", "tickets", "follow"}
    assert set(message) == {"messages", "follow"}
    assert (message["messages"]["sequence"], message["follow"]["sequence"]) == (number, public_number)
    assert shown["tickets"]["ticket"] == cast.ticket.pk
    assert SECRET not in str([inside, shown, message])
