"""Browsers that take push notifications: they come, are renewed, and leave. Scripts of our own ask here."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.requests import Request, known_actor
from messenger.models.push import DEVICE_KEY
from messenger.selectors import is_device_of, unread_tickets
from messenger.services.push_devices import remove_endpoint, renew_device, store_device
from messenger.web_push import Subscription
from ticketing.forms.push import SubscriptionForm
from ticketing.pages.browsers import browser_name


@require_POST
def push_device_add(request: Request) -> HttpResponse:
    """This browser takes what the person who signed in is told."""
    require(request.actor, "fleet.use_back_office")
    store_device(
        actor=known_actor(request),
        subscription=subscription_in(given_in(request)),
        name=browser_name(request.headers.get("User-Agent", "")),
        session=request.session,
    )
    return HttpResponse(status=HTTPStatus.CREATED)


@require_POST
def push_device_leave(request: Request) -> HttpResponse:
    """The browser at the address takes nothing any more."""
    remove_endpoint(endpoint=str(given_in(request).get("endpoint", "")))
    return JsonResponse({"is_last": True})


# A service worker has no form, and so no token; it proves by the old address that it is the same browser.
@csrf_exempt
@require_POST
def push_device_renew(request: Request) -> HttpResponse:
    """The push service gave the browser another address, or the person who uses it has another session."""
    given = given_in(request)
    device = renew_device(old_endpoint=str(given.get("old_endpoint", "")), subscription=subscription_in(given))
    if device.person_id == request.actor.person_id:
        request.session[DEVICE_KEY] = device.pk
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


# By POST, because the address of the browser is a secret.
@require_POST
def push_unread(request: Request) -> HttpResponse:
    """The tickets of which a lock screen may still show something, and whether this browser was not removed."""
    require(request.actor, "fleet.use_back_office")
    is_known = is_device_of(request.actor, str(given_in(request).get("endpoint", "")))
    return JsonResponse({"tickets": unread_tickets(request.actor), "is_known": is_known})


push_urls = [
    path("push/devices/", push_device_add, name="push_device_add"),
    path("push/devices/leave/", push_device_leave, name="push_device_leave"),
    path("push/devices/renew/", push_device_renew, name="push_device_renew"),
    path("push/unread/", push_unread, name="push_unread"),
]


def given_in(request: Request) -> dict[str, Any]:
    """The fields of a form, or of the JSON that browsers make of a subscription. Raises `InvalidInput`."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput from error
    if not isinstance(given, dict):
        raise InvalidInput
    keys = given.pop("keys", None)
    return {**given, **(keys if isinstance(keys, dict) else {})}


def subscription_in(given: dict[str, Any]) -> Subscription:
    """Raises `InvalidInput` for what is none."""
    form = SubscriptionForm(given)
    if not form.is_valid():
        raise InvalidInput
    return form.subscription
