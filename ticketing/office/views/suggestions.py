"""What a field proposes for what is typed into it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from config.common.suggestions import source_names, source_of, suggest
from fleet.requests import Request


@require_safe
def suggestion_list(request: Request, source: str) -> HttpResponse:
    """The suggestions of a source, for the script of the field; none as long as too little was typed."""
    if source not in source_names():
        raise NotVisible
    found = suggest(request.actor, source, request.GET.get("q", ""))
    context = {"found": found, "nothing": source_of(source).nothing}
    return render(request, "ticketing/office/suggestion_list.html", context)
