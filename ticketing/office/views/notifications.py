"""The bell: its list, and marking it as read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import NotVisible
from messenger.services.notifications import (
    read_all_notifications,
    read_notification,
    read_notifications_of_ticket,
)
from ticketing.access import ticket_for
from ticketing.entry_kinds import tab_of
from ticketing.office.pages.notifications import bell_of, notification_list_page
from ticketing.views.actors import acting, looking
from ticketing.views.responses import SeeOther


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """Newest first; the drawer takes its list out of this page."""
    page = notification_list_page(looking(request), request.GET.get("cursor", ""))
    return render(request, "ticketing/office/notification_list.html", {"page": page})


@require_safe
def notification_bell(request: HttpRequest) -> HttpResponse:
    """What the bell shows now, for the page that stays open."""
    page_url = request.headers.get("HX-Current-URL", "")
    bell = bell_of(looking(request), after=request.GET.get("after", ""), page_url=page_url)
    return render(request, "ticketing/office/_bell.html", {"bell": bell})


@require_POST
def notification_open(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark it as read and go where it leads; back to the list if the ticket may no longer be known."""
    actor = acting(request)
    notification = read_notification(actor=actor, notification_id=notification_id)
    try:
        ticket = ticket_for(actor, notification.ticket_id)
    except NotVisible:
        messages.info(request, _("You can no longer see this ticket."))
        return SeeOther(reverse("office:notification_list"))
    return SeeOther(f"{ticket.get_absolute_url()}?tab={tab_of(notification.kind)}")


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """Nothing waits any more."""
    read_all_notifications(actor=acting(request))
    return SeeOther(reverse("office:notification_list"))


@require_POST
def ticket_read(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """What the bell says of the ticket was read on its page."""
    actor = acting(request)
    ticket_for(actor, ticket_id)
    read_notifications_of_ticket(actor=actor, ticket_id=ticket_id)
    return HttpResponse(status=204)
