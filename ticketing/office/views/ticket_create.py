"""Creating a ticket in the back office: first the device, then the flow; the steps are the flow pages'."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fleet.access import device_for
from fleet.requests import Request
from ticketing.office.pages.ticket_create import flow_choice_page, ticket_create_page


class DeviceSearchForm(forms.Form):
    """Words of the device's name, model, serial number, plate, place or customer."""

    q = forms.CharField(label=_("Search devices"), max_length=100, required=False)


@require_safe
def ticket_create(request: Request) -> HttpResponse:
    """Which device is it about?"""
    form = DeviceSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = ticket_create_page(request.actor, words)
    return render(request, "ticketing/office/ticket_create.html", {"page": page})


@require_safe
def ticket_create_flow(request: Request, slug: str) -> HttpResponse:
    """What is it about? One card a flow, and what was begun before."""
    actor = request.actor
    page = flow_choice_page(actor, device_for(actor, slug))
    return render(request, "ticketing/office/ticket_create_flow.html", {"page": page})
