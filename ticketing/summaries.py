"""What a person is told of one ticket in one sentence, such as "Nadia and others · 3 messages, status: IN PROGRESS"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.common.marks import isolated
from fleet.models import Person
from messenger.kinds import NotificationKind, require_kind
from messenger.models import Occasion
from ticketing.models import Ticket

PRODUCT = "Fleetdesk"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# Beside others, where the kind itself has no word for several of it. What can change again says how it is now.
BRIEFS: Mapping[Occasion, str | Promise] = {
    Occasion.OFFER: gettext_lazy("offered to you"),
    Occasion.ASSIGNMENT: gettext_lazy("assigned to you"),
    Occasion.WITHDRAWAL: gettext_lazy("withdrawn from you"),
    Occasion.NEW_TICKET: gettext_lazy("new ticket"),
    Occasion.SENT_TO_MANAGERS: gettext_lazy("sent to you"),
    Occasion.MENTION: gettext_lazy("you were mentioned"),
    Occasion.NOT_FIXED: gettext_lazy("still not right"),
    Occasion.STATUS: gettext_lazy("status: %(status)s"),
    Occasion.PRIORITY: gettext_lazy("priority: %(priority)s"),
    Occasion.VISIBILITY: gettext_lazy("visibility: %(visibility)s"),
    Occasion.RATING: pgettext_lazy("ticket", "rated"),
    Occasion.NO_ONE_RESPONSIBLE: gettext_lazy("no one is responsible"),
    Occasion.ALL_REJECTED: gettext_lazy("everyone rejected"),
    Occasion.CONFIGURATION: gettext_lazy("a meta team leads to no one"),
    Occasion.DELIVERY: gettext_lazy("a notification was not delivered"),
}


@dataclass(frozen=True)
class Told:
    """`count` facts of a kind; `actor` caused the last one, and others some of them if there are any."""

    kind: NotificationKind
    actor: Person | None
    count: int = 1
    has_others: bool = False

    @property
    def names_person(self) -> bool:
        """Not where something followed by itself, whoever did what it follows from."""
        return "%(actor)s" in str(self.kind.sentence)

    @property
    def actor_name(self) -> str:
        return isolated(self.actor.name) if self.actor else PRODUCT


def told(kind: str, actor: Person | None, *, count: int = 1, actors: int = 1) -> Told:
    return Told(require_kind(kind), actor, count, has_others=actors > 1)


def summary(told: Sequence[Told], ticket: Ticket, *, for_employee: bool) -> str:
    """The sentence about all of them, which are the newest first, in the language that is active."""
    newest = told[0]
    if len(told) == 1 and (newest.count == 1 or not newest.kind.several):
        return str(newest.kind.sentence) % {"actor": newest.actor_name, "ticket": ticket.reference}
    parts = ", ".join(dict.fromkeys(_brief(each, ticket, for_employee=for_employee) for each in told))
    who = _who([each for each in told if each.names_person])
    return f"{who} · {parts}" if who else f"{parts[:1].upper()}{parts[1:]}"


def _brief(told: Told, ticket: Ticket, *, for_employee: bool) -> str:
    if told.kind.several:
        # It is made for the number and the reader at once. The number stays on the line of its word.
        return str(told.kind.several % {"n": told.count}).replace(" ", NO_BREAK_SPACE, 1)
    return str(BRIEFS[told.kind.occasion]) % {
        "status": ticket.status.label if for_employee else ticket.stage_label,
        "priority": ticket.priority.label,
        "visibility": ticket.visibility.label,
    }


def _who(told: Sequence[Told]) -> str:
    """Who caused the newest of them, and whether others did, too; empty where nobody is to be named."""
    if not told:
        return ""
    newest = told[0]
    has_others = any(each.has_others or each.actor != newest.actor for each in told)
    return _("%(name)s and others") % {"name": newest.actor_name} if has_others else newest.actor_name
