"""The bell: its list, and marking it as read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from fleet.actors import Actor
from fleet.requests import Request, known_actor
from messenger.models import Notification
from messenger.selectors import bell_state, notifications_of
from messenger.services.notifications import (
    read_all_notifications,
    read_notification,
    read_notifications_of_ticket,
)
from ticketing.access import message_number, ticket_for
from ticketing.entry_kinds import tab_of
from ticketing.office.pages.notifications import bell_of, notification_list_page, notification_list_url
from ticketing.views.responses import SeeOther, unless_shown


@require_safe
def notification_list(request: Request) -> HttpResponse:
    """Newest first; the drawer takes its list out of this page."""
    page = notification_list_page(request.actor, request.GET.get("cursor", ""))
    return render(request, "ticketing/office/notification_list.html", {"page": page})


@require_safe
def notification_bell(request: Request) -> HttpResponse:
    """What the bell shows now, for the page that stays open."""
    state = bell_state(request.actor)

    def draw() -> HttpResponse:
        bell = bell_of(
            request.actor,
            state,
            after=request.GET.get("after", ""),
            shown=request.GET.getlist("shown"),
            page_url=request.headers.get("HX-Current-URL", ""),
        )
        return render(request, "ticketing/office/_bell.html", {"bell": bell})

    return unless_shown(request, state.number, draw)


@require_safe
def notification_place(request: Request, notification_id: int) -> HttpResponse:
    """Leads where it happened; the page there marks as read what its reader sees."""
    notification = get_or_none(notifications_of(request.actor).filter(pk=notification_id))
    if notification is None:
        raise NotVisible
    return SeeOther(_place_of(request.actor, notification))


@require_POST
def notification_open(request: Request, notification_id: int) -> HttpResponse:
    """Mark what the bell shows as one with it as read, and go where it leads.

    Back to the list if the ticket may no longer be known.
    """
    actor = known_actor(request)
    notification = read_notification(actor=actor, notification_id=notification_id)
    try:
        return SeeOther(_place_of(actor, notification))
    except NotVisible:
        messages.info(request, _("You can no longer see this ticket."))
        return SeeOther(notification_list_url())


def _place_of(actor: Actor, notification: Notification) -> str:
    """The tab of the ticket, and the message there. Raises `NotVisible`."""
    ticket = ticket_for(actor, notification.ticket_id)
    url = f"{ticket.get_absolute_url()}?tab={tab_of(notification.kind)}"
    number = message_number(actor, ticket, notification.sequence)
    return url if number is None else f"{url}&message={number}#message-{number}"


@require_POST
def notification_read(request: Request, notification_id: int) -> HttpResponse:
    """The same without going there."""
    read_notification(actor=known_actor(request), notification_id=notification_id)
    return SeeOther(notification_list_url(request.POST.get("cursor", "")))


@require_POST
def notification_read_all(request: Request) -> HttpResponse:
    """Nothing waits any more."""
    read_all_notifications(actor=known_actor(request))
    return SeeOther(notification_list_url())


@require_POST
def ticket_read(request: Request, ticket_id: int) -> HttpResponse:
    """What the bell says of the ticket was read on its page."""
    actor = known_actor(request)
    ticket_for(actor, ticket_id)
    read_notifications_of_ticket(actor=actor, ticket_id=ticket_id)
    return HttpResponse(status=204)
