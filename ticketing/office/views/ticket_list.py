"""The ticket list of the back office."""

import re

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from fleet.requests import Request
from ticketing.access import tickets_for
from ticketing.office.filters import EMPLOYEE_FILTERS, SOURCES
from ticketing.office.listing import view_counts
from ticketing.office.pages import list_filters
from ticketing.office.pages.list_filters import COUNTED_FILTERS
from ticketing.office.pages.ticket_list import list_number, ticket_list_page
from ticketing.views.responses import unless_shown

# As people write it or copy it: "1098", "Ticket #1098", "(1098)", "Nr. 1098".
_NUMBER = re.compile(r"\W*(?:(?:ticket|number|no|nr|nummer|numéro|n)\b\W*){0,2}([0-9]{1,9})\W*", re.IGNORECASE)


@require_safe
def ticket_list(request: Request) -> HttpResponse:
    """The tickets that the reader may know of; typing exactly a number opens the ticket."""
    actor = request.actor
    if typed := _NUMBER.fullmatch(request.GET.get("q", "")):
        wanted = get_or_none(tickets_for(actor).filter(number=int(typed[1])))
        if wanted is not None:
            return redirect("office:ticket_detail", ticket_id=wanted.pk)
    number = list_number(actor)

    def draw() -> HttpResponse:
        page = ticket_list_page(actor, request.GET, number)
        return render(request, "ticketing/office/ticket_list.html", {"page": page})

    return unless_shown(request, number, draw)


@require_safe
def view_count_list(request: Request) -> HttpResponse:
    """The numbers of views and groups, which the list does not wait for."""
    counts = view_counts(tickets_for(request.actor), request.actor)
    return render(request, "ticketing/office/_view_counts.html", {"counts": counts})


@require_safe
def filter_count_list(request: Request) -> HttpResponse:
    """How many tickets each option of the filters leaves that the address names by `of`."""
    names = [name for name in COUNTED_FILTERS if name in request.GET.getlist("of")]
    counts = list_filters.static_counts(request.actor, names, request.GET)
    return render(request, "ticketing/office/_view_counts.html", {"counts": counts})


@require_safe
def filter_options(request: Request, name: str) -> HttpResponse:
    """Values to filter the list by: a part of their menu, and without JavaScript a page."""
    if name not in SOURCES or (name in EMPLOYEE_FILTERS and not request.actor.is_employee):
        raise NotVisible
    options = list_filters.filter_options(request.actor, name, request.GET)
    return render(request, "ticketing/office/filter_options.html", {"page": options})
