"""The rule of ratings."""

from django.utils.translation import gettext_lazy as _

from config.common.rules import YES, Verdict, may, no, not_now, rule
from fleet.actors import Actor
from ticketing.models import Ticket, TicketStatus
from ticketing.permissions import NOT_FOR_EMPLOYEES, is_outside

ALREADY_RATED = _("This ticket has been rated already. A rating can be changed by its author for ten seconds only.")


@rule("ratings.rate_ticket")
def rate_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """The customer's side of a PUBLIC ticket, while it is DONE and asks for a rating."""
    visible = may(actor, "ticketing.view_ticket", ticket)
    if not is_outside(actor, ticket):
        return visible & no(NOT_FOR_EMPLOYEES)
    asked = ticket.status == TicketStatus.DONE and ticket.asks_for_rating
    reason = ALREADY_RATED if ticket.score else _("This ticket does not ask for a rating now.")
    return visible & (YES if asked else not_now(reason))
