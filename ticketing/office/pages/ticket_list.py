"""The ticket list of the back office: its views, filters, columns and rows."""

from dataclasses import dataclass, replace
from itertools import groupby

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.keyset import Page
from config.common.marks import isolated
from config.common.numbers import whole_number
from config.common.rules import may
from config.common.searching import Term, search_terms
from fleet.actors import Actor
from messenger.selectors import BellState
from ticketing.access import tickets_for
from ticketing.live import number_of_list
from ticketing.models import Category, Priority, Stage, Ticket, TicketStatus, Visibility
from ticketing.office.filters import TicketFilter, view_label
from ticketing.office.listing import (
    GROUPS_OF_WORK,
    ORDER_OF_WORK,
    VIEWS_OF_WORK,
    bell_beside,
    fresh_counts,
    known_sort,
    of_both,
    offered_sorts,
    sorted_page,
)
from ticketing.office.pages.list_excerpts import Found, found_in
from ticketing.office.pages.list_filters import (
    FILTERS,
    Column,
    FilterMenu,
    ListLinks,
    Option,
    column,
    filter_menus,
)
from ticketing.office.pages.list_views import ViewLink, view_links
from ticketing.office.pages.sheet_links import device_url
from ticketing.transitions import DEALT_WITH

# The id of the one ticket that is asked for.
ONLY = "only"
COLUMNS = ("number", "subject", "status", "priority", "rating", "opened")
# Of what any row can have, besides its status.
_ROW_ICONS = (
    *("user-x", "inbox", "check", "x", "user-plus"),
    *(Priority.LOW.icon, Priority.HIGH.icon, Visibility.INTERNAL.icon),
)
# The groups in the order of work; what is over is one.
VIEWS_OF_ONE_GROUP = ("unassigned", "not_fixed", "drafts")
GROUPS: dict[str, str | Promise] = {
    "unassigned": _("Not assigned"),
    "assigned": _("Assigned"),
    "in_progress": _("In progress"),
    "over": _("Dealt with"),
    # For customers.
    **{stage.value: stage.label for stage in Stage},
}


@dataclass(frozen=True)
class Row:
    """A ticket with what the reader can do to it from the list, and what of a search was found where it is not shown.

    `about` is the person, the reservation and the customer, as far as there are such and the reader may know them;
    `device_url` is the device's sheet, empty where the reader has none; `group` is a name of `GROUPS`.
    """

    ticket: Ticket
    can_assign: bool
    group: str
    state: "TicketStatus | ShownStage"
    about: str = ""
    device_url: str = ""
    category: str = ""
    found: Found | None = None


@dataclass(frozen=True)
class ShownStage:
    """A stage where employees read a status."""

    label: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Group:
    """Rows that stand together. Without a label they begin the page, or go on with a group of the page before.

    `count_key` names the count that comes after the page; where there is none, `count` is all that is known.
    """

    rows: list[Row]
    label: str | Promise = ""
    count: str = ""
    count_key: str = ""


@dataclass(frozen=True)
class TicketListPage:
    """One page of the list; `chosen` are the filters that are on, `hidden_fields` what their form carries along."""

    groups: list[Group]
    views: list[ViewLink]
    counts: dict[str, str]
    knows_counts: bool
    current_view: str
    title: str | Promise
    words: str
    menus: list[FilterMenu]
    label_icons: list[str]
    chosen: list[Option]
    hidden_fields: list[tuple[str, str]]
    without_words: str
    without_filters: str
    # Leads back to how the list is sorted by itself; empty where it is.
    order_of_work: str
    columns: dict[str, Column]
    # Of the column of the device and what it is about.
    place_label: str
    has_ratings: bool
    # For customers, instead of statuses.
    has_stages: bool
    query: str
    previous: str
    next: str
    # As `next`, for rows that are put behind those of this page.
    more: str
    is_live: bool
    # Whether rows of this page, or such that are loaded into it, can have actions, and that of superiors among them.
    can_act: bool
    can_assign: bool
    # As `list_number` returns it.
    number: int | str
    # None where the layout has to read it.
    bell: BellState | None
    group_counts: tuple[str, ...] = GROUPS_OF_WORK

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(COLUMNS) + 1 + self.has_ratings

    @property
    def is_grouped(self) -> bool:
        return any(group.label for group in self.groups)

    @property
    def tickets(self) -> list[Ticket]:
        return [row.ticket for group in self.groups for row in group.rows]


def list_number(actor: Actor) -> int | str:
    """The number of the topic of all tickets; empty for readers who may not follow it."""
    return number_of_list() if may(actor, "ticketing.follow_tickets") else ""


def ticket_list_page(actor: Actor, query: QueryDict, number: int | str) -> TicketListPage:
    """The page that the query of the address asks for; what it asks for and is not on the list is ignored.

    `number` was read before.
    """
    filters = TicketFilter(query, tickets_for(actor), actor=actor)
    links = ListLinks(query, reverse("office:ticket_list"))
    view, by_words = filters.current_view, bool(filters.chosen.get("q"))
    offered = offered_sorts(
        actor,
        view=view,
        by_words=by_words,
        filters=filters.chosen.keys() - {"q", "view"},
        statuses=filters.statuses,
    )
    sort = known_sort(query.get("sort", ""), offered, view=view, by_words=by_words)
    words = filters.chosen.get("q", "")
    found = _found(actor, filters, query, sort)
    rows = _with_excerpts(actor, [_row(actor, ticket) for ticket in found.rows], search_terms(words))
    menus = filter_menus(filters, links)
    chosen = [option for menu in menus for option in menu.chosen]
    counts = fresh_counts(actor)
    groups = [Group(rows)]
    if sort == ORDER_OF_WORK and view not in VIEWS_OF_ONE_GROUP:
        is_counted = actor.is_employee and view == "open" and not (chosen or by_words)
        is_whole = not (found.previous or found.next)
        groups = _grouped(rows, counts or {}, after=query.get("after", ""), is_counted=is_counted, is_whole=is_whole)
    following = links.page(found.next)
    return TicketListPage(
        groups=groups,
        views=view_links(actor),
        counts=counts or {},
        knows_counts=counts is not None,
        current_view=view,
        title=_("Results") if by_words and view == "all" else view_label(actor, view),
        words=words,
        menus=menus,
        label_icons=_label_icons(actor, filters),
        chosen=chosen,
        # With the view, because a status that is asked for without one is looked for in all.
        hidden_fields=[("view", view), *links.hidden("view", *FILTERS)],
        without_words=links.set("q", ""),
        without_filters=links.without_filters(),
        order_of_work=links.set("sort", "") if view in VIEWS_OF_WORK and not by_words and sort != ORDER_OF_WORK else "",
        columns=_columns(actor, links, sort, offered),
        place_label=_place_label(actor),
        has_ratings=filters.has_ratings,
        has_stages=not actor.is_employee,
        query=query.urlencode(),
        previous=links.page(found.previous),
        next=following,
        more=f"{following}&after={rows[-1].group}" if following else "",
        is_live=number != "",
        can_act=actor.is_employee,
        can_assign=actor.is_superior,
        number=number,
        bell=bell_beside(found.rows),
    )


def _found(actor: Actor, filters: TicketFilter, query: QueryDict, sort: str) -> Page[Ticket]:
    tickets = filters.tickets.filter(of_both(filters.statuses, filters.chosen.get("priority", ())))
    cursor = query.get("cursor", "")
    if (only := whole_number(query.get(ONLY))) is not None:
        # A row that was acted on, if it is still on the list: the others of the open page stay as they are.
        tickets, cursor = tickets.filter(pk=only), ""
    return sorted_page(
        tickets,
        actor,
        sort=sort,
        cursor=cursor,
        drafts=filters.current_view == "drafts",
        statuses=filters.statuses,
        words=filters.chosen.get("q", ""),
    )


def _label_icons(actor: Actor, filters: TicketFilter) -> list[str]:
    """Of all labels that a row of this list, or of one that is loaded into it, can have."""
    states = filters.statuses if actor.is_employee else [status.stage or status for status in filters.statuses]
    return sorted({*_ROW_ICONS, *(state.icon for state in states)})


def _columns(actor: Actor, links: ListLinks, sort: str, offered: set[str]) -> dict[str, Column]:
    columns = {name: column(links, name, sort, is_offered=name in offered) for name in COLUMNS}
    if not actor.is_employee:
        columns["status"] = replace(columns["status"], label=_("Stage"))
    return columns


def _place_label(actor: Actor) -> str:
    """Names what stands in the column: the device, and what `_about` has of most tickets."""
    named = [_("Device")]
    if actor.is_employee or actor.is_manager:
        named.append(_("Person"))
    named.append(_("Reservation") if actor.is_manager else _("Customer"))
    return " · ".join(map(str, named))


def _row(actor: Actor, ticket: Ticket) -> Row:
    can_assign = ticket.status == TicketStatus.OPEN and bool(may(actor, "ticketing.assign", ticket))
    return Row(
        ticket,
        can_assign,
        group=_group_of(ticket.status) if actor.is_employee else str(ticket.status.stage),
        state=ticket.status if actor.is_employee else _stage_of(ticket),
        about=_about(actor, ticket),
        device_url=device_url(actor, ticket.device),
        category=_category(actor, ticket.category),
    )


def _category(actor: Actor, category: Category | None) -> str:
    """For customers with the category that it is part of: they sort what they write by both."""
    if category is None:
        return ""
    return category.name if actor.is_employee else category.path


def _about(actor: Actor, ticket: Ticket) -> str:
    is_of_customer = ticket.customer_id == actor.customer_id
    named = []
    if actor.is_employee or (actor.is_manager and is_of_customer):
        named += [ticket.person.name if ticket.person else "", ticket.reservation.number if ticket.reservation else ""]
    # As beside the ticket itself: who reported something about a device of others does not learn whose it is, and
    # managers know theirs.
    if ticket.customer and (actor.is_employee or (is_of_customer and not actor.is_manager)):
        named.append(ticket.customer.name)
    # Private customers are called as their person.
    return " · ".join(map(isolated, dict.fromkeys(filter(None, named))))


def _group_of(status: TicketStatus) -> str:
    return "unassigned" if status == TicketStatus.OPEN else "over" if status in DEALT_WITH else status.value


def _stage_of(ticket: Ticket) -> TicketStatus | ShownStage:
    """A draft has none."""
    stage = ticket.status.stage
    return ShownStage(ticket.stage_label, stage.tone, stage.icon) if stage else ticket.status


def _with_excerpts(actor: Actor, rows: list[Row], terms: list[Term]) -> list[Row]:
    wanted = {}
    for row in rows:
        ticket, device = row.ticket, row.ticket.device
        shown = f"{ticket.number} {ticket.title} {device.name if device else ''} {row.about}"
        if missing := [term for term in terms if not term.is_in(shown)]:
            wanted[ticket] = missing
    found = found_in(actor, wanted)
    return [replace(row, found=found.get(row.ticket.pk)) for row in rows]


def _grouped(rows: list[Row], counts: dict[str, str], *, after: str, is_counted: bool, is_whole: bool) -> list[Group]:
    """The rows by their groups; one that goes on from the page before, `after`, has its heading there."""
    groups = []
    for name, members in groupby(rows, key=lambda row: row.group):
        together = list(members)
        if name == after:
            groups.append(Group(together))
        elif is_counted:
            groups.append(Group(together, GROUPS[name], counts.get(name, ""), name))
        else:
            groups.append(Group(together, GROUPS[name], str(len(together)) if is_whole else ""))
    return groups
