"""The bell: what happened, each time asked again whether its ticket may still be known."""

import re
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from config.common import clock
from config.common.keyset import Key, keyset_page, number
from config.common.rows import get_or_none
from fleet.actors import Actor
from messenger.kinds import require_kind
from messenger.models import Notification
from messenger.preferences import wishes_of
from messenger.selectors import bell_state, count_unread, notifications_of
from ticketing.access import tickets_for
from ticketing.models import Ticket

PAGE_SIZE = 30  # Rows: what the drawer shows at once.
NEWEST_FIRST = Key("pk", number, descending=True)


@dataclass(frozen=True)
class ListedNotification:
    """A notification in the reader's language; without a ticket if they may no longer know of it.

    It stands for all of its kind about its ticket: `unread` of them were not read, and `has_others` if more than one
    person caused these.
    """

    notification: Notification
    ticket: Ticket | None
    unread: int = 1
    has_others: bool = False

    @property
    def sentence(self) -> str:
        kind = require_kind(self.notification.kind)
        actor = self.notification.actor
        name = actor.name if actor else "Fleetdesk"
        if self.unread > 1 and kind.several:
            who = _("%(name)s and others") % {"name": name} if self.has_others else name
            # It is made for the number and the reader at once.
            return f"{who} · {kind.several % {'n': self.unread}}"
        names = {"actor": name, "ticket": self.ticket.reference if self.ticket else ""}
        return str(kind.sentence) % names

    @property
    def names_person(self) -> bool:
        """Not where something followed by itself, whoever did what it follows from."""
        return "%(actor)s" in str(require_kind(self.notification.kind).sentence)

    @property
    def icon(self) -> str:
        return require_kind(self.notification.kind).icon

    @property
    def is_urgent(self) -> bool:
        return require_kind(self.notification.kind).is_urgent


@dataclass(frozen=True)
class NotificationListPage:
    """Notifications, newest first, and the addresses of the pages before and after."""

    # Of the bell when the entries were read, or from a moment before.
    number: str
    entries: list[ListedNotification]
    previous: str
    next: str


def notification_list_page(actor: Actor, cursor: str) -> NotificationListPage:
    """Three queries, however many rows: one row for each kind and ticket."""
    bell = bell_state(actor)
    rows = notifications_of(actor).filter(~Exists(_of_its_kind().filter(sequence__gt=OuterRef("sequence"))))
    page = keyset_page(rows, key=NEWEST_FIRST, cursor=cursor, size=PAGE_SIZE, with_details=_with_counts)
    ids = {row.ticket_id for row in page.rows}
    tickets = {t.pk: t for t in tickets_for(actor).filter(pk__in=ids).select_related("flow")} if ids else {}
    address = reverse("office:notification_list")
    return NotificationListPage(
        number=bell.number,
        entries=[_listed(row, tickets.get(row.ticket_id)) for row in page.rows],
        previous=f"{address}?cursor={page.previous}" if page.previous else "",
        next=f"{address}?cursor={page.next}" if page.next else "",
    )


def _of_its_kind() -> QuerySet[Notification]:
    """Those that are shown with the notification of the query around."""
    return Notification.objects.filter(
        person=OuterRef("person"), ticket=OuterRef("ticket"), kind=OuterRef("kind")
    ).order_by()


def _with_counts(chosen: QuerySet[Notification]) -> QuerySet[Notification]:
    unread = _of_its_kind().filter(read_at=None).values("kind")
    return (
        Notification.objects.filter(pk__in=chosen.values("pk"))
        .select_related("actor")
        .annotate(
            unread_count=Subquery(unread.annotate(found=Count("pk")).values("found")),
            actor_count=Subquery(unread.annotate(found=Count("actor", distinct=True)).values("found")),
        )
    )


def _listed(row: Notification, ticket: Ticket | None) -> ListedNotification:
    unread, actors = (getattr(row, name) or 0 for name in ("unread_count", "actor_count"))
    return ListedNotification(row, ticket, unread=unread, has_others=actors > 1)


@dataclass(frozen=True)
class Bell:
    """`newest` is the id of the newest unread notification, or 0; `news` is that one if it is to be announced.

    `sounds` if it is urgent and the person wants to hear it.
    """

    unread: int
    newest: int
    news: ListedNotification | None
    sounds: bool = False


def bell_of(actor: Actor, *, after: str, page_url: str) -> Bell:
    """The bell for a page that knows the notifications up to the id `after`.

    Three queries at most, and what the person has set where something is urgent.
    """
    newest = notifications_of(actor).filter(read_at=None).select_related("actor").first()
    if newest is None:
        return Bell(unread=0, newest=0, news=None)
    news = None
    # Nothing is news to a page that knows none yet, and to the page of the ticket itself.
    if re.fullmatch(r"[0-9]{1,18}", after) and newest.pk > int(after):
        ticket = get_or_none(tickets_for(actor).filter(pk=newest.ticket_id).select_related("flow", "device"))
        if ticket and ticket.get_absolute_url() not in page_url:
            news = ListedNotification(newest, ticket)
    return Bell(count_unread(actor), newest.pk, news, sounds=_sounds(actor, news))


def _sounds(actor: Actor, news: ListedNotification | None) -> bool:
    if news is None or not news.is_urgent or actor.person is None:
        return False
    return wishes_of(actor.person, clock.now()).hears(news.notification.ticket_id, clock.now())
