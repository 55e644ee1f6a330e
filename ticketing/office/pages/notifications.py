"""The bell: what happened, each time asked again whether its ticket may still be known."""

from dataclasses import dataclass

from django.urls import reverse

from config.common.keyset import Key, keyset_page, number
from fleet.actors import Actor
from messenger.kinds import require_kind
from messenger.models import Notification
from messenger.selectors import notifications_of
from ticketing.access import tickets_for
from ticketing.models import Ticket

PAGE_SIZE = 30  # Rows: what the drawer shows at once.
NEWEST_FIRST = Key("pk", number, descending=True)


@dataclass(frozen=True)
class ListedNotification:
    """A notification in the reader's language; without a ticket if they may no longer know of it."""

    notification: Notification
    ticket: Ticket | None

    @property
    def sentence(self) -> str:
        actor = self.notification.actor
        names = {"actor": actor.name if actor else "Fleetdesk", "ticket": self.ticket.reference if self.ticket else ""}
        return str(require_kind(self.notification.kind).sentence) % names

    @property
    def icon(self) -> str:
        return require_kind(self.notification.kind).icon

    @property
    def is_urgent(self) -> bool:
        return require_kind(self.notification.kind).is_urgent


@dataclass(frozen=True)
class NotificationListPage:
    """Notifications, newest first, and the addresses of the pages before and after."""

    entries: list[ListedNotification]
    previous: str
    next: str


def notification_list_page(actor: Actor, cursor: str) -> NotificationListPage:
    """Two queries, however many rows."""
    page = keyset_page(notifications_of(actor).select_related("actor"), key=NEWEST_FIRST, cursor=cursor, size=PAGE_SIZE)
    ids = {row.ticket_id for row in page.rows}
    tickets = {t.pk: t for t in tickets_for(actor).filter(pk__in=ids).select_related("flow")} if ids else {}
    address = reverse("office:notification_list")
    return NotificationListPage(
        entries=[ListedNotification(row, tickets.get(row.ticket_id)) for row in page.rows],
        previous=f"{address}?cursor={page.previous}" if page.previous else "",
        next=f"{address}?cursor={page.next}" if page.next else "",
    )
