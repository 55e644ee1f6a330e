"""The same problem: joining a ticket, leaving it, and saying that it works again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from config.common.errors import InvalidInput, NotVisible, WrongStatus
from fleet.requests import Request, known_actor
from ticketing.forms.affected import JoinForm
from ticketing.models import Ticket
from ticketing.permissions import is_affected
from ticketing.portal.pages.affected import join_page
from ticketing.portal.views.tickets import ticket_of
from ticketing.services import affected
from ticketing.surfaces import PORTAL
from ticketing.views.captions import keep_captions
from ticketing.views.conversation import REMOVE, not_available, too_late
from ticketing.views.kept_files import KeptFiles, kept_files
from ticketing.views.responses import SeeOther
from ticketing.views.uploads import take_back


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_join(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """Ask whether it is the same problem, with room for words and photos; then count the reader in."""
    if request.method == "POST":
        return _join(request, slug, ticket_id)
    ticket = ticket_of(request.actor, slug, ticket_id, rule="ticketing.join_ticket")
    if is_affected(request.actor, ticket):
        return _back(ticket)
    page = join_page(request.actor, ticket, JoinForm())
    return render(request, "ticketing/portal/ticket_join.html", {"page": page})


def _join(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    try:
        ticket = ticket_of(request.actor, slug, ticket_id)
    except NotVisible:
        return not_available(request, slug)
    form = JoinForm(request.POST, request.FILES)
    keep_captions(request.actor, request.POST)
    if REMOVE in request.POST:
        take_back(request.actor, request.POST[REMOVE])
        return _show_again(request, ticket, kept_files(request, ticket, "join", "ticketing.join_ticket", form))
    try:
        affected.join_ticket(actor=known_actor(request), ticket_id=ticket.pk, **form.read())
    except InvalidInput as error:
        kept = kept_files(request, ticket, "join", "ticketing.join_ticket", form, error)
        return _show_again(request, ticket, kept, status=error.http_status)
    except WrongStatus as error:
        return too_late(request, PORTAL, ticket, "message", error)
    messages.success(request, _("You are counted in. What happens next stands here."))
    return _back(ticket)


def _show_again(request: Request, ticket: Ticket, kept: KeptFiles, status: int = 200) -> HttpResponse:
    form = JoinForm.shown_again(request.POST.get("text", ""), "", *kept.errors)
    form.refused_files = kept.refused
    page = join_page(request.actor, ticket, form, kept.files, had_files=kept.are_lost)
    return render(request, "ticketing/portal/ticket_join.html", {"page": page}, status=status)


@require_POST
def ticket_leave(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """It was another problem, or concerns the reader no more."""
    ticket = ticket_of(request.actor, slug, ticket_id)
    affected.leave_ticket(actor=known_actor(request), ticket_id=ticket.pk)
    messages.success(request, _("You are no longer counted among the affected."))
    return _back(ticket)


@require_POST
def ticket_works_again(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    ticket = ticket_of(request.actor, slug, ticket_id)
    affected.say_works_again(actor=known_actor(request), ticket_id=ticket.pk)
    messages.success(request, _("Our team has been notified that it works again."))
    return _back(ticket)


def _back(ticket: Ticket) -> HttpResponse:
    return SeeOther(PORTAL.ticket_url("ticket_detail", ticket))
