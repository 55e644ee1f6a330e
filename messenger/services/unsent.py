"""Unsent texts: they are used up by sending, discarded by their writer, or too old. Keeping one needs the ticket."""

import uuid
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q

from config.common import clock
from fleet.actors import Actor
from messenger.models import UnsentText

# Long enough for a holiday. Nobody but the writer reads them, and they may say anything.
KEPT_FOR = timedelta(days=30)


def use_up(*, writer_id: int, ticket_id: int, key: uuid.UUID, text: str) -> None:
    """The text was sent with that key, in the caller's transaction. One statement.

    The same words are used up under any key: a page that is sent before it has read what is kept has a key of its own.
    """
    mine = UnsentText.objects.filter(writer=writer_id, ticket=ticket_id)
    mine.filter(Q(key=key) | Q(text=text)).delete()


def discard_texts(
    *, actor: Actor, ticket_id: int, key: uuid.UUID | None = None, boxes: Collection[str] | None = None
) -> int:
    """The actor's in the ticket, also where it is hidden by now: all, those of the boxes, or the one of the key."""
    if actor.person_id is None:
        return 0
    mine = UnsentText.objects.filter(writer=actor.person_id, ticket=ticket_id)
    mine = mine.filter(box__in=boxes) if boxes else mine
    return (mine.filter(key=key) if key else mine).delete()[0]


def remove_old_texts() -> int:
    """Delete those that nobody changed for a month; returns how many."""
    return UnsentText.objects.filter(changed_at__lt=clock.now() - KEPT_FOR).delete()[0]
