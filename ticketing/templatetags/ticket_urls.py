"""`{% ticket_url surface "message_send" ticket as url %}`: addresses of a ticket in pages that both surfaces show."""

from django import template

from ticketing.models import Ticket
from ticketing.surfaces import Surface

register = template.Library()


@register.simple_tag
def ticket_url(surface: Surface, name: str, ticket: Ticket) -> str:
    """The address of that name about the ticket, in the namespace of the surface."""
    return surface.ticket_url(name, ticket)
