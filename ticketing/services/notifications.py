"""Notifications that follow from entries of the journal."""

from messenger.services.notifications import notify
from ticketing.entry_kinds import EntryNotification
from ticketing.models import JournalEntry


def notify_of(entry: JournalEntry, notification: EntryNotification) -> None:
    """Notifies the audience once, but not the person of the entry. A building block under the caller's lock."""
    notify(
        ticket_id=entry.ticket_id,
        kind=notification.name,
        people=notification.audience(entry),
        sequence=entry.sequence,
        actor=entry.person,
    )
