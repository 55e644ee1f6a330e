"""The ticket page of the back office: which tabs there are, and what stands beside them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.components import exact_time
from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Offer, Person
from ticketing.access import device_tickets_for
from ticketing.models import Ticket, Update

SHOWN_DEVICE_TICKETS = 6  # More are one click away, in the list.


@dataclass(frozen=True)
class Tab:
    """A tab is there when its rule lets its name be known; what is in it is asked again when it is opened."""

    name: str
    label: str | Promise
    icon: str
    rule: str
    is_internal: bool = False


TABS = (
    Tab("general", _("General"), "clipboard", "ticketing.view_ticket"),
    Tab("messenger", _("Messenger"), "message-circle", "ticketing.follow_ticket"),
    Tab("updates", _("Updates"), "clipboard-list", "ticketing.read_public_updates"),
    Tab("internal", _("Internal updates"), "lock", "ticketing.read_internal_updates", is_internal=True),
    Tab("offers", _("Offers"), "inbox", "ticketing.read_internal_journal"),
    Tab("history", _("History"), "history", "ticketing.read_journal"),
)
TAB_NAMES = frozenset(tab.name for tab in TABS)


def tabs_for(actor: Actor, ticket: Ticket) -> list[dict[str, Any]]:
    """The tabs that the reader may know of, those of updates with their number; one query."""
    counts = {} if ticket.is_draft else _update_counts(ticket)
    return [{"tab": tab, "count": counts.get(tab.name)} for tab in TABS if may(actor, tab.rule, ticket)]


def _update_counts(ticket: Ticket) -> dict[str, int]:
    found = Update.objects.filter(ticket=ticket).aggregate(
        updates=Count("pk", filter=Q(is_internal=False)), internal=Count("pk", filter=Q(is_internal=True))
    )
    return {name: count for name, count in found.items() if count}


@dataclass(frozen=True)
class Involved:
    """Somebody who was asked or is responsible: the latest offer's decision, and since when responsible."""

    person: Person
    offer: Offer | None
    assignment: Any = None

    @property
    def started(self) -> str:
        """Since when they are responsible, in the reader's way to write a date; empty if they are not."""
        return exact_time(self.assignment.started_at) if self.assignment else ""

    @property
    def dialog_id(self) -> str:
        return f"withdraw-{self.person.pk}"

    @property
    def is_undecided(self) -> bool:
        return self.offer is not None and self.offer.decided_at is None

    @property
    def can_be_withdrawn(self) -> bool:
        return self.assignment is not None or self.is_undecided


def involved_people(ticket: Ticket) -> list[Involved]:
    """Everybody who was asked or is responsible, responsible people first; no query where both are prefetched."""
    offers = {offer.person: offer for offer in ticket.offers.all()}
    assignments = {a.person: a for a in ticket.assignments.all() if a.ended_at is None}
    people = [*assignments, *(person for person in offers if person not in assignments)]
    return [Involved(person, offers.get(person), assignments.get(person)) for person in people]


def other_tickets_of_device(actor: Actor, ticket: Ticket) -> list[Ticket]:
    """The newest tickets of the same device, without this one; one query."""
    if ticket.device is None:
        return []
    found = device_tickets_for(actor, ticket.device).exclude(pk=ticket.pk).select_related("flow")
    return list(found[:SHOWN_DEVICE_TICKETS])
