"""Proof that a journal and the texts that it knows of are what they were when they were written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from messenger.models import Message
from messenger.text import MARKUP_VERSION, render_text
from ticketing.entry_kinds import EDITED_KINDS, ENTRY_KINDS, OPENED, RATING_CHANGED
from ticketing.models import JournalEntry, Ticket, Update
from ticketing.models.tickets import TYPED_FIELDS
from ticketing.services.journal import answer_digests, digest_of, digest_text, text_digests


@dataclass(frozen=True)
class Fault:
    """What does not fit: the entry by its sequence, and a sentence for the operator."""

    ticket_id: int
    sequence: int
    problem: str


def verify_ticket(ticket: Ticket) -> Iterator[Fault]:
    """Finds entries that were changed, removed or added, and texts that are, or look, other than those recorded."""
    previous, public, sequence = "", 0, 0
    written = _written_in(ticket)
    texts = _text_digests(ticket, written)
    entries = list(JournalEntry.objects.filter(ticket=ticket).order_by("sequence"))
    # A row whose kind was changed to this one replaces nothing.
    replaced = [entry.data.get("replaces") for entry in entries if entry.kind == RATING_CHANGED.name]
    for entry in entries:
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
        if entry.kind == OPENED.name:
            recorded = entry.data.get("answers", {})
            present = answer_digests(ticket.answers.prefetch_related("attachments"))
            known = {str(pk) for pk in ticket.answers.values_list("pk", flat=True)}
            if any(recorded.get(key) != digest for key, digest in present.items()) or set(recorded) - known:
                yield Fault(ticket.pk, entry.sequence, "The answers are not those that were sent.")
        previous, sequence = entry.digest, entry.sequence
    if (previous, sequence, public) != (ticket.journal_head, ticket.sequence, ticket.public_sequence):
        yield Fault(ticket.pk, ticket.sequence, "The last row does not fit the ticket's counters.")
    yield from (Fault(ticket.pk, number, "There is a text that no row knows of.") for number in texts)
    yield from _field_faults(ticket, entries)
    yield from _markup_faults(ticket, written)


def _field_faults(ticket: Ticket, entries: Iterable[JournalEntry]) -> Iterator[Fault]:
    """Follows each typed field from the first row that knows it to what is stored now."""
    # Erased texts have no salt any more.
    if not ticket.salt:
        return
    changes = {change.sequence: change for change in ticket.text_changes.all()}
    recorded: dict[str, str] = {}
    for entry in entries:
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


def _written_in(ticket: Ticket) -> list[Message | Update]:
    messages = Message.objects.filter(conversation=ticket.conversation_id).prefetch_related("attachments")
    updates = Update.objects.filter(ticket=ticket).prefetch_related("attachments")
    return [*messages, *updates]


def _markup_faults(ticket: Ticket, written: Iterable[Message | Update]) -> Iterator[Fault]:
    # Pages show the markup, of which the journal knows nothing.
    for each in written:
        if each.markup_version == MARKUP_VERSION and each.markup != render_text(each.text):
            yield Fault(ticket.pk, each.sequence, "What is shown is not the markup of the text.")


def _text_digests(ticket: Ticket, written: Iterable[Message | Update]) -> dict[int, tuple[str, str]]:
    """Salt and digest of each message, update and rating comment by sequence, made from what is stored now."""
    digests = {
        each.sequence: (each.salt, digest_text(each.salt, each.text, [a.digest for a in each.attachments.all()]))
        for each in written
    }
    comments = {r.sequence: (r.salt, digest_text(r.salt, r.comment)) for r in ticket.ratings.all()}
    return {**digests, **comments}
