"""The page on which somebody joins the ticket of somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass

from fleet.actors import Actor
from fleet.models import Device
from messenger.selectors import WaitingFile, files_waiting_in
from ticketing.access import device_tickets_for
from ticketing.forms.affected import JoinForm
from ticketing.models import Ticket
from ticketing.pages.waiting import with_named
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
    # Files that are here already and wait to be sent.
    waiting: Sequence[WaitingFile] = ()


def join_page(
    actor: Actor,
    ticket: Ticket,
    form: JoinForm,
    named_files: Sequence[WaitingFile] = (),
    *,
    had_files: bool = False,
) -> JoinPage:
    assert ticket.device is not None
    found = with_progress(device_tickets_for(actor, ticket.device)).filter(pk=ticket.pk)
    waiting = with_named(files_waiting_in(actor, ticket.pk, "join"), named_files)
    return JoinPage(actor, ticket.device, listed_tickets(actor, ticket.device, found)[0], form, had_files, waiting)
