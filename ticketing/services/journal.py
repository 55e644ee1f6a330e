"""The journal of a ticket: facts under its lock, numbered without gaps and chained by hashes."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from config.common import clock
from config.common.errors import NotVisible
from config.common.live import publish
from config.common.rows import get_or_none, planned_once
from fleet.actors import Actor
from fleet.models import Offer, Person
from fleet.services.links import expire_links
from messenger.services.notifications import notify, take_back
from ticketing.audiences import people_of
from ticketing.entry_kinds import (
    MESSAGE_SENT,
    MESSAGES,
    STATUS_CHANGED,
    TICKET_OFFERED,
    EntryKind,
    EntryNotification,
)
from ticketing.models import Answer, JournalEntry, Ticket, TicketStatus
from ticketing.models.tickets import TYPED_FIELDS
from ticketing.transitions import ENDED

# How long private links open a ticket that is CLOSED or CANCELLED.
LINK_LIFETIME = timedelta(days=90)
COUNTERS = ("sequence", "public_sequence", "journal_head", "changed_at")


def lock_ticket(ticket_id: int, actor: Actor, *also: str) -> Ticket:
    """Returns the ticket under its row lock, which guards its offers, assignments, journal and messages, too.

    `also` names further relations to be read with it. Needs a transaction. Raises `NotVisible` if the ticket does not
    exist or the actor may not know of it.
    """
    # A hidden ticket is not locked: a request for it takes as long as one for a ticket that does not exist.
    locked = Ticket.objects.visible_to(actor).select_for_update(of=("self",))
    related = ("device__template", "flow", "conversation", "creator", "person")
    with planned_once():
        ticket = get_or_none(locked.select_related(*related, *also).filter(pk=ticket_id))
    if ticket is None:
        raise NotVisible
    return ticket


def record(ticket: Ticket, kind: EntryKind, person: Person | None, **data: object) -> JournalEntry:
    """Adds an entry under the ticket's lock, saves the ticket's counters, and notifies the people that the kind names.

    `data` holds ids and digests, never names or texts. Open pages get a hint on commit. The counters of a ticket that
    is being opened are saved with its number, by `give_number`.
    """
    ticket.sequence += 1
    # What happens while the ticket is INTERNAL stays with employees, mostly also when it becomes PUBLIC later.
    is_public = (ticket.is_public or kind.shows_later) and not kind.is_internal
    if is_public:
        ticket.public_sequence += 1
    entry = JournalEntry(
        ticket=ticket,
        sequence=ticket.sequence,
        public_sequence=ticket.public_sequence if is_public else None,
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
    if ticket.number is not None:
        ticket.save(update_fields=COUNTERS)
    for notification in kind.notifications:
        if notification.applies(entry):
            notify_of(entry, notification)
    if entry.public_sequence is not None:
        publish(f"ticket.{ticket.pk}.follow", entry.kind, sequence=entry.public_sequence)
    if kind in MESSAGES:
        publish(f"ticket.{ticket.pk}.messages", entry.kind, sequence=entry.sequence)
    if kind is not MESSAGE_SENT:
        publish(f"ticket.{ticket.pk}.inside", entry.kind, sequence=entry.sequence)
        publish("tickets", entry.kind, ticket=ticket.pk)
    return entry


def notify_of(entry: JournalEntry, notification: EntryNotification, offers: Sequence[Offer] | None = None) -> None:
    """Notifies the audience once, but not the person of the entry. A building block under the caller's lock.

    Of `offers`, where they are named, no others are asked for.
    """
    notify(
        ticket_id=entry.ticket_id,
        kind=notification.name,
        people=people_of(notification.audience, entry, offers),
        sequence=entry.sequence,
        actor=entry.person,
    )


def change_status(ticket: Ticket, person: Person | None, transition: Callable[[], object]) -> JournalEntry:
    """Runs a transition of the ticket, and records it. A building block under the caller's lock."""
    before = ticket.status
    transition()
    ticket.save(update_fields=["status"])
    if before == TicketStatus.OPEN:
        # Someone has taken it, or no one is needed any more.
        take_back(ticket_id=ticket.pk, kind=TICKET_OFFERED.name)
    entry = record(ticket, STATUS_CHANGED, person, before=before.value, after=ticket.status.value)
    if (before in ENDED) != (ticket.status in ENDED):
        expire_links(ticket_id=ticket.pk, expires_at=end_of_links(entry))
    return entry


def end_of_links(change: JournalEntry) -> datetime | None:
    """When private links end after that change of the status; None while the ticket can go on."""
    return change.at + LINK_LIFETIME if change.data["after"] in ENDED else None


def digest_of(entry: JournalEntry) -> str:
    """SHA-256 over everything in the entry and the digest before it, as hexadecimal."""
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
    """Salted digest of a text and its files' digests. Without the salt, the text cannot be guessed from it."""
    return hashlib.sha256("\0".join([salt, text, *sorted(files)]).encode()).hexdigest()


def digest_answer(salt: str, value: object, files: Iterable[str] = ()) -> str:
    """Salted digest of an answer's value and its files' digests."""
    return digest_text(salt, _canonical(value), files)


def answer_digests(answers: Iterable[Answer]) -> dict[str, str]:
    """Salted digests of answers with their files by their id, without those of erased answers."""
    # An erased answer has lost its salt.
    return {
        str(answer.pk): digest_answer(answer.salt, answer.value, [a.evidence for a in answer.attachments.all()])
        for answer in answers
        if answer.salt
    }


def text_digests(ticket: Ticket) -> dict[str, str]:
    """Salted digests of what was typed into the fields of the ticket."""
    return {name: digest_text(ticket.salt, getattr(ticket, name)) for name in TYPED_FIELDS}


def _canonical(fact: object) -> str:
    return json.dumps(fact, sort_keys=True, separators=(",", ":"))
