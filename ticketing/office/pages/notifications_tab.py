"""The tab of a ticket that says who is notified of it, why and how, and what became of each notification."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.rules import require
from config.common.windows import Place, window_at, window_of
from fleet.actors import Actor
from fleet.models import Person
from messenger.kinds import DELIVERY_FAILED, require_kind
from messenger.models import Channel, Delivery, DeliveryState, Notification, Occasion, PushDevice, Reason, TicketPush
from messenger.preferences import Wishes, wishes_of_all
from messenger.source import Scope, ticket_source
from ticketing import audiences
from ticketing.audiences import Audience, Situation
from ticketing.entry_kinds import (
    ALL_OFFERS_REJECTED,
    ASSIGNED_AUTOMATICALLY,
    ENTRY_KINDS,
    NO_EMPLOYEE_RESPONSIBLE,
    TEAM_MISSING,
    TICKET_OFFERED,
)
from ticketing.history import names_in
from ticketing.models import JournalEntry, Ticket
from ticketing.pages.conversation import WindowLinks
from ticketing.surfaces import OFFICE

# Notifications whose own sentence says it of the ticket; those of others speak to the person who is notified.
OF_TICKET = frozenset(
    kind.name for kind in (NO_EMPLOYEE_RESPONSIBLE, ALL_OFFERS_REJECTED, TEAM_MISSING, DELIVERY_FAILED)
)
# What nobody did, but followed by itself.
BY_ITSELF = OF_TICKET | {TICKET_OFFERED.name, *(each.name for each in ASSIGNED_AUTOMATICALLY.notifications)}
# What a circle is for those who are not in it, by its name.
REASONS: Mapping[str, str | Promise] = {
    audiences.RESPONSIBLE.name: _("Responsible"),
    audiences.WAITING.name: _("The ticket is offered to them, and no one has taken it yet"),
    audiences.SUPERIORS_WHERE_NO_ONE_WAITS.name: _("No one is responsible: moderators and administrators"),
    audiences.OFFERED.name: _("The ticket is offered to them"),
    audiences.MANAGERS.name: _("Managers of the customer"),
    audiences.OWN.name: _("It is their ticket: they created it, or it was recorded for them"),
    audiences.CODE_USERS.name: _("Asked to hear of it on their device"),
    audiences.INFORMED.name: _("The group that is informed about tickets of this kind"),
}


@dataclass(frozen=True)
class Subject:
    """What people may be notified of while the ticket is as it is now."""

    label: str | Promise
    icon: str
    occasion: Occasion
    audience: Audience


SUBJECTS = (
    Subject(_("Messages"), "message-circle", Occasion.MESSAGE, audiences.OF_CONVERSATION),
    Subject(_("Updates"), "clipboard-list", Occasion.UPDATE, audiences.OF_CONVERSATION),
    Subject(_("Internal updates"), "lock", Occasion.INTERNAL_UPDATE, audiences.OF_INTERNAL_UPDATES),
    Subject(_("Offers"), "inbox", Occasion.OFFER, TICKET_OFFERED.audience),
)


@dataclass(frozen=True)
class Ways:
    """How a person hears of a subject; none at all if they do not."""

    subject: Subject
    has_bell: bool = False
    has_email: bool = False
    has_push: bool = False

    @property
    def is_told(self) -> bool:
        return self.has_bell or self.has_email or self.has_push


@dataclass(frozen=True)
class Listener:
    """A person who is notified of something now."""

    person: Person
    is_muted: bool
    ways: Sequence[Ways]


@dataclass(frozen=True)
class Listeners:
    """People who are notified for the same reason."""

    reason: str | Promise
    people: Sequence[Listener]


@dataclass(frozen=True)
class Outcome:
    """What became of a notification on one way; `at` is when, or for what waits on purpose when it is planned."""

    label: str | Promise
    icon: str
    tone: str
    at: datetime | None = None
    reason: str = ""
    is_planned: bool = False


@dataclass(frozen=True)
class Delivered:
    """A fact of which a person was notified; `actor` is None for what followed by itself."""

    at: datetime
    icon: str
    sentence: str
    actor: Person | None
    person: Person
    # None where there is no such way to the person.
    bell: Outcome | None
    email: Outcome | None
    push: Outcome | None


@dataclass(frozen=True)
class NotificationsTab:
    """Who is notified now, by reason, and below what was delivered, newest first."""

    subjects: Sequence[Subject]
    listeners: Sequence[Listeners]
    delivered: Sequence[Delivered]
    links: WindowLinks


def notifications_tab(actor: Actor, ticket: Ticket, place: Place) -> NotificationsTab:
    """Raises the refusal of ``ticketing.read_internal_journal``. As many queries for one person as for a hundred."""
    require(actor, "ticketing.read_internal_journal", ticket)
    # A row for each person and fact: every person may have push, and code users nothing else.
    pushes = Delivery.objects.filter(ticket=ticket, channel=Channel.PUSH).select_related("person", "actor")
    window = window_at(place, lambda at: window_of(pushes, number="pk", place=at))
    url = f"{OFFICE.ticket_url('ticket_detail', ticket)}?tab=notifications"
    return NotificationsTab(
        subjects=SUBJECTS,
        listeners=_listeners(ticket),
        delivered=_delivered(ticket, window.rows[::-1]),
        links=WindowLinks(
            earlier=f"{url}&before={window.rows[0].pk}" if window.has_earlier else "",
            later=f"{url}&after={window.rows[-1].pk}" if window.has_later else "",
        ),
    )


# Who is notified now -------------------------------------------------------------------------------------------------


def _listeners(ticket: Ticket) -> list[Listeners]:
    people, told, reasons = _audiences(ticket)
    wishes = wishes_of_all(people.values(), clock.now())
    scope, devices = ticket_source().scope(ticket.pk), _with_push(ticket, people)
    groups: dict[str, list[Listener]] = {}
    for key, person in people.items():
        wished = wishes[key]
        is_muted = ticket.pk in wished.muted
        ways = [
            _ways(subject, person, wished, scope, sends=not is_muted, has_device=key in devices)
            if key in told[subject.label]
            else Ways(subject)
            for subject in SUBJECTS
        ]
        groups.setdefault(reasons[key], []).append(Listener(person, is_muted, ways))
    return [Listeners(REASONS[name], group) for name, group in groups.items()]


def _audiences(ticket: Ticket) -> tuple[dict[int, Person], dict[str | Promise, set[int]], dict[int, str]]:
    """The people by id, those of each subject, and the name of the circle for which each is there."""
    as_now = copy(ticket)
    # What pages prefetch lacks columns that rules ask of people.
    vars(as_now)["_prefetched_objects_cache"] = {}
    case = Situation(JournalEntry(ticket=as_now))
    people: dict[int, Person] = {}
    told: dict[str | Promise, set[int]] = {}
    reasons: dict[int, str] = {}
    for subject in SUBJECTS:
        told[subject.label] = set()
        for circle in subject.audience:
            for person in circle.members(case):
                people.setdefault(person.pk, person)
                reasons.setdefault(person.pk, circle.name)
                told[subject.label].add(person.pk)
    return people, told, reasons


def _with_push(ticket: Ticket, people: Mapping[int, Person]) -> set[int]:
    """Those of whom a device takes push notifications of the ticket; two queries."""
    # Code users ask for one ticket at a time.
    own = PushDevice.objects.filter(person__in=[key for key, each in people.items() if not each.is_code_user])
    asked = TicketPush.objects.standing().filter(ticket=ticket, push_device__person__in=people)
    return {*own.values_list("person", flat=True), *asked.values_list("push_device__person", flat=True)}


def _ways(subject: Subject, person: Person, wishes: Wishes, scope: Scope, *, sends: bool, has_device: bool) -> Ways:
    def wants(channel: Channel) -> bool:
        return sends and wishes.wants(subject.occasion, channel, scope)

    return Ways(
        subject,
        has_bell=not person.is_code_user,
        has_email=bool(person.email) and not person.is_code_user and wants(Channel.EMAIL),
        has_push=has_device and wants(Channel.PUSH),
    )


# What was delivered --------------------------------------------------------------------------------------------------

_LOOKS = {
    DeliveryState.WAITING: ("hourglass", "dashed"),
    DeliveryState.SENDING: ("send", "dashed"),
    DeliveryState.SENT: ("check", "teal"),
    DeliveryState.NOT_NEEDED: ("minus", "quiet"),
    DeliveryState.DEAD: ("circle-alert", "danger"),
}
_Key = tuple[int, str, int]


def _delivered(ticket: Ticket, pushes: Sequence[Delivery]) -> list[Delivered]:
    """Five queries, however many rows."""
    if not pushes:
        return []
    sequences = {row.sequence for row in pushes}
    same = {"ticket": ticket, "sequence__in": sequences, "person__in": {row.person_id for row in pushes}}
    emails = {_key(row): row for row in Delivery.objects.filter(channel=Channel.EMAIL, **same)}
    bells = {_key(row): row for row in Notification.objects.filter(**same)}
    entries = list(JournalEntry.objects.filter(ticket=ticket, sequence__in=sequences).select_related("person"))
    names = names_in(entries)
    sentences = {entry.sequence: ENTRY_KINDS[entry.kind].sentence(entry, names) for entry in entries}
    return [
        Delivered(
            at=row.created_at,
            icon=require_kind(row.kind).icon,
            sentence=str(require_kind(row.kind).sentence) if row.kind in OF_TICKET else sentences.get(row.sequence, ""),
            actor=None if row.kind in BY_ITSELF else row.actor,
            person=row.person,
            bell=None if row.person.is_code_user else _of_bell(bells.get(_key(row))),
            email=_outcome(emails[_key(row)]) if _key(row) in emails else None,
            push=_outcome(row),
        )
        for row in pushes
    ]


def _key(row: Delivery | Notification) -> _Key:
    return row.person_id, row.kind, row.sequence


def _outcome(row: Delivery) -> Outcome:
    state = DeliveryState(row.state)
    icon, tone = _LOOKS[state]
    reason = str(Reason(row.reason).label) if row.reason else ""
    is_planned = state == DeliveryState.WAITING and row.due_at > clock.now()
    return Outcome(state.label, icon, tone, row.due_at if is_planned else row.finished_at, reason, is_planned)


def _of_bell(row: Notification | None) -> Outcome:
    if row is None:
        return Outcome(_("Taken back"), "undo-2", "quiet")
    if row.read_at is None:
        return Outcome(_("Unread"), "bell", "dashed")
    return Outcome(_("Read"), "check-check", "teal", row.read_at)
