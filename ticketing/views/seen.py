"""How far a conversation was seen. Scripts ask and say this; without them, nothing of it shows."""

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from config.common.numbers import whole_number
from fleet.requests import Request
from ticketing.access import ticket_for
from ticketing.seen_marks import seen_for
from ticketing.services.seen import mark_seen


@require_http_methods(["GET", "HEAD", "POST"])
def message_seen(request: Request, ticket_id: int, slug: str = "") -> HttpResponse:
    """What the reader may know of who has seen what; by POST, they have seen everything up to the ``number``."""
    actor = request.actor
    ticket = ticket_for(actor, ticket_id, below=slug, rule="ticketing.read_messages")
    if request.method != "POST":
        return JsonResponse(seen_for(actor, ticket))
    number = whole_number(request.POST.get("number"))
    if number:
        mark_seen(actor=actor, ticket=ticket, number=min(number, ticket.sequence))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
