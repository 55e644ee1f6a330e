"""Making a video session, the page of its call, and joining it, for both surfaces."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import InvalidInput
from config.common.middleware import permissions_policy
from config.common.numbers import whole_number
from config.common.rules import require
from fleet.requests import Request, known_actor
from messenger.ice import ice_servers
from ticketing.access import key_of_new_session, ticket_for, video_session_for
from ticketing.models import Ticket, Visibility
from ticketing.pages.conversation import shown_at
from ticketing.pages.video_call import video_call_page
from ticketing.services import video
from ticketing.surfaces import OFFICE, Surface
from ticketing.views.responses import SeeOther, never_kept


def video_urls(surface: Surface) -> list[URLPattern]:
    """The addresses below a ticket of the surface."""
    at = {"surface": surface}
    found = [
        # Without a slash: what a message links to lies beside it, as on the page of the ticket.
        path("video-<int:session_id>", video_call, at, name="video_call"),
        path("video-<int:session_id>/join/", video_join, name="video_join"),
    ]
    if surface.is_office:
        found += [
            path("video/create/", video_create, name="video_create"),
            path("video-<int:session_id>/cancel/", video_cancel, name="video_cancel"),
        ]
    return found


@require_POST
def video_create(request: Request, ticket_id: int) -> HttpResponse:
    """Make a session and go to its call."""
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.create_video_session")
    audience = request.POST.get("audience")
    if audience not in Visibility.values:
        raise InvalidInput
    key = key_of_new_session(actor, ticket, whole_number(request.POST.get("seen")))
    session = video.create_video_session(
        actor=actor, ticket_id=ticket.pk, client_key=key, audience=Visibility(audience)
    )
    return SeeOther(OFFICE.ticket_url("video_call", ticket, session_id=session.pk))


@require_safe
def video_call(request: Request, ticket_id: int, session_id: int, surface: Surface, slug: str = "") -> HttpResponse:
    """Choosing camera and microphone, the call, or that it is over."""
    actor = request.actor
    ticket = ticket_for(actor, ticket_id, below=slug, rule="ticketing.read_messages")
    session = video_session_for(actor, ticket, session_id)
    if session.is_joinable:
        require(actor, "ticketing.join_video_session", ticket)
    page = video_call_page(actor, ticket, surface, session)
    response = never_kept(render(request, "ticketing/video_call.html", {"page": page}))
    # Only here: every other page forbids them.
    response["Permissions-Policy"] = permissions_policy("camera", "microphone", "display-capture")
    return response


@require_POST
def video_join(request: Request, ticket_id: int, session_id: int, slug: str = "") -> HttpResponse:
    """Take the seat of one's side: its key, and the servers that help the browsers to find each other."""
    ticket: Ticket = ticket_for(request.actor, ticket_id, below=slug)
    session = video_session_for(request.actor, ticket, session_id)
    video.check_seat(actor=request.actor, ticket=ticket, session=session)
    actor, browser = known_actor(request), request.session.session_key or ""
    seat = video.take_seat(actor=actor, ticket_id=ticket.pk, session_id=session_id, session_key=browser)
    response = JsonResponse({"key": str(seat.key), "servers": ice_servers(str(session_id))})
    return never_kept(response)


@require_POST
def video_cancel(request: Request, ticket_id: int, session_id: int) -> HttpResponse:
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id)
    video.cancel_video_session(actor=actor, ticket_id=ticket.pk, session_id=session_id)
    return SeeOther(shown_at(OFFICE, ticket, "message"))
