"""Reads of messenger that are more than a queryset."""

from django.db.models import QuerySet

from fleet.actors import Actor
from messenger.models import Notification


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """What the actor was told; nobody sees anybody else's."""
    if actor.person_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(person=actor.person_id)


def count_unread(actor: Actor) -> int:
    """How many of them wait; one query."""
    return notifications_of(actor).filter(read_at=None).count()
