"""The page that rates a ticket."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.common.errors import NotVisible
from config.common.rules import require
from fleet.requests import Request, known_actor
from ratings.forms import RatingForm
from ratings.models import Score
from ratings.pages import RatingPage
from ratings.services import own_rating, rate_ticket
from ticketing.access import ticket_for
from ticketing.models import Ticket
from ticketing.surfaces import PORTAL
from ticketing.views.conversation import not_available
from ticketing.views.responses import SeeOther


@require_POST
def ticket_rate(request: Request, ticket_id: int) -> HttpResponse:
    """Stores the rating and redirects to the page where it was given, or shows the form again with its errors."""
    try:
        ticket = ticket_for(request.actor, ticket_id)
    except NotVisible:
        return not_available(request)
    form = RatingForm(request.POST)
    if not form.is_valid():
        # Its author may add a comment after the ticket was closed by it.
        if own_rating(request.actor, ticket) is None:
            require(request.actor, "ratings.rate_ticket", ticket)
        page = RatingPage(ticket, form, back_url=_next_url(request, ticket))
        return render(request, "ratings/ticket_rate.html", {"page": page}, status=400)
    given = form.cleaned_data
    rate_ticket(
        actor=known_actor(request),
        ticket_id=ticket_id,
        score=Score(given["score"]),
        comment=given["comment"],
        client_key=given["client_key"],
    )
    messages.success(request, _("Thank you for your rating."))
    return SeeOther(_next_url(request, ticket))


def _next_url(request: Request, ticket: Ticket) -> str:
    """The page that the form names, if it is on this host; else the ticket's."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if ours:
        return wanted
    return PORTAL.ticket_url("ticket_detail", ticket) if ticket.device else ticket.get_absolute_url()
