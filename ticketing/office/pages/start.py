"""The start page of a manager: what is open, what waits for an answer, and which vehicles it is about."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from config.common.rules import require
from fleet.access import listed_devices
from fleet.actors import Actor
from fleet.models import EMPLOYEE_ROLES, Device
from fleet.models.devices import SEARCH_COLUMNS
from messenger.models import Message
from ticketing.access import tickets_for
from ticketing.models import Ticket
from ticketing.models.tickets import TicketQuerySet
from ticketing.transitions import LIVE, OPEN_WORK, Stage

SHOWN = 8  # Rows of each part; the list has all.
STAGES = (Stage.NEW, Stage.ONGOING)


@dataclass(frozen=True)
class OpenTickets:
    """The latest tickets of a stage, and how many there are."""

    stage: Stage
    rows: list[Ticket]
    count: int
    list_url: str


@dataclass(frozen=True)
class BusyDevice:
    device: Device
    count: int
    list_url: str


@dataclass(frozen=True)
class StartPage:
    """`waiting` are tickets whose last message is from the service: the customer's side is to answer."""

    stages: list[OpenTickets]
    waiting: list[Ticket]
    devices: list[BusyDevice]


def start_page(actor: Actor) -> StartPage:
    """A number of queries that does not grow. Raises the refusal of ``ticketing.see_start_page``."""
    require(actor, "ticketing.see_start_page")
    tickets = tickets_for(actor).select_related("flow", "device")
    return StartPage(
        stages=[_open_tickets(tickets, stage) for stage in STAGES],
        waiting=list(_waiting(tickets).order_by("-changed_at", "-pk")[:SHOWN]),
        devices=_busy_devices(actor, tickets),
    )


def _open_tickets(tickets: TicketQuerySet, stage: Stage) -> OpenTickets:
    found = tickets.filter(status__in=stage.statuses)
    return OpenTickets(
        stage=stage,
        rows=list(found.order_by("-opened_at", "-pk")[:SHOWN]),
        count=found.order_by().count(),
        # Customers have no filter by status.
        list_url=f"{reverse('office:ticket_list')}?view=open&stage={stage.value}",
    )


def _waiting(tickets: TicketQuerySet) -> TicketQuerySet:
    # What employees write among themselves has no public number.
    said = Message.objects.filter(conversation=OuterRef("conversation"), public_sequence__isnull=False)
    last = said.order_by("-public_sequence").values("author__role")[:1]
    return tickets.filter(status__in=LIVE).annotate(last_role=Subquery(last)).filter(last_role__in=EMPLOYEE_ROLES)


def _busy_devices(actor: Actor, tickets: TicketQuerySet) -> list[BusyDevice]:
    live = tickets.filter(status__in=OPEN_WORK, device__customer=actor.customer_id).order_by()
    counts = dict(
        live.values("device").annotate(n=Count("pk")).order_by("-n", "device").values_list("device", "n")[:SHOWN]
    )
    devices = listed_devices(actor).filter(pk__in=counts).select_related("template").defer(*SEARCH_COLUMNS)
    address = reverse("office:ticket_list")
    busy = [BusyDevice(each, counts[each.pk], f"{address}?view=open&device={each.pk}") for each in devices]
    return sorted(busy, key=lambda each: (-each.count, each.device.name))
