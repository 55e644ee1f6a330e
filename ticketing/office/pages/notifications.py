"""The bell: what happened, each time asked again whether its ticket may still be known."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Count, Exists, Max, OuterRef
from django.urls import reverse

from config.common import clock
from config.common.keyset import Key, keyset_page, number
from config.common.numbers import whole_number
from fleet.actors import Actor
from fleet.models import Person
from messenger.models import Notification
from messenger.preferences import hears_any
from messenger.selectors import BellState, bell_state, notifications_of
from ticketing.access import tickets_for
from ticketing.models import Ticket
from ticketing.office.pages.notification_reasons import why_of
from ticketing.summaries import Told, summary, told

PAGE_SIZE = 30  # Rows: what the drawer shows at once.
NEWEST_FIRST = Key("pk", number, descending=True)
# More at once would cover the page; the bell has them all.
MOST_TOASTS = 3
# A page that was away for long: the newest of so many notifications are announced.
LOOKED_AT = 50


@dataclass(frozen=True)
class NotificationLine:
    """All that is unread about a ticket, or else what came last; without a ticket if the reader may not know of it.

    `notification` is the newest of them: reading it reads all. `unread` is their number.
    """

    notification: Notification
    told: Sequence[Told]
    ticket: Ticket | None
    is_for_employee: bool
    unread: int = 0
    # Why the reader gets this, and where they mute the ticket; toasts say neither.
    why: str = ""
    mute_url: str = ""

    @cached_property
    def sentence(self) -> str:
        return summary(self.told, self.ticket, for_employee=self.is_for_employee) if self.ticket else ""

    @property
    def person(self) -> Person | None:
        """Whose picture it shows: who caused the newest fact that someone caused."""
        return next((each.actor for each in self.told if each.names_person and each.actor), None)

    @property
    def icon(self) -> str:
        return self.told[0].kind.icon

    @property
    def is_urgent(self) -> bool:
        return any(each.kind.is_urgent for each in self.told) and bool(self.unread)


@dataclass(frozen=True)
class NotificationListPage:
    """A line for each ticket, the newest first, and the addresses of the pages before and after."""

    # Of the bell when the entries were read, or from a moment before.
    number: str
    cursor: str
    entries: list[NotificationLine]
    previous: str
    next: str
    # Where the reader chooses what they are told.
    settings_url: str


def notification_list_page(actor: Actor, cursor: str) -> NotificationListPage:
    """Thirteen queries at most, however many rows."""
    bell = bell_state(actor)
    mine = notifications_of(actor)
    newer = Notification.objects.filter(person=OuterRef("person"), ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"))
    page = keyset_page(mine.filter(~Exists(newer)), key=NEWEST_FIRST, cursor=cursor, size=PAGE_SIZE)
    return NotificationListPage(
        number=bell.number,
        cursor=cursor,
        entries=_with_reasons(actor, _lines(actor, page.rows)),
        previous=notification_list_url(page.previous) if page.previous else "",
        next=notification_list_url(page.next) if page.next else "",
        settings_url=reverse("office:notification_settings"),
    )


def notification_list_url(cursor: str = "") -> str:
    address = reverse("office:notification_list")
    return f"{address}?cursor={cursor}" if cursor else address


def _lines(actor: Actor, newest: Sequence[Notification]) -> list[NotificationLine]:
    """A line for each of these, which are the newest of their tickets; three queries."""
    ids = [row.ticket_id for row in newest]
    if not ids:
        return []
    shown = tickets_for(actor).filter(pk__in=ids).select_related("flow", "device")
    tickets = {ticket.pk: ticket for ticket in shown}
    unread = _unread_kinds(actor, ids)
    last = {*(kind.last for kinds in unread.values() for kind in kinds), *(row.pk for row in newest)}
    rows = Notification.objects.select_related("actor").in_bulk(last)
    lines = []
    for head in newest:
        kinds = unread.get(head.ticket_id) or [_UnreadKind(head.pk)]
        # What was taken back meanwhile is not there.
        of_ticket = [(rows[kind.last], kind) for kind in kinds if kind.last in rows]
        if of_ticket:
            lines.append(
                NotificationLine(
                    notification=of_ticket[0][0],
                    told=[told(row.kind, row.actor, count=kind.count, actors=kind.actors) for row, kind in of_ticket],
                    ticket=tickets.get(head.ticket_id),
                    is_for_employee=actor.is_employee,
                    unread=sum(kind.count for _row, kind in of_ticket if kind.is_unread),
                )
            )
    return lines


def _with_reasons(actor: Actor, lines: Sequence[NotificationLine]) -> list[NotificationLine]:
    reasons = why_of(actor, (line.notification for line in lines if line.ticket))
    return [
        replace(
            line,
            why=reasons.get(line.notification.pk, ""),
            mute_url=reverse("office:ticket_mute", args=[line.ticket.pk]) if line.ticket else "",
        )
        for line in lines
    ]


@dataclass(frozen=True)
class _UnreadKind:
    """Notifications of a kind about a ticket by the id of the last one; `actors` is how many people caused them."""

    last: int
    count: int = 1
    actors: int = 1
    is_unread: bool = False


def _unread_kinds(actor: Actor, tickets: Collection[int]) -> dict[int, list[_UnreadKind]]:
    """By ticket, the newest kind first; one query."""
    groups = notifications_of(actor).filter(ticket__in=tickets, read_at=None).order_by().values_list("ticket", "kind")
    counted = groups.annotate(Max("pk"), Count("pk"), Count("actor", distinct=True))
    found: dict[int, list[_UnreadKind]] = {}
    for ticket, _kind, last, count, actors in sorted(counted, key=lambda group: -group[2]):
        found.setdefault(ticket, []).append(_UnreadKind(last, count, actors, is_unread=True))
    return found


@dataclass(frozen=True)
class Bell:
    """What an open page is to show: the number, toasts about `news`, and none any more about the tickets `gone`.

    `newest` is the id of the newest unread notification, or 0. `sounds` if the person wants to hear of one of these.
    """

    unread: int
    newest: int
    news: list[NotificationLine]
    gone: list[int]
    sounds: bool = False


def bell_of(actor: Actor, state: BellState, *, after: str, shown: Iterable[str], page_url: str) -> Bell:
    """The bell for a page that knows the notifications up to the id `after`, and has toasts about the tickets `shown`.

    Five queries at most, and two more where something is urgent.
    """
    known, toasts = whole_number(after), {found for each in shown if (found := whole_number(each))}
    news = []
    # Nothing is news to a page that knows none yet, and to the page of the ticket itself.
    if known is not None and state.latest > known:
        lines = _lines(actor, _news(actor, known))
        news = [each for each in lines if each.ticket and each.ticket.get_absolute_url() not in page_url]
    renewed = {each.notification.ticket_id for each in news}
    gone = (toasts - _unread(actor, toasts)) | (toasts & renewed)
    return Bell(state.unread, state.latest, news, sorted(gone), sounds=_sounds(actor, news))


def _sounds(actor: Actor, news: Sequence[NotificationLine]) -> bool:
    urgent = [line.notification.ticket_id for line in news if line.is_urgent]
    if not urgent or actor.person is None:
        return False
    return hears_any(actor.person, urgent, clock.now())


def _news(actor: Actor, known: int) -> list[Notification]:
    rows = notifications_of(actor).filter(read_at=None, pk__gt=known).order_by("-pk")[:LOOKED_AT]
    newest: dict[int, Notification] = {}
    for row in rows:
        newest.setdefault(row.ticket_id, row)
    return [*newest.values()][:MOST_TOASTS]


def _unread(actor: Actor, tickets: Collection[int]) -> set[int]:
    """Those of the tickets of which something is unread."""
    if not tickets:
        return set()
    found = notifications_of(actor).filter(ticket__in=tickets, read_at=None)
    return set(found.values_list("ticket", flat=True))
