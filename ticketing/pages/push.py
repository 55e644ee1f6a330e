"""What lets a reader switch notifications on in this browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from config.common.rules import may
from fleet.actors import Actor
from messenger.models import TicketPush
from messenger.models.push import DEVICE_KEY
from messenger.web_push import is_on, server_key
from ticketing.models import Ticket
from ticketing.surfaces import PORTAL

# Whom a browser belongs to that is pushed what a code user wants to hear; static/js/lib/push.js has the same word.
CODE_USER = "code"


@dataclass(frozen=True)
class PushSwitch:
    """`key` is what the browser subscribes with, `owner` whose it is then; `is_on`: the server knows this browser."""

    key: str
    owner: str
    on_url: str
    off_url: str
    is_on: bool


def office_switch(actor: Actor, *, is_on_here: bool) -> PushSwitch | None:
    """Of a person who signed in; None where there are no push notifications."""
    if not is_on():
        return None
    return PushSwitch(
        server_key(), str(actor.person_id), reverse("push_device_add"), reverse("push_device_leave"), is_on_here
    )


def ticket_switch(actor: Actor, ticket: Ticket, session: Mapping[str, Any]) -> PushSwitch | None:
    """Of a code user for one ticket; None where they hear nothing of it. A query where the browser is known."""
    if not is_on() or actor.is_signed_in or not may(actor, "ticketing.be_notified_of_messages", ticket):
        return None
    device = session.get(DEVICE_KEY)
    is_on_here = device is not None and TicketPush.objects.filter(push_device=device, ticket=ticket).exists()
    on_url, off_url = (PORTAL.ticket_url(name, ticket) for name in ("ticket_push", "ticket_push_off"))
    return PushSwitch(server_key(), CODE_USER, on_url, off_url, is_on_here)
