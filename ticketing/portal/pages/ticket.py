"""The page of a ticket for people who wait for help: how it stands, and one of its four sections."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.rules import may
from config.common.windows import Place, window_at
from fleet.actors import Actor
from fleet.models import Device, Person
from fleet.selectors import responsible_of
from ticketing.access import answers_for, has_links, journal_for, status_entries_for
from ticketing.entry_kinds import OPENED, STATUS_CHANGED
from ticketing.history import HistoryEntry, history_entries
from ticketing.models import JournalEntry, Station, Ticket, TicketStatus
from ticketing.pages.affected import SameProblem, same_problem
from ticketing.pages.answers import ShownAnswer, shown_answers
from ticketing.pages.conversation import (
    ConversationPart,
    UpdatesPart,
    WindowLinks,
    conversation_part,
    updates_part,
    window_links,
)
from ticketing.pages.push import PushSwitch
from ticketing.pages.unsent import UnsentBox, unsent_words
from ticketing.portal.pages.progress import meaning_of, names_of
from ticketing.surfaces import PORTAL, Surface
from ticketing.transitions import ENDED, WORK


@dataclass(frozen=True)
class Section:
    """One of the four sections of the page; `template` draws the page with it."""

    label: str | Promise
    icon: str
    template: str


SECTIONS = {
    "messages": Section(_("Messages"), "message-circle", "ticketing/portal/ticket_messages.html"),
    "updates": Section(_("Updates"), "clipboard-list", "ticketing/portal/ticket_updates.html"),
    "details": Section(_("Details"), "file-text", "ticketing/portal/ticket_details.html"),
    "history": Section(_("History"), "history", "ticketing/portal/ticket_history.html"),
}


class ShownRating(Protocol):
    """A rating, which is of a layer above this one."""

    score: int
    comment: str
    person_id: int

    @property
    def seconds_to_change(self) -> float: ...


@dataclass(frozen=True)
class TicketProgress:
    """How a ticket stands; `new_ticket_url` is empty while the ticket can go on, and for who may not open its device.

    `rating` is that of the present DONE phase, and `own_rating` the same if the reader gave it. Who `may_rate` is asked
    first whether everything works again.
    """

    ticket: Ticket
    ticket_url: str
    stations: list[Station]
    responsible: list[Person]
    has_ended: bool
    may_rate: bool
    may_report: bool
    rating: ShownRating | None
    own_rating: ShownRating | None
    # What was begun to be said, where its form is gone; None for none.
    unsent: UnsentBox | None
    new_ticket_url: str
    # None where that is over.
    same: SameProblem | None

    @property
    def surface(self) -> Surface:
        return PORTAL

    @property
    def has_unsent(self) -> bool:
        """Whether its reader typed something in this ticket that was not sent; no query."""
        return bool(getattr(self.ticket, "has_unsent", False))

    @property
    def responsible_names(self) -> str:
        return names_of(self.responsible)

    @property
    def meaning(self) -> str:
        """What the status means to the person who waits, in one sentence, with the names of those who work on it."""
        return meaning_of(self.ticket.status, self.responsible)


@dataclass(frozen=True)
class SectionLink:
    label: str | Promise
    icon: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Contact:
    """What is known of the person who is named by a ticket, empty where nothing was given."""

    name: str
    phone: str
    email: str
    is_own: bool

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.phone or self.email)


@dataclass(frozen=True)
class DetailsPart:
    """What was reported; `contact` is None for readers who may not see it.

    `link_url` is where a private link is made, empty for who may not. `revoke_url` is where those that are there are
    revoked, empty where there are none.
    """

    answers: list[ShownAnswer]
    contact: Contact | None
    link_url: str
    revoke_url: str


@dataclass(frozen=True)
class HistoryPart:
    """The public record, newest first."""

    entries: list[HistoryEntry]
    links: WindowLinks


Part = ConversationPart | UpdatesPart | DetailsPart | HistoryPart


@dataclass(frozen=True)
class TicketPage:
    """`cancel_url` is empty where the reader may not cancel; who came by a private link may not open the device."""

    ticket: Ticket
    device: Device
    progress: TicketProgress
    sections: list[SectionLink]
    part: Part
    place: Place
    # None where the reader hears nothing of the ticket in this browser.
    push: PushSwitch | None
    cancel_url: str
    may_open_device: bool

    @property
    def shows_details(self) -> bool:
        return isinstance(self.part, DetailsPart)


def ticket_page(actor: Actor, ticket: Ticket, section: str, place: Place, push: PushSwitch | None = None) -> TicketPage:
    assert ticket.device is not None
    url = PORTAL.ticket_url("ticket_detail", ticket)
    # The conversation is the page itself.
    urls = {name: url if name == "messages" else f"{url}?view={name}" for name in SECTIONS}
    may_cancel = may(actor, "ticketing.cancel", ticket)
    return TicketPage(
        ticket=ticket,
        device=ticket.device,
        progress=ticket_progress(actor, ticket),
        sections=[SectionLink(each.label, each.icon, urls[name], name == section) for name, each in SECTIONS.items()],
        part=_part(actor, ticket, section, place),
        place=place,
        push=push,
        cancel_url=PORTAL.ticket_url("ticket_cancel", ticket) if may_cancel else "",
        may_open_device=bool(may(actor, "fleet.open_device", ticket.device)),
    )


def ticket_progress(actor: Actor, ticket: Ticket) -> TicketProgress:
    """How the ticket stands, as far as the reader may know."""
    assert ticket.device is not None
    has_ended = ticket.status in ENDED
    new_ticket_url = f"{PORTAL.url('ticket_new', slug=ticket.device.slug)}?follows={ticket.pk}"
    has_been_done = has_ended or ticket.status == TicketStatus.DONE
    rating = next((each for each in ticket.ratings.all() if each.phase == ticket.done_count), None)
    rating = rating if has_been_done else None
    own_rating = rating if rating is not None and rating.person_id == actor.person_id else None
    may_report = not ticket.is_not_fixed and bool(may(actor, "ticketing.report_not_fixed", ticket))
    takes_comment = own_rating is not None and not own_rating.comment
    forms = {"not_fixed": may_report, "rating": takes_comment}
    return TicketProgress(
        ticket=ticket,
        ticket_url=PORTAL.ticket_url("ticket_detail", ticket),
        stations=stations_of(ticket, status_entries_for(actor, ticket)),
        responsible=responsible_of(ticket) if ticket.status in WORK else [],
        has_ended=has_ended,
        may_rate=bool(may(actor, "ratings.rate_ticket", ticket)),
        may_report=may_report,
        rating=rating,
        own_rating=own_rating,
        unsent=unsent_words(actor, ticket, *(box for box, is_shown in forms.items() if not is_shown)),
        new_ticket_url=new_ticket_url if has_ended and may(actor, "fleet.open_device", ticket.device) else "",
        same=None if has_ended else same_problem(actor, ticket),
    )


def stations_of(ticket: Ticket, entries: Iterable[JournalEntry]) -> list[Station]:
    """The way of the ticket, with times as far as the rows of the journal know them."""
    reached = {}
    for entry in entries:
        if entry.kind == OPENED.name:
            reached[TicketStatus.OPEN] = entry.at
        elif entry.kind == STATUS_CHANGED.name:
            reached[TicketStatus(entry.data["after"])] = entry.at
    return [
        station if station.state == "future" else replace(station, time=reached.get(station.status))
        for station in ticket.stations
    ]


def _part(actor: Actor, ticket: Ticket, section: str, place: Place) -> Part:
    """What the section shows; each costs its own queries only."""
    match section:
        case "updates":
            return updates_part(actor, ticket, PORTAL, place)
        case "details":
            return _details(actor, ticket)
        case "history":
            return _history(actor, ticket, place)
        case _:
            return conversation_part(actor, ticket, PORTAL, place)


def _details(actor: Actor, ticket: Ticket) -> DetailsPart:
    may_link = may(actor, "ticketing.make_private_link", ticket)
    return DetailsPart(
        answers=shown_answers(answers_for(actor, ticket)),
        contact=_contact(actor, ticket),
        link_url=PORTAL.ticket_url("link_make", ticket) if may_link else "",
        revoke_url=PORTAL.ticket_url("link_revoke", ticket) if has_links(actor, ticket) else "",
    )


def _history(actor: Actor, ticket: Ticket, place: Place) -> HistoryPart:
    window = window_at(place, lambda at: journal_for(actor, ticket, place=at))
    links = window_links(window, actor, f"{PORTAL.ticket_url('ticket_detail', ticket)}?view=history")
    return HistoryPart(history_entries(reversed(window.rows), for_employee=False), links)


def _contact(actor: Actor, ticket: Ticket) -> Contact | None:
    if not may(actor, "ticketing.see_reporter_contact", ticket):
        return None
    person = ticket.reporter
    return Contact(
        name=person.name if person.first_name or person.last_name else "",
        phone=person.phone,
        email=person.contact_email or person.email or "",
        is_own=person == actor.person,
    )
