"""A code user's browser that wants to hear of a ticket."""

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from fleet.actors import held_links
from fleet.requests import Request, known_actor
from ticketing.pages.browsers import browser_name
from ticketing.portal.views.tickets import ticket_of
from ticketing.services.push import follow_ticket, unfollow_ticket
from ticketing.views.push import given_in, subscription_in


@require_POST
def ticket_push(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """Tell this browser what happens."""
    ticket = ticket_of(request.actor, slug, ticket_id)
    follow_ticket(
        actor=known_actor(request),
        ticket_id=ticket.pk,
        subscription=subscription_in(given_in(request)),
        name=browser_name(request.headers.get("User-Agent", "")),
        session=request.session,
        links=held_links(request.session),
    )
    return HttpResponse(status=HTTPStatus.CREATED)


@require_POST
def ticket_push_off(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """Tell it nothing more, whether or not the ticket still can be seen."""
    ticket = ticket_of(request.actor, slug, ticket_id)
    return JsonResponse({"is_last": unfollow_ticket(ticket_id=ticket.pk, session=request.session)})
