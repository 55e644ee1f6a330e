"""Tickets of which a person is sent nothing for a while; the bell goes on to ring."""

from datetime import datetime

from django.db import transaction

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import KnownActor
from messenger.models import Mute
from messenger.services import preferences
from ticketing.models import Ticket


@transaction.atomic
def mute_ticket(*, actor: KnownActor, ticket_id: int, until: datetime | None) -> Mute:
    """Send the actor no e-mails and push notifications about the ticket until then, or until they unmute it.

    Raises `NotVisible` for a ticket that they do not see.
    """
    ticket = get_or_none(Ticket.objects.visible_to(actor).filter(pk=ticket_id).select_related("device__template"))
    if ticket is None:
        raise NotVisible
    require(actor, "ticketing.mute_ticket", ticket)
    return preferences.mute(actor=actor, ticket_id=ticket.pk, until=until)
