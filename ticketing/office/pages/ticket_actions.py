"""What can be done to a ticket by hand: rule, transition, words and look of every action in one place."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import can_proceed

from config.common.rules import may
from fleet.actors import Actor
from ticketing.models import Ticket

Text = str | Promise


@dataclass(frozen=True)
class Action:
    """An action is drawn when its rule says who and its transition says when. With a question it asks in a dialog."""

    url_name: str
    rule: str
    label: Text
    icon: str
    transition: str = ""
    variant: str = "secondary"
    # Where its button stands: "main" beside the subject, "offer" in the offer's box, "more" in the menu.
    place: str = "main"
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
    "office:ticket_accept", "ticketing.accept_offer", _("Accept"), "check", variant="primary", place="offer"
)
REJECT = Action(
    "office:ticket_reject",
    "ticketing.reject_offer",
    _("Reject"),
    "x",
    place="offer",
    question=_("Reject this ticket?"),
    explanation=_("You will not be notified about this ticket any more. Others can still accept it."),
)
START = Action("office:ticket_start", "ticketing.start", _("Start work"), "play", "start", variant="primary")
FINISH = Action(
    "office:ticket_finish",
    "ticketing.finish",
    _("Finish"),
    "circle-check",
    "finish",
    variant="primary",
    question=_("Is the work done?"),
    explanation=_("A rating is asked for now. Internal tickets and those without ratings close at once."),
)
CLOSE = Action(
    "office:ticket_close",
    "ticketing.close",
    pgettext_lazy("ticket", "Close"),
    "archive",
    "close",
    question=_("No one has rated yet: close anyway?"),
    explanation=_("A closed ticket can be read, but no one can rate it or write to it."),
)
REOPEN = Action(
    "office:ticket_reopen",
    "ticketing.reopen",
    _("Reopen"),
    "rotate-ccw",
    "reopen",
    question=_("Reopen this ticket?"),
    explanation=_("It goes back to the people who are responsible. If no one is, it is offered again."),
)
# The customer has said already what the question would ask.
REOPEN_AT_ONCE = replace(REOPEN, variant="primary", question="", explanation="")
SET_BACK = Action(
    "office:ticket_set_back", "ticketing.set_back", _("Set back to ASSIGNED"), "undo-2", "set_back", place="more"
)
CANCEL = Action(
    "office:ticket_cancel",
    "ticketing.cancel",
    _("Cancel ticket"),
    "circle-x",
    "cancel",
    variant="danger",
    place="more",
    question=_("Cancel this ticket?"),
    explanation=_("Everything stays readable, but no one works on it any more."),
)
DELETE_DRAFT = Action(
    "office:ticket_delete_draft",
    "ticketing.delete_draft",
    _("Delete draft"),
    "trash-2",
    variant="danger",
    place="more",
    question=_("Delete this draft?"),
    explanation=_("Its answers and files are gone for good."),
)
ACTIONS = (ACCEPT, REJECT, START, FINISH, CLOSE, REOPEN, SET_BACK, CANCEL, DELETE_DRAFT)


def actions_for(actor: Actor, ticket: Ticket) -> list[OfferedAction]:
    """The actions that are possible now, in the order in which they are drawn."""
    return [
        OfferedAction(action, reverse(action.url_name, args=[ticket.pk]))
        for action in (REOPEN_AT_ONCE if each is REOPEN and ticket.is_not_fixed else each for each in ACTIONS)
        if action.is_allowed(actor, ticket)
    ]
