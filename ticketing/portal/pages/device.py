"""The pages of a device: what can be done with it, and its tickets."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.numbers import whole_number
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Device
from fleet.models.devices import PortalScope
from ticketing.access import device_tickets_for, drafts_for, flows_for, last_updates_for, read_affected, tickets_for
from ticketing.forms.start import StartForm
from ticketing.models import Affected, CreationFlow, Ticket, TicketStatus, Update
from ticketing.pages.unsent import UnsentBox, unsent_box_of
from ticketing.permissions import is_affected, is_own
from ticketing.portal.pages.assistant import KeptHelp, offered_help
from ticketing.portal.pages.progress import SHOWN_IN_LIST, InProgress, progress_sentence, with_progress
from ticketing.selectors import first_texts
from ticketing.services.drafts import MAX_LONG_TEXT
from ticketing.surfaces import OFFICE, PORTAL
from ticketing.transitions import ENDED, LIVE

BIG_ACTIONS = 3
SHOWN_TICKETS = 5  # Of each group; more are one tap away, in the list.
NAMED_TICKETS = 3  # In one line.
PAGE_SIZE = 25
NOT_AVAILABLE = "not-available"  # In the address of a device, after that of a ticket led to nothing.


FlowButton = tuple[CreationFlow, StartForm]


@dataclass(frozen=True)
class Deed:
    """What an employee does about a ticket in a list: at once, where `acts`, or on the page that it leads to."""

    label: str | Promise
    icon: str
    url: str
    acts: bool = False


@dataclass(frozen=True)
class ListedTicket:
    """A ticket in a list; `progress` is a sentence, `update` the last public one.

    `others` is how many joined it besides the reader. `join_url` is empty for who may not, or did already.
    """

    ticket: Ticket
    progress: str
    url: str
    update: Update | None
    is_own: bool
    is_joined: bool
    others: int
    join_url: str
    deeds: list[Deed]

    @property
    def is_mine(self) -> bool:
        return self.is_own or self.is_joined

    @property
    def is_done(self) -> bool:
        return self.ticket.status == TicketStatus.DONE and not self.ticket.is_not_fixed


@dataclass(frozen=True)
class ListedDraft:
    """A draft; `title` is what was typed first, else the name of its flow."""

    draft: Ticket
    title: str


@dataclass(frozen=True)
class OpenTickets:
    """The newest tickets of a device that are not closed: those that are done, and of the rest the reader's own first.

    `only_own` says that the reader sees no tickets of others here, so that there may be more.
    """

    done: list[ListedTicket]
    mine: list[ListedTicket]
    others: list[ListedTicket]
    only_own: bool

    @property
    def joinable(self) -> list[ListedTicket]:
        """The newest that the reader could join instead of reporting the same once more."""
        return [each for each in self.others if each.join_url][:NAMED_TICKETS]


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
    def joinable(self) -> list[ListedTicket]:
        return self.open_tickets.joinable

    @property
    def topics(self) -> str:
        shown = (*self.open_tickets.done, *self.open_tickets.mine, *self.open_tickets.others)
        return " ".join(f"ticket.{listed.ticket.pk}.follow" for listed in shown)


@dataclass(frozen=True)
class NewTicketPage:
    """`text` is taken along into the new ticket; `unsent_names` is where the browser keeps it until then.

    `joinable` are tickets that may be about the same.
    """

    device: Device
    follows: Ticket | None
    flows: list[FlowButton]
    text: str
    unsent_names: str
    joinable: list[ListedTicket]


@dataclass(frozen=True)
class Group:
    """Tickets that are listed together, and how many there are."""

    name: str
    label: str | Promise
    statuses: tuple[TicketStatus, ...]
    count: int = 0


GROUPS = (
    Group("open", pgettext_lazy("tickets", "Open"), LIVE),
    Group("closed", pgettext_lazy("tickets", "Closed"), ENDED),
)


@dataclass(frozen=True)
class TicketListPage:
    """`previous` and `next` are addresses of pages, empty where there is none."""

    device: Device
    groups: list[Group]
    group: Group
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
    flows = _flow_buttons(flows_for(actor, device), followed, text)
    # Who says that a ticket was not the end of it has read of the others.
    joinable = [] if followed else open_tickets(actor, device).joinable
    return NewTicketPage(device, followed, flows, text, unsent_names if text else "", joinable)


def _flow_buttons(flows: list[CreationFlow], follows: Ticket | None, text: str = "") -> list[FlowButton]:
    # One form each: another button after going back begins another draft.
    initial = {"follows": follows and follows.pk, "text": text}
    return [(flow, StartForm(auto_id=False, initial=initial)) for flow in flows]


def _followed_ticket(actor: Actor, device: Device, wanted: str | None) -> Ticket | None:
    """The ticket of the device with that id, if the reader may know of it."""
    number = whole_number(wanted)
    return get_or_none(tickets_for(actor).posted().filter(pk=number, device=device)) if number is not None else None


def ticket_list_page(actor: Actor, device: Device, *, group: str | None, number: str | None) -> TicketListPage:
    """The tickets of the device that are open, or those that are closed; `number` is that of the page."""
    tickets = device_tickets_for(actor, device)
    counts = tickets.order_by().aggregate(
        **{each.name: Count("pk", filter=Q(status__in=each.statuses)) for each in GROUPS}
    )
    groups = [replace(each, count=counts[each.name]) for each in GROUPS]
    shown = next((each for each in groups if each.name == group), groups[0])
    pages = Paginator(with_progress(tickets.filter(status__in=shown.statuses)), PAGE_SIZE)
    page = pages.get_page(whole_number(number) or 1)
    address = f"?show={shown.name}&page="
    return TicketListPage(
        device=device,
        groups=groups,
        group=shown,
        tickets=listed_tickets(actor, device, page.object_list),
        previous=f"{address}{page.previous_page_number()}" if page.has_previous() else "",
        next=f"{address}{page.next_page_number()}" if page.has_next() else "",
    )


def open_tickets(actor: Actor, device: Device) -> OpenTickets:
    """The newest ones that are not closed."""
    found = with_progress(device_tickets_for(actor, device).filter(status__in=LIVE))
    listed = listed_tickets(
        actor, device, found.order_by(_mine_first(actor), *found.query.order_by)[: 2 * SHOWN_TICKETS]
    )
    work = [each for each in listed if not each.is_done]
    return OpenTickets(
        done=[each for each in listed if each.is_done][:SHOWN_TICKETS],
        mine=[each for each in work if each.is_mine][:SHOWN_TICKETS],
        others=[each for each in work if not each.is_mine][:SHOWN_TICKETS],
        only_own=device.template.portal_scope == PortalScope.OWN and not (actor.is_employee or _manages(actor, device)),
    )


def _mine_first(actor: Actor) -> Case:
    """An order: what the reader reported, is named by or joined comes before what is of others."""
    if actor.person_id is None:
        return Case(default=Value(1))
    joined = Affected.objects.filter(ticket=OuterRef("pk"), person=actor.person_id)
    mine = Q(creator=actor.person_id) | Q(person=actor.person_id) | Q(Exists(joined))
    return Case(When(mine, then=Value(0)), default=Value(1))


def _manages(actor: Actor, device: Device) -> bool:
    return actor.is_manager and actor.customer_id == device.customer_id is not None


def listed_tickets(actor: Actor, device: Device, found: Iterable[Ticket]) -> list[ListedTicket]:
    """Tickets of the device from `with_progress`, as lists show them; at most two queries more, for employees three."""
    tickets = list(found)
    for ticket in tickets:
        ticket.device = device
    if actor.is_employee:
        prefetch_related_objects(tickets, "offers")
    read_affected(tickets)
    updates = last_updates_for(actor, [each for each in tickets if cast("InProgress", each).has_updates])
    return [_listed(actor, device, ticket, updates.get(ticket.pk)) for ticket in tickets]


def _listed(actor: Actor, device: Device, ticket: Ticket, update: Update | None) -> ListedTicket:
    is_joined = is_affected(actor, ticket)
    may_join = not is_joined and may(actor, "ticketing.join_ticket", ticket)
    return ListedTicket(
        ticket=ticket,
        progress=progress_sentence(ticket),
        url=ticket_url(actor, device.slug, ticket.pk),
        update=update,
        is_own=is_own(actor, ticket),
        is_joined=is_joined,
        others=ticket.affected_count - is_joined,
        join_url=PORTAL.ticket_url("ticket_join", ticket) if may_join else "",
        deeds=_deeds(actor, ticket) if actor.is_employee else [],
    )


def _deeds(actor: Actor, ticket: Ticket) -> list[Deed]:
    """What the employee may do now: accept at once, all else on the ticket's page in the back office."""
    page = OFFICE.ticket_url("ticket_detail", ticket)
    ways = (
        ("ticketing.accept_offer", Deed(_("Accept"), "check", OFFICE.ticket_url("ticket_accept", ticket), acts=True)),
        ("ticketing.reject_offer", Deed(_("Reject"), "x", f"{OFFICE.ticket_url('ticket_reject', ticket)}?from=device")),
        ("ticketing.write_message", Deed(_("Message"), "message-circle", f"{page}?tab=messenger")),
        ("ticketing.post_public_update", Deed(_("Update"), "clipboard-list", f"{page}?tab=updates")),
        ("ticketing.change_priority", Deed(_("Status"), "arrow-right", f"{page}?tab=general")),
    )
    return [deed for rule, deed in ways if may(actor, rule, ticket)]


def ticket_url(actor: Actor, slug: str, ticket_id: int) -> str:
    # Employees go on to the page that lets them work.
    if actor.is_employee:
        return OFFICE.url("ticket_detail", ticket_id=ticket_id)
    return PORTAL.url("ticket_detail", slug=slug, ticket_id=ticket_id)
