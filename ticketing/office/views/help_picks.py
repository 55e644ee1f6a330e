"""Choosing an element of the device's assistant for a message."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.common.refusals import wants_json
from fleet.requests import Request
from ticketing.access import ticket_for
from ticketing.office.pages.help_picks import help_picks


@require_safe
def help_pick_list(request: Request, ticket_id: int) -> HttpResponse:
    """A page; for a script a dialog."""
    ticket = ticket_for(request.actor, ticket_id, rule="ticketing.read_internal_updates")
    context = {"page": help_picks(ticket, request.GET.get("q", ""))}
    if wants_json(request):
        return render(request, "ticketing/office/_help_picks_dialog.html", context)
    return render(request, "ticketing/office/help_picks.html", context)
