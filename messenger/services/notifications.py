"""Notifications of people, and the live hints that there are new ones."""

from collections.abc import Iterable

from django.db import transaction

from config.common import clock
from config.common.errors import NotVisible
from config.common.live import publish
from config.common.rows import get_or_none
from fleet.actors import Actor
from fleet.models import EMPLOYEE_ROLES, Person
from messenger.kinds import require_kind
from messenger.models import Notification
from messenger.services import outbox


def notify(*, ticket_id: int, kind: str, people: Iterable[Person], sequence: int, actor: Person | None) -> None:
    """Notify each person once of the journal entry, but not the actor: on the bell, and by what they have chosen.

    Code users have no bell. A building block: the caller holds the transaction. Raises `ImproperlyConfigured` for an
    unknown kind.
    """
    require_kind(kind)
    told = {p.pk: p for p in people if p.is_active and (actor is None or p.pk != actor.pk)}
    notified = {key: person for key, person in told.items() if not person.is_code_user}
    notifications = [
        Notification(person=p, ticket_id=ticket_id, kind=kind, sequence=sequence, actor=actor, created_at=clock.now())
        for p in notified.values()
    ]
    # A person who was notified of this entry before is not notified again.
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    outbox.put(ticket_id=ticket_id, kind=kind, people=told.values(), sequence=sequence, actor=actor)
    for person_id in notified:
        publish(f"person.{person_id}", "notification", ticket=ticket_id)


@transaction.atomic
def read_notification(*, actor: Actor, notification_id: int) -> Notification:
    """Mark an own notification as read, with all of its ticket before it, which the bell shows as one.

    Raises `NotVisible` for those of other people.
    """
    mine = Notification.objects.filter(person=actor.person_id)
    notification = get_or_none(mine.filter(pk=notification_id))
    if notification is None:
        raise NotVisible
    # Not what came after the page was drawn on which it was clicked.
    shown = mine.filter(ticket=notification.ticket_id, pk__lte=notification.pk, read_at=None)
    if shown.update(read_at=clock.now()):
        publish(f"person.{actor.person_id}", "read")
    return notification


@transaction.atomic
def read_all_notifications(*, actor: Actor) -> int:
    """Mark all own notifications as read; returns how many were unread."""
    count = Notification.objects.filter(person=actor.person_id, read_at=None).update(read_at=clock.now())
    if count:
        publish(f"person.{actor.person_id}", "read")
    return count


@transaction.atomic
def read_notifications_of_ticket(*, actor: Actor, ticket_id: int) -> int:
    """Mark the own notifications of a ticket as read; returns how many were unread."""
    mine = Notification.objects.filter(person=actor.person_id, ticket=ticket_id, read_at=None)
    count = mine.update(read_at=clock.now())
    if count:
        publish(f"person.{actor.person_id}", "read")
    return count


def take_back_from_customers(*, ticket_id: int) -> None:
    """Delete all notifications of a ticket except those of employees, because it is hidden from others now.

    A building block: the caller holds the transaction.
    """
    outside = Notification.objects.filter(ticket=ticket_id).exclude(person__role__in=EMPLOYEE_ROLES)
    people = set(outside.values_list("person_id", flat=True))
    outside.delete()
    for person_id in people:
        publish(f"person.{person_id}", "read")


def take_back(*, ticket_id: int, kind: str, person_id: int | None = None) -> None:
    """Delete the notifications of a kind that are of no use any more, of one person or of all.

    A building block: the caller holds the transaction.
    """
    found = Notification.objects.filter(ticket=ticket_id, kind=kind)
    if person_id is not None:
        found = found.filter(person=person_id)
    people = set(found.values_list("person_id", flat=True))
    if people:
        found.delete()
    for each in people:
        publish(f"person.{each}", "read")


def take_back_fact(*, ticket_id: int, sequence: int) -> None:
    """Delete what the bell says of one journal entry, which is true no more. What was not sent of it stays at home.

    A building block: the caller holds the transaction.
    """
    found = Notification.objects.filter(ticket=ticket_id, sequence=sequence)
    people = set(found.values_list("person_id", flat=True))
    found.delete()
    for each in people:
        publish(f"person.{each}", "read")


def delete_notifications(*, person: Person) -> None:
    """Empty the person's bell. A building block: the caller holds the transaction."""
    Notification.objects.filter(person=person).delete()
