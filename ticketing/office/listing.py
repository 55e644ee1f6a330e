"""The ticket list of the back office: what a row needs, what it can be sorted by, and one page of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common import keyset
from config.common.keyset import Key, Page, keyset_page
from fleet.actors import Actor
from fleet.models import Assignment, Decision, Offer
from messenger.models import Notification
from ticketing.models import Ticket, TicketStatus
from ticketing.models.tickets import TicketQuerySet
from ticketing.transitions import DEALT_WITH

PAGE_SIZE = 50  # Rows: two screens of a desktop.
OPEN_WORK = tuple(s for s in TicketStatus if s not in (TicketStatus.DRAFT, *DEALT_WITH))
_STATUS_ORDER = Case(*(When(status=s.value, then=Value(rank)) for rank, s in enumerate(TicketStatus)), default=Value(0))


@dataclass(frozen=True)
class Sort:
    """One way to sort: its name in the address, the label of its column, and the expression, which is never null."""

    name: str
    label: str | Promise
    expression: Combinable
    parse: Callable[[object], object]
    descending_first: bool = False
    # Order and cursors give the expression's values away: one that knows of internal facts is for employees.
    for_employees: bool = False

    def key(self, *, descending: bool) -> Key:
        return Key("sort_key", self.parse, descending)


SORTS = {
    sort.name: sort
    for sort in (
        Sort("number", pgettext_lazy("ticket", "Number"), Coalesce("number", 0), keyset.number, descending_first=True),
        Sort("subject", _("Subject"), F("subject"), keyset.text),
        Sort("status", _("Status"), _STATUS_ORDER, keyset.number),
        Sort("priority", _("Priority"), F("priority"), keyset.number, descending_first=True),
        Sort("device", _("Device"), Coalesce("device__name", Value("")), keyset.text),
        Sort("customer", _("Customer"), Coalesce("customer__name", Value("")), keyset.text),
        Sort("rating", _("Rating"), Coalesce("rating__score", 0), keyset.number, descending_first=True),
        Sort("opened", _("Age"), Coalesce("opened_at", "created_at"), keyset.moment, descending_first=True),
        Sort("changed", _("Last change"), F("changed_at"), keyset.moment, descending_first=True, for_employees=True),
    )
}
DEFAULT_SORT = "-opened"


def known_sort(wanted: str, actor: Actor) -> str:
    """The wanted sort if it is on the list for the reader, else the default: newest first."""
    sort = SORTS.get(wanted.removeprefix("-"))
    return wanted if sort and (actor.is_employee or not sort.for_employees) else DEFAULT_SORT


def listed(tickets: TicketQuerySet, actor: Actor) -> QuerySet[Ticket]:
    """Tickets with all that a row shows: people in charge, the latest rating, unread and offered marks."""
    in_charge = Assignment.objects.filter(ended_at=None).select_related("person")
    unread = Notification.objects.filter(ticket=OuterRef("pk"), person=actor.person_id, read_at=None)
    offered = Offer.objects.filter(ticket=OuterRef("pk"), person=actor.person_id, decision=Decision.OPEN)
    can_accept = Q(status__in=OPEN_WORK) & Q(Exists(offered))
    return (
        tickets.select_related("device", "customer", "category", "flow")
        .prefetch_related(Prefetch("assignments", in_charge, to_attr="in_charge"))
        .annotate(rating=FilteredRelation("ratings", condition=Q(ratings__phase=F("done_count"))))
        .annotate(
            score=F("rating__score"),
            is_unread=Exists(unread),
            is_offered=Case(When(can_accept, then=True), default=False),
        )
    )


def sorted_page(tickets: TicketQuerySet, actor: Actor, *, sort: str, cursor: str) -> Page[Ticket]:
    """One page of the list; two queries, however many rows."""
    chosen = SORTS[sort.removeprefix("-")]
    rows = listed(tickets, actor).annotate(sort_key=chosen.expression)
    return keyset_page(rows, key=chosen.key(descending=sort.startswith("-")), cursor=cursor, size=PAGE_SIZE)


def in_view(tickets: TicketQuerySet, actor: Actor, view: str) -> TicketQuerySet:
    """The tickets of one of the ready-made views; an unknown one is all that was sent."""
    if view == "open":
        return tickets.filter(status__in=OPEN_WORK)
    if view == "done":
        return tickets.filter(status__in=DEALT_WITH)
    if view == "drafts":
        return tickets.filter(status=TicketStatus.DRAFT)
    if view == "offered":
        return tickets.filter(_offered_to(actor), status__in=OPEN_WORK)
    if view == "mine":
        return tickets.filter(_mine(actor)).posted()
    return tickets.posted()


def view_counts(tickets: TicketQuerySet, actor: Actor) -> dict[str, int]:
    """How much work waits in the views that people work through; one query over what is not dealt with."""
    live = tickets.filter(status__in=OPEN_WORK)
    offered = Exists(Ticket.objects.filter(_offered_to(actor), pk=OuterRef("pk")))
    mine = Exists(Ticket.objects.filter(_mine(actor), pk=OuterRef("pk")))
    return live.aggregate(open=Count("pk"), offered=Count("pk", filter=Q(offered)), mine=Count("pk", filter=Q(mine)))


def _offered_to(actor: Actor) -> Q:
    return Q(offers__person=actor.person_id, offers__decision=Decision.OPEN)


def _mine(actor: Actor) -> Q:
    """Employees: what they are responsible for. Customer people: what they wrote, or what names them."""
    if actor.is_employee:
        return Q(assignments__person=actor.person_id, assignments__ended_at=None)
    return Q(creator=actor.person_id) | Q(person=actor.person_id)
