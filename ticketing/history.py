"""The history of a ticket: the facts of its journal as people would tell them, in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleet.models import Person
from ticketing.entry_kinds import (
    ASSIGNED,
    ASSIGNED_AUTOMATICALLY,
    ASSIGNEE,
    EDITED_KINDS,
    ENTRY_KINDS,
    MESSAGE_SENT,
    OFFER_ACCEPTED,
    OFFERED_TO,
    OFFERS_SENT,
    REPORTER,
    STATUS_CHANGED,
    WITHDRAWN_FROM,
    Names,
)
from ticketing.models import JournalEntry, TextChange, TicketStatus
from ticketing.models.tickets import TYPED_FIELDS, related_model
from ticketing.transitions import WORK

TAKEN_BY = (OFFER_ACCEPTED.name, ASSIGNED.name, ASSIGNED_AUTOMATICALLY.name)
# What is recorded in one transaction; no person is that fast.
AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True)
class HistoryEntry:
    """When, who, what, and how it looks; `person` is None for what Fleetdesk does by itself.

    `number` counts only what its reader may know of, `sequence` everything. `messages` is how many messages a line
    stands for, `began` when the first of them was sent.
    """

    at: datetime
    person: Person | None
    sentence: str
    icon: str
    tone: str
    is_internal: bool
    number: int
    ticket_id: int
    sequence: int
    messages: int = 0
    began: datetime | None = None
    change: "Change | None" = None


@dataclass(frozen=True)
class Change:
    """What a field was before an edit, and what it was afterwards; empty where it had no value."""

    before: str
    after: str


# By ticket and sequence.
Changes = Mapping[tuple[int, int], Change]


def history_entries(journal: Iterable[JournalEntry], *, for_employee: bool) -> list[HistoryEntry]:
    """The history for a reader who may read all of the given entries, which are the newest first.

    Entries of several tickets may be among each other. One query, and a few more where fields were edited.
    """
    entries = list(journal)
    names = names_in(entries)
    changes = _changes_in(entries, for_employee=for_employee)
    told = (each for each in _between(entries) if each[0] is None or not _is_taken(each[0], each[1]))
    lines = (_line(entry, before, names, changes, for_employee=for_employee) for _after, entry, before in told)
    return list(_folded(lines))


def _between(entries: list[JournalEntry]) -> Iterator[tuple[JournalEntry | None, JournalEntry, JournalEntry | None]]:
    """Each between the one of its ticket that came after it and the one before it, if the reader may know of these."""
    before: dict[int, JournalEntry] = {}
    earlier: list[JournalEntry | None] = []
    for entry in reversed(entries):
        earlier.append(before.get(entry.ticket_id))
        before[entry.ticket_id] = entry
    after: dict[int, JournalEntry] = {}
    for entry, previous in zip(entries, reversed(earlier), strict=True):
        yield after.get(entry.ticket_id), entry, previous
        after[entry.ticket_id] = entry


def names_in(entries: list[JournalEntry]) -> Names:
    """The people whom the sentences of these entries name; one query."""
    named = {entry.data[key] for entry in entries for key in (ASSIGNEE, WITHDRAWN_FROM, REPORTER) if key in entry.data}
    named |= {person_id for entry in entries for person_id in entry.data.get(OFFERED_TO, ())}
    return {p.pk: p.name for p in Person.objects.filter(pk__in=named)} if named else {}


def _changes_in(entries: list[JournalEntry], *, for_employee: bool) -> Changes:
    """What the edits among the entries changed, as far as the reader may know of both values."""
    # A ticket may come from another customer, whose people and devices customers do not learn of.
    shown = None if for_employee else (*TYPED_FIELDS, "category")
    edits = [e for e in entries if e.kind in EDITED_KINDS and (shown is None or e.data["field"] in shown)]
    if not edits:
        return {}
    of_texts = [entry for entry in edits if entry.data["field"] in TYPED_FIELDS]
    places = {(entry.ticket_id, entry.sequence) for entry in of_texts}
    stored = TextChange.objects.filter(
        ticket__in={entry.ticket_id for entry in of_texts}, sequence__in={entry.sequence for entry in of_texts}
    )
    changes = {
        place: Change(row.before, row.after)
        for row in (stored if of_texts else ())
        if (place := (row.ticket_id, row.sequence)) in places
    }
    for name in {entry.data["field"] for entry in edits} - set(TYPED_FIELDS):
        of_field = [entry for entry in edits if entry.data["field"] == name]
        labels = _labels(name, {entry.data[side] for entry in of_field for side in ("before", "after")} - {None})
        for entry in of_field:
            before, after = (labels.get(entry.data[side], "") for side in ("before", "after"))
            changes[entry.ticket_id, entry.sequence] = Change(before, after)
    return changes


def _labels(field: str, keys: set[int]) -> dict[int, str]:
    model = related_model(field)
    return {row.pk: str(row) for row in model._default_manager.filter(pk__in=keys)}


def _line(
    entry: JournalEntry, before: JournalEntry | None, names: Names, changes: Changes, *, for_employee: bool
) -> HistoryEntry:
    kind, sentence = ENTRY_KINDS[entry.kind], ENTRY_KINDS[entry.kind].sentence(entry, names)
    person = None if _follows_by_itself(entry, before) else entry.person
    if before is not None and _is_taken(entry, before):
        person = None if before.kind == ASSIGNED_AUTOMATICALLY.name else before.person
        status = TicketStatus(entry.data["after"]).label
        said, since = ENTRY_KINDS[before.kind].sentence(before, names), _("The ticket is %(status)s now.")
        sentence = f"{said} {since % {'status': status}}"
    if kind.outside and not for_employee:
        person, sentence = None, str(kind.outside)
    return HistoryEntry(
        at=entry.at,
        person=person,
        sentence=sentence,
        icon=kind.icon,
        tone=kind.tone(entry),
        is_internal=entry.public_sequence is None,
        number=entry.sequence if for_employee else (entry.public_sequence or 0),
        ticket_id=entry.ticket_id,
        sequence=entry.sequence,
        messages=1 if entry.kind == MESSAGE_SENT.name else 0,
        change=changes.get((entry.ticket_id, entry.sequence)),
    )


def _follows_by_itself(entry: JournalEntry, before: JournalEntry | None) -> bool:
    """Whether no one did it: the journal names the person who did what it follows from."""
    if entry.kind in (OFFERS_SENT.name, ASSIGNED_AUTOMATICALLY.name):
        return True
    if entry.kind != STATUS_CHANGED.name:
        return False
    way = (entry.data["before"], entry.data["after"])
    if way == (TicketStatus.DONE, TicketStatus.CLOSED):
        # By hand only an employee closes it, and not in the moment in which it was finished.
        is_of_customer = entry.person is not None and not entry.person.is_employee
        return is_of_customer or (before is not None and _is_same_act(entry, before))
    return way == (TicketStatus.OPEN, TicketStatus.ASSIGNED) or way in [(each, TicketStatus.OPEN) for each in WORK]


def _is_taken(entry: JournalEntry, before: JournalEntry) -> bool:
    """Whether it is the change of status that follows from that acceptance or assignment: both are told in one."""
    is_status = entry.kind == STATUS_CHANGED.name and entry.data["before"] == TicketStatus.OPEN
    return is_status and before.kind in TAKEN_BY and _is_same_act(entry, before)


def _is_same_act(entry: JournalEntry, before: JournalEntry) -> bool:
    return entry.sequence == before.sequence + 1 and entry.at - before.at < AT_ONCE


def _folded(lines: Iterable[HistoryEntry]) -> Iterator[HistoryEntry]:
    """Messages in a row of one person as one line."""
    shown: HistoryEntry | None = None
    for line in lines:
        if shown is not None and _is_more_of(shown, line):
            count = shown.messages + 1
            sentence = ngettext("Wrote %(n)s message.", "Wrote %(n)s messages.", count) % {"n": count}
            shown = replace(shown, sentence=sentence, messages=count, began=line.at)
            continue
        if shown is not None:
            yield shown
        shown = line
    if shown is not None:
        yield shown


def _is_more_of(shown: HistoryEntry, line: HistoryEntry) -> bool:
    both_messages = bool(shown.messages and line.messages) and shown.ticket_id == line.ticket_id
    return both_messages and shown.person == line.person and shown.is_internal == line.is_internal
