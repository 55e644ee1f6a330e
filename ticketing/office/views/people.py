"""The list of people who sign in, and the sheet of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fleet.access import person_for
from fleet.requests import Request
from ticketing.office.pages.people import person_list_page, person_sheet


@require_safe
def person_list(request: Request) -> HttpResponse:
    page = person_list_page(request.actor, request.GET)
    return render(request, "ticketing/office/person_list.html", {"page": page})


@require_safe
def person_detail(request: Request, person_id: int) -> HttpResponse:
    page = person_sheet(request.actor, person_for(request.actor, person_id), request.GET)
    return render(request, "ticketing/office/person_detail.html", {"page": page})
