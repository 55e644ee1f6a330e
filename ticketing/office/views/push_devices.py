"""One's own browsers that take push notifications: the list, other names, and their end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fleet.requests import Request, known_actor
from messenger.services.push_devices import remove_device, rename_device
from ticketing.office.pages.push_devices import push_devices
from ticketing.views.responses import SeeOther


@require_safe
def device_list(request: Request) -> HttpResponse:
    """The list, which scripts load again after this browser was switched on or off."""
    page = push_devices(known_actor(request), request.session)
    return render(request, "ticketing/office/push_devices.html", {"page": page})


@require_POST
def device_rename(request: Request, push_device_id: int) -> HttpResponse:
    rename_device(actor=known_actor(request), device_id=push_device_id, name=request.POST.get("name", ""))
    messages.success(request, _("The name was saved."))
    return SeeOther(reverse("office:push_devices"))


@require_POST
def device_remove(request: Request, push_device_id: int) -> HttpResponse:
    remove_device(actor=known_actor(request), device_id=push_device_id)
    messages.success(request, _("This browser gets no more notifications."))
    return SeeOther(reverse("office:push_devices"))
