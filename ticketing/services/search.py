"""The folded search columns of a ticket: three, so that what is found never tells more than may be read."""

from collections.abc import Iterable

from config.common.text import fold_all
from messenger.models import Attachment
from ticketing.models import Ticket, Update


def fill_search(ticket: Ticket, answers: Iterable[str]) -> None:
    """What everybody who sees the ticket may find it by, and the device's owner for employees.

    Holders of a code must not learn the customer, the place or the second number of a device by trying words. A
    building block: the caller saves nothing else of the ticket.
    """
    device, flow = ticket.device, ticket.flow
    parts, inside = [str(ticket.number or ""), ticket.subject], [ticket.customer.name if ticket.customer else ""]
    if device is not None:
        parts += [device.name, device.model, device.identification]
        inside += [device.location, device.serial_number]
    if flow is not None:
        parts += [flow.name_en, flow.name_de, flow.name_fr]  # type: ignore[attr-defined]
    ticket.search_public = fold_all(*parts, *answers)
    ticket.search_internal = fold_all(*inside)
    ticket.save(update_fields=["search_public", "search_internal"])


def add_message_text(ticket: Ticket, text: str, attachments: Iterable[Attachment]) -> None:
    """Make a message findable for those who may read messages."""
    ticket.search_messages = _joined(ticket.search_messages, text, attachments)
    ticket.save(update_fields=["search_messages"])


def add_update_text(ticket: Ticket, update: Update, attachments: Iterable[Attachment]) -> None:
    """Make an update findable: an internal one for employees only."""
    column = "search_internal" if update.is_internal else "search_public"
    setattr(ticket, column, _joined(getattr(ticket, column), update.text, attachments))
    ticket.save(update_fields=[column])


def _joined(column: str, text: str, attachments: Iterable[Attachment]) -> str:
    return f"{column} {fold_all(text, *(a.name for a in attachments))}".strip()
