"""The list of codes, the sheet of one, and what is done with it: one address, one view, one service call each."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common.errors import InvalidInput
from config.common.numbers import whole_number
from config.common.qr import qr_svg
from config.common.rows import get_or_none
from config.common.rules import may, require
from config.common.text import without_nul
from fleet.access import code_for, listed_devices
from fleet.models import Code
from fleet.requests import Request, known_actor
from fleet.services import codes
from fleet.services.codes import SeenCode
from fleet.services.editing import ChangedMeanwhile
from ticketing.office.code_forms import CodeForm, EditCodeForm, NewCodeForm, NewPinForm
from ticketing.office.pages.codes import code_list_page, code_sheet
from ticketing.office.pages.devices import sheet_url
from ticketing.views.responses import SeeOther

EDITING = ["GET", "HEAD", "POST"]


@require_safe
def code_list(request: Request) -> HttpResponse:
    page = code_list_page(request.actor, request.GET)
    return render(request, "ticketing/office/code_list.html", {"page": page})


@require_safe
def code_detail(request: Request, code_id: uuid.UUID) -> HttpResponse:
    page = code_sheet(request.actor, code_for(request.actor, code_id), request.GET)
    response = render(request, "ticketing/office/code_detail.html", {"page": page})
    # It shows what opens the device.
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(EDITING)
def code_create(request: Request) -> HttpResponse:
    actor = known_actor(request)
    require(actor, "fleet.pair_code")
    slug = without_nul(request.GET.get("device", ""))
    device = get_or_none(listed_devices(actor).filter(slug=slug)) if slug else None
    form = NewCodeForm(request.POST or None, actor=actor, initial={"device": device})
    if form.is_valid():
        code = codes.create_code(actor=actor, **form.cleaned_data)
        return _back(request, code.pk, _("The code was created."))
    return _show_form(request, form, _("New code"), reverse("office:code_list"), _("Codes"))


@require_http_methods(EDITING)
def code_edit(request: Request, code_id: uuid.UUID) -> HttpResponse:
    """Its device and its label: pairs the code, moves it to another device, or unpairs it."""
    actor = known_actor(request)
    code = code_for(actor, code_id, rule="fleet.pair_code")
    form = EditCodeForm(request.POST or None, actor=actor, code=code)
    if form.is_valid():
        device, label = form.cleaned_data["device"], form.cleaned_data["label"]
        try:
            codes.pair_code(actor=actor, code=code, device=device, label=label, seen=form.seen)
            return _back(request, code.pk, _("Your changes were saved."))
        except ChangedMeanwhile as refusal:
            form.code = code_for(actor, code_id, rule="fleet.pair_code")
            form.say_moved(refusal.field)
    return _show_form(request, form, str(code), _sheet(code_id), str(code), code)


def _show_form(
    request: Request, form: CodeForm, title: str | Promise, back_url: str, back_label: str | Promise,
    code: Code | None = None,
) -> HttpResponse:  # fmt: skip
    context = {"form": form, "title": title, "back_url": back_url, "back_label": back_label, "code": code}
    return render(request, "ticketing/office/code_edit.html", context, status=400 if form.errors else 200)


@require_http_methods(EDITING)
def code_pin(request: Request, code_id: uuid.UUID) -> HttpResponse:
    """Set another PIN, or remove it; also by the managers of the device's customer, who come from its sheet."""
    actor = known_actor(request)
    code = code_for(actor, code_id, rule="fleet.change_pin")
    back_url = _sheet(code_id) if may(actor, "fleet.list_codes") or not code.device else sheet_url(code.device, "codes")
    form = NewPinForm(request.POST if "pin" in request.POST else None)
    removes = "remove" in request.POST
    if removes or form.is_valid():
        try:
            codes.change_pin(actor=actor, code=code, pin="" if removes else form.cleaned_data["pin"])
            messages.success(request, str(_("The PIN was removed.") if removes else _("The PIN was set.")))
            return SeeOther(back_url)
        except InvalidInput as refusal:
            form.add_error("pin", str(refusal))
    context = {"form": form, "code": code, "back_url": back_url}
    return render(request, "ticketing/office/code_pin.html", context, status=400 if form.errors else 200)


def _sheet(code_id: uuid.UUID) -> str:
    return reverse("office:code_detail", args=[code_id])


def _back(request: Request, code_id: uuid.UUID, done: str | Promise) -> HttpResponse:
    messages.success(request, str(done))
    return SeeOther(_sheet(code_id))


def _act(
    request: Request, code_id: uuid.UUID, verb: Callable[..., Code], done: str | Promise, **values: object
) -> HttpResponse:
    actor = known_actor(request)
    verb(actor=actor, code=code_for(actor, code_id), **values)
    return _back(request, code_id, done)


@require_POST
def code_unpair(request: Request, code_id: uuid.UUID) -> HttpResponse:
    actor = known_actor(request)
    code = code_for(actor, code_id, rule="fleet.pair_code")
    # The device that the question named.
    seen = SeenCode(whole_number(request.POST["device"])) if "device" in request.POST else None
    codes.pair_code(actor=actor, code=code, device=None, seen=seen)
    return _back(request, code_id, _("The code is not paired any more."))


@require_POST
def code_enable(request: Request, code_id: uuid.UUID) -> HttpResponse:
    return _act(request, code_id, codes.enable_code, _("The code is enabled."), enabled=True)


@require_POST
def code_disable(request: Request, code_id: uuid.UUID) -> HttpResponse:
    return _act(request, code_id, codes.enable_code, _("The code is disabled."), enabled=False)


@require_POST
def code_log_out(request: Request, code_id: uuid.UUID) -> HttpResponse:
    return _act(request, code_id, codes.log_out_code_users, _("Everyone who scanned the code is logged out."))


@require_POST
def code_renew(request: Request, code_id: uuid.UUID) -> HttpResponse:
    done = _("The code is renewed. Print it and replace the old one.")
    return _act(request, code_id, codes.rotate_code, done)


@require_POST
def code_share(request: Request, code_id: uuid.UUID) -> HttpResponse:
    """A link for a time, shown once."""
    actor = known_actor(request)
    code = code_for(actor, code_id)
    shared = codes.share_code(actor=actor, code=code)
    context = {"code": code, "shared": shared, "picture": qr_svg(shared.url)}
    response = render(request, "ticketing/office/code_shared.html", context, status=201)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def code_delete(request: Request, code_id: uuid.UUID) -> HttpResponse:
    actor = known_actor(request)
    codes.delete_code(actor=actor, code=code_for(actor, code_id))
    messages.success(request, str(_("The code was deleted.")))
    return SeeOther(reverse("office:code_list"))
