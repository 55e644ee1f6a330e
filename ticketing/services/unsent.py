"""Keeping what is being written, while it is written."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import TooMuch
from config.common.rows import get_or_none
from fleet.actors import KnownActor
from messenger.models import Message, UnsentText
from messenger.services.messages import check_text
from ticketing.models import Ticket, Update
from ticketing.services.journal import lock_ticket

# Of one person in one ticket. More than a few come from no page of ours.
MOST_KEPT = 20


@dataclass(frozen=True)
class Typed:
    """A text as a page has it: `page` is made anew by each page, `version` counts its savings.

    `base` is the version that the page had read or saved last, whoever wrote it.
    """

    key: uuid.UUID
    box: str
    text: str
    page: uuid.UUID
    version: int
    base: int = 0


@transaction.atomic
def keep_text(*, actor: KnownActor, ticket_id: int, typed: Typed) -> uuid.UUID:
    """Keep the text, or forget it where it is empty by now; returns the key under which it is kept.

    That is another key where another page went on writing under this one: then both texts are kept. What was sent with
    the key is not kept again. Raises `InvalidInput` for a text that is too long, `TooMuch`. The caller asked the rule.
    """
    text = check_text(typed.text, has_files=True)
    mine = UnsentText.objects.filter(writer=actor.person_id, ticket=ticket_id)
    row = _locked(mine, typed.key)
    if row is None and text:
        # Sending holds the same lock: what is sent in this moment does not come back.
        ticket = lock_ticket(ticket_id, actor)
        row = _locked(mine, typed.key)
        if row is None and not _was_sent(actor, ticket, typed):
            return _add(mine, actor, ticket_id, typed, text, typed.key)
    if row is None or (row.page == typed.page and row.version >= typed.version):
        return typed.key
    if row.page != typed.page and row.version != typed.base and row.text != text:
        return _add(mine, actor, ticket_id, typed, text, uuid.uuid4()) if text else typed.key
    if text:
        row.box, row.text, row.changed_at = typed.box, text, clock.now()
        row.page, row.version = typed.page, typed.version
        row.save(update_fields=["box", "text", "page", "version", "changed_at"])
    else:
        row.delete()
    return typed.key


def _locked(mine: QuerySet[UnsentText], key: uuid.UUID) -> UnsentText | None:
    return get_or_none(mine.select_for_update().filter(key=key))


def _was_sent(actor: KnownActor, ticket: Ticket, typed: Typed) -> bool:
    if typed.box == "rating":
        # It has no key: each work is rated once.
        given = ticket.ratings.filter(person=actor.person_id, phase=ticket.done_count)
        return given.exclude(comment="").exists()
    sent = {"author": actor.person_id, "client_key": typed.key}
    messages = Message.objects.filter(conversation=ticket.conversation_id, **sent)
    return messages.exists() or Update.objects.filter(ticket=ticket.pk, **sent).exists()


def _add(
    mine: QuerySet[UnsentText], actor: KnownActor, ticket_id: int, typed: Typed, text: str, key: uuid.UUID
) -> uuid.UUID:
    if mine.count() >= MOST_KEPT:
        raise TooMuch(_("There are too many unsent texts in this ticket. Please send or discard some of them."))
    UnsentText.objects.create(
        key=key,
        writer=actor.person,
        ticket_id=ticket_id,
        box=typed.box,
        text=text,
        page=typed.page,
        version=typed.version,
        changed_at=clock.now(),
    )
    return key
