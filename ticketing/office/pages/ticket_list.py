"""The ticket list of the back office: its views, filters, columns and rows."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from config.common.rules import may
from fleet.actors import Actor
from ticketing.access import tickets_for
from ticketing.forms.search import SearchForm
from ticketing.live import number_of_list
from ticketing.models import Priority, Ticket, TicketStatus
from ticketing.office.filters import EMPLOYEE_VIEWS, VIEWS, TicketFilter
from ticketing.office.listing import SORTS, fresh_counts, known_sort, offers_sort, sorted_page
from ticketing.office.pages.list_filters import Column, FilterMenu, ListLinks, Option, column, filter_menus

COLUMNS = ("number", "subject", "status", "priority", "rating", "opened")


@dataclass(frozen=True)
class ViewLink:
    """A ready-made view; `count` is None where it says nothing about work that waits, or is not known yet."""

    name: str
    label: str | Promise
    href: str
    is_current: bool
    count: str | None


@dataclass(frozen=True)
class TicketListPage:
    """One page of the list; `chosen` are the filters that are on, `hidden_fields` what the search carries along."""

    tickets: list[Ticket]
    views: list[ViewLink]
    knows_counts: bool
    current_view: str
    search: SearchForm
    words: str
    menus: list[FilterMenu]
    chosen: list[Option]
    hidden_fields: list[tuple[str, str]]
    without_words: str
    without_filters: str
    columns: dict[str, Column]
    previous: str
    next: str
    is_live: bool
    # As `list_number` returns it.
    number: int | str

    @property
    def label_icons(self) -> list[str]:
        """The icons of all labels that a row of this list, or of one that is loaded into it, can have."""
        return sorted({value.icon for value in (*TicketStatus, *Priority)})


def list_number(actor: Actor) -> int | str:
    """The number of the topic of all tickets; empty for readers who may not follow it."""
    return number_of_list() if may(actor, "ticketing.follow_tickets") else ""


def ticket_list_page(actor: Actor, query: QueryDict, number: int | str) -> TicketListPage:
    """The page that the query of the address asks for; what it asks for and is not on the list is ignored.

    `number` was read before.
    """
    filters = TicketFilter(query, tickets_for(actor), actor=actor)
    links = ListLinks(query, reverse("office:ticket_list"))
    by_words, is_filtered = bool(filters.chosen.get("q")), bool(filters.chosen.keys() - {"q", "view"})
    offered = {name for name in SORTS if offers_sort(name, actor, by_words=by_words, is_filtered=is_filtered)}
    sort = known_sort(query.get("sort", ""), offered)
    cursor, current_view = query.get("cursor", ""), filters.current_view
    rows = sorted_page(filters.tickets, actor, sort=sort, cursor=cursor, drafts=current_view == "drafts")
    menus = filter_menus(filters, links)
    counts = fresh_counts(actor)
    # A view that is not on the list must not come along.
    left_out = ("q", "sort") if filters.chosen.get("view") else ("q", "sort", "view")
    return TicketListPage(
        tickets=rows.rows,
        views=[
            ViewLink(name, label, links.set("view", name), name == current_view, (counts or {}).get(name))
            for name, label in VIEWS.items()
            if actor.is_employee or name not in EMPLOYEE_VIEWS
        ],
        knows_counts=counts is not None,
        current_view=current_view,
        search=filters.form,
        words=filters.chosen.get("q", ""),
        menus=menus,
        chosen=[option for menu in menus for option in menu.chosen],
        hidden_fields=links.hidden(*left_out),
        without_words=links.set("q", ""),
        without_filters=links.without_filters(),
        columns={name: column(links, name, sort, is_offered=name in offered) for name in COLUMNS},
        previous=links.page(rows.previous),
        next=links.page(rows.next),
        is_live=number != "",
        number=number,
    )
