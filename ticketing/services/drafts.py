"""From the first step of a flow to the open ticket."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput
from config.common.languages import texts_of
from config.common.rows import get_or_none
from config.common.rules import require
from config.common.visible import clean_line, clean_text, cut_to_length, page_length
from fleet.actors import KnownActor
from fleet.models import Counted, Device, Person
from fleet.services.limits import count
from fleet.services.people import NewSubscriber, add_subscriber
from messenger.models import Attachment, Conversation
from messenger.services.attachments import (
    UNATTACHED,
    CheckedFile,
    check_files,
    collect_attachments,
    delete_attachments,
    delete_unfinished,
)
from ticketing.access import ticket_for
from ticketing.assistants.shown import LookedAt
from ticketing.entry_kinds import OPENED, PRIORITY_CHANGED, REPORTER
from ticketing.models import Answer, CreationFlow, Priority, Question, QuestionKind, Ticket, TicketStatus, Visibility
from ticketing.selectors import FlowProgress, flow_progress, urgent_choices
from ticketing.services.assignment import send_offers
from ticketing.services.help_counts import count_report, keep_path
from ticketing.services.journal import answer_digests, lock_ticket, record
from ticketing.services.numbers import give_number
from ticketing.services.repetition import find_repetition
from ticketing.services.search import fill_search
from ticketing.services.uploads import count_files

MAX_SUBJECT = 120  # Characters.
MAX_TEXT = 200  # Characters: one line that can become the subject.
MAX_LONG_TEXT = 5_000  # Characters.


@dataclass(frozen=True)
class AnswerInput:
    """An answer as it comes from a form.

    `value` is that of `Answer.value`, `upload_ids` name files that were uploaded before, `removed_ids` files to delete.
    """

    value: dict[str, Any] = field(default_factory=dict)
    files: Sequence["UploadedFile[bytes]"] = ()
    upload_ids: Sequence[uuid.UUID] = ()
    removed_ids: Sequence[uuid.UUID] = ()


@transaction.atomic
def start_draft(
    *,
    actor: KnownActor,
    device: Device,
    flow: CreationFlow,
    client_key: uuid.UUID,
    follows: int | None = None,
    elements: Sequence[LookedAt] = (),
) -> Ticket:
    """Starts a DRAFT, of which no one is notified; the same key again returns the first one. An employee's is INTERNAL.

    `follows` is the id of an older ticket that this one continues; the actor must see it. `elements` of the assistant
    were looked at before. Raises `TooMuch` where too many were begun with the code or from the address.
    """
    # There is no ticket to lock yet: the creator's row makes the second half of a double click wait for the first.
    Person.objects.select_for_update().only("pk").get(pk=actor.person.pk)
    begun = get_or_none(Ticket.objects.filter(client_key=client_key))
    is_own = begun is not None and begun.creator_id == actor.person.pk
    if own := find_repetition(actor, "ticketing.start_flow", (flow, device), begun if is_own else None):
        return own
    if begun is not None:
        raise InvalidInput(_("Please load the page again before you start."), code="used_key")
    count(actor=actor, what=Counted.DRAFTS, device_id=device.pk)
    now = clock.now()
    draft = Ticket.objects.create(
        client_key=client_key,
        creator=actor.person,
        person=actor.person if actor.is_customer_person else None,
        device=device,
        customer=device.customer or actor.person.customer,
        flow=flow,
        category_id=flow.category_id,
        visibility=Visibility.INTERNAL if actor.is_employee else Visibility.PUBLIC,
        follows=ticket_for(actor, follows) if follows else None,
        conversation=Conversation.objects.create(created_at=now),
        created_at=now,
        changed_at=now,
    )
    keep_path(draft, elements)
    return draft


def take_along(*, actor: KnownActor, begun: FlowProgress, text: str) -> FlowProgress:
    """Keep what was written before the draft began as its first longer answer, or else as a short one that is cut.

    Repeating it changes nothing.
    """
    room = {QuestionKind.LONG_TEXT: MAX_LONG_TEXT, QuestionKind.TEXT: MAX_TEXT}
    fitting = sorted((each for each in begun.questions if each.kind in room), key=lambda each: -room[each.kind])
    if not text or not fitting or fitting[0].pk in begun.by_question:
        return begun
    answer = {fitting[0]: AnswerInput({"text": cut_to_length(text, room[fitting[0].kind])})}
    return save_answers(actor=actor, ticket_id=begun.ticket.pk, answers=answer, read=begun)


def save_answers(
    *, actor: KnownActor, ticket_id: int, answers: Mapping[Question, AnswerInput], read: FlowProgress | None = None
) -> FlowProgress:
    """Keep the answers of a step, with the questions' texts as they are now. No one is notified.

    `read` is what the caller read of the draft for this request: it is read again only where it may have changed.
    Incomplete answers are kept, too: what is missing is asked again before the ticket can be sent. Raises `TooMuch`
    where too many files were sent with the code or from the address; then nothing is kept.
    """
    count_files(actor=actor, ticket_id=ticket_id, files=[file for given in answers.values() for file in given.files])
    # Outside the transaction: on SQLite every other request that writes would wait while pictures are decoded.
    checked = {question: check_files(given.files) for question, given in answers.items()}
    # Meanwhile the flow may have been edited.
    known = None if any(checked.values()) else read
    with transaction.atomic():
        progress = _lock_progress(actor, ticket_id, known)
        kept = _keep_values(progress, answers)
        files_changed = _remove_files(kept, answers) > 0
        for question, given in answers.items():
            if checked[question] or given.upload_ids:
                _add_files(kept[question], actor, checked[question], given.upload_ids)
                files_changed = True
        return flow_progress(progress.ticket) if files_changed else progress


def _lock_progress(actor: KnownActor, ticket_id: int, read: FlowProgress | None) -> FlowProgress:
    """Locks the draft and saves the time of its change. Returns its progress: `read`, if that is how it still is."""
    if read is not None:
        require(actor, "ticketing.continue_draft", read.ticket)
        # Every change of a draft changes its time, so this is the same draft with the same answers.
        same = Ticket.objects.filter(pk=ticket_id, status=TicketStatus.DRAFT, changed_at=read.ticket.changed_at)
        now = clock.now()
        if same.update(changed_at=now):
            read.ticket.changed_at = now
            return read
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.continue_draft", ticket)
    ticket.changed_at = clock.now()
    ticket.save(update_fields=["changed_at"])
    return flow_progress(ticket)


def _keep_values(progress: FlowProgress, answers: Mapping[Question, AnswerInput]) -> dict[Question, Answer]:
    """Stores the values in two statements at most; returns the answers, which `progress` has now as well."""
    positions = {question.pk: position for position, question in enumerate(progress.questions)}
    if any(question.pk not in positions for question in answers):
        raise InvalidInput(_("This question is no longer asked."))
    known = progress.by_question
    kept = {question: known.get(question.pk) or Answer(ticket=progress.ticket) for question in answers}
    for question, answer in kept.items():
        answer.question, answer.kind = question, question.kind
        answer.question_texts, answer.value = texts_of(question, "text"), _clean(question, answers[question].value)
        answer.position = positions[question.pk]
    new = [answer for answer in kept.values() if answer._state.adding]
    old = [answer for answer in kept.values() if not answer._state.adding]
    Answer.objects.bulk_update(old, ["kind", "question_texts", "value", "position"])
    Answer.objects.bulk_create(new)
    prefetch_related_objects(new, Prefetch("attachments", Attachment.objects.none()))
    progress.answers.extend(new)
    progress.answers.sort(key=lambda answer: (answer.position, answer.pk))
    return kept


def _clean(question: Question, value: dict[str, Any]) -> dict[str, Any]:
    """What nobody would see is no answer."""
    if "text" not in value:
        return value
    clean = clean_text if question.kind == QuestionKind.LONG_TEXT else clean_line
    return {**value, "text": clean(value["text"])}


def _remove_files(kept: Mapping[Question, Answer], answers: Mapping[Question, AnswerInput]) -> int:
    """Returns how many."""
    wanted = {question: given.removed_ids for question, given in answers.items() if given.removed_ids}
    files = {question: Attachment.objects.filter(answer=kept[question], pk__in=ids) for question, ids in wanted.items()}
    return sum(delete_attachments(found) for found in files.values())


def _add_files(
    answer: Answer, actor: KnownActor, files: Sequence[CheckedFile], upload_ids: Sequence[uuid.UUID]
) -> None:
    # A step that was sent twice names uploads that the answer has already. What was prefetched may be older.
    present = list(Attachment.objects.filter(answer=answer).only("position"))
    known = {attachment.pk for attachment in present}
    new = [upload_id for upload_id in upload_ids if upload_id not in known]
    answer.attachments.add(*collect_attachments(person=actor.person, files=files, upload_ids=new, already=present))


@transaction.atomic
def name_reporter(*, actor: KnownActor, ticket_id: int, person: Person | None) -> None:
    """Keep for whom an employee records the draft: a manager or subscriber, or no one.

    Raises `NotAllowed` for all but employees, `InvalidInput` for a person of another role.
    """
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.continue_draft", ticket)
    require(actor, "fleet.name_reporter")
    if person is not None and not person.is_customer_person:
        raise InvalidInput(_("Choose a manager or subscriber."), field="person")
    if ticket.person != person:
        ticket.person, ticket.changed_at = person, clock.now()
        ticket.save(update_fields=["person", "changed_at"])


@transaction.atomic
def open_ticket(
    *,
    actor: KnownActor,
    ticket_id: int,
    visibility: Visibility | None = None,
    new_reporter: NewSubscriber | None = None,
) -> Ticket:
    """Send the draft: it gets its number, becomes OPEN, and the offers go out, exactly once; again, nothing changes.

    Employees must choose the visibility, and may add the person who reported it; other people's tickets are PUBLIC. A
    choice that says so raises the priority. Raises `InvalidInput` while a required answer is missing, and for a person
    who cannot be added.
    """
    ticket = lock_ticket(ticket_id, actor, "customer", "flow__responsible_group", "help_path")
    if find_repetition(actor, "ticketing.continue_draft", ticket, not ticket.is_draft):
        return ticket
    progress = flow_progress(ticket)
    if progress.first_unanswered is not None:
        raise InvalidInput(_("Some questions are not answered yet."), code="incomplete")
    if actor.is_employee:
        if visibility is None:
            raise InvalidInput(_("Choose who may see this ticket."), code="visibility", field="visibility")
        ticket.visibility = visibility
    if new_reporter is not None:
        require(actor, "fleet.name_reporter")
        ticket.person = add_subscriber(actor=actor, details=new_reporter)
    if ticket.customer is None and ticket.person is not None:
        ticket.customer = ticket.person.customer
    ticket.opened_at = clock.now()
    ticket.subject = _subject_of(progress)
    fill_search(ticket, progress.answers)
    # All of it is saved with the number, as the last step: until the commit no other ticket can be opened.
    ticket.send()
    named = {} if ticket.person_id in (None, actor.person.pk) else {REPORTER: ticket.person_id}
    record(ticket, OPENED, actor.person, answers=answer_digests(progress.answers), **named)
    _raise_priority(ticket, progress.answers)
    send_offers(ticket, actor.person)
    give_number(ticket)
    count_report(actor=actor, ticket=ticket)
    return ticket


def _raise_priority(ticket: Ticket, answers: Sequence[Answer]) -> None:
    if ticket.priority != Priority.HIGH and urgent_choices(answers):
        before, ticket.priority = ticket.priority, Priority.HIGH
        # It follows from the answer: people without an account never set a priority.
        record(ticket, PRIORITY_CHANGED, None, before=before.value, after=Priority.HIGH.value)


@transaction.atomic
def delete_draft(*, actor: KnownActor, ticket_id: int) -> None:
    """Remove a draft with its answers and files, irrecoverably.

    Raises `WrongStatus` for a ticket that was sent, `NotAllowed` for people who could not have deleted its draft.
    """
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.delete_draft", ticket)
    for answer in ticket.answers.all():
        delete_attachments(answer.attachments.all())
    # Whole files that no answer has yet; those of the answers went with them.
    delete_attachments(Attachment.objects.filter(UNATTACHED, pk__in=ticket.uploads.values("attachment")))
    delete_unfinished(ticket.uploads.all())
    conversation = ticket.conversation
    ticket.delete()
    conversation.delete()


def _subject_of(progress: FlowProgress) -> str:
    """The answer to the question that names the ticket, else the first short text; may be empty."""
    naming = {question.pk for question in progress.questions if question.names_ticket}
    texts = [answer for answer in progress.answers if answer.value.get("text")]
    texts.sort(key=lambda a: (a.question_id not in naming, a.kind != QuestionKind.TEXT, a.position))
    first_line = clean_line(texts[0].value["text"].strip().splitlines()[0]) if texts else ""
    if page_length(first_line) <= MAX_SUBJECT:
        return first_line
    return cut_to_length(first_line, MAX_SUBJECT - 3).rstrip() + "…"
