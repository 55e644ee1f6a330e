"""Who has the problem of a ticket, too, and what its reader can do about that, for both surfaces."""

from dataclasses import dataclass

from config.common.rules import may
from fleet.actors import Actor
from ticketing.access import has_said_works_again
from ticketing.models import Ticket
from ticketing.permissions import is_affected
from ticketing.surfaces import PORTAL


@dataclass(frozen=True)
class SameProblem:
    """Who has the problem, too: the reader, if `is_joined`, and `others` besides those who reported it.

    Addresses, of pages below the device, are empty where the reader may not. `has_said` is whether they said that it
    works again.
    """

    is_joined: bool
    others: int
    join_url: str
    leave_url: str
    works_again_url: str
    has_said: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read or do."""
        urls = (self.join_url, self.leave_url, self.works_again_url)
        return not (self.is_joined or self.others or self.has_said or any(urls))


def same_problem(actor: Actor, ticket: Ticket) -> SameProblem:
    """No query for who has nothing to do with it, where those who joined were read before."""
    if ticket.device is None:
        return SameProblem(is_joined=False, others=0, join_url="", leave_url="", works_again_url="", has_said=False)
    is_joined = is_affected(actor, ticket)
    may_join = not is_joined and may(actor, "ticketing.join_ticket", ticket)
    may_say = bool(may(actor, "ticketing.say_works_again", ticket))
    has_said = may_say and has_said_works_again(actor, ticket)
    return SameProblem(
        is_joined=is_joined,
        others=ticket.affected_count - is_joined,
        join_url=PORTAL.ticket_url("ticket_join", ticket) if may_join else "",
        leave_url=PORTAL.ticket_url("ticket_leave", ticket) if may(actor, "ticketing.leave_ticket", ticket) else "",
        works_again_url=PORTAL.ticket_url("ticket_works_again", ticket) if may_say and not has_said else "",
        has_said=has_said,
    )
