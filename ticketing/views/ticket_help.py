"""The help of a ticket's device, for all who read the messages in which it is linked to."""

import uuid
from http import HTTPStatus

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from fleet.requests import Request
from ticketing.access import ticket_for
from ticketing.assistants.shown import file_shown_in, shown_assistant
from ticketing.models import ElementFile
from ticketing.pages.ticket_help import ticket_help_page
from ticketing.surfaces import Surface
from ticketing.views.assistant_files import answer_with_file


def ticket_help_urls(surface: Surface) -> list[URLPattern]:
    """The addresses below a ticket of the surface."""
    return [
        path("help/<slug:key>/", ticket_help, {"surface": surface}, name="ticket_help"),
        path("help/files/<uuid:file_id>/", ticket_help_file, name="ticket_help_file"),
        path("help/files/<uuid:file_id>/poster/", ticket_help_poster, name="ticket_help_poster"),
    ]


@require_safe
def ticket_help(request: Request, ticket_id: int, key: str, surface: Surface, slug: str = "") -> HttpResponse:
    """One element with the way back to the ticket, or that it is not there any more."""
    ticket = ticket_for(request.actor, ticket_id, below=slug)
    shown = shown_assistant(ticket.device) if ticket.device else None
    element = shown.content.by_key.get(key) if shown else None
    page = ticket_help_page(ticket, surface, shown, element)
    status = HTTPStatus.OK if element else HTTPStatus.GONE
    return render(request, "ticketing/ticket_help.html", {"page": page}, status=status)


@require_safe
def ticket_help_file(request: Request, ticket_id: int, file_id: uuid.UUID, slug: str = "") -> HttpResponseBase:
    """A picture or film of the help."""
    return answer_with_file(request, _file_for(request, ticket_id, slug, file_id))


@require_safe
def ticket_help_poster(request: Request, ticket_id: int, file_id: uuid.UUID, slug: str = "") -> HttpResponseBase:
    """The small picture, or the one that stands for a film until it is played."""
    return answer_with_file(request, _file_for(request, ticket_id, slug, file_id), poster=True)


def _file_for(request: Request, ticket_id: int, slug: str, file_id: uuid.UUID) -> ElementFile:
    ticket = ticket_for(request.actor, ticket_id, below=slug)
    shown = shown_assistant(ticket.device) if ticket.device else None
    if shown is None:
        raise NotVisible
    return file_shown_in(shown, file_id)
