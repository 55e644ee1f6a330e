"""The page behind a link in e-mails by which their reader gets no more of their kind."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from fleet.requests import Request
from messenger.services.unsubscribing import Subscription, subscribe_again, subscription_of, unsubscribe
from ticketing.pages.unsubscribing import unsubscribe_page
from ticketing.views.responses import SeeOther


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def email_unsubscribe(request: Request, order: str) -> HttpResponse:
    """GET changes nothing, because scanners of mails follow links. Mail programs send one POST without a page.

    That one has no token of a form: the link itself says whose it is.
    """
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        return _drawn(request, unsubscribe(token=order), order)
    return _by_hand(request, order)


@csrf_protect
def _by_hand(request: Request, order: str) -> HttpResponse:
    if request.method != "POST":
        return _drawn(request, subscription_of(token=order), order)
    if "again" in request.POST:
        subscribe_again(token=order)
    else:
        unsubscribe(token=order)
    return SeeOther(request.path)


def _drawn(request: Request, subscription: Subscription, order: str) -> HttpResponse:
    # Of the person who got the mail, whatever the language of this browser is.
    with override(subscription.person.language):
        page = unsubscribe_page(subscription, order)
        return render(request, "ticketing/email_unsubscribe.html", {"page": page})


unsubscribe_urls = [path("unsubscribe/<str:order>/", email_unsubscribe, name="email_unsubscribe")]
