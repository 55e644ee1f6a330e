"""What can be done to a ticket by hand: rule, transition, words and look of every action in one place."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import can_proceed

from config.common.rules import may
from fleet.actors import Actor
from ticketing.models import Ticket, TicketStatus
from ticketing.models.tickets import Station
from ticketing.transitions import has_responsible_people

Text = str | Promise


@dataclass(frozen=True)
class Action:
    """An action is drawn when its rule says who and its transition says when. With a question it asks in a dialog."""

    url_name: str
    rule: str
    label: Text
    icon: str
    transition: str = ""
    is_dangerous: bool = False
    # The status that it leads to: its station on the status bar is a button for it.
    leads_to: TicketStatus | None = None
    # Where its button stands while it is not the next step: "main" beside the subject, "more" in the menu.
    place: str = "more"
    # Its dialog is loaded when it opens, and is a page without JavaScript.
    is_page: bool = False
    question: Text = ""
    explanation: Text = ""

    @property
    def dialog_id(self) -> str:
        return f"{self.url_name.removeprefix('office:ticket_')}-dialog"

    def is_allowed(self, actor: Actor, ticket: Ticket) -> bool:
        """Whether rule and state machine agree."""
        if not may(actor, self.rule, ticket):
            return False
        # Conditions are the services' business: they may meet them on the way.
        return not self.transition or can_proceed(getattr(ticket, self.transition), check_conditions=False)


@dataclass(frozen=True)
class OfferedAction:
    """An action with its address for one ticket."""

    action: Action
    url: str


ACCEPT = Action(
    "office:ticket_accept", "ticketing.accept_offer", _("Accept"), "check", leads_to=TicketStatus.ASSIGNED, place="main"
)
REJECT = Action(
    "office:ticket_reject",
    "ticketing.reject_offer",
    _("Reject"),
    "x",
    place="main",
    question=_("Reject this ticket?"),
    explanation=_("You will not be notified about this ticket any more. Others can still accept it."),
)
ASSIGN = Action(
    "office:ticket_assign",
    "ticketing.assign",
    _("Assign"),
    "user-plus",
    leads_to=TicketStatus.ASSIGNED,
    place="main",
    is_page=True,
)
START = Action(
    "office:ticket_start", "ticketing.start", _("Start work"), "play", "start", leads_to=TicketStatus.IN_PROGRESS
)
FINISH = Action(
    "office:ticket_finish",
    "ticketing.finish",
    _("Finish"),
    "circle-check",
    "finish",
    leads_to=TicketStatus.DONE,
    question=_("Is the work done?"),
    explanation=_("A rating is asked for now. Internal tickets and those without ratings close at once."),
)
CLOSE = Action(
    "office:ticket_close",
    "ticketing.close",
    pgettext_lazy("ticket", "Close"),
    "archive",
    "close",
    leads_to=TicketStatus.CLOSED,
    place="main",
    question=_("No one has rated yet: close anyway?"),
    explanation=_("A closed ticket can be read, but no one can rate it or write to it."),
)
REOPEN = Action(
    "office:ticket_reopen",
    "ticketing.reopen",
    _("Reopen"),
    "rotate-ccw",
    "reopen",
    place="main",
    question=_("Reopen this ticket?"),
    explanation=_("It goes back to the people who are responsible. If no one is, it is offered again."),
)
# The customer has said already what the question would ask.
REOPEN_AT_ONCE = replace(REOPEN, question="", explanation="")
SET_BACK = Action(
    "office:ticket_set_back",
    "ticketing.set_back",
    _("Set back to ASSIGNED"),
    "undo-2",
    "set_back",
    leads_to=TicketStatus.ASSIGNED,
)
CANCEL = Action(
    "office:ticket_cancel",
    "ticketing.cancel",
    _("Cancel ticket"),
    "circle-x",
    "cancel",
    is_dangerous=True,
    question=_("Cancel this ticket?"),
    explanation=_("Everything stays readable, but no one works on it any more."),
)
ARCHIVE = Action(
    "office:ticket_archive",
    "ticketing.archive",
    pgettext_lazy("stage", "Dealt with"),
    "archive",
    place="main",
    question=_("Is this dealt with?"),
    explanation=_("The ticket leaves the latest tickets. If no one works on it yet, no one will look at it any more."),
)
REVOKE_LINKS = Action(
    "office:ticket_revoke_links",
    "ticketing.revoke_private_links",
    _("Revoke private links"),
    "link-2-off",
    question=_("Revoke the private links?"),
    explanation=_("Who came to this ticket by a private link does not see it any more. Codes keep working."),
)
DELETE_DRAFT = Action(
    "office:ticket_delete_draft",
    "ticketing.delete_draft",
    _("Delete draft"),
    "trash-2",
    is_dangerous=True,
    question=_("Delete this draft?"),
    explanation=_("Its answers and files are gone for good."),
)
ACTIONS = (ACCEPT, REJECT, ASSIGN, START, FINISH, CLOSE, REOPEN, SET_BACK, ARCHIVE, CANCEL, REVOKE_LINKS, DELETE_DRAFT)
# What normally comes next in a status; the first that is possible.
NEXT_STEPS = {
    TicketStatus.OPEN: (ACCEPT, ASSIGN),
    TicketStatus.ASSIGNED: (START, ACCEPT),
    TicketStatus.IN_PROGRESS: (FINISH, ACCEPT),
}


def actions_for(actor: Actor, ticket: Ticket, *, has_links: bool = False) -> list[OfferedAction]:
    """The actions that are possible now, in the order in which they are drawn; with private links also their end."""
    return [
        OfferedAction(action, reverse(action.url_name, args=[ticket.pk]))
        for action in (REOPEN_AT_ONCE if each is REOPEN and ticket.is_not_fixed else each for each in ACTIONS)
        # Most tickets have no links: then there is nothing to be offered.
        if (action is not REVOKE_LINKS or has_links) and action.is_allowed(actor, ticket)
    ]


def next_step(ticket: Ticket, offered: list[OfferedAction]) -> OfferedAction | None:
    """What normally happens next to the ticket, if it is among the offered actions."""
    by_name = {each.action.url_name: each for each in offered}
    normal = (REOPEN,) if ticket.is_not_fixed else NEXT_STEPS.get(ticket.status, ())
    steps = (by_name.get(action.url_name) for action in normal)
    return next(filter(None, steps), None)


@dataclass(frozen=True)
class StatusStep:
    """A station of the status bar; with a `way` it is a button that leads there."""

    station: Station
    way: OfferedAction | None


def status_steps(ticket: Ticket, offered: list[OfferedAction]) -> list[StatusStep]:
    """The stations of the ticket, each with the first action that leads to it."""
    ways = {target: each for each in reversed(offered) if (target := _target(each.action, ticket))}
    return [StatusStep(each, None if each.state == "present" else ways.get(each.status)) for each in ticket.stations]


def _target(action: Action, ticket: Ticket) -> TicketStatus | None:
    if action.transition == REOPEN.transition:
        return TicketStatus.ASSIGNED if has_responsible_people(ticket) else TicketStatus.OPEN
    # Of these, the status changes with the first acceptance or assignment only.
    if action in (ACCEPT, ASSIGN) and ticket.status != TicketStatus.OPEN:
        return None
    return action.leads_to
