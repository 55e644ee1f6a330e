"""Private links of a ticket: they are made on request, opened, and revoked."""

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.common import clock
from config.common.errors import InvalidInput, NotVisible, WrongStatus
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor, KnownActor
from fleet.models import PrivateLink
from fleet.services.links import add_link, end_links, links_with, remember_link
from ticketing.entry_kinds import LINKS_REVOKED, STATUS_CHANGED
from ticketing.models import JournalEntry, Ticket, Visibility
from ticketing.models.tickets import seen_by
from ticketing.services.journal import end_of_links, lock_ticket, record

MAX_LINKS = 20  # Of one ticket: its creator needs one or two.


@transaction.atomic
def make_link(*, actor: KnownActor, ticket_id: int) -> str:
    """The full address of a new link, which opens the ticket for whoever holds it, as its creator.

    Raises `InvalidInput` where the ticket has too many links, and `WrongStatus` where the link would be too old.
    """
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.make_private_link", ticket)
    expires_at = _end_of_links(ticket)
    if expires_at is not None and expires_at <= clock.now():
        raise WrongStatus(_("This ticket was closed too long ago for a private link."))
    if PrivateLink.objects.standing().filter(ticket=ticket).count() >= MAX_LINKS:
        raise InvalidInput(_("This ticket has very many private links. Revoke them first, then make a new one."))
    return add_link(actor=actor, ticket_id=ticket.pk, expires_at=expires_at)


def open_link(*, actor: Actor, token: str, session: MutableMapping[str, Any]) -> Ticket:
    """Remember in the session that this browser holds the link; returns the ticket.

    Harmless however often it happens. Employees need no link, so nothing is remembered for them. Raises `NotVisible`
    for an unknown, expired or revoked link, and for a ticket that is hidden from the actor.
    """
    # Looked up at once: a link to a hidden ticket takes the time of an unknown one.
    shown = seen_by(actor, "ticket__") if actor.is_employee else Q(ticket__visibility=Visibility.PUBLIC)
    link = get_or_none(links_with(token).filter(shown).select_related("ticket__device"))
    if link is None:
        raise NotVisible
    if not actor.is_employee:
        remember_link(link, session)
    return link.ticket


@transaction.atomic
def revoke_links(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """All private links of the ticket open nothing any more, also where they were opened already."""
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.revoke_private_links", ticket)
    if end_links(PrivateLink.objects.filter(ticket=ticket)):
        record(ticket, LINKS_REVOKED, actor.person)
    return ticket


def _end_of_links(ticket: Ticket) -> datetime | None:
    changes = JournalEntry.objects.filter(ticket=ticket, kind=STATUS_CHANGED.name)
    last = changes.order_by("-sequence").first()
    return end_of_links(last) if last else None
