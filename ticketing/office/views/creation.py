"""Creating a ticket in the back office: first the device, then the flow; the steps are the flow pages'."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.common.rules import may
from fleet.access import device_for, devices_for
from fleet.selectors import find_devices
from ticketing.access import drafts_for, flows_for
from ticketing.forms.start import make_client_key
from ticketing.surfaces import OFFICE
from ticketing.views.actors import looking

MAX_DEVICES = 24  # More do not help anybody: searching does.


class DeviceSearchForm(forms.Form):
    """Words of the device's name, model, serial number, plate, place or customer."""

    q = forms.CharField(label=_("Search devices"), max_length=100, required=False)


@require_safe
def ticket_create(request: HttpRequest) -> HttpResponse:
    """Which device is it about?"""
    form = DeviceSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    actor = looking(request)
    found = list(find_devices(devices_for(actor), words, actor)[: MAX_DEVICES + 1])
    shown, has_more = found[:MAX_DEVICES], len(found) > MAX_DEVICES
    owned = {device.pk for device in shown if may(actor, "fleet.see_device_owner", device)}
    context = {"words": words, "devices": shown, "owned": owned, "has_more": has_more, "limit": MAX_DEVICES}
    return render(request, "ticketing/office/ticket_create.html", context)


@require_safe
def ticket_create_flow(request: HttpRequest, slug: str) -> HttpResponse:
    """What is it about? One card a flow, and what was begun before."""
    actor = looking(request)
    device = device_for(actor, slug)
    context: dict[str, Any] = {
        "device": device,
        "flows": [(flow, make_client_key()) for flow in flows_for(actor, device)],
        "drafts": drafts_for(actor, device).select_related("flow"),
        "surface": OFFICE,
    }
    return render(request, "ticketing/office/ticket_create_flow.html", context)
