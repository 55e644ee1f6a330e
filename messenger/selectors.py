"""Reads of messenger that are more than a queryset."""

import uuid
from collections.abc import Sequence

from django.db.models import Count, Max, Q, QuerySet

from config.common.errors import NotVisible
from fleet.actors import Actor
from messenger.models import Notification, Upload

NO_NOTIFICATIONS = "0.0"


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """Empty for an actor without a person."""
    if actor.person_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(person=actor.person_id)


def count_unread(actor: Actor) -> int:
    """The number of the actor's unread notifications; one query."""
    return notifications_of(actor).filter(read_at=None).count()


def numbers_of_bells(people: Sequence[int]) -> list[str]:
    """For each person's id a text that changes with their notifications, read or new; one query."""
    mine = Notification.objects.filter(person__in=people).order_by().values_list("person")
    found = mine.annotate(latest=Max("pk"), unread=Count("pk", filter=Q(read_at=None)))
    numbers = {person: f"{latest}.{unread}" for person, latest, unread in found}
    return [numbers.get(person, NO_NOTIFICATIONS) for person in people]


def upload_of(actor: Actor, ticket_id: int, upload_id: uuid.UUID) -> Upload:
    """The actor's own upload below that ticket. Raises `NotVisible` for absent ones and those of others alike."""
    mine = Upload.objects.select_related("attachment", "uploader").filter(ticket=ticket_id, uploader=actor.person_id)
    found = mine.filter(pk=upload_id).first() if actor.person_id is not None else None
    if found is None:
        raise NotVisible
    return found
