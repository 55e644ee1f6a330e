"""The tabs of the ticket page: who may know of each, and what it shows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.interface import exact_time
from config.common.rows import get_or_none
from config.common.rules import may, require
from config.common.windows import WINDOW_SIZE, Place, window_at, window_in
from fleet.actors import Actor
from fleet.models import Assignment, Offer, Person
from ticketing.access import answers_for, help_path_for, journal_for, tickets_for
from ticketing.forms.actions import WithdrawForm
from ticketing.history import HistoryEntry, history_entries
from ticketing.models import Ticket
from ticketing.office.pages.notifications_tab import NotificationsTab, notifications_tab
from ticketing.pages.answers import ShownAnswer, shown_answers
from ticketing.pages.conversation import (
    ConversationPart,
    UpdatesPart,
    WindowLinks,
    conversation_part,
    updates_part,
    window_links,
)
from ticketing.surfaces import OFFICE


@dataclass(frozen=True)
class GeneralTab:
    """What was reported, the ratings, and how the ticket came in; `follows` is the ticket that it continues.

    `looked_at` are the titles of what its reporter had read in the assistant before.
    """

    ticket: Ticket
    answers: list[ShownAnswer]
    looked_at: list[str]
    follows: Ticket | None
    ratings: list[object]  # Ratings are a layer above this one.
    shows_last_change: bool
    may_read_comment: bool
    # The sheet of its reservation; empty where there is none for the reader.
    reservation_url: str


@dataclass(frozen=True)
class MessengerTab:
    """The conversation, or for members without part in the case the reason why they do not see it."""

    conversation: ConversationPart | None
    refusal: str


@dataclass(frozen=True)
class Involved:
    """A person who was asked or is responsible: the latest offer with its decision, and since when responsible."""

    person: Person
    offer: Offer | None
    assignment: Assignment | None

    @property
    def started(self) -> str:
        """Since when they are responsible, as the reader's language writes dates; empty if they are not."""
        return exact_time(self.assignment.started_at) if self.assignment else ""

    @property
    def dialog_id(self) -> str:
        return f"withdraw-{self.person.pk}"

    @property
    def is_undecided(self) -> bool:
        return self.offer is not None and self.offer.decided_at is None

    @property
    def withdraw_form(self) -> WithdrawForm:
        return WithdrawForm([self.person])

    @property
    def can_be_withdrawn(self) -> bool:
        return self.assignment is not None or self.is_undecided


@dataclass(frozen=True)
class OffersTab:
    """Who was asked, who is responsible, and who was before."""

    ticket: Ticket
    involved: list[Involved]
    links: WindowLinks
    # The last ones; the history knows all.
    ended: list[Assignment]
    history_url: str
    may_assign: bool


@dataclass(frozen=True)
class HistoryTab:
    """The record, newest first; `marks_internal` where the reader gets entries of both kinds."""

    entries: list[HistoryEntry]
    links: WindowLinks
    marks_internal: bool


Body = GeneralTab | MessengerTab | UpdatesPart | OffersTab | NotificationsTab | HistoryTab


def general_tab(actor: Actor, ticket: Ticket, _place: Place) -> GeneralTab:
    return GeneralTab(
        ticket=ticket,
        answers=shown_answers(answers_for(actor, ticket)),
        looked_at=[str(title) for title in help_path_for(actor, ticket)],
        follows=get_or_none(tickets_for(actor).filter(pk=ticket.follows_id)) if ticket.follows_id else None,
        ratings=[] if ticket.is_draft else list(ticket.ratings.select_related("person")),
        # It counts internal facts, too.
        shows_last_change=actor.is_employee,
        may_read_comment=bool(may(actor, "ticketing.read_comment", ticket)),
        reservation_url=_reservation_url(actor, ticket),
    )


def _reservation_url(actor: Actor, ticket: Ticket) -> str:
    reservation = ticket.reservation
    if reservation is None or not may(actor, "fleet.view_reservation", reservation):
        return ""
    return reverse("office:reservation_detail", args=[reservation.pk])


def messenger_tab(actor: Actor, ticket: Ticket, place: Place) -> MessengerTab:
    reading = may(actor, "ticketing.read_messages", ticket)
    return MessengerTab(conversation_part(actor, ticket, OFFICE, place) if reading else None, str(reading.reason))


def updates_tab(actor: Actor, ticket: Ticket, place: Place) -> UpdatesPart:
    return updates_part(actor, ticket, OFFICE, place)


def internal_tab(actor: Actor, ticket: Ticket, place: Place) -> UpdatesPart:
    return updates_part(actor, ticket, OFFICE, place, internal=True)


def offers_tab(actor: Actor, ticket: Ticket, place: Place) -> OffersTab:
    """Raises the refusal of ``ticketing.read_internal_journal``."""
    require(actor, "ticketing.read_internal_journal", ticket)
    url = OFFICE.ticket_url("ticket_detail", ticket)
    people = involved_people(ticket)
    asked = [each for each in people if each.assignment is None]
    window = window_at(place, lambda at: window_in(asked, number=_offer_id, place=at))
    ended = [each for each in ticket.assignments.all() if each.ended_at is not None]
    return OffersTab(
        ticket=ticket,
        involved=[*(each for each in people if each.assignment), *window.rows],
        links=WindowLinks(
            earlier=f"{url}?tab=offers&before={_offer_id(window.rows[0])}" if window.has_earlier else "",
            later=f"{url}?tab=offers&after={_offer_id(window.rows[-1])}" if window.has_later else "",
        ),
        ended=ended[-WINDOW_SIZE:],
        history_url=f"{url}?tab=history" if len(ended) > WINDOW_SIZE else "",
        may_assign=bool(may(actor, "ticketing.assign", ticket)),
    )


def _offer_id(each: Involved) -> int:
    # Who is not responsible is there because of an offer.
    assert each.offer is not None
    return each.offer.pk


def involved_people(ticket: Ticket) -> list[Involved]:
    """All who were asked or are responsible, responsible people first; no query where both are prefetched."""
    offers = {offer.person: offer for offer in ticket.offers.all()}
    assignments = {each.person: each for each in ticket.assignments.all() if each.ended_at is None}
    people = [*assignments, *(person for person in offers if person not in assignments)]
    return [Involved(person, offers.get(person), assignments.get(person)) for person in people]


def history_tab(actor: Actor, ticket: Ticket, place: Place) -> HistoryTab:
    window = window_at(place, lambda at: journal_for(actor, ticket, place=at))
    links = window_links(window, actor, f"{OFFICE.ticket_url('ticket_detail', ticket)}?tab=history")
    entries = history_entries(reversed(window.rows), for_employee=actor.is_employee)
    return HistoryTab(entries, links, marks_internal=actor.is_employee)


@dataclass(frozen=True)
class Tab:
    """A tab is there when its rule lets its name be known; what is in it is asked again when it is opened."""

    name: str
    label: str | Promise
    icon: str
    rule: str
    template: str
    body: Callable[[Actor, Ticket, Place], Body]
    is_internal: bool = False


TABS = {
    tab.name: tab
    for tab in (
        Tab(
            "general",
            _("General"),
            "clipboard",
            "ticketing.view_ticket",
            "ticketing/office/_general_tab.html",
            general_tab,
        ),
        Tab(
            "messenger",
            _("Messenger"),
            "message-circle",
            "ticketing.follow_ticket",
            "ticketing/office/_messenger_tab.html",
            messenger_tab,
        ),
        Tab(
            "updates",
            _("Updates"),
            "clipboard-list",
            "ticketing.read_public_updates",
            "ticketing/office/_updates_tab.html",
            updates_tab,
        ),
        Tab(
            "internal",
            _("Internal updates"),
            "lock",
            "ticketing.read_internal_updates",
            "ticketing/office/_updates_tab.html",
            internal_tab,
            is_internal=True,
        ),
        Tab(
            "offers",
            _("Offers"),
            "inbox",
            "ticketing.read_internal_journal",
            "ticketing/office/_offers_tab.html",
            offers_tab,
        ),
        Tab(
            "notifications",
            _("Notifications"),
            "bell",
            "ticketing.read_internal_journal",
            "ticketing/office/_notifications_tab.html",
            notifications_tab,
        ),
        Tab(
            "history",
            _("History"),
            "history",
            "ticketing.read_journal",
            "ticketing/office/_history_tab.html",
            history_tab,
        ),
    )
}
