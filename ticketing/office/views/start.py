"""Where people come in: managers on their start page, all others on the ticket list."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.common.rules import may
from fleet.requests import Request
from ticketing.office.pages.start import start_page


@require_safe
def home(request: Request) -> HttpResponse:
    return redirect("office:start" if may(request.actor, "ticketing.see_start_page") else "office:ticket_list")


@require_safe
def start(request: Request) -> HttpResponse:
    return render(request, "ticketing/office/start.html", {"page": start_page(request.actor)})
