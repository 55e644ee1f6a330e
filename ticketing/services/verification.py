"""Proof that a journal and the texts that it knows of are what they were when they were written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from messenger.composed import evidence_of
from messenger.models import Message
from messenger.text import MARKUP_VERSION, render_text
from ticketing.entry_kinds import EDITED_KINDS, EDITED_MESSAGE_KINDS, ENTRY_KINDS, FILES_ADDED, OPENED, RATING_CHANGED
from ticketing.models import Answer, JournalEntry, TextChange, Ticket, Update
from ticketing.models.tickets import TYPED_FIELDS
from ticketing.services.journal import answer_digests, digest_of, digest_text, text_digests

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Fault:
    """What does not fit: the entry by its sequence, and a sentence for the operator."""

    ticket_id: int
    sequence: int
    problem: str


@dataclass(frozen=True)
class _Stored:
    """All that is stored of a ticket's journal and of what it knows of."""

    ticket: Ticket
    entries: list[JournalEntry]
    written: list[Message | Update]
    answers: list[Answer]
    comments: dict[int, tuple[str, str]]
    changes: list[TextChange]


def verify_ticket(ticket: Ticket) -> Iterator[Fault]:
    """Finds entries that were changed, removed or added, and texts that are, or look, other than those recorded."""
    return verify_tickets([ticket])


def verify_tickets(tickets: Collection[Ticket]) -> Iterator[Fault]:
    """The same of several tickets, in as many queries as for one."""
    for stored in _stored(tickets):
        yield from _faults_in(stored)


def _stored(tickets: Collection[Ticket]) -> Iterator[_Stored]:
    ids = [ticket.pk for ticket in tickets]
    entries = _by(JournalEntry.objects.filter(ticket__in=ids).order_by("sequence"), "ticket_id")
    conversations = [ticket.conversation_id for ticket in tickets]
    messages = _by(Message.objects.filter(conversation__in=conversations), "conversation_id", "attachments", "versions")
    updates = _by(Update.objects.filter(ticket__in=ids), "ticket_id", "attachments")
    answers = _by(Answer.objects.filter(ticket__in=ids), "ticket_id", "attachments")
    changes = _by(TextChange.objects.filter(ticket__in=ids), "ticket_id")
    # Ratings are a layer above this one.
    rated = {row.pk: row.ratings.all() for row in Ticket.objects.filter(pk__in=ids).prefetch_related("ratings")}
    for ticket in tickets:
        yield _Stored(
            ticket=ticket,
            entries=entries[ticket.pk],
            written=[*messages[ticket.conversation_id], *updates[ticket.pk]],
            answers=answers[ticket.pk],
            comments={each.sequence: (each.salt, digest_text(each.salt, each.comment)) for each in rated[ticket.pk]},
            changes=changes[ticket.pk],
        )


def _by(rows: QuerySet[M], key: str, *related: str) -> dict[int, list[M]]:
    found = defaultdict(list)
    for row in rows.prefetch_related(*related):
        found[getattr(row, key)].append(row)
    return found


def _faults_in(stored: _Stored) -> Iterator[Fault]:
    ticket, previous, public, sequence = stored.ticket, "", 0, 0
    texts = _text_digests(stored)
    # A row whose kind was changed to this one replaces nothing.
    replaced = [entry.data.get("replaces") for entry in stored.entries if entry.kind == RATING_CHANGED.name]
    for entry in stored.entries:
        sequence += 1
        public += entry.public_sequence is not None
        yield from _faults_of(entry, sequence, public, previous)
        kind = ENTRY_KINDS.get(entry.kind)
        # Of an unknown kind is an entry only where its kind was changed, which its own digest shows.
        if kind is not None and kind.has_text and entry.sequence not in replaced:
            salt, digest = texts.pop(entry.sequence, ("missing", ""))
            # An erased text has no salt any more: the row stays, what it said is gone.
            if salt and digest != entry.data.get("digest"):
                yield Fault(ticket.pk, entry.sequence, "The text is not the one that was recorded.")
        if entry.kind == OPENED.name and _has_other_answers(stored):
            yield Fault(ticket.pk, entry.sequence, "The answers are not those that were sent.")
        previous, sequence = entry.digest, entry.sequence
    if (previous, sequence, public) != (ticket.journal_head, ticket.sequence, ticket.public_sequence):
        yield Fault(ticket.pk, ticket.sequence, "The last row does not fit the ticket's counters.")
    yield from (Fault(ticket.pk, number, "There is a text that no row knows of.") for number in texts)
    yield from _field_faults(stored)
    yield from _markup_faults(ticket, stored.written)


def _has_other_answers(stored: _Stored) -> bool:
    recorded: dict[str, str] = {}
    for entry in stored.entries:
        if entry.kind in (OPENED.name, FILES_ADDED.name):
            recorded |= entry.data.get("answers", {})
    present = answer_digests(stored.answers)
    known = {str(answer.pk) for answer in stored.answers}
    return any(recorded.get(key) != digest for key, digest in present.items()) or bool(set(recorded) - known)


def _field_faults(stored: _Stored) -> Iterator[Fault]:
    """Follows each typed field from the first row that knows it to what is stored now."""
    # Erased texts have no salt any more.
    ticket = stored.ticket
    if not ticket.salt:
        return
    changes = {change.sequence: change for change in stored.changes}
    recorded: dict[str, str] = {}
    for entry in stored.entries:
        if entry.kind == OPENED.name:
            recorded |= entry.data.get("texts", {})
        if entry.kind not in EDITED_KINDS or (name := entry.data["field"]) not in TYPED_FIELDS:
            continue
        change = changes.get(entry.sequence)
        shown = (digest_text(ticket.salt, text) for text in (change.before, change.after)) if change else ("", "")
        if (entry.data["before"], entry.data["after"]) != tuple(shown):
            yield Fault(ticket.pk, entry.sequence, "The texts of an edit are not those that were recorded.")
        if recorded.get(name, entry.data["before"]) != entry.data["before"]:
            yield Fault(ticket.pk, entry.sequence, "The edit does not follow the text before it.")
        recorded[name] = entry.data["after"]
    present = text_digests(ticket)
    for name, digest in recorded.items():
        if present[name] != digest:
            yield Fault(ticket.pk, ticket.sequence, f"The {name} is not the one that was recorded.")


def _faults_of(entry: JournalEntry, sequence: int, public: int, previous: str) -> Iterator[Fault]:
    if entry.sequence != sequence:
        yield Fault(entry.ticket_id, entry.sequence, f"Row {sequence} is missing.")
    if entry.public_sequence not in (None, public):
        yield Fault(entry.ticket_id, entry.sequence, "The public sequence has a gap.")
    if entry.previous_digest != previous:
        yield Fault(entry.ticket_id, entry.sequence, "The row does not follow the row before it.")
    if entry.digest != digest_of(entry):
        yield Fault(entry.ticket_id, entry.sequence, "The row was changed.")


def _markup_faults(ticket: Ticket, written: Iterable[Message | Update]) -> Iterator[Fault]:
    # Pages show the markup, of which the journal knows nothing.
    for each in written:
        if each.markup_version == MARKUP_VERSION and each.markup != render_text(each.text):
            yield Fault(ticket.pk, each.sequence, "What is shown is not the markup of the text.")


def _written(written: Message | Update) -> str:
    return evidence_of(written.text, written.composed) if isinstance(written, Message) else written.text


def _text_digests(stored: _Stored) -> dict[int, tuple[str, str]]:
    """Salt and digest of all that was written by the sequence that recorded it, made from what is stored now."""
    # What an edited message says now was recorded by the last entry about it.
    edits = [entry for entry in stored.entries if entry.kind in EDITED_MESSAGE_KINDS]
    recorded_as = {entry.data.get("message"): entry.sequence for entry in edits}
    digests: dict[int, tuple[str, str]] = {}
    for each in stored.written:
        files = [attachment.evidence for attachment in each.attachments.all()]
        sequence = recorded_as.get(each.sequence, each.sequence) if isinstance(each, Message) else each.sequence
        digests[sequence] = (each.salt, digest_text(each.salt, _written(each), files))
        for version in each.versions.all() if isinstance(each, Message) else ():
            digests[version.sequence] = (version.salt, digest_text(version.salt, version.text, files))
    return {**digests, **stored.comments}
