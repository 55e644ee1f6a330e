"""The link of a printed code: the only address that grants anything, and the last one that holds the token."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.common.attempts import WAIT_SECONDS
from config.common.errors import NotVisible
from config.common.refusals import not_found
from fleet.actors import CODES_KEY
from fleet.requests import Request
from fleet.services.codes import PinNeeded, WrongPin, enter_code
from ticketing.forms.codes import PinForm
from ticketing.portal.pin_limits import forget_attempts, take_attempt
from ticketing.views.responses import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: Request, token: str) -> HttpResponse:
    """Remember in the session that this browser holds the code, and go on to the device."""
    try:
        response = _try_pin(request, token) if request.method == "POST" else _enter(request, token)
    except PinNeeded:
        response = _ask_pin(request, PinForm())
    except NotVisible:
        response = not_found(request, template="ticketing/portal/code_unknown.html")
    # Not "no-referrer": browsers then send the PIN's form without an origin, and it is refused as forged.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _enter(request: Request, token: str, pin: str | None = None) -> HttpResponse:
    """Raises `NotVisible`, `PinNeeded` or `WrongPin`."""
    is_first = CODES_KEY not in request.session
    device = enter_code(actor=request.actor, token=token, session=request.session, pin=pin)
    if is_first and CODES_KEY in request.session and request.session.session_key is not None:
        # A session id that was known to others before must not open the device. Where there is none yet, the
        # middleware makes one.
        request.session.cycle_key()
    return SeeOther(reverse("portal:device", args=[device.slug]))


def _try_pin(request: Request, token: str) -> HttpResponse:
    form = PinForm(request.POST)
    if not form.is_valid():
        return _ask_pin(request, form, status=400)
    # It counts before the PIN is checked, so that many at once are no way around.
    if not take_attempt(request, token):
        form.add_error("pin", _("Too many wrong PINs. Please wait five minutes and try again."))
        response = _ask_pin(request, form, status=429)
        response["Retry-After"] = str(WAIT_SECONDS)
        return response
    try:
        response = _enter(request, token, form.cleaned_data["pin"].strip())
    except WrongPin as refusal:
        form.add_error("pin", str(refusal))
        return _ask_pin(request, form, status=403)
    forget_attempts(request, token)
    return response


def _ask_pin(request: Request, form: PinForm, status: int = 200) -> HttpResponse:
    return render(request, "ticketing/portal/code_pin.html", {"form": form}, status=status)
