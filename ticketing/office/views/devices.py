"""The list of devices, the sheet of one, and its service record on paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fleet.access import device_sheet_for
from fleet.requests import Request
from ticketing.office.pages.devices import device_list_page, device_sheet, narrowed, record_form, sheet_url
from ticketing.office.record import WholeRecord, whole_record
from ticketing.office.record_pdf import draw_record, facts_of, sentences_of


@require_safe
def device_list(request: Request) -> HttpResponse:
    page = device_list_page(request.actor, request.GET)
    return render(request, "ticketing/office/device_list.html", {"page": page})


@require_safe
def device_detail(request: Request, slug: str) -> HttpResponse:
    page = device_sheet(request.actor, device_sheet_for(request.actor, slug), request.GET)
    return render(request, "ticketing/office/device_detail.html", {"page": page})


@require_safe
def device_record(request: Request, slug: str) -> HttpResponse:
    """The whole service record on one page, to be printed."""
    record = _record(request, slug)
    context = {
        "record": record,
        "facts": facts_of(record.device),
        "sentences": sentences_of(record),
        "back_url": sheet_url(record.device, "record"),
    }
    return render(request, "ticketing/office/device_record.html", context)


@require_safe
def device_record_pdf(request: Request, slug: str) -> HttpResponse:
    """The same as a PDF."""
    record = _record(request, slug)
    response = HttpResponse(draw_record(record), content_type="application/pdf")
    name = f"{record.device.name} {record.proof.checked_at:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _record(request: Request, slug: str) -> WholeRecord:
    actor, device = request.actor, device_sheet_for(request.actor, slug)
    narrowing, for_customer = narrowed(record_form(actor, device, request.GET))
    return whole_record(actor, device, narrowing, for_customer=for_customer)
