"""The list of reservations, and the sheet of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleet.access import reservation_for
from fleet.requests import Request
from ticketing.office.pages.reservations import reservation_list_page, reservation_sheet


@require_safe
def reservation_list(request: Request) -> HttpResponse:
    page = reservation_list_page(request.actor, request.GET)
    return render(request, "ticketing/office/reservation_list.html", {"page": page})


@require_safe
def reservation_detail(request: Request, reservation_id: int) -> HttpResponse:
    page = reservation_sheet(request.actor, reservation_for(request.actor, reservation_id), request.GET)
    return render(request, "ticketing/office/reservation_detail.html", {"page": page})
