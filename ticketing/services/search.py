"""The folded search columns of a ticket."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Prefetch

from config.common.languages import LANGUAGES, texts_of
from config.common.searching import digits_of
from config.common.text import fold_all, fold_names
from fleet.models import Device, Person
from messenger.composed import findable_text
from messenger.help_links import reworded
from messenger.models import Attachment, Message
from ticketing.models import Answer, Ticket, Update
from ticketing.models.tickets import SEARCH_COLUMNS, TicketQuerySet

BATCH = 200  # Tickets whose texts are in memory together.


def fill_search(ticket: Ticket, answers: Iterable[Answer]) -> None:
    """Fill the columns of a ticket that is being opened, still without its number; answers come with their files.

    A building block under the caller's lock. Does not save.
    """
    public, internal = device_texts(ticket.device) if ticket.device else ("", "")
    flow_names = texts_of(ticket.flow, "name").values() if ticket.flow else ()
    files = [words for answer in answers for words in _words_of(answer.attachments.all())]
    customer = ticket.customer.name if ticket.customer else ""
    reserved = fold_names(ticket.reservation.number) if ticket.reservation else ""
    answered = [searchable(answer.value) for answer in answers]
    ticket.search_public = joined(
        fold_all(ticket.subject), public, reserved, fold_all(*flow_names, ticket.description, *answered, *files)
    )
    # The comment is for managers and employees, not for everyone who sees the ticket.
    ticket.search_internal = joined(internal, fold_all(*names_of(ticket.reporter)), fold_all(customer, ticket.comment))
    ticket.search_messages = ticket.search_internal_messages = ""
    ticket.search_contact = contact_text(ticket.reporter)


def device_texts(device: Device) -> tuple[str, str]:
    """What everyone may find a device by, and what employees may, too, in any spelling."""
    # Holders of a code must not learn the latter by trying words.
    return (
        fold_names(device.name, device.model, device.identification),
        fold_names(device.location, device.serial_number),
    )


def contact_text(person: Person) -> str:
    """A reporter's name, phone and e-mail."""
    return joined(
        fold_all(*names_of(person), person.email, person.contact_email), fold_all(person.phone), digits_of(person.phone)
    )


def names_of(person: Person) -> tuple[str, str]:
    """Nothing for people without a name, whose role is no name to find them by."""
    return person.first_name, person.last_name


def searchable(value: Mapping[str, Any]) -> str:
    """What of an answer's value a ticket can be found by: text, number, and labels in all languages."""
    labels = [choice.get(language, "") for choice in value.get("choices", ()) for language in LANGUAGES]
    return " ".join(filter(None, [value.get("text"), value.get("number"), *labels]))


def add_message_text(ticket: Ticket, message: Message, attachments: Iterable[Attachment]) -> None:
    """Make a message findable by people who may read it. A building block under the caller's lock."""
    _save(ticket, _with_message(ticket, message, attachments))


def add_update_text(ticket: Ticket, update: Update, attachments: Iterable[Attachment]) -> None:
    """Make an update findable, an internal one by employees only. A building block under the caller's lock."""
    _save(ticket, _with_update(ticket, update, attachments))


def _save(ticket: Ticket, column: str) -> None:
    ticket.save(update_fields=[column])


def _with_message(ticket: Ticket, message: Message, attachments: Iterable[Attachment]) -> str:
    """Returns the column that has the text now."""
    column = "search_internal_messages" if message.is_internal else "search_messages"
    return _append(ticket, column, findable_text(reworded(message.text), message.composed), attachments)


def _with_update(ticket: Ticket, update: Update, attachments: Iterable[Attachment]) -> str:
    """Returns the column that has the text now."""
    column = "search_internal" if update.is_internal else "search_public"
    return _append(ticket, column, reworded(update.text), attachments)


def _append(ticket: Ticket, column: str, text: str, attachments: Iterable[Attachment]) -> str:
    added = fold_all(text, *_words_of(attachments))
    setattr(ticket, column, joined(getattr(ticket, column), added))
    return column


def _words_of(files: Iterable[Attachment]) -> Iterator[str]:
    return (words for file in files for words in (file.name, file.caption))


def joined(*texts: str) -> str:
    """Texts that are folded already, as one; empty ones are left out."""
    return " ".join(filter(None, texts))


# Filling again --------------------------------------------------------------------------------------------------------


def refill_all(tickets: TicketQuerySet) -> Iterator[tuple[int, int]]:
    """Fill the columns of all that were sent anew; yields for each batch how many it had, and how many were changed.

    Harmless at any time and any number of times: each is written by itself, and one to which something is added
    meanwhile is read again.
    """
    last = 0
    # Drafts are found by nothing.
    keys = tickets.posted().order_by("pk").values_list("pk", flat=True)
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        yield len(batch), _refill(batch)
        last = batch[-1]


def refill_search(ticket: Ticket) -> None:
    """Fill the columns of an edited ticket anew, and save them. A building block under the caller's lock."""
    [read] = _with_texts([ticket.pk])
    if not _is_filled(read):
        for column in SEARCH_COLUMNS:
            setattr(ticket, column, getattr(read, column))
        ticket.save(update_fields=SEARCH_COLUMNS)


def _refill(batch: Iterable[int]) -> int:
    waiting, changed = set(batch), 0
    while waiting:
        read = list(_with_texts(waiting))
        outdated = [ticket for ticket in read if not _is_filled(ticket)]
        written = [ticket for ticket in outdated if _write_again(ticket)]
        changed += len(written)
        # What is written to meanwhile has a row more in its journal.
        waiting = {ticket.pk for ticket in outdated} - {ticket.pk for ticket in written}
    return changed


def _with_texts(keys: Iterable[int]) -> TicketQuerySet:
    files = Attachment.objects.only("name", "caption", "message", "update", "answer")
    return (
        Ticket.objects.filter(pk__in=keys)
        .select_related("device", "customer", "flow", "creator", "person", "reservation")
        .prefetch_related(
            Prefetch("answers__attachments", files),
            Prefetch("conversation__messages", Message.objects.order_by("sequence")),
            Prefetch("conversation__messages__attachments", files),
            Prefetch("updates", Update.objects.order_by("sequence")),
            Prefetch("updates__attachments", files),
        )
    )


def _is_filled(ticket: Ticket) -> bool:
    """Fills the columns of the ticket in memory. Returns whether they were so before."""
    before = [getattr(ticket, column) for column in SEARCH_COLUMNS]
    fill_search(ticket, ticket.answers.all())
    ticket.search_public = f"{ticket.number} {ticket.search_public}"
    for message in ticket.conversation.messages.all():
        _with_message(ticket, message, message.attachments.all())
    for update in ticket.updates.all():
        _with_update(ticket, update, update.attachments.all())
    return before == [getattr(ticket, column) for column in SEARCH_COLUMNS]


def _write_again(ticket: Ticket) -> bool:
    """Returns whether nothing was added since the ticket was read; else it is left as it is."""
    same = Ticket.objects.filter(pk=ticket.pk, sequence=ticket.sequence)
    return bool(same.update(**{column: getattr(ticket, column) for column in SEARCH_COLUMNS}))
