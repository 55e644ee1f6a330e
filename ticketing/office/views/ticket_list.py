"""The ticket list of the back office."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.common.rules import may
from fleet.access import employees_for
from fleet.actors import Actor
from ticketing.access import tickets_for
from ticketing.filters import EMPLOYEE_VIEWS, VIEWS, TicketFilter
from ticketing.models import Ticket
from ticketing.office.listing import known_sort, ticket_page, view_counts
from ticketing.office.pages.list_links import Column, ListLinks, column, filter_menus
from ticketing.views.actors import looking

_NUMBER = re.compile(r"\s*#?\s*([0-9]{1,9})\s*")
_COUNTED_VIEWS = ("open", "offered", "mine")
_TEXT_COLUMNS = ("subject", "status", "priority", "device", "customer")


@require_safe
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The tickets that the reader may know of; typing exactly a number opens the ticket."""
    actor = looking(request)
    wanted = _ticket_of_number(actor, request.GET.get("q", ""))
    if wanted is not None:
        return redirect("office:ticket_detail", ticket_id=wanted.pk)
    return render(request, "ticketing/office/ticket_list.html", _list_context(request, actor))


def _ticket_of_number(actor: Actor, words: str) -> Ticket | None:
    number = _NUMBER.fullmatch(words)
    return tickets_for(actor).filter(number=int(number[1])).first() if number else None


def _list_context(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    employees = list(employees_for(actor))
    filters = TicketFilter(request.GET, tickets_for(actor), actor=actor, employees=employees)
    links = ListLinks(request.GET, reverse("office:ticket_list"))
    sort = known_sort(request.GET.get("sort", ""), actor)
    page = ticket_page(filters.tickets, actor, sort=sort, cursor=request.GET.get("cursor", ""))
    menus = filter_menus(filters, links)
    return {
        "tickets": page.rows,
        "views": _views(actor, links, filters.current_view),
        "current_view": filters.current_view,
        "menus": menus,
        "chosen": [option for menu in menus for option in menu.chosen],
        "words": filters.chosen.get("q", ""),
        "hidden_fields": links.hidden("q", "sort") if filters.chosen.get("view") else links.hidden("q", "sort", "view"),
        "without_words": links.set("q", ""),
        "without_filters": links.without_filters(),
        "columns": _columns(actor, links, sort),
        "previous": links.page(page.previous),
        "next": links.page(page.next),
        "is_live": bool(may(actor, "ticketing.follow_tickets")),
    }


def _views(actor: Actor, links: ListLinks, current: str) -> list[dict[str, Any]]:
    counts = view_counts(tickets_for(actor), actor)
    shown = [name for name in VIEWS if actor.is_employee or name not in EMPLOYEE_VIEWS]
    return [
        {
            "label": VIEWS[name],
            "href": links.set("view", name),
            "current": name == current,
            "count": counts[name] if name in _COUNTED_VIEWS else None,
        }
        for name in shown
    ]


def _columns(actor: Actor, links: ListLinks, sort: str) -> dict[str, Column]:
    names = ("number", *_TEXT_COLUMNS, "rating", "opened")
    return {name: column(links, name, sort) for name in names}
