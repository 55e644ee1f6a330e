"""The bell: what a person was told, each row asked again whether its ticket may still be known."""

from dataclasses import dataclass

from config.common.keyset import Key, Page, keyset_page, number
from fleet.actors import Actor
from messenger.kinds import require_kind
from messenger.models import Notification
from messenger.selectors import notifications_of
from ticketing.access import tickets_for
from ticketing.models import Ticket

PAGE_SIZE = 30  # Rows: what the drawer shows at once.
NEWEST_FIRST = Key("pk", number, descending=True)


@dataclass(frozen=True)
class Told:
    """A notification with the ticket; without one if the person may no longer know of it."""

    notification: Notification
    ticket: Ticket | None

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        kind = require_kind(self.notification.kind)
        actor = self.notification.actor
        names = {"actor": actor.name if actor else "Fleetdesk", "ticket": self.ticket.reference if self.ticket else ""}
        return str(kind.sentence) % names

    @property
    def icon(self) -> str:
        return require_kind(self.notification.kind).icon

    @property
    def is_urgent(self) -> bool:
        return require_kind(self.notification.kind).is_urgent


def inbox_page(actor: Actor, *, cursor: str) -> tuple[list[Told], Page[Notification]]:
    """One page of what the actor was told, newest first; two queries, however many rows."""
    page = keyset_page(notifications_of(actor).select_related("actor"), key=NEWEST_FIRST, cursor=cursor, size=PAGE_SIZE)
    ids = {row.ticket_id for row in page.rows}
    tickets = {t.pk: t for t in tickets_for(actor).filter(pk__in=ids).select_related("flow")} if ids else {}
    return [Told(row, tickets.get(row.ticket_id)) for row in page.rows], page
