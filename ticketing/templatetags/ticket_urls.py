"""`{% ticket_url face "message_send" ticket as url %}`: addresses of a ticket in pages that both faces show."""

from django import template

from ticketing.models import Ticket
from ticketing.views.faces import Face

register = template.Library()


@register.simple_tag
def ticket_url(face: Face, name: str, ticket: Ticket) -> str:
    """The address of that name about the ticket, in the namespace of the face."""
    return face.ticket_url(name, ticket)
