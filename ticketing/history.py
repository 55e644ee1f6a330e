"""The history of a ticket: the facts of its journal in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fleet.models import Person
from ticketing.entry_kinds import ASSIGNEE, ENTRY_KINDS, OFFERED_TO, WITHDRAWN_FROM
from ticketing.models import JournalEntry


@dataclass(frozen=True)
class HistoryEntry:
    """When, who, what, and how it looks. `number` counts only what its reader may know of."""

    at: datetime
    person: Person | None
    sentence: str
    icon: str
    tone: str
    is_internal: bool
    number: int


def history_entries(journal: Iterable[JournalEntry], *, for_employee: bool) -> list[HistoryEntry]:
    """The history for a reader who may read all of the given entries; one query."""
    entries = list(journal)
    named = {entry.data[key] for entry in entries for key in (ASSIGNEE, WITHDRAWN_FROM) if key in entry.data}
    named |= {person_id for entry in entries for person_id in entry.data.get(OFFERED_TO, ())}
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=named)} if named else {}
    return [
        HistoryEntry(
            at=entry.at,
            person=entry.person,
            sentence=ENTRY_KINDS[entry.kind].sentence(entry, names),
            icon=ENTRY_KINDS[entry.kind].icon,
            tone=ENTRY_KINDS[entry.kind].tone(entry),
            is_internal=entry.public_sequence is None,
            number=entry.sequence if for_employee else (entry.public_sequence or 0),
        )
        for entry in entries
    ]
