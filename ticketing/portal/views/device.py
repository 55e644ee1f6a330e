"""The pages of a device, and its photo."""

import mimetypes

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from config.common.errors import NotVisible
from fleet.access import device_for
from fleet.requests import Request
from ticketing.assistants.shown import number_of_help
from ticketing.portal.pages.device import NOT_AVAILABLE, device_page, new_ticket_page, open_tickets, ticket_list_page

PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")


@require_safe
def device_detail(request: Request, slug: str) -> HttpResponse:
    """What a code leads to."""
    actor = request.actor
    page = device_page(
        actor,
        device_for(actor, slug, help_number=number_of_help()),
        follows=request.GET.get("follows"),
        not_available=request.GET.get(NOT_AVAILABLE),
    )
    return render(request, "ticketing/portal/device.html", {"page": page})


@require_safe
def device_tickets(request: Request, slug: str) -> HttpResponse:
    """The open tickets alone, for the page that stays open."""
    actor = request.actor
    tickets = open_tickets(actor, device_for(actor, slug))
    return render(request, "ticketing/portal/_open_tickets.html", {"tickets": tickets})


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_new(request: Request, slug: str) -> HttpResponse:
    """All flows of the device; `follows` names the ticket that the new one continues. A POST brings a text for it."""
    actor, given = request.actor, request.POST
    page = new_ticket_page(
        actor,
        device_for(actor, slug),
        follows=request.GET.get("follows"),
        text=given.get("text", ""),
        unsent_names=given.get("unsent", ""),
    )
    return render(request, "ticketing/portal/ticket_new.html", {"page": page})


@require_safe
def ticket_list(request: Request, slug: str) -> HttpResponse:
    """Those that are open, or with `show` those that are closed."""
    actor = request.actor
    given = request.GET
    page = ticket_list_page(actor, device_for(actor, slug), group=given.get("show"), number=given.get("page"))
    return render(request, "ticketing/portal/ticket_list.html", {"page": page})


@require_safe
def device_picture(request: Request, slug: str) -> FileResponse:
    """The photo of a device, or of its template; for those who may open the device."""
    picture = device_for(request.actor, slug).shown_picture
    kind = mimetypes.guess_type(picture.name or "")[0] if picture else None
    if not picture or kind not in PICTURE_TYPES:
        raise NotVisible
    try:
        return FileResponse(picture.open("rb"), content_type=kind, headers={"Cache-Control": "private, max-age=600"})
    except FileNotFoundError:
        raise NotVisible from None
