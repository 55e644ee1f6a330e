"""Private links: each opens one ticket for whoever holds it."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common.addresses import counted_address
from config.common.attempts import WAIT_SECONDS, Limit
from config.common.errors import NotVisible, TooMuch
from config.common.refusals import not_found, wants_json
from fleet.actors import CODES_KEY, LINKS_KEY
from fleet.requests import Request, known_actor
from ticketing.access import ticket_for
from ticketing.portal.pages.device import ticket_url
from ticketing.portal.views.tickets import ticket_of
from ticketing.services.links import make_link, open_link, revoke_links
from ticketing.surfaces import PORTAL
from ticketing.views.responses import SeeOther

# Wrong tries over one connection; no one guesses a token, but each try costs a look.
TRIES = Limit("private-link", 30, WAIT_SECONDS)


@require_safe
def private_link(request: Request, link_token: str) -> HttpResponse:
    """Remember in the session that this browser holds the link, and go on to its ticket.

    Programs that look into e-mails may come first: nothing is used up.
    """
    address = counted_address(request)
    # It counts before the token is looked up, so that many at once are no way around.
    if TRIES.take(address) > TRIES.tries:
        raise TooMuch(retry_after=WAIT_SECONDS)
    is_first = not {CODES_KEY, LINKS_KEY} & set(request.session.keys())
    try:
        ticket = open_link(actor=request.actor, token=link_token, session=request.session)
    except NotVisible:
        response = not_found(request, template="ticketing/portal/link_unknown.html")
    else:
        TRIES.give_back(address)
        if is_first and LINKS_KEY in request.session and request.session.session_key is not None:
            # A session id that was known to others before must not open the ticket.
            request.session.cycle_key()
        assert ticket.device is not None
        response = SeeOther(ticket_url(request.actor, ticket.device.slug, ticket.pk))
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def link_make(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """A new link; a script gets its address, a browser a page that shows it once."""
    ticket = ticket_of(request.actor, slug, ticket_id)
    address = make_link(actor=known_actor(request), ticket_id=ticket.pk)
    if wants_json(request):
        response: HttpResponse = JsonResponse({"url": address}, status=201)
    else:
        context = {"ticket": ticket_for(request.actor, ticket.pk, shown=True), "address": address}
        response = render(request, "ticketing/portal/link_made.html", context, status=201)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def link_revoke(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """Ask, then let no private link of the ticket open it any more."""
    if request.method != "POST":
        ticket = ticket_of(request.actor, slug, ticket_id, rule="ticketing.revoke_private_links")
        return render(request, "ticketing/portal/link_revoke.html", {"ticket": ticket})
    ticket = ticket_of(request.actor, slug, ticket_id)
    revoke_links(actor=known_actor(request), ticket_id=ticket.pk)
    messages.success(request, _("The private links were revoked."))
    return SeeOther(PORTAL.ticket_url("ticket_detail", ticket))
