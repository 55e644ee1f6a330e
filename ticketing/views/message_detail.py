"""What can be done with single messages, for both surfaces: find, answer, edit them, and take them back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import InvalidInput
from config.common.refusals import wants_json
from fleet.requests import Request, known_actor
from ticketing.access import ticket_for
from ticketing.pages.message_detail import MessagePage, message_page
from ticketing.pages.message_search import message_search
from ticketing.services import message_changes
from ticketing.surfaces import Surface
from ticketing.views.responses import SeeOther


def message_urls(surface: Surface) -> list[URLPattern]:
    """The addresses of one message; `number` is that by which its reader knows it."""
    at = {"surface": surface}
    return [
        path("messages/search/", message_search_page, at, name="message_search"),
        path("messages/<int:number>/", message_detail, at, name="message_detail"),
        path("messages/<int:number>/edit/", message_edit, at, name="message_edit"),
        path("messages/<int:number>/take-back/", message_take_back, at, name="message_take_back"),
    ]


@require_safe
def message_search_page(request: Request, ticket_id: int, surface: Surface, slug: str = "") -> HttpResponse:
    """Where the words `q` were said; a script gets the list alone."""
    ticket = ticket_for(request.actor, ticket_id, below=slug, rule="ticketing.read_messages")
    template = "messenger/_message_hits.html" if wants_json(request) else "messenger/message_search.html"
    return render(request, template, {"page": message_search(request.actor, ticket, surface, request.GET.get("q", ""))})


@require_safe
def message_detail(request: Request, ticket_id: int, number: int, surface: Surface, slug: str = "") -> HttpResponse:
    ticket = ticket_for(request.actor, ticket_id, below=slug, rule="ticketing.read_messages")
    return _shown(request, message_page(request.actor, ticket, surface, number))


@require_POST
def message_edit(request: Request, ticket_id: int, number: int, surface: Surface, slug: str = "") -> HttpResponse:
    ticket = ticket_for(request.actor, ticket_id, below=slug)
    actor, text = known_actor(request), request.POST.get("text", "")
    try:
        message_changes.edit_message(actor=actor, ticket_id=ticket.pk, number=number, text=text)
    except InvalidInput as error:
        if wants_json(request):
            raise
        return _shown(request, message_page(actor, ticket, surface, number, (text, str(error))), status=400)
    return _changed(request, ticket.pk, number, surface, slug)


@require_POST
def message_take_back(request: Request, ticket_id: int, number: int, surface: Surface, slug: str = "") -> HttpResponse:
    ticket = ticket_for(request.actor, ticket_id, below=slug)
    message_changes.take_back_message(actor=known_actor(request), ticket_id=ticket.pk, number=number)
    return _changed(request, ticket.pk, number, surface, slug)


def _shown(request: Request, page: MessagePage, status: int = 200) -> HttpResponse:
    template = "messenger/_message_actions.html" if wants_json(request) else "messenger/message_detail.html"
    return render(request, template, {"page": page}, status=status)


def _changed(request: Request, ticket_id: int, number: int, surface: Surface, slug: str) -> HttpResponse:
    """A script gets nothing, and asks for what has changed as others do; a browser the conversation."""
    if wants_json(request):
        return HttpResponse(status=204)
    fresh = ticket_for(request.actor, ticket_id, below=slug, rule="ticketing.read_messages")
    return SeeOther(message_page(request.actor, fresh, surface, number).url)
