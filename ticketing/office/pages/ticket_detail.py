"""The ticket page of the back office: the header with what can be done, a tab, and the facts beside it."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse

from config.common.rules import may
from config.common.windows import NEWEST, Place
from fleet.actors import Actor
from fleet.models import Person
from fleet.selectors import responsible_of
from messenger.selectors import BellState
from ticketing.access import affected_for, answers_for, device_tickets_for
from ticketing.forms.actions import AssignForm, ChangeVisibilityForm, PriorityForm, WithdrawForm
from ticketing.forms.notification_settings import MuteForm
from ticketing.models import Affected, Ticket
from ticketing.office.pages.muting import until_words
from ticketing.office.pages.sheet_links import customer_url, device_url, person_url
from ticketing.office.pages.ticket_actions import (
    ASSIGN,
    REJECT,
    OfferedAction,
    StatusStep,
    actions_for,
    next_step,
    status_steps,
)
from ticketing.office.pages.ticket_tabs import TABS, Body, Involved, MessengerTab, Tab, involved_people
from ticketing.office.shown import ShownTicket
from ticketing.pages.affected import SameProblem, same_problem
from ticketing.pages.answers import ShownAnswer, shown_answers
from ticketing.transitions import OPEN_WORK

SHOWN_DEVICE_TICKETS = 6  # More are one click away, in the list.


@dataclass(frozen=True)
class TabLink:
    """A tab with its address; `count` is None where nothing is counted or there is nothing."""

    tab: Tab
    href: str
    is_current: bool
    count: int | None


@dataclass(frozen=True)
class Header:
    """What stands above the tabs; actions are those that are possible now, and nothing else."""

    ticket: Ticket
    tab: Tab
    links: list[TabLink]
    responsible: list[Person]
    # How many joined it.
    affected: int
    steps: list[StatusStep]
    actions: list[OfferedAction]
    # The one of them that normally comes next.
    next_step: OfferedAction | None
    # With all employees, so only where its dialog is open; None else.
    assign_form: AssignForm | None
    # The forms are None for readers who may not.
    priority_form: PriorityForm | None
    visibility_form: ChangeVisibilityForm | None
    # Offered to those who may mute the ticket; until when they did, in words.
    mute_form: MuteForm | None
    muted: str
    # Lead on with a draft, and to the form that edits the fields; empty where the reader may not.
    resume_url: str
    edit_url: str

    @property
    def url(self) -> str:
        """The address of the page with this tab."""
        return f"{reverse('office:ticket_detail', args=[self.ticket.pk])}?tab={self.tab.name}"

    @property
    def is_offered(self) -> bool:
        """Whether the reader has not decided on an offer of the ticket."""
        return any(each.action is REJECT for each in self.actions)

    @property
    def shows_company(self) -> bool:
        """Whether it says who else is there: beside the messenger that stands with the messages."""
        return not self.ticket.is_draft and self.tab.name != "messenger"

    @property
    def may_assign(self) -> bool:
        return any(each.action is ASSIGN for each in self.actions)

    def actions_at(self, place: str) -> list[OfferedAction]:
        """Those that stand there beside the next step."""
        return [each for each in self.actions if each.action.place == place and each != self.next_step]


@dataclass(frozen=True)
class Side:
    """The facts beside every tab."""

    ticket: Ticket
    # Empty where the tab itself shows them.
    answers: list[ShownAnswer]
    in_charge: list[Involved]
    # People who have not decided on their offer, while that matters.
    undecided: list[Involved]
    # Those that are worked on, without this one.
    device_tickets: list[Ticket]
    # Who is affected, too, the first first, for those who may know; all others read how many besides them.
    affected: list[Affected]
    same: SameProblem
    is_for_employee: bool
    # Phone and e-mail of the reporter; the other two are for those of the customer, and for the device's place.
    may_see_contact: bool
    may_see_customer: bool
    may_see_device_owner: bool
    # Of the sheets, empty where the reader may not open them.
    device_url: str
    customer_url: str
    person_url: str


@dataclass(frozen=True)
class TicketPage:
    """`topics` is what its parts follow to stay up to date, `number` where that is; `bell` is that of the layout."""

    actor: Actor
    ticket: Ticket
    tab: Tab
    place: Place
    topics: str
    number: int
    header: Header
    body: Body
    side: Side
    bell: BellState
    # A form that was sent from a dialog which is no longer there.
    refused: WithdrawForm | None

    @property
    def is_responsible(self) -> bool:
        """Whether the reader is."""
        return self.actor.person in self.header.responsible

    @property
    def shows_what_arrives(self) -> bool:
        """Whether it is the messenger with the newest messages: beside earlier ones, new ones are not shown."""
        if not isinstance(self.body, MessengerTab):
            return False
        return self.body.conversation is None or not self.body.conversation.links.later


def ticket_page(
    actor: Actor, shown: ShownTicket, tab: Tab, place: Place = NEWEST, form: forms.Form | None = None
) -> TicketPage:
    """The page, with the `form` in its open dialog. Raises the refusal of the tab's own rules."""
    ticket = shown.ticket
    topic = f"ticket.{ticket.pk}.inside" if actor.is_employee else f"ticket.{ticket.pk}.follow"
    return TicketPage(
        actor=actor,
        ticket=ticket,
        tab=tab,
        place=place,
        # Nothing happens to a draft.
        topics="" if ticket.is_draft else topic,
        number=number_for(actor, ticket),
        header=header_of(actor, shown, tab, form),
        body=tab.body(actor, ticket, place),
        side=side_of(actor, ticket, tab),
        bell=shown.bell,
        refused=form if isinstance(form, WithdrawForm) else None,
    )


def number_for(actor: Actor, ticket: Ticket) -> int:
    """How much has happened that the reader may know of."""
    return ticket.sequence if actor.is_employee else ticket.public_sequence


def header_of(actor: Actor, shown: ShownTicket, tab: Tab, form: forms.Form | None = None) -> Header:
    ticket = shown.ticket
    actions = actions_for(actor, ticket, has_links=shown.has_links)
    resume_url = ""
    if ticket.device is not None and may(actor, "ticketing.continue_draft", ticket):
        resume_url = reverse("office:flow_resume", args=[ticket.device.slug, ticket.pk])
    priority_form, visibility_form = None, None
    if may(actor, "ticketing.change_priority", ticket):
        priority_form = form if isinstance(form, PriorityForm) else PriorityForm(ticket)
    if may(actor, "ticketing.change_visibility", ticket):
        visibility_form = form if isinstance(form, ChangeVisibilityForm) else ChangeVisibilityForm(ticket)
    may_mute = may(actor, "ticketing.mute_ticket", ticket)
    return Header(
        ticket=ticket,
        tab=tab,
        links=_links(actor, shown, tab),
        responsible=responsible_of(ticket),
        affected=ticket.affected_count,
        steps=status_steps(ticket, actions),
        actions=actions,
        next_step=next_step(ticket, actions),
        assign_form=form if isinstance(form, AssignForm) else None,
        priority_form=priority_form,
        visibility_form=visibility_form,
        mute_form=(form if isinstance(form, MuteForm) else MuteForm()) if may_mute else None,
        muted=until_words(shown.mute, shown.time_zone) if may_mute and shown.mute else "",
        resume_url=resume_url,
        edit_url=reverse("office:ticket_edit", args=[ticket.pk]) if may(actor, "ticketing.edit_fields", ticket) else "",
    )


def _links(actor: Actor, shown: ShownTicket, current: Tab) -> list[TabLink]:
    """The tabs that the reader may know of, those of updates with their number."""
    ticket = shown.ticket
    # A draft has one page.
    if ticket.is_draft:
        return []
    counts = {"updates": shown.updates, "internal": shown.internal_updates}
    address = reverse("office:ticket_detail", args=[ticket.pk])
    return [
        TabLink(tab, f"{address}?tab={tab.name}", tab == current, counts.get(tab.name) or None)
        for tab in TABS.values()
        if may(actor, tab.rule, ticket)
    ]


def side_of(actor: Actor, ticket: Ticket, tab: Tab) -> Side:
    involved = involved_people(ticket)
    is_of_customer = ticket.customer_id is not None and actor.customer_id == ticket.customer_id
    shows_undecided = actor.is_employee and ticket.status in OPEN_WORK
    device_tickets: list[Ticket] = []
    if ticket.device is not None:
        others = device_tickets_for(actor, ticket.device).filter(status__in=OPEN_WORK).exclude(pk=ticket.pk)
        device_tickets = list(others.select_related("flow")[:SHOWN_DEVICE_TICKETS])
    same = same_problem(actor, ticket)
    return Side(
        ticket=ticket,
        answers=[] if tab.name == "general" else shown_answers(answers_for(actor, ticket)),
        in_charge=[each for each in involved if each.assignment],
        undecided=[each for each in involved if each.is_undecided] if shows_undecided else [],
        device_tickets=device_tickets,
        affected=affected_for(actor, ticket) if same.others and may(actor, "ticketing.see_affected", ticket) else [],
        same=same,
        is_for_employee=actor.is_employee,
        may_see_contact=bool(may(actor, "ticketing.see_reporter_contact", ticket)),
        may_see_customer=actor.is_employee or is_of_customer,
        may_see_device_owner=ticket.device is not None and bool(may(actor, "fleet.see_device_owner", ticket.device)),
        device_url=device_url(actor, ticket.device),
        customer_url=customer_url(actor, ticket.customer),
        person_url=person_url(actor, ticket.reporter),
    )
