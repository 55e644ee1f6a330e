"""Pairing a code on the spot, mostly on a phone: with a device that is there, or with a new one."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common.barcodes import read_codes
from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.access import code_for
from fleet.forms.pairing import NewDeviceForm, PairForm
from fleet.models import Code
from fleet.requests import Request, known_actor
from fleet.services.pairing import PairedMeanwhile, pair_with_device, pair_with_new_device
from ticketing.office.pages.pairing import pair_page, paired_page
from ticketing.office.serial_numbers import serial_number_of
from ticketing.views.responses import SeeOther

NO_CODE = gettext_lazy(
    "No bar code, QR code or DataMatrix was found on this photo. Go closer, or type the serial number."
)


@require_http_methods(["GET", "HEAD", "POST"])
def code_pair(request: Request, code_id: uuid.UUID) -> HttpResponse:
    """Which device is the sticker on? A code that has one leads there."""
    actor = known_actor(request)
    code = code_for(actor, code_id, rule="fleet.pair_code")
    if request.method != "POST":
        return _show(request, code) if code.device is None else redirect("portal:device", code.device.slug)
    form = PairForm(request.POST, actor=actor)
    if not form.is_valid():
        return _show(request, code, existing=form, status=200 if form.searched else 400)
    device = form.cleaned_data["device"]
    return _pair(request, code_id, lambda: pair_with_device(actor=actor, code_id=code_id, device=device), existing=form)


@require_http_methods(["GET", "HEAD", "POST"])
def code_pair_new(request: Request, code_id: uuid.UUID) -> HttpResponse:
    """The same with a device that is created with it. Without scripts a button reads the photo."""
    actor = known_actor(request)
    code = code_for(actor, code_id, rule="fleet.pair_code")
    if request.method != "POST":
        return redirect("office:code_pair", code_id)
    if "read" in request.POST:
        return _show(request, code, new=_with_serial_number(request))
    form = NewDeviceForm(request.POST, request.FILES, actor=actor)
    if not form.is_valid():
        return _show(request, code, new=form, status=200 if form.searched else 400)
    new = form.new_device
    return _pair(request, code_id, lambda: pair_with_new_device(actor=actor, code_id=code_id, new=new), new=form)


def _pair(request: Request, code_id: uuid.UUID, pair: Callable[[], Code], **sent: Any) -> HttpResponse:
    """To what can be done next; else the form as it was sent, with what is wrong."""
    try:
        pair()
    except PairedMeanwhile as refusal:
        code = code_for(request.actor, code_id, rule="fleet.pair_code")
        return _show(request, code, **sent, refusal=str(refusal), status=refusal.http_status)
    return SeeOther(reverse("office:code_paired", args=[code_id]))


def _show(request: Request, code: Code, *, status: int = 200, **sent: Any) -> HttpResponse:
    page = pair_page(known_actor(request), code, **sent)
    return render(request, "ticketing/office/code_pair.html", {"page": page}, status=status)


@require_safe
def code_paired(request: Request, code_id: uuid.UUID) -> HttpResponse:
    """What can be done next: open the device, or scan the next sticker."""
    code = code_for(request.actor, code_id, rule="fleet.pair_code")
    if code.device is None:
        return redirect("office:code_pair", code_id)
    return render(request, "ticketing/office/code_paired.html", {"page": paired_page(request.actor, code)})


@require_POST
def code_read(request: Request) -> HttpResponse:
    """The serial number on the photo of a nameplate, for scripts: `{"serial_number": "…"}`."""
    require(request.actor, "fleet.pair_with_new_device")
    return JsonResponse({"serial_number": _read(request)})


def _read(request: Request) -> str:
    """Raises `InvalidInput` for a picture that cannot be read, or without a code."""
    photo = request.FILES.get("photo")
    if not isinstance(photo, UploadedFile):
        raise InvalidInput(_("Take a photo of the nameplate first."), field="photo")
    number = serial_number_of(read_codes(photo))
    if not number:
        raise InvalidInput(NO_CODE, field="photo")
    return number


def _with_serial_number(request: Request) -> NewDeviceForm:
    """What was typed, with what the photo says, or why it says nothing."""
    actor = known_actor(request)
    try:
        data = request.POST.copy()
        data["serial_number"] = _read(request)
        return NewDeviceForm(data, actor=actor, checked=False)
    except InvalidInput as refusal:
        shown = NewDeviceForm(request.POST, actor=actor, checked=False)
        shown.add_error("photo", str(refusal))
        return shown
