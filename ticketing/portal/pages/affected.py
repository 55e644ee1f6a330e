"""The page on which somebody joins the ticket of somebody else."""

from dataclasses import dataclass

from fleet.actors import Actor
from fleet.models import Device
from ticketing.access import device_tickets_for
from ticketing.forms.affected import JoinForm
from ticketing.models import Ticket
from ticketing.portal.pages.device import ListedTicket, listed_tickets
from ticketing.portal.pages.progress import with_progress


@dataclass(frozen=True)
class JoinPage:
    """`had_files`: they were sent with what was refused, and have to be added again."""

    actor: Actor
    device: Device
    listed: ListedTicket
    form: JoinForm
    had_files: bool = False


def join_page(actor: Actor, ticket: Ticket, form: JoinForm, *, had_files: bool = False) -> JoinPage:
    assert ticket.device is not None
    found = with_progress(device_tickets_for(actor, ticket.device)).filter(pk=ticket.pk)
    return JoinPage(actor, ticket.device, listed_tickets(actor, ticket.device, found)[0], form, had_files)
