"""The page of a ticket for people who wait for help."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common.errors import NotVisible
from config.common.rules import require
from config.common.windows import place_in
from fleet.access import device_for
from fleet.actors import Actor
from fleet.requests import Request, known_actor
from ticketing.access import ticket_for
from ticketing.forms.not_fixed import NotFixedForm
from ticketing.models import Ticket
from ticketing.pages.conversation import updates_part
from ticketing.pages.push import ticket_switch
from ticketing.permissions import is_affected
from ticketing.portal.pages.device import NOT_AVAILABLE, ticket_url
from ticketing.portal.pages.ticket import SECTIONS, ticket_page, ticket_progress
from ticketing.services.life_cycle import cancel_ticket
from ticketing.services.messages import report_not_fixed
from ticketing.surfaces import PORTAL
from ticketing.views.conversation import not_available
from ticketing.views.responses import SeeOther, unless_shown


@require_safe
def ticket_detail(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """The conversation, or with `view` what else is known; for employees the page that lets them work.

    Absent and hidden tickets alike lead to their device, if its reader may open that.
    """
    actor = request.actor
    try:
        ticket = ticket_of(actor, slug, ticket_id, shown=True)
    except NotVisible:
        # With the address that was asked for: what was begun there is known to the browser by it.
        return SeeOther(f"{PORTAL.url('device', slug=device_for(actor, slug).slug)}?{NOT_AVAILABLE}={request.path}")
    if actor.is_employee:
        return redirect(ticket_url(actor, slug, ticket_id))
    wanted = request.GET.get("view", "")
    section = wanted if wanted in SECTIONS else "messages"
    push = ticket_switch(actor, ticket, request.session)
    page = ticket_page(actor, ticket, section, place_in(request.GET), push)
    return render(request, SECTIONS[section].template, {"page": page})


@require_safe
def ticket_status(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """How the ticket stands, alone, for the page that stays open."""
    actor = request.actor
    ticket = ticket_of(actor, slug, ticket_id, shown=True)

    def draw() -> HttpResponse:
        progress = ticket_progress(actor, ticket)
        return render(request, "ticketing/portal/_ticket_status.html", {"progress": progress})

    return unless_shown(request, ticket.public_sequence, draw)


@require_safe
def ticket_updates(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """The public updates alone, for the page that stays open."""
    actor = request.actor
    ticket = ticket_of(actor, slug, ticket_id)

    def draw() -> HttpResponse:
        part = updates_part(actor, ticket, PORTAL, place_in(request.GET))
        return render(request, "ticketing/_updates.html", {"part": part})

    return unless_shown(request, ticket.public_sequence, draw)


@require_POST
def ticket_not_fixed(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """The work is done, and it still does not work; what was typed may be empty."""
    try:
        ticket = ticket_of(request.actor, slug, ticket_id)
    except NotVisible:
        return not_available(request, slug)
    form = NotFixedForm(request.POST)
    form.full_clean()
    # The service judges the text.
    text, key = request.POST.get("text", ""), form.cleaned_data.get("client_key")
    report_not_fixed(actor=known_actor(request), ticket_id=ticket.pk, text=text, client_key=key)
    messages.success(request, _("Our team has been notified that it is still not right."))
    return SeeOther(PORTAL.ticket_url("ticket_detail", ticket))


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_cancel(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """Ask, then say that help is no longer needed."""
    actor = request.actor
    if request.method != "POST":
        ticket = ticket_of(actor, slug, ticket_id, rule="ticketing.cancel")
        context = {"ticket": ticket, "others": ticket.affected_count - is_affected(actor, ticket)}
        return render(request, "ticketing/portal/ticket_cancel.html", context)
    ticket = ticket_of(actor, slug, ticket_id)
    cancel_ticket(actor=known_actor(request), ticket_id=ticket.pk)
    messages.success(request, _("The ticket was cancelled."))
    return SeeOther(PORTAL.ticket_url("ticket_detail", ticket))


def ticket_of(
    actor: Actor, slug: str, ticket_id: int, *, rule: str = "ticketing.view_ticket", shown: bool = False
) -> Ticket:
    """The posted ticket of the device; raises `NotVisible` for absent, hidden, unsent ones and other devices' alike."""
    ticket = ticket_for(actor, ticket_id, below=slug, shown=shown)
    if ticket.is_draft:
        raise NotVisible
    require(actor, rule, ticket)
    return ticket
