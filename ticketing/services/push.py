"""Browsers of code users that want to hear of a ticket."""

from collections.abc import Collection, MutableMapping
from typing import Any

from django.db import transaction

from config.common.errors import NotVisible
from config.common.rules import require
from fleet.actors import KnownActor, holding_of
from fleet.models import Code, PrivateLink
from messenger.models import PushDevice, TicketPush
from messenger.models.push import DEVICE_KEY
from messenger.services.push_devices import store_device
from messenger.web_push import Subscription
from ticketing.models import Ticket
from ticketing.services.journal import lock_ticket


@transaction.atomic
def follow_ticket(
    *,
    actor: KnownActor,
    ticket_id: int,
    subscription: Subscription,
    name: str,
    session: MutableMapping[str, Any],
    links: Collection[int],
) -> TicketPush:
    """Tells this browser of the ticket for as long as it holds what opens it: one of the private `links`, or the code.

    For a code that was shared for a time, only until that ends.

    Raises the refusal of ``ticketing.be_notified_of_messages``, and `InvalidInput` as `store_device` does.
    """
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.be_notified_of_messages", ticket)
    device = store_device(actor=actor, subscription=subscription, name=name, session=session)
    rests_on = _rests_on(actor, ticket, links, session)
    return TicketPush.objects.update_or_create(push_device=device, ticket=ticket, defaults=rests_on)[0]


@transaction.atomic
def unfollow_ticket(*, ticket_id: int, session: MutableMapping[str, Any]) -> bool:
    """Tells the browser with this session nothing more of the ticket; returns whether it hears of no other one."""
    device = PushDevice.objects.filter(pk=session.get(DEVICE_KEY, 0)).first()
    if device is None:
        return True
    device.tickets.filter(ticket=ticket_id).delete()
    is_last = device.person.is_code_user and not device.tickets.exists()
    if is_last:
        device.delete()
        del session[DEVICE_KEY]
    return is_last


def _rests_on(
    actor: KnownActor, ticket: Ticket, links: Collection[int], session: MutableMapping[str, Any]
) -> dict[str, Any]:
    if actor.opens(ticket.pk):
        link = PrivateLink.objects.opening().filter(pk__in=links, ticket=ticket).first()
        if link is not None:
            return {"link": link, "code": None, "code_epoch": 0, "ends_at": None}
    key = actor.code_ids.get(ticket.device_id or 0)
    if key is None or (held := holding_of(session, key)) is None:
        raise NotVisible
    code = Code.objects.filter(pk=key).first()
    if code is None:
        raise NotVisible
    return {"link": None, "code": code, "code_epoch": code.epoch, "ends_at": held[1]}
