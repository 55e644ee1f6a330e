"""The folded search columns of a ticket."""

from collections.abc import Iterable, Mapping
from typing import Any

from config.common.languages import LANGUAGES, texts_of
from config.common.text import fold_all
from messenger.models import Attachment
from ticketing.models import Answer, Ticket, Update


def fill_search(ticket: Ticket, answers: Iterable[Answer]) -> None:
    """Fill the public column, also with the answers, and the internal one with the device's owner.

    A building block under the caller's lock. Does not save.
    """
    device, flow = ticket.device, ticket.flow
    parts, inside = [str(ticket.number or ""), ticket.subject], [ticket.customer.name if ticket.customer else ""]
    if device is not None:
        parts += [device.name, device.model, device.identification]
        # Holders of a code must not learn these, nor the customer, by trying words.
        inside += [device.location, device.serial_number]
    if flow is not None:
        parts += texts_of(flow, "name").values()
    parts.append(ticket.description)
    # For managers and employees, not for everyone who sees the ticket.
    inside.append(ticket.comment)
    parts += [searchable(answer.value) for answer in answers]
    ticket.search_public = fold_all(*parts)
    ticket.search_internal = fold_all(*inside)


def refill_search(ticket: Ticket) -> None:
    """Fill the columns of an edited ticket anew, and save them. A building block under the caller's lock."""
    answers = ticket.answers.prefetch_related("attachments")
    fill_search(ticket, answers)
    ticket.search_public = f"{ticket.number} {ticket.search_public}"
    for update in ticket.updates.prefetch_related("attachments"):
        add_update_text(ticket, update, update.attachments.all())
    ticket.save(update_fields=["search_public", "search_internal"])


def searchable(value: Mapping[str, Any]) -> str:
    """What of an answer's value a ticket can be found by: text, number, and labels in all languages."""
    labels = [choice.get(language, "") for choice in value.get("choices", ()) for language in LANGUAGES]
    return " ".join(filter(None, [value.get("text"), value.get("number"), *labels]))


def add_message_text(ticket: Ticket, text: str, attachments: Iterable[Attachment]) -> None:
    """Make a message findable by people who may read messages. A building block under the caller's lock."""
    ticket.search_messages = _joined(ticket.search_messages, text, attachments)
    ticket.save(update_fields=["search_messages"])


def add_update_text(ticket: Ticket, update: Update, attachments: Iterable[Attachment]) -> None:
    """Make an update findable, an internal one by employees only. A building block under the caller's lock."""
    column = "search_internal" if update.is_internal else "search_public"
    setattr(ticket, column, _joined(getattr(ticket, column), update.text, attachments))
    ticket.save(update_fields=[column])


def _joined(column: str, text: str, attachments: Iterable[Attachment]) -> str:
    return f"{column} {fold_all(text, *(a.name for a in attachments))}".strip()
