"""Codes: their printed links, the only addresses that grant anything, the ids that are typed, and reading pictures."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.common.attempts import WAIT_SECONDS
from config.common.barcodes import FRAME, OF_LINKS, PHOTO, read_codes
from config.common.errors import InvalidInput, NotVisible, TooMuch
from config.common.middleware import permissions_policy
from config.common.refusals import not_found
from config.common.rules import may
from fleet.actors import CODES_KEY
from fleet.models import Device
from fleet.requests import Request
from fleet.services.code_entry import Sticker, sticker_with_short_id, sticker_with_token, token_by_short_id
from fleet.services.code_tokens import clean_token
from fleet.services.codes import PinNeeded, WrongPin, enter_code
from ticketing.forms.codes import CodePhotoForm, PinForm, ShortIdForm
from ticketing.portal.id_limits import FRAMES, PHOTOS, count_picture, give_id_back, take_id
from ticketing.portal.pages.codes import FOR_FORM, FOR_TICKET, PURPOSE, CodeEntryPage, query_of, replaced_page
from ticketing.portal.pin_limits import forget_attempts, take_attempt
from ticketing.portal.scanned import first_scan_path
from ticketing.views.responses import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: Request, token: str, behind: str = "") -> HttpResponse:
    """Remember in the session that this browser holds the code, and go on to the device.

    `behind` is what a text has behind the link, such as a bracket and a full stop.
    """
    # Nothing has a token of no letters.
    token = "" if any(map(str.isalnum, behind)) else clean_token(token)
    try:
        response = _try_pin(request, token) if request.method == "POST" else _enter(request, token)
    except PinNeeded:
        response = _ask_pin(request, PinForm())
    except NotVisible:
        response = _opens_nothing(request, lambda: sticker_with_token(actor=request.actor, token=token))
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
    return SeeOther(_page_of(request, device))


def _page_of(request: Request, device: Device) -> str:
    """What the code was scanned for: mostly the device's page."""
    purpose = _purpose_of(request)
    if purpose == FOR_TICKET:
        return reverse("office:ticket_create_flow", args=[device.slug])
    if purpose == FOR_FORM:
        return f"{reverse('office:desk_form')}?vehicle={device.slug}"
    return reverse("portal:device", args=[device.slug])


def _opens_nothing(request: Request, find: Callable[[], Sticker]) -> HttpResponse:
    """Employees learn what became of the code; all others one and the same page."""
    if not may(request.actor, "fleet.pair_code"):
        return not_found(request, template="ticketing/portal/code_unknown.html")
    try:
        sticker = find()
    except NotVisible:
        return render(request, "ticketing/portal/code_unknown_inside.html", status=HTTPStatus.NOT_FOUND)
    if sticker.replaced_at is None:
        return SeeOther(reverse("office:code_pair", args=[sticker.code.pk]))
    context = {"page": replaced_page(request.actor, sticker)}
    return render(request, "ticketing/portal/code_replaced.html", context, status=HTTPStatus.GONE)


def _try_pin(request: Request, token: str) -> HttpResponse:
    form = PinForm(request.POST)
    if not form.is_valid():
        return _ask_pin(request, form, status=400)
    # It counts before the PIN is checked, so that many at once are no way around.
    if not take_attempt(request, token):
        form.add_error("pin", _("Too many wrong PINs. Please wait five minutes and try again."))
        return _wait(_ask_pin(request, form, status=429))
    try:
        response = _enter(request, token, form.cleaned_data["pin"])
    except WrongPin as refusal:
        form.add_error("pin", str(refusal))
        return _ask_pin(request, form, status=403)
    forget_attempts(request, token)
    return response


def _ask_pin(request: Request, form: PinForm, status: int = 200) -> HttpResponse:
    return render(request, "ticketing/portal/code_pin.html", {"form": form}, status=status)


def _wait(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(WAIT_SECONDS)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def code_entry(request: Request) -> HttpResponse:
    """The camera, a photo of the code, or the id below it: each leads where the printed link leads."""
    if request.method != "POST":
        return _ask_code(request)
    return _read_photo(request) if "photo" in request.FILES else _try_short_id(request)


def _try_short_id(request: Request) -> HttpResponse:
    form = ShortIdForm(request.POST)
    # A wrong check character says nothing about any code, so it counts as no try.
    if not form.is_valid():
        return _ask_code(request, short_id=form, status=400)
    short_id: str = form.cleaned_data["short_id"]
    is_counted = not may(request.actor, "fleet.pair_code")
    if is_counted and not take_id(request):
        form.add_error("short_id", _("Too many ids that open nothing. Please wait five minutes, or scan the code."))
        return _wait(_ask_code(request, short_id=form, status=429))
    token = token_by_short_id(short_id)
    try:
        response = _enter(request, token)
    except PinNeeded:
        response = SeeOther(reverse("portal:scan", args=[token]) + query_of(_purpose_of(request)))
    except NotVisible:
        if is_counted:
            return _ask_code(request, short_id=form, has_failed=True, status=404)
        return _opens_nothing(request, lambda: sticker_with_short_id(actor=request.actor, short_id=short_id))
    if is_counted:
        give_id_back(request)
    return response


def _read_photo(request: Request) -> HttpResponse:
    form = CodePhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            count_picture(request, PHOTOS)
            if path := first_scan_path(read_codes(form.cleaned_data["photo"], PHOTO, OF_LINKS), request.get_host()):
                return SeeOther(path + query_of(_purpose_of(request)))
            form.add_error("photo", _("No code of ours was found on this photo. Go closer, and keep the phone still."))
        except TooMuch as refusal:
            form.add_error("photo", str(refusal))
            return _wait(_ask_code(request, photo=form, status=429))
        except InvalidInput as refusal:
            form.add_error("photo", str(refusal))
    return _ask_code(request, photo=form, status=400)


def _ask_code(
    request: Request,
    *,
    photo: CodePhotoForm | None = None,
    short_id: ShortIdForm | None = None,
    has_failed: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = CodeEntryPage(photo or CodePhotoForm(), short_id or ShortIdForm(), _purpose_of(request), has_failed)
    response = render(request, "ticketing/portal/code_entry.html", {"page": page}, status=status)
    response["Permissions-Policy"] = permissions_policy("camera")
    return response


def _purpose_of(request: Request) -> str:
    """One that the actor can have; empty for none."""
    purpose = request.GET.get(PURPOSE, "")
    is_known = purpose in (FOR_TICKET, FOR_FORM) and may(request.actor, "fleet.use_back_office")
    return purpose if is_known else ""


@require_POST
def scan_decode(request: Request) -> HttpResponse:
    """Where the code on a picture of the camera leads: `{"path": "/c/…/"}`, 204 where there is no code of ours on it.

    For browsers that read no codes themselves. Nothing of the picture is kept.
    """
    picture = request.FILES.get("picture")
    if not isinstance(picture, UploadedFile):
        raise InvalidInput
    count_picture(request, FRAMES)
    path = first_scan_path(read_codes(picture, FRAME, OF_LINKS), request.get_host())
    return JsonResponse({"path": path}) if path else HttpResponse(status=HTTPStatus.NO_CONTENT)
