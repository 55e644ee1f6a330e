"""Creating a ticket in the back office: first the device, then the flow; the steps are the flow pages'."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleet.access import device_for
from ticketing.forms.search import DeviceSearchForm
from ticketing.office.pages.ticket_create import flow_choice_page, ticket_create_page
from ticketing.views.actors import looking


@require_safe
def ticket_create(request: HttpRequest) -> HttpResponse:
    """Which device is it about?"""
    page = ticket_create_page(looking(request), DeviceSearchForm(request.GET))
    return render(request, "ticketing/office/ticket_create.html", {"page": page})


@require_safe
def ticket_create_flow(request: HttpRequest, slug: str) -> HttpResponse:
    """What is it about? One card a flow, and what was begun before."""
    actor = looking(request)
    page = flow_choice_page(actor, device_for(actor, slug))
    return render(request, "ticketing/office/ticket_create_flow.html", {"page": page})
