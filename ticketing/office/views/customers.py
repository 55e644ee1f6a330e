"""The list of customers, the sheet of one, and its logo."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from fleet.access import customer_for
from fleet.requests import Request
from ticketing.office.pages.customers import customer_list_page, customer_sheet


@require_safe
def customer_list(request: Request) -> HttpResponse:
    page = customer_list_page(request.actor, request.GET)
    return render(request, "ticketing/office/customer_list.html", {"page": page})


@require_safe
def customer_detail(request: Request, customer_id: int) -> HttpResponse:
    page = customer_sheet(request.actor, customer_for(request.actor, customer_id), request.GET)
    return render(request, "ticketing/office/customer_detail.html", {"page": page})


@require_safe
def customer_logo(request: Request, customer_id: int) -> FileResponse:
    logo = customer_for(request.actor, customer_id).logo
    if not logo:
        raise NotVisible
    try:
        picture = logo.open("rb")
    except FileNotFoundError:
        raise NotVisible from None
    # Logos are stored as JPEG.
    return FileResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})
