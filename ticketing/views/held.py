"""A message that the send guard held back: what its writer has not seen is shown with it."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from config.common.refusals import wants_json
from config.common.windows import Place
from fleet.requests import Request
from ticketing.access import ticket_for
from ticketing.forms.conversation import WritingForm
from ticketing.models import Ticket
from ticketing.pages.conversation import (
    WRITING_RULES,
    Composer,
    MessagesPart,
    RetryPage,
    form_of,
    messages_part,
    number_of,
    shown_at,
)
from ticketing.services.guard import Unseen
from ticketing.surfaces import Surface
from ticketing.views.kept_files import kept_files
from ticketing.views.responses import never_kept


def held_back(request: Request, surface: Surface, ticket: Ticket, sent: WritingForm, error: Unseen) -> HttpResponse:
    """Bubbles for the conversation that a script shows, else a page with them and with what was written."""
    fresh = ticket_for(request.actor, ticket.pk, rule="ticketing.read_messages")
    unseen = messages_part(request.actor, fresh, surface, Place(after=error.seen))
    if wants_json(request):
        markup = render_to_string("messenger/_messages.html", {"part": unseen}, request)
        return JsonResponse({"message": str(error), "code": error.code, "markup": markup}, status=error.http_status)
    page = _page(request, surface, fresh, sent, unseen, error)
    return never_kept(render(request, "ticketing/message_retry.html", {"page": page}, status=error.http_status))


def _page(
    request: Request, surface: Surface, ticket: Ticket, sent: WritingForm, unseen: MessagesPart, error: Unseen
) -> RetryPage:
    actor = request.actor
    kept = kept_files(request, ticket, "message", WRITING_RULES["message"], sent)
    seen = number_of(actor, unseen.messages[-1])
    form = form_of("message", ticket).held(sent, ticket.visibility, seen)
    composer = Composer(actor, ticket, surface, "message", form, named_files=kept.files)
    return RetryPage(composer, kept.are_lost, shown_at(surface, ticket, "message"), unseen, str(error))
