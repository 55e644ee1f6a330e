"""Texts that are being written: kept while somebody types, read by their next page, and discarded."""

import uuid

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.actors import Actor, KnownActor
from fleet.requests import Request
from messenger.selectors import unsent_texts_of
from messenger.services.unsent import discard_texts
from ticketing.access import ticket_for
from ticketing.forms.unsent import UnsentForm
from ticketing.models import Ticket
from ticketing.pages.conversation import WRITING_RULES
from ticketing.pages.unsent import SAID_AFTERWARDS
from ticketing.services.unsent import keep_text

# The form of a rating stays open for its author when no one is asked for one any more.
KEEPING_RULES = WRITING_RULES | dict.fromkeys(SAID_AFTERWARDS, "ticketing.view_ticket")


@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def typed_texts(request: Request, ticket_id: int, slug: str = "") -> HttpResponse:
    """The reader's own: all of the ticket (GET), one as it is now (PUT), the end of one, of some or of all (DELETE)."""
    actor = request.actor
    if request.method == "DELETE":
        # Also of a ticket that is hidden by now; the answer is the same for every number.
        discard_texts(actor=actor, ticket_id=ticket_id, key=_key(request), boxes=request.GET.getlist("box"))
        return HttpResponse(status=204)
    ticket = ticket_for(actor, ticket_id, below=slug)
    if request.method == "PUT":
        return _keep(request, actor, ticket)
    texts = unsent_texts_of(actor).filter(ticket=ticket)
    return render(request, "ticketing/_unsent_texts.html", {"texts": texts})


def _keep(request: Request, actor: Actor, ticket: Ticket) -> HttpResponse:
    typed = UnsentForm(QueryDict(request.body)).read()
    # Who has never acted is nobody yet, and typing is no act: the browser keeps it.
    if not isinstance(actor, KnownActor):
        return HttpResponse(status=204)
    require(actor, KEEPING_RULES[typed.box], ticket)
    key = keep_text(actor=actor, ticket_id=ticket.pk, typed=typed)
    return JsonResponse({"key": str(key)})


def _key(request: Request) -> uuid.UUID | None:
    """Of the only text to be discarded. Raises `InvalidInput`."""
    if "key" not in request.GET:
        return None
    try:
        return uuid.UUID(request.GET["key"])
    except ValueError:
        raise InvalidInput from None
