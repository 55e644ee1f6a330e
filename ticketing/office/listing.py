"""The ticket list of the back office: what a row needs, what it can be sorted by, one page of it, and counts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import zip_longest
from secrets import token_hex

from django.core.cache import cache
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    When,
    prefetch_related_objects,
)
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.common import keyset
from config.common.counting import as_text, counts_of, counts_within
from config.common.kept import Given, Kept
from config.common.keyset import Key, Page, keyset_page
from config.common.searching import search_terms
from fleet.actors import Actor
from fleet.models import Assignment, Decision, Offer
from fleet.models.devices import SEARCH_COLUMNS as DEVICE_COLUMNS
from messenger.models import Notification
from messenger.selectors import BellState, bell_columns, unsent_texts_of
from ticketing.models import Priority, Ticket, TicketStatus
from ticketing.models.tickets import SEARCH_COLUMNS, TURNS_OF_PRIORITY, TURNS_OF_STATUS, TicketQuerySet
from ticketing.search import place_of_words
from ticketing.transitions import DEALT_WITH, ENDED, OPEN_WORK

# Views that show certain statuses only.
STATUSES_OF_VIEWS = {
    "open": OPEN_WORK,
    # Work without anyone is OPEN, by its transitions.
    "unassigned": (TicketStatus.OPEN,),
    "not_fixed": (TicketStatus.DONE,),
    "offered": OPEN_WORK,
    "waiting": (TicketStatus.DONE,),
    "done": DEALT_WITH,
    "drafts": (TicketStatus.DRAFT,),
}
# Views in which people look for what to do next.
VIEWS_OF_WORK = ("open", "unassigned", "not_fixed", "offered", "mine")
# Those of all open work, each with a number.
GROUPS_OF_WORK = ("unassigned", "assigned", "in_progress")
PAGE_SIZE = 25  # Rows: a screen of a desktop; more are loaded while scrolling.
COUNTS_SECONDS = 5


@dataclass(frozen=True)
class Sort:
    """One way to sort: its name in the address, the label of its column, and a field with an index, never null."""

    name: str
    label: str | Promise
    field: str
    parse: Callable[[object], object]
    descending_first: bool = False
    # Order and cursors give the field's values away: one that knows of internal facts is for employees.
    for_employees: bool = False


SORTS = {
    sort.name: sort
    for sort in (
        Sort("number", pgettext_lazy("ticket", "Number"), "number", keyset.number, descending_first=True),
        Sort("subject", _("Subject"), "subject", keyset.text),
        Sort("status", _("Status"), "status_rank", keyset.number),
        Sort("priority", _("Priority"), "priority", keyset.number, descending_first=True),
        Sort("rating", _("Rating"), "score", keyset.number, descending_first=True),
        Sort("opened", _("Age"), "opened_at", keyset.moment, descending_first=True),
        Sort("turn", _("Order of work"), "turn", keyset.number),
        Sort("changed", _("Last change"), "changed_at", keyset.moment, descending_first=True, for_employees=True),
    )
}
# In any other order, what is looked for may stand together behind all else, and the database would read its way there:
# words are part of the subject and go with what is urgent, what was cancelled is seldom urgent. No internal ticket is
# rated. Between two days only when it was opened leads to the first row.
WITH_WORDS = WITH_FILTERS = {"number", "opened", "changed"}
WITH_DAYS, NOT_WITH_FILTERS = {"opened"}, {"rating"}
# What these leave is so little that it can be sorted by anything: found by an index, or not over yet.
FILTERS_OF_FEW = {"customer", "device", "person", "reservation"}
ORDER_OF_WORK, NEWEST_FIRST = "turn", "-opened"


def offered_sorts(
    actor: Actor, *, view: str, by_words: bool, filters: Collection[str], statuses: Collection[TicketStatus]
) -> set[str]:
    """Names of what the reader can sort a list by of which the filters, by their names, leave these statuses."""
    names = {sort.name for sort in SORTS.values() if actor.is_employee or not sort.for_employees}
    if by_words:
        names &= WITH_WORDS
    if filters:
        names -= NOT_WITH_FILTERS
    is_little = not actor.is_employee or not FILTERS_OF_FEW.isdisjoint(filters) or not set(ENDED) & set(statuses)
    if is_little:
        return names
    if not {"since", "until"}.isdisjoint(filters):
        return names & WITH_DAYS
    # As many as a filter would leave; its own order is by status and priority already.
    return names & WITH_FILTERS if filters or view == "mine" else names


def known_sort(wanted: str, offered: Collection[str], *, view: str, by_words: bool) -> str:
    """The wanted sort if it is offered, else the order of work where people look for it, and newest first elsewhere."""
    # No one begins with what is to be done last.
    if wanted != f"-{ORDER_OF_WORK}" and wanted.removeprefix("-") in offered:
        return wanted
    return ORDER_OF_WORK if view in VIEWS_OF_WORK and not by_words else NEWEST_FIRST


def sorted_page(
    tickets: TicketQuerySet,
    actor: Actor,
    *,
    sort: str,
    cursor: str,
    drafts: bool,
    statuses: Collection[TicketStatus],
    words: str = "",
) -> Page[Ticket]:
    """One page of the list; three queries, however many rows, and one more where a row has no subject.

    `drafts` are sorted by when they were begun.

    `statuses` are the only ones that the tickets have.

    With the words by which they were found, if there is one, each ticket has their place in `found_in`.
    """
    key = Key("created_at", keyset.moment, descending=True) if drafts else _key(sort)

    def with_details(chosen: QuerySet[Ticket]) -> QuerySet[Ticket]:
        rows = listed(Ticket.objects.filter(pk__in=chosen.values("pk")), actor)
        if not search_terms(words):
            return rows
        # Their texts are looked through.
        return rows.annotate(found_in=place_of_words(words, actor)).select_related("flow", "creator", "person")

    tickets = tickets.filter(_within(key, statuses))
    if actor.is_employee and not words:
        # What they may see of the list, they may see a moment later: details are read by ids, in a kept statement.
        page = _page_of_employee(
            keyset_page(tickets.only("pk", key.name), key=key, cursor=cursor, size=PAGE_SIZE), actor
        )
    else:
        page = keyset_page(tickets, key=key, cursor=cursor, size=PAGE_SIZE, with_details=with_details)
    # Drafts, which are called by their flow as long as they have no subject.
    prefetch_related_objects([ticket for ticket in page.rows if not ticket.subject], "flow")
    return page


def _page_of_employee(page: Page[Ticket], actor: Actor) -> Page[Ticket]:
    # No ticket has the id 0.
    ids = {name: ticket.pk if ticket else 0 for name, ticket in zip_longest(_ROWS, page.rows)}
    found = {ticket.pk: ticket for ticket in _DETAILS.rows(reader=actor.person_id, **ids)}
    return replace(page, rows=[found[ticket.pk] for ticket in page.rows if ticket.pk in found])


def _key(sort: str) -> Key:
    chosen = SORTS[sort.removeprefix("-")]
    return Key(chosen.field, chosen.parse, descending=sort.startswith("-"))


def _within(key: Key, statuses: Collection[TicketStatus]) -> Q:
    """Says nothing new, but where in an index by statuses the database begins: else it reads past all other ones.

    Open work has indexes of its own. What is over is so much that only those by statuses begin at it.
    """
    ranks = [rank for rank, status in enumerate(TicketStatus) if status in statuses]
    name, step = ("turn", TURNS_OF_STATUS) if key.name == "turn" else ("status_rank", 1)
    is_much = not set(ENDED).isdisjoint(statuses)
    if not ranks or set(statuses) <= set(OPEN_WORK) or (is_much and key.name != name):
        return Q()
    return Q(**{f"{name}__gte": min(ranks) * step, f"{name}__lt": (max(ranks) + 1) * step})


def of_both(statuses: Collection[TicketStatus], priorities: Collection[Priority]) -> Q:
    """Says nothing new either, but how few tickets have one of the statuses and one of the priorities.

    By themselves both may be many: the database takes them for independent of each other, and passes all tickets in
    search of the few that are in both. Turns are in the order of statuses and then of priorities, and of a range of
    numbers it knows how much is in it.
    """
    both = Q()
    if priorities and not set(ENDED).isdisjoint(statuses):
        for rank in (rank for rank, status in enumerate(TicketStatus) if status in statuses):
            for priority in priorities:
                begin = rank * TURNS_OF_STATUS + (Priority.HIGH - priority) * TURNS_OF_PRIORITY
                both |= Q(turn__gte=begin, turn__lt=begin + TURNS_OF_PRIORITY)
    return both


_SHOWN = ("device", "customer", "category")
_SHOWN_OF_PEOPLE = ("person__role", "person__first_name", "person__last_name")
# Whose customer it is they know.
_SHOWN_TO_CUSTOMERS = (*_SHOWN, "person")
# Read beside the rows: PostgreSQL's planner weighs joins of more than eight tables no longer
# (join_collapse_limit), and reads whole tables instead.
_READ_BESIDE = ("person", "reservation")
# Not beside rows that are named by their ids.
_SHOWN_TO_EMPLOYEES = (*_SHOWN, *_READ_BESIDE)
_READ_BESIDE_FOR_CUSTOMERS = ("category__parent", "reservation")


def listed(tickets: TicketQuerySet, actor: Actor) -> TicketQuerySet:
    """The tickets with all that a row shows: people in charge, unread and offered marks."""
    joined, beside = (_SHOWN, _READ_BESIDE) if actor.is_employee else (_SHOWN_TO_CUSTOMERS, _READ_BESIDE_FOR_CUSTOMERS)
    return _with_marks(tickets, actor.person_id).select_related(*joined).prefetch_related(*beside)


def _with_marks(tickets: TicketQuerySet, reader: int | Given | None) -> TicketQuerySet:
    in_charge = Assignment.objects.filter(ended_at=None).select_related("person").only("ticket", *_SHOWN_OF_PEOPLE)
    unread = Notification.objects.filter(ticket=OuterRef("pk"), person=reader, read_at=None)
    offered = Offer.objects.filter(ticket=OuterRef("pk"), person=reader, decision=Decision.OPEN)
    can_accept = Q(status__in=OPEN_WORK) & Q(Exists(offered))
    return (
        tickets.defer(*SEARCH_COLUMNS, *(f"device__{name}" for name in DEVICE_COLUMNS))
        .prefetch_related(Prefetch("assignments", in_charge, to_attr="in_charge"))
        .annotate(is_unread=Exists(unread), is_offered=Case(When(can_accept, then=True), default=False))
    )


_ROWS = tuple(f"row_{number}" for number in range(PAGE_SIZE))


def _details() -> TicketQuerySet:
    reader = Given("reader", BigIntegerField())
    named = Ticket.objects.filter(pk__in=[Given(name, BigIntegerField()) for name in _ROWS]).order_by()
    # The database reads the bell once, not for each row.
    return _with_marks(named, reader).select_related(*_SHOWN_TO_EMPLOYEES).annotate(**bell_columns(reader))


def bell_beside(tickets: Sequence[Ticket]) -> BellState | None:
    """The reader's bell, where it was read together with the tickets; None else."""
    facts = vars(tickets[0]) if tickets else {}
    return BellState(facts["unread"] or 0, facts["latest"] or 0) if "unread" in facts else None


_DETAILS = Kept(_details)


def in_view(tickets: TicketQuerySet, actor: Actor, view: str) -> TicketQuerySet:
    """The tickets of one of the ready-made views; an unknown one is all that was sent."""
    if view == "offered":
        offered = Offer.objects.filter(person=actor.person_id, decision=Decision.OPEN)
        tickets = tickets.filter(pk__in=offered.values("ticket"))
    elif view == "mine":
        tickets = tickets.filter(_mine(actor))
    elif view == "not_fixed":
        tickets = tickets.filter(is_not_fixed=True)
    statuses = STATUSES_OF_VIEWS.get(view)
    return tickets.filter(status__in=statuses) if statuses else tickets.posted()


def _mine(actor: Actor) -> Q:
    """Employees: what they are responsible for. Customer people: what they wrote, or what names them."""
    if actor.is_employee:
        return Q(pk__in=Assignment.objects.filter(person=actor.person_id, ended_at=None).values("ticket"))
    return Q(creator=actor.person_id) | Q(person=actor.person_id)


def view_counts(tickets: TicketQuerySet, actor: Actor) -> dict[str, str]:
    """How much waits in the views that people work through, and in the groups of all open work, as text.

    Beyond `MOST_COUNTED` the text says so. No text for what is not fixed, where nothing is: that view is an exception.
    """
    live = tickets.filter(status__in=OPEN_WORK)
    waiting = {
        "unassigned": live.filter(status=TicketStatus.OPEN),
        "assigned": live.filter(status=TicketStatus.ASSIGNED),
        "in_progress": live.filter(status=TicketStatus.IN_PROGRESS),
        "mine": in_view(live, actor, "mine"),
        "waiting": in_view(tickets, actor, "waiting"),
        "drafts": in_view(tickets, actor, "drafts"),
        "unsent": unsent_texts_of(actor),
    }
    if actor.is_employee:
        waiting |= {view: in_view(tickets, actor, view) for view in ("offered", "not_fixed")}
    numbers = counts_of({name: found.order_by() for name, found in waiting.items()})
    numbers["open"] = sum(numbers[group] for group in GROUPS_OF_WORK)
    if not actor.is_employee:
        # Customers read stages, whose groups have no numbers.
        numbers = {name: number for name, number in numbers.items() if name not in GROUPS_OF_WORK}
    counts = {name: as_text(number) for name, number in numbers.items()}
    for exception in ("not_fixed", "unsent"):
        if numbers.get(exception) == 0:
            counts[exception] = ""
    cache.set(_counts_key(actor), counts, COUNTS_SECONDS)
    return counts


def fresh_counts(actor: Actor) -> dict[str, str] | None:
    """What `view_counts` found a moment ago; None if it was not asked."""
    found: dict[str, str] | None = cache.get(_counts_key(actor))
    return found


def option_counts(actor: Actor, query: str, tickets: TicketQuerySet, options: Mapping[str, Q]) -> dict[str, str]:
    """How many of the tickets, in their order, each option of a filter would leave, as text.

    `query` says of which list they are.
    """
    key = f"{_options_key(actor)}:{cache.get(_options_key(actor), '')}:{sha256(query.encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: counts_within(tickets, options), COUNTS_SECONDS) or {}


def forget_counts(actor: Actor) -> None:
    """Have the reader's tickets counted anew: after their own act no number may say what was before."""
    cache.delete(_counts_key(actor))
    # A part of the keys of all that was counted before.
    cache.set(_options_key(actor), token_hex(4), 2 * COUNTS_SECONDS)


def _options_key(actor: Actor) -> str:
    return f"option-counts:{actor.person_id}:{get_language()}"


def _counts_key(actor: Actor) -> str:
    return f"view-counts:{actor.person_id}:{get_language()}"
