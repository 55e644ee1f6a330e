"""The ticket list of the back office."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from fleet.requests import Request
from ticketing.access import tickets_for
from ticketing.office.listing import view_counts
from ticketing.office.pages.filter_options import filter_page
from ticketing.office.pages.ticket_list import list_number, ticket_list_page
from ticketing.office.typed_tickets import meant_ticket
from ticketing.views.responses import unless_shown


@require_safe
def ticket_list(request: Request) -> HttpResponse:
    """The tickets that the reader may know of; typing a ticket's number or address opens it."""
    actor = request.actor
    meant = meant_ticket(actor, request.GET.get("q", ""), request.get_host())
    if meant is not None:
        return redirect("office:ticket_detail", ticket_id=meant.pk)
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
def filter_options(request: Request, name: str) -> HttpResponse:
    """Values to filter the list by: what their menu loads, and without JavaScript a page."""
    page = filter_page(request.actor, name, request.GET)
    if page is None:
        raise NotVisible
    if request.headers.get("HX-Request"):
        return render(request, "ticketing/office/_filter_options.html", {"page": page})
    return render(request, "ticketing/office/filter_options.html", {"page": page})
