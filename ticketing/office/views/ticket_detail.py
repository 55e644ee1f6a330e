"""The ticket page of the back office and the parts of it that refresh themselves."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from config.common.windows import place_in
from fleet.requests import Request
from ticketing.office.pages.ticket_detail import header_of, number_for, side_of, ticket_page
from ticketing.office.pages.ticket_tabs import TABS, Tab
from ticketing.office.shown import ShownTicket, shown_ticket_for
from ticketing.views.responses import unless_shown


@require_safe
def ticket_detail(request: Request, ticket_id: int) -> HttpResponse:
    actor, tab = request.actor, _tab(request)
    shown = shown_ticket_for(actor, ticket_id, rule=tab.rule)
    page = ticket_page(actor, shown, tab, place_in(request.GET))
    return render(request, "ticketing/office/ticket_detail.html", {"page": page})


@require_safe
def ticket_part(request: Request, ticket_id: int, part: str) -> HttpResponse:
    """One part of the page as it is now, for the page that shows it."""
    tab = _tab(request)
    shown = shown_ticket_for(request.actor, ticket_id, rule=tab.rule)
    return unless_shown(request, number_for(request.actor, shown.ticket), lambda: _drawn(request, shown, tab, part))


def _drawn(request: Request, shown: ShownTicket, tab: Tab, part: str) -> HttpResponse:
    actor, ticket = request.actor, shown.ticket
    match part:
        case "header":
            context = {"header": header_of(actor, shown, tab)}
            return render(request, "ticketing/office/_ticket_header.html", context)
        case "body":
            return render(request, tab.template, {"body": tab.body(actor, ticket, place_in(request.GET))})
        case "side":
            return render(request, "ticketing/office/_ticket_side.html", {"side": side_of(actor, ticket, tab)})
        case _:
            raise NotVisible


def _tab(request: Request) -> Tab:
    try:
        return TABS[request.GET.get("tab", "general")]
    except KeyError:
        raise NotVisible from None
