"""One's own notification settings, and tickets that are muted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from config.common.numbers import whole_number
from fleet.account import remember_language
from fleet.requests import Request, known_actor
from messenger.services.preferences import reset_choices, save_settings
from ticketing.office.pages.notification_settings import (
    ADD,
    REMOVE,
    SettingsForms,
    notification_settings_page,
    sent_forms,
)
from ticketing.views.responses import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: Request) -> HttpResponse:
    """Stores all at once; the buttons that add or remove an exception only draw the page again."""
    actor = known_actor(request)
    if request.method != "POST":
        return _show(request)
    sent = sent_forms(actor, request.POST)
    if ADD in request.POST:
        return _show(request, sent.with_row())
    if REMOVE in request.POST:
        return _show(request, sent.without_row(whole_number(request.POST[REMOVE])))
    if not sent.is_valid():
        return _show(request, sent, status=400)
    save_settings(actor=actor, wanted=sent.wanted)
    response = SeeOther(reverse("office:notification_settings"))
    remember_language(response, sent.wanted.language)
    with override(sent.wanted.language):
        messages.success(request, str(_("Your notification settings were saved.")))
    return response


def _show(request: Request, sent: SettingsForms | None = None, status: int = 200) -> HttpResponse:
    page = notification_settings_page(known_actor(request), sent)
    return render(request, "ticketing/office/notification_settings.html", {"page": page}, status=status)


@require_POST
def notification_settings_reset(request: Request) -> HttpResponse:
    reset_choices(actor=known_actor(request))
    messages.success(request, str(_("The channels are those of your role again.")))
    return SeeOther(reverse("office:notification_settings"))
