"""Reads of messenger that are more than a queryset."""

import uuid

from django.db.models import QuerySet

from config.common.errors import NotVisible
from fleet.actors import Actor
from messenger.models import Notification, Upload


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """Empty for an actor without a person."""
    if actor.person_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(person=actor.person_id)


def count_unread(actor: Actor) -> int:
    """The number of the actor's unread notifications; one query."""
    return notifications_of(actor).filter(read_at=None).count()


def upload_of(actor: Actor, ticket_id: int, upload_id: uuid.UUID) -> Upload:
    """The actor's own upload below that ticket. Raises `NotVisible` for absent ones and those of others alike."""
    mine = Upload.objects.select_related("attachment", "uploader").filter(ticket=ticket_id, uploader=actor.person_id)
    found = mine.filter(pk=upload_id).first() if actor.person_id is not None else None
    if found is None:
        raise NotVisible
    return found
