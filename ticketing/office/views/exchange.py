"""Import and export of customers, their people, devices and reservations."""

import uuid

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from config.common.rules import require
from fleet.exchange.kinds import KIND_LABELS
from fleet.requests import Request, known_actor
from fleet.services.exchange import ImportRefused, RowStatus, check_import, export_records
from fleet.services.import_files import delete_import_file, is_waiting, keep_import_file, open_import_file
from ticketing.forms.exchange import ImportForm
from ticketing.office.pages.exchange import SUFFIXES, exchange_page, import_page
from ticketing.services.exchange import carry_out_import
from ticketing.views.responses import SeeOther

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: Request) -> HttpResponse:
    """All kinds of tables to export, and a form for a file, which leads to its check."""
    require(request.actor, "fleet.exchange_records")
    if request.method != "POST":
        return _show(request, ImportForm(initial={"kind": request.GET.get("kind", "")}))
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=400)
    try:
        key = keep_import_file(actor=known_actor(request), file=form.cleaned_data["file"])
    except InvalidInput as refusal:
        form.add_error("file", str(refusal))
        return _show(request, form, status=400)
    return SeeOther(reverse("office:import_check", args=[form.cleaned_data["kind"], key]))


def _show(request: Request, form: ImportForm, status: int = 200) -> HttpResponse:
    return render(request, "ticketing/office/exchange.html", {"page": exchange_page(form)}, status=status)


@require_safe
def export(request: Request, kind: str, suffix: str) -> FileResponse:
    """A file with all rows of a kind; with `empty` in the address only with the headers, to fill in."""
    require(request.actor, "fleet.exchange_records")
    if kind not in KIND_LABELS or suffix not in SUFFIXES:
        raise NotVisible
    file = export_records(actor=request.actor, kind=kind, suffix=suffix, is_empty="empty" in request.GET)
    name = f"{KIND_LABELS[kind]} {localtime(clock.now()).date().isoformat()}.{suffix}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[suffix])


@require_safe
def import_check(request: Request, kind: str, import_key: uuid.UUID) -> HttpResponse:
    """What the import of a file would do, row by row."""
    require(request.actor, "fleet.exchange_records")
    if kind not in KIND_LABELS:
        raise NotVisible
    try:
        with open_import_file(request.actor, import_key) as file:
            page = import_page(kind, import_key, check_import(actor=request.actor, kind=kind, file=file))
    except InvalidInput as refusal:
        page = import_page(kind, import_key, None, refusal)
    status = 200 if page.report else 400
    return render(request, "ticketing/office/import_check.html", {"page": page}, status=status)


@require_POST
def import_carry_out(request: Request, kind: str, import_key: uuid.UUID) -> HttpResponse:
    """Imports the whole file as it was checked, or leads back to the check."""
    require(request.actor, "fleet.exchange_records")
    if kind not in KIND_LABELS:
        raise NotVisible
    actor, digest = known_actor(request), request.POST.get("digest", "")
    try:
        with open_import_file(actor, import_key) as file:
            report = carry_out_import(actor=actor, kind=kind, file=file, digest=digest)
    except ImportRefused as refusal:
        if not is_waiting(actor, import_key):
            # A second click, while the first one was at work.
            messages.info(request, _("This file was imported already."))
            return SeeOther(reverse("office:exchange"))
        messages.error(request, str(refusal))
        return SeeOther(reverse("office:import_check", args=[kind, import_key]))
    delete_import_file(actor=actor, key=import_key)
    new, changed = report.counts[RowStatus.NEW], report.counts[RowStatus.CHANGED]
    done = ngettext("%(n)s row was imported", "%(n)s rows were imported", new + changed) % {"n": new + changed}
    of_which = _("new: %(new)s, changed: %(changed)s") % {"new": new, "changed": changed}
    messages.success(request, f"{done} ({of_which}).")
    return SeeOther(reverse("office:exchange"))
