"""The service record of a device: what it can be narrowed to, a page of it, and whether it is what was written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common import clock, keyset
from config.common.keyset import Key, keyset_page
from fleet.actors import Actor
from fleet.models import Device
from ticketing.access import record_for, record_updates_for
from ticketing.entry_kinds import (
    ASSIGNED,
    ASSIGNED_AUTOMATICALLY,
    DANGER_REPORTED,
    ENTRY_KINDS,
    INTERNAL_MESSAGE_EDITED,
    INTERNAL_MESSAGE_TAKEN_BACK,
    INTERNAL_UPDATE_POSTED,
    MESSAGE_EDITED,
    MESSAGE_SENT,
    MESSAGE_TAKEN_BACK,
    NOT_FIXED,
    OFFER_ACCEPTED,
    OFFER_REJECTED,
    OFFERS_SENT,
    OPENED,
    RATED,
    RATING_CHANGED,
    STATUS_CHANGED,
    UPDATE_POSTED,
    WITHDRAWN,
    WORKS_AGAIN,
    EntryKind,
)
from ticketing.history import HistoryEntry, history_entries
from ticketing.models import JournalEntry, Ticket, Update
from ticketing.models.tickets import SEARCH_COLUMNS
from ticketing.services.verification import verify_tickets

PAGE_SIZE = 50  # Entries: several screens.
# A PDF of so much takes some seconds; filters make less of it.
MOST_PRINTED = 2_000  # Entries.
MOST_TEXT = 500_000  # Characters of updates.
NEWEST_FIRST = Key("at", keyset.moment, descending=True)


@dataclass(frozen=True)
class RecordKind:
    """Entries that people look for together."""

    name: str
    label: str | Promise
    kinds: tuple[EntryKind, ...]


_OF_MESSAGES = (
    *(MESSAGE_SENT, NOT_FIXED, DANGER_REPORTED, WORKS_AGAIN),
    *(MESSAGE_EDITED, MESSAGE_TAKEN_BACK, INTERNAL_MESSAGE_EDITED, INTERNAL_MESSAGE_TAKEN_BACK),
)
_NAMED = (
    RecordKind("status", _("Status"), (OPENED, STATUS_CHANGED)),
    RecordKind("updates", _("Updates"), (UPDATE_POSTED, INTERNAL_UPDATE_POSTED)),
    RecordKind("messages", _("Messages"), _OF_MESSAGES),
    RecordKind(
        "people",
        _("Responsibility"),
        (OFFERS_SENT, OFFER_ACCEPTED, OFFER_REJECTED, ASSIGNED, ASSIGNED_AUTOMATICALLY, WITHDRAWN),
    ),
    RecordKind("ratings", _("Ratings"), (RATED, RATING_CHANGED)),
)
_OTHERS = tuple(kind for kind in ENTRY_KINDS.values() if not any(kind in named.kinds for named in _NAMED))
KINDS = {kind.name: kind for kind in (*_NAMED, RecordKind("details", _("Details"), _OTHERS))}


@dataclass(frozen=True)
class Narrowing:
    """What of a record is shown; nothing given is all of it. `ticket` is an id, `number` that of a ticket."""

    kind: str = ""
    ticket: int | None = None
    number: int | None = None
    since: date | None = None
    until: date | None = None
    visibility: str = ""

    def applied(self, entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
        if self.kind:
            entries = entries.filter(kind__in=[kind.name for kind in KINDS[self.kind].kinds])
        # What was typed is newer than what was chosen.
        if self.number is not None:
            entries = entries.filter(ticket__number=self.number)
        elif self.ticket is not None:
            entries = entries.filter(ticket=self.ticket)
        if self.since is not None:
            entries = entries.filter(at__gte=_begin_of(self.since))
        if self.until is not None:
            entries = entries.filter(at__lt=_begin_of(self.until) + timedelta(days=1))
        if self.visibility:
            entries = entries.filter(public_sequence__isnull=self.visibility == "internal")
        return entries


def narrowing_of(chosen: dict[str, Any]) -> Narrowing:
    """Of the values that a `RecordForm` accepted."""
    ticket = chosen.get("ticket")
    return Narrowing(
        kind=chosen.get("kind", ""),
        ticket=int(ticket) if ticket else None,
        number=chosen.get("number"),
        since=chosen.get("since"),
        until=chosen.get("until"),
        visibility=chosen.get("visibility", ""),
    )


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class RecordLine:
    """A line of the history with its ticket, and the update of which it tells, if it does.

    `captions` are the names and captions of its files that have one.
    """

    entry: HistoryEntry
    ticket: Ticket
    update: Update | None
    captions: list[tuple[str, str]]


@dataclass(frozen=True)
class RecordPage:
    """Lines, newest first, and the cursors of the pages before and after."""

    lines: list[RecordLine]
    previous: str = ""
    next: str = ""


def record_page(actor: Actor, device: Device, narrowing: Narrowing, cursor: str, *, for_customer: bool) -> RecordPage:
    """One page of the record, in three queries. Raises the refusal of ``fleet.view_device``."""
    entries = narrowing.applied(record_for(actor, device, for_customer=for_customer))
    found = keyset_page(entries, key=NEWEST_FIRST, cursor=cursor, size=PAGE_SIZE)
    return RecordPage(record_lines(actor, found.rows, for_customer=for_customer), found.previous, found.next)


def record_lines(actor: Actor, entries: Iterable[JournalEntry], *, for_customer: bool) -> list[RecordLine]:
    """The entries, which are the newest first, as the histories of their tickets word them."""
    rows = list(entries)
    tickets = {entry.ticket_id: entry.ticket for entry in rows}
    written = {(e.ticket_id, e.sequence) for e in rows if e.kind in (UPDATE_POSTED.name, INTERNAL_UPDATE_POSTED.name)}
    updates = record_updates_for(actor, written)
    lines = history_entries(rows, for_employee=actor.is_employee and not for_customer)
    shown = []
    for line in lines:
        update, captions = updates.get((line.ticket_id, line.sequence)) or (None, [])
        shown.append(RecordLine(line, tickets[line.ticket_id], update, captions))
    return shown


@dataclass(frozen=True)
class Proof:
    """How many entries a record has, and how many faults were found in them and in the texts that they know of."""

    entries: int
    faults: int
    checked_at: datetime


@dataclass(frozen=True)
class WholeRecord:
    """A record to be printed, oldest first: `shown` entries of those that the proof counts.

    `is_cut` where older ones were left out, because they are too many or their texts too long.
    """

    device: Device
    lines: list[RecordLine]
    proof: Proof
    shown: int
    is_cut: bool
    for_customer: bool

    @property
    def is_whole(self) -> bool:
        return self.shown == self.proof.entries


def whole_record(actor: Actor, device: Device, narrowing: Narrowing, *, for_customer: bool) -> WholeRecord:
    """The record with its proof, in a number of queries that does not grow. Raises that of ``fleet.view_device``."""
    entries = record_for(actor, device, for_customer=for_customer)
    newest = list(narrowing.applied(entries).order_by("-at", "-pk")[: MOST_PRINTED + 1])
    shown = newest[:MOST_PRINTED]
    lines = record_lines(actor, shown, for_customer=for_customer)
    printed = list(_with_texts_in(lines, MOST_TEXT))
    is_cut = len(newest) > MOST_PRINTED or len(printed) < len(lines)
    return WholeRecord(
        device=device,
        lines=printed[::-1],
        proof=prove(entries),
        shown=len(printed) if is_cut else len(shown),
        is_cut=is_cut,
        for_customer=for_customer or not actor.is_employee,
    )


def _with_texts_in(lines: list[RecordLine], most: int) -> Iterator[RecordLine]:
    """The newest lines whose texts together are not longer."""
    for line in lines:
        most -= len(line.update.text) if line.update is not None else 0
        if most < 0:
            return
        yield line


def prove(entries: QuerySet[JournalEntry]) -> Proof:
    """Whether the journals of all tickets of these entries are complete, and say what is stored."""
    found = Ticket.objects.filter(pk__in=entries.order_by().values("ticket")).defer(*SEARCH_COLUMNS)
    faults = sum(1 for _fault in verify_tickets(list(found)))
    return Proof(entries=entries.count(), faults=faults, checked_at=clock.now())
