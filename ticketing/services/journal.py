"""The journal: locks a ticket, counts its facts without gaps, and chains them by hashes."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from config.common import clock
from config.common.errors import NotVisible
from config.common.live import publish
from fleet.actors import Actor
from fleet.models import Person
from ticketing.entry_kinds import MESSAGE_SENT, EntryKind
from ticketing.models import JournalEntry, Ticket
from ticketing.services.notifications import notify_of


def lock_ticket(ticket_id: int, actor: Actor) -> Ticket:
    """The ticket under its row lock: it guards offers, assignments, journal and messages, too.

    Must be called inside a transaction. Raises `NotVisible` if there is no such ticket, or none that the actor may know
    of: that one is not locked, so that asking for it takes no longer.
    """
    locked = Ticket.objects.visible_to(actor).select_for_update(of=("self",))
    related = ("device__template", "flow", "conversation", "creator", "person")
    ticket = locked.select_related(*related).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotVisible
    return ticket


def record(ticket: Ticket, kind: EntryKind, person: Person | None, *, public: bool = True, **data: Any) -> JournalEntry:
    """Adds an entry under the ticket's lock, saves the ticket's counters, and notifies the people that the kind names.

    A public fact of an INTERNAL ticket stays inside. `data` holds ids and digests only. Open pages get a hint on
    commit.
    """
    ticket.sequence += 1
    shown = public and ticket.is_public
    if shown:
        ticket.public_sequence += 1
    entry = JournalEntry(
        ticket=ticket,
        sequence=ticket.sequence,
        public_sequence=ticket.public_sequence if shown else None,
        kind=kind.name,
        person=person,
        at=clock.now(),
        data=data,
        previous_digest=ticket.journal_head,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    ticket.journal_head = entry.digest
    ticket.changed_at = entry.at
    ticket.save(update_fields=["sequence", "public_sequence", "journal_head", "changed_at"])
    for notification in kind.notifications:
        if notification.applies(entry):
            notify_of(entry, notification)
    _publish(entry)
    return entry


def digest_of(entry: JournalEntry) -> str:
    """SHA-256 over everything the row says and the digest before it, as hexadecimal."""
    fact = [
        entry.ticket_id,
        entry.sequence,
        entry.public_sequence,
        entry.kind,
        entry.person_id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.data,
        entry.previous_digest,
    ]
    return hashlib.sha256(_canonical(fact).encode()).hexdigest()


def digest_text(salt: str, text: str, files: Iterable[str] = ()) -> str:
    """Salted digest of a text and its files' digests; without the salt nobody can guess the text from it."""
    return hashlib.sha256("\0".join([salt, text, *sorted(files)]).encode()).hexdigest()


def answer_digests(ticket: Ticket) -> dict[str, str]:
    """Salted digests of the answers by their id; erased ones, which have no salt any more, are left out."""
    return {
        str(answer.pk): digest_text(answer.salt, _canonical(answer.value), [a.digest for a in answer.attachments.all()])
        for answer in ticket.answers.prefetch_related("attachments")
        if answer.salt
    }


def _canonical(fact: Any) -> str:
    return json.dumps(fact, sort_keys=True, separators=(",", ":"))


def _publish(entry: JournalEntry) -> None:
    ticket_id = entry.ticket_id
    if entry.public_sequence is not None:
        publish(f"ticket.{ticket_id}.follow", entry.kind, sequence=entry.public_sequence)
    if entry.kind == MESSAGE_SENT.name:
        publish(f"ticket.{ticket_id}.messages", entry.kind, sequence=entry.sequence)
    else:
        publish(f"ticket.{ticket_id}.inside", entry.kind, sequence=entry.sequence)
        publish("tickets", entry.kind, ticket=ticket_id)
