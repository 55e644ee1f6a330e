"""Creating a ticket in the back office: first the device, then the flow; the steps are the flow pages'."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleet.access import device_for
from fleet.requests import Request
from ticketing.forms.search import DeviceSearchForm
from ticketing.office.pages.ticket_create import flow_choice_page, ticket_create_page


@require_safe
def ticket_create(request: Request) -> HttpResponse:
    """Which device is it about?"""
    page = ticket_create_page(request.actor, DeviceSearchForm(request.GET))
    return render(request, "ticketing/office/ticket_create.html", {"page": page})


@require_safe
def ticket_create_flow(request: Request, slug: str) -> HttpResponse:
    """What is it about? One card a flow, and what was begun before."""
    actor = request.actor
    page = flow_choice_page(actor, device_for(actor, slug))
    return render(request, "ticketing/office/ticket_create_flow.html", {"page": page})
