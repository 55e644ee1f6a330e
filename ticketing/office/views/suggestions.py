"""What a field proposes for what is typed into it."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.suggestions import source_names, source_of, suggest
from fleet.access import reservations_for
from fleet.requests import Request


@require_safe
def reservation_facts(request: Request, reservation_id: int) -> HttpResponse:
    """Vehicle and person of a reservation, as suggestions for the fields that they are proposed for."""
    reservation = get_or_none(reservations_for(request.actor).filter(pk=reservation_id))
    if reservation is None:
        raise NotVisible
    proposed = {
        "device": source_of("device").get(request.actor, str(reservation.device_id)),
        "person": source_of("person").get(request.actor, str(reservation.person_id)),
    }
    return JsonResponse(
        {name: {"value": each.value, "label": each.label} if each else None for name, each in proposed.items()}
    )


@require_safe
def suggestion_list(request: Request, source: str) -> HttpResponse:
    """The suggestions of a source, for the script of the field; none as long as too little was typed."""
    if source not in source_names():
        raise NotVisible
    found = suggest(request.actor, source, request.GET.get("q", ""))
    context = {"found": found, "nothing": source_of(source).nothing}
    return render(request, "ticketing/office/suggestion_list.html", context)
