"""The list of video sessions, the sheet of one, and linking it to tickets."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import NotAllowed
from config.common.rows import get_or_none
from fleet.actors import KnownActor
from fleet.requests import Request, known_actor
from messenger.models import VideoSession
from ticketing.access import listed_video_session, tickets_for
from ticketing.models import Ticket
from ticketing.office.list_forms import VideoLinkForm
from ticketing.office.pages.video_sessions import video_list_page, video_sheet
from ticketing.services import video


@require_safe
def video_list(request: Request) -> HttpResponse:
    page = video_list_page(request.actor, request.GET)
    return render(request, "ticketing/office/video_list.html", {"page": page})


@require_safe
def video_detail(request: Request, session_id: int) -> HttpResponse:
    page = video_sheet(request.actor, listed_video_session(request.actor, session_id), VideoLinkForm())
    return render(request, "ticketing/office/video_detail.html", {"page": page})


@require_POST
def video_link(request: Request, session_id: int) -> HttpResponse:
    actor, form = known_actor(request), VideoLinkForm(request.POST)
    session = listed_video_session(actor, session_id)
    if form.is_valid():
        ticket = get_or_none(tickets_for(actor).posted().filter(number=form.cleaned_data["number"]))
        refusal = _link(actor, session, ticket) if ticket else _("There is no ticket with this number.")
        if not refusal:
            return redirect("office:video_detail", session.pk)
        form.add_error("number", refusal)
    page = video_sheet(actor, session, form)
    return render(request, "ticketing/office/video_detail.html", {"page": page}, status=HTTPStatus.BAD_REQUEST)


def _link(actor: KnownActor, session: VideoSession, ticket: Ticket) -> str:
    """Returns why it cannot be linked."""
    try:
        video.link_ticket(actor=actor, session_id=session.pk, ticket_id=ticket.pk)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


@require_POST
def video_unlink(request: Request, session_id: int, ticket_id: int) -> HttpResponse:
    session = listed_video_session(request.actor, session_id)
    video.unlink_ticket(actor=known_actor(request), session_id=session.pk, ticket_id=ticket_id)
    return redirect("office:video_detail", session.pk)
