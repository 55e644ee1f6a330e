"""The record of a ticket, told in the reader's language from the facts of the journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from fleet.models import Person
from ticketing.models import JournalEntry, Priority, Visibility
from ticketing.transitions import TicketStatus

Names = dict[int, str]


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the record: when, who, what, and how it looks. `number` is the one its reader may know."""

    at: datetime
    person: Person | None
    sentence: str
    icon: str
    tone: str
    is_internal: bool
    number: int


def history_entries(entries: Iterable[JournalEntry], *, for_employee: bool) -> list[HistoryEntry]:
    """Lines for journal rows that the reader may read; one query for the people that the rows name."""
    rows = list(entries)
    named = {person_id for row in rows for person_id in _people_in(row)}
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=named)} if named else {}
    return [_line(row, names, for_employee) for row in rows]


def _line(row: JournalEntry, names: Names, for_employee: bool) -> HistoryEntry:
    sentence, icon = _SENTENCES[row.kind]
    number = row.sequence if for_employee else (row.public_sequence or 0)
    tone = TicketStatus(row.data["after"]).tone if row.kind == "status_changed" else "neutral"
    return HistoryEntry(row.at, row.person, sentence(row, names), icon, tone, row.public_sequence is None, number)


def _people_in(row: JournalEntry) -> list[int]:
    single = [row.data[key] for key in ("assignee", "withdrawn") if row.data.get(key)]
    return [*single, *row.data.get("people", ())]


def _offers_sent(row: JournalEntry, names: Names) -> str:
    people = ", ".join(names.get(person_id, "?") for person_id in row.data["people"])
    return _("Offered to %(people)s.") % {"people": people} if people else _("Nobody new could be asked.")


def _changed(row: JournalEntry, enum: Any, text: str) -> str:
    return text % {"before": enum(row.data["before"]).label, "after": enum(row.data["after"]).label}


def _name(row: JournalEntry, names: Names, key: str) -> dict[str, str]:
    return {"name": names.get(row.data.get(key, 0), "?")}


_SENTENCES: dict[str, tuple[Callable[[JournalEntry, Names], str], str]] = {
    "opened": (lambda row, names: _("Sent the ticket."), "send"),
    "offers_sent": (_offers_sent, "inbox"),
    "offer_accepted": (lambda row, names: _("Took responsibility."), "user-check"),
    "offer_rejected": (lambda row, names: _("Rejected the offer."), "user-x"),
    "assigned": (lambda row, names: _("Made %(name)s responsible.") % _name(row, names, "assignee"), "user-plus"),
    "assigned_automatically": (
        lambda row, names: _("%(name)s became responsible automatically.") % _name(row, names, "assignee"),
        "user-plus",
    ),
    "withdrawn": (
        lambda row, names: _("Withdrew the ticket from %(name)s.") % _name(row, names, "withdrawn"),
        "user-minus",
    ),
    "status_changed": (
        lambda row, names: _changed(row, TicketStatus, _("Status changed from %(before)s to %(after)s.")),
        "arrow-right",
    ),
    "priority_changed": (
        lambda row, names: _changed(row, Priority, _("Priority changed from %(before)s to %(after)s.")),
        "chevrons-up",
    ),
    "visibility_changed": (
        lambda row, names: _changed(row, Visibility, _("Visibility changed from %(before)s to %(after)s.")),
        "lock",
    ),
    "message_sent": (lambda row, names: _("Wrote a message."), "message-circle"),
    "update_posted": (lambda row, names: _("Posted an update."), "clipboard-list"),
    "internal_update_posted": (lambda row, names: _("Posted an internal update."), "lock"),
    "rated": (lambda row, names: _("Rated the ticket: %(score)s of 5.") % {"score": row.data["score"]}, "star"),
}
KINDS = frozenset(_SENTENCES)
