"""All texts that the reader began in tickets and did not send."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleet.actors import Actor
from messenger.models import UnsentText
from messenger.selectors import unsent_texts_of
from ticketing.access import tickets_for
from ticketing.models import Ticket
from ticketing.pages.conversation import shown_at
from ticketing.pages.unsent import SAID_AFTERWARDS
from ticketing.surfaces import OFFICE, PORTAL

SHOWN = 100
BOX_LABELS = {
    "message": (_("Message"), "message-circle"),
    "update": (_("Update"), "clipboard-list"),
    "internal": (_("Internal update"), "lock"),
    "not_fixed": (_("Still not right"), "thumbs-down"),
    "rating": (_("Rating"), "smile"),
}


@dataclass(frozen=True)
class ListedText:
    """`ticket` is None, and `url` empty, where the reader may no longer see it: the text is still the reader's."""

    unsent: UnsentText
    label: str | Promise
    icon: str
    ticket: Ticket | None
    url: str


@dataclass(frozen=True)
class UnsentPage:
    texts: list[ListedText]


def unsent_page(actor: Actor) -> UnsentPage:
    """Two queries."""
    texts = list(unsent_texts_of(actor)[:SHOWN])
    seen = tickets_for(actor).filter(pk__in={text.ticket_id for text in texts}).select_related("flow", "device")
    tickets = {ticket.pk: ticket for ticket in seen} if texts else {}
    return UnsentPage([_listed(text, tickets.get(text.ticket_id)) for text in texts])


def _listed(text: UnsentText, ticket: Ticket | None) -> ListedText:
    label, icon = BOX_LABELS[text.box]
    return ListedText(text, label, icon, ticket, _url(ticket, text.box) if ticket else "")


def _url(ticket: Ticket, box: str) -> str:
    # Only the portal asks whether everything works again.
    return PORTAL.ticket_url("ticket_detail", ticket) if box in SAID_AFTERWARDS else shown_at(OFFICE, ticket, box)
