"""Codes on paper: pictures of one, labels for many, and batches for stickers that are printed in advance."""

import tempfile
import uuid
from http import HTTPStatus
from io import BytesIO
from typing import IO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common import clock
from config.common.errors import InvalidInput, NotVisible, UsedKey
from config.common.qr import qr_file
from config.common.rules import require
from fleet.access import code_batch_for, code_to_print
from fleet.forms.labels import BatchForm
from fleet.labels.barcode import barcode_svg
from fleet.models import Code
from fleet.requests import Request, known_actor
from fleet.services.code_batches import create_batch, write_batch
from fleet.services.code_secrets import ensure_short_id
from fleet.services.code_tokens import url_of
from fleet.services.labels import check_printable, note_printed
from fleet.short_ids import shown_short_id
from ticketing.office.pages.code_labels import batches_page, labels_page, write_one_label
from ticketing.views.responses import SeeOther

SVG, PNG, PDF = "image/svg+xml", "image/png", "application/pdf"
PICTURES = {"svg": SVG, "png": PNG, "pdf": PDF}


@require_safe
def code_picture(request: Request, code_id: uuid.UUID, suffix: str) -> FileResponse:
    """The QR code as SVG or PNG, or a label of it as PDF."""
    code = code_to_print(request.actor, code_id)
    check_printable([code])
    if suffix not in PICTURES:
        raise NotVisible
    file = BytesIO()
    if suffix == "pdf":
        write_one_label(code, get_language() or "en", file)
    else:
        file.write(qr_file(url_of(code), suffix))
    return _download(file, _name_of(code, suffix), PICTURES[suffix])


@require_safe
def code_barcode(request: Request, code_id: uuid.UUID) -> FileResponse:
    """The id that is typed, as a linear barcode; none where it would open nothing."""
    code = code_to_print(request.actor, code_id)
    check_printable([code])
    short_id = ensure_short_id(code)
    if not short_id:
        raise NotVisible
    file = BytesIO(barcode_svg(short_id).encode())
    return _download(file, _name_of(code, "barcode.svg"), SVG)


def _name_of(code: Code, suffix: str) -> str:
    about = code.device.name if code.device else str(code)
    return f"{' '.join(filter(None, (about, shown_short_id(ensure_short_id(code)))))}.{suffix}"


def _download(file: IO[bytes], name: str, content_type: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def code_labels(request: Request) -> HttpResponse | FileResponse:
    """A form with a preview of the first sheet. What its address asks for is printed when it is posted."""
    require(request.actor, "fleet.print_code")
    page = labels_page(request.actor, request.GET)
    if request.method == "POST" and page.labels is not None:
        note_printed(actor=known_actor(request), codes=page.labels.codes)
        # A sheet is written while the next one is drawn: on disk, not in memory.
        file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
        page.labels.write(file)
        return _download(file, _named(gettext("Labels"), "pdf"), PDF)
    status = HTTPStatus.BAD_REQUEST if request.method == "POST" else HTTPStatus.OK
    return render(request, "ticketing/office/code_labels.html", {"page": page}, status=status)


def _named(title: str, suffix: str) -> str:
    return f"{title} {localtime(clock.now()).date().isoformat()}.{suffix}"


@require_http_methods(["GET", "HEAD", "POST"])
def code_batch(request: Request) -> HttpResponse:
    """Creates unpaired codes in one go, and lists the batches that there are."""
    require(request.actor, "fleet.print_code")
    if request.method != "POST":
        return _show_batches(request, BatchForm())
    form = BatchForm(request.POST)
    if not form.is_valid():
        return _show_batches(request, form, status=400)
    try:
        batch = create_batch(actor=known_actor(request), **form.cleaned_data)
    except InvalidInput as refusal:
        form.add_error(refusal.field or None, str(refusal))
        if isinstance(refusal, UsedKey):
            form.data = {**request.POST.dict(), "client_key": str(uuid.uuid4())}
        return _show_batches(request, form, status=400)
    done = ngettext("%(n)s code was created.", "%(n)s codes were created.", batch.size) % {"n": batch.size}
    messages.success(request, done)
    return SeeOther(reverse("office:code_batch"))


def _show_batches(request: Request, form: BatchForm, status: int = 200) -> HttpResponse:
    page = batches_page(request.actor, request.GET, form)
    return render(request, "ticketing/office/code_batch.html", {"page": page}, status=status)


@require_POST
def code_batch_csv(request: Request, batch_id: int) -> FileResponse:
    """The table for a print shop."""
    batch = code_batch_for(request.actor, batch_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    write_batch(actor=known_actor(request), batch=batch, file=file)
    return _download(file, f"{gettext('Codes')} {batch.pk}.csv", "text/csv; charset=utf-8")
