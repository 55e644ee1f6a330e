"""The pages of a device: what can be done with it, and its tickets."""

from dataclasses import dataclass

from django.core.paginator import Paginator

from config.common.numbers import whole_number
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Device
from fleet.models.devices import PortalScope
from ticketing.access import device_tickets_for, drafts_for, flows_for, tickets_for
from ticketing.forms.start import StartForm
from ticketing.models import CreationFlow, Ticket, TicketStatus
from ticketing.pages.unsent import UnsentBox, unsent_box_of
from ticketing.portal.pages.assistant import KeptHelp, offered_help
from ticketing.portal.pages.progress import SHOWN_IN_LIST, progress_sentence, with_progress
from ticketing.selectors import first_texts
from ticketing.services.drafts import MAX_LONG_TEXT
from ticketing.surfaces import OFFICE, PORTAL
from ticketing.transitions import LIVE

BIG_ACTIONS = 3
SHOWN_TICKETS = 5  # More are one tap away, in the list.
PAGE_SIZE = 25
NOT_AVAILABLE = "not-available"  # In the address of a device, after that of a ticket led to nothing.


FlowButton = tuple[CreationFlow, StartForm]


@dataclass(frozen=True)
class ListedTicket:
    """A ticket in a list; `progress` is a sentence."""

    ticket: Ticket
    progress: str
    url: str


@dataclass(frozen=True)
class ListedDraft:
    """A draft; `title` is what was typed first, else the name of its flow."""

    draft: Ticket
    title: str


@dataclass(frozen=True)
class OpenTickets:
    """The newest tickets of a device that are not closed: those that are worked on, and those that are done.

    `only_own` says that the reader sees no tickets of others here, so that there may be more.
    """

    in_work: list[ListedTicket]
    done: list[ListedTicket]
    only_own: bool


@dataclass(frozen=True)
class DevicePage:
    """`follows` is the older ticket that the next one will continue; `topics` are followed for live changes.

    `was_not_available` says that its reader came from the address of a ticket that leads to nothing; then `unsent` is
    what they had begun to write there.
    """

    device: Device
    may_see_owner: bool
    was_not_available: bool
    unsent: UnsentBox | None
    drafts: list[ListedDraft]
    follows: Ticket | None
    flows: list[FlowButton]
    has_more_flows: bool
    open_tickets: OpenTickets
    help: KeptHelp | None

    @property
    def topics(self) -> str:
        shown = (*self.open_tickets.done, *self.open_tickets.in_work)
        return " ".join(f"ticket.{listed.ticket.pk}.follow" for listed in shown)


@dataclass(frozen=True)
class NewTicketPage:
    """`text` is taken along into the new ticket; `unsent_names` is where the browser keeps it until then."""

    device: Device
    follows: Ticket | None
    flows: list[FlowButton]
    text: str
    unsent_names: str


@dataclass(frozen=True)
class TicketListPage:
    """`previous` and `next` are addresses of pages, empty where there is none."""

    device: Device
    tickets: list[ListedTicket]
    previous: str
    next: str


def device_page(actor: Actor, device: Device, *, follows: str | None, not_available: str | None = None) -> DevicePage:
    """The first actions, the reader's drafts, and the newest open tickets.

    `not_available` is the address of a ticket that led here, because it leads to nothing.
    """
    flows, followed = flows_for(actor, device), _followed_ticket(actor, device, follows)
    return DevicePage(
        device=device,
        may_see_owner=bool(may(actor, "fleet.see_device_owner", device)),
        was_not_available=not_available is not None,
        unsent=unsent_box_of(actor, device, not_available) if not_available else None,
        drafts=_listed_drafts(list(drafts_for(actor, device).select_related("flow").only(*SHOWN_IN_LIST))),
        follows=followed,
        flows=_flow_buttons(flows[:BIG_ACTIONS], followed),
        has_more_flows=len(flows) > BIG_ACTIONS,
        open_tickets=open_tickets(actor, device),
        help=offered_help(device),
    )


def _listed_drafts(drafts: list[Ticket]) -> list[ListedDraft]:
    typed = first_texts(drafts)
    return [ListedDraft(draft, typed.get(draft.pk) or draft.title) for draft in drafts]


def new_ticket_page(
    actor: Actor, device: Device, *, follows: str | None, text: str = "", unsent_names: str = ""
) -> NewTicketPage:
    """All flows that the reader may start."""
    followed, text = _followed_ticket(actor, device, follows), text.strip()[:MAX_LONG_TEXT]
    return NewTicketPage(
        device, followed, _flow_buttons(flows_for(actor, device), followed, text), text, unsent_names if text else ""
    )


def _flow_buttons(flows: list[CreationFlow], follows: Ticket | None, text: str = "") -> list[FlowButton]:
    # One form each: another button after going back begins another draft.
    initial = {"follows": follows and follows.pk, "text": text}
    return [(flow, StartForm(auto_id=False, initial=initial)) for flow in flows]


def _followed_ticket(actor: Actor, device: Device, wanted: str | None) -> Ticket | None:
    """The ticket of the device with that id, if the reader may know of it."""
    number = whole_number(wanted)
    return get_or_none(tickets_for(actor).posted().filter(pk=number, device=device)) if number is not None else None


def ticket_list_page(actor: Actor, device: Device, *, number: str | None) -> TicketListPage:
    """All tickets of the device, those that are closed included; `number` is that of the page."""
    pages = Paginator(with_progress(device_tickets_for(actor, device)), PAGE_SIZE)
    page = pages.get_page(whole_number(number) or 1)
    return TicketListPage(
        device=device,
        tickets=[_listed(actor, device, ticket) for ticket in page],
        previous=f"?page={page.previous_page_number()}" if page.has_previous() else "",
        next=f"?page={page.next_page_number()}" if page.has_next() else "",
    )


def open_tickets(actor: Actor, device: Device) -> OpenTickets:
    """The newest ones that are not closed."""
    found = with_progress(device_tickets_for(actor, device).filter(status__in=LIVE))[:SHOWN_TICKETS]
    listed = [_listed(actor, device, ticket) for ticket in found]
    done = [each for each in listed if each.ticket.status == TicketStatus.DONE and not each.ticket.is_not_fixed]
    return OpenTickets(
        in_work=[each for each in listed if each not in done],
        done=done,
        only_own=device.template.portal_scope == PortalScope.OWN and not (actor.is_employee or _manages(actor, device)),
    )


def _manages(actor: Actor, device: Device) -> bool:
    return actor.is_manager and actor.customer_id == device.customer_id is not None


def _listed(actor: Actor, device: Device, ticket: Ticket) -> ListedTicket:
    return ListedTicket(ticket, progress_sentence(ticket), ticket_url(actor, device.slug, ticket.pk))


def ticket_url(actor: Actor, slug: str, ticket_id: int) -> str:
    # Employees go on to the page that lets them work.
    if actor.is_employee:
        return OFFICE.url("ticket_detail", ticket_id=ticket_id)
    return PORTAL.url("ticket_detail", slug=slug, ticket_id=ticket_id)
