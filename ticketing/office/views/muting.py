"""Muting a ticket, and hearing of it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fleet.requests import Request, known_actor
from messenger.preferences import preferences_of
from messenger.services.preferences import unmute
from ticketing.access import ticket_for
from ticketing.forms.notification_settings import MuteForm
from ticketing.office.pages.ticket_detail import ticket_page
from ticketing.office.pages.ticket_tabs import TABS
from ticketing.office.shown import shown_ticket_for
from ticketing.services.muting import mute_ticket
from ticketing.views.responses import SeeOther


@require_POST
def ticket_mute(request: Request, ticket_id: int) -> HttpResponse:
    """For as long as the button or the day says; with an error the page opens its dialog again."""
    actor = known_actor(request)
    ticket_for(actor, ticket_id, rule="ticketing.mute_ticket")
    form = MuteForm(request.POST, time_zone=preferences_of(actor.person).time_zone)
    if not form.is_valid():
        tab = TABS.get(request.POST.get("tab", ""), TABS["general"])
        page = ticket_page(actor, shown_ticket_for(actor, ticket_id, rule=tab.rule), tab, form=form)
        return render(request, "ticketing/office/ticket_detail.html", {"page": page}, status=400)
    mute_ticket(actor=actor, ticket_id=ticket_id, until=form.until)
    messages.success(request, str(_("This ticket is muted: only the bell goes on to tell you what is new.")))
    return _back(request, ticket_id)


@require_POST
def ticket_unmute(request: Request, ticket_id: int) -> HttpResponse:
    """Also of a ticket that one may no longer see: from the settings."""
    actor = known_actor(request)
    if not unmute(actor=actor, ticket_id=ticket_id):
        ticket_for(actor, ticket_id, rule="ticketing.mute_ticket")
    messages.success(request, str(_("This ticket is not muted any more.")))
    if "settings" in request.POST:
        return SeeOther(f"{reverse('office:notification_settings')}#muted")
    return _back(request, ticket_id)


def _back(request: Request, ticket_id: int) -> HttpResponse:
    address = reverse("office:ticket_detail", args=[ticket_id])
    tab = request.POST.get("tab", "")
    return SeeOther(f"{address}?tab={tab}" if tab in TABS else address)
