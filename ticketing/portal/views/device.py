"""The page of a device: what it is, what can be done, and what happens already."""

import mimetypes
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from config.common.numbers import whole_number
from fleet.access import device_for
from fleet.actors import Actor
from fleet.models import Device
from ticketing.access import device_tickets_for, drafts_for, flows_for, tickets_for
from ticketing.models import Ticket
from ticketing.portal.pages.progress import story_of, with_stories
from ticketing.surfaces import OFFICE, PORTAL
from ticketing.transitions import LIVE
from ticketing.views.actors import looking

BIG_ACTIONS = 3
SHOWN_TICKETS = 5  # More are one tap away, in the list.
PAGE_SIZE = 25
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")


@require_safe
def device_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What a code leads to."""
    actor = looking(request)
    device = device_for(actor, slug)
    flows = flows_for(actor, device)
    context = {
        **_start_context(request, actor, device),
        "flows": flows[:BIG_ACTIONS],
        "has_more_flows": len(flows) > BIG_ACTIONS,
        "drafts": list(drafts_for(actor, device).select_related("flow")),
        **_open_tickets(actor, device),
    }
    return render(request, "ticketing/portal/device.html", context)


@require_safe
def device_tickets(request: HttpRequest, slug: str) -> HttpResponse:
    """The open tickets alone, for the page that stays open."""
    actor = looking(request)
    device = device_for(actor, slug)
    return render(request, "ticketing/portal/_open_tickets.html", {"device": device, **_open_tickets(actor, device)})


@require_safe
def ticket_new(request: HttpRequest, slug: str) -> HttpResponse:
    """All flows of the device; `follows` names the ticket that the new one continues."""
    actor = looking(request)
    device = device_for(actor, slug)
    context = {**_start_context(request, actor, device), "flows": flows_for(actor, device)}
    return render(request, "ticketing/portal/ticket_new.html", context)


@require_safe
def ticket_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All tickets of the device, those that are closed included."""
    actor = looking(request)
    device = device_for(actor, slug)
    pages = Paginator(with_stories(device_tickets_for(actor, device)), PAGE_SIZE)
    page = pages.get_page(whole_number(request.GET.get("page")) or 1)
    context = {
        "surface": PORTAL,
        "device": device,
        "tickets": [_row(actor, device, ticket) for ticket in page],
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "ticketing/portal/ticket_list.html", context)


@require_safe
def device_picture(request: HttpRequest, slug: str) -> FileResponse:
    """The photo of a device, or of its template; for those who may open the device."""
    picture = device_for(looking(request), slug).shown_picture
    kind = mimetypes.guess_type(picture.name or "")[0] if picture else None
    if not picture or kind not in PICTURE_TYPES:
        raise NotVisible
    try:
        return FileResponse(picture.open("rb"), content_type=kind, headers={"Cache-Control": "private, max-age=600"})
    except FileNotFoundError:
        raise NotVisible from None


def _start_context(request: HttpRequest, actor: Actor, device: Device) -> dict[str, Any]:
    """What the buttons that start a flow need."""
    return {"surface": PORTAL, "device": device, "follows": _followed(request, actor, device)}


def _followed(request: HttpRequest, actor: Actor, device: Device) -> Ticket | None:
    """The older ticket that is named in the address, if the reader may know of it."""
    wanted = whole_number(request.GET.get("follows"))
    if wanted is None:
        return None
    return tickets_for(actor).posted().filter(pk=wanted, device=device).first()


def _open_tickets(actor: Actor, device: Device) -> dict[str, Any]:
    found = with_stories(device_tickets_for(actor, device).filter(status__in=LIVE))[:SHOWN_TICKETS]
    rows = [_row(actor, device, ticket) for ticket in found]
    return {"tickets": rows, "topics": " ".join(f"ticket.{row['ticket'].pk}.follow" for row in rows)}


def _row(actor: Actor, device: Device, ticket: Ticket) -> dict[str, Any]:
    return {"ticket": ticket, "story": story_of(ticket), "url": ticket_url(actor, device.slug, ticket.pk)}


def ticket_url(actor: Actor, slug: str, ticket_id: int) -> str:
    """Where a ticket is opened: employees go on to the page that lets them work."""
    if actor.is_employee:
        return OFFICE.url("ticket_detail", ticket_id=ticket_id)
    return PORTAL.url("ticket_detail", slug=slug, ticket_id=ticket_id)
