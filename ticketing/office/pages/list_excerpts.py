"""Where in the tickets of a list the words of a search were found, with what stands around them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.languages import texts_of
from config.common.searching import Excerpt, Term, excerpt_of
from fleet.actors import Actor
from messenger.models import Attachment, Message
from ticketing.models import Answer, Ticket, Update
from ticketing.pages.answers import shown_answers
from ticketing.services.search import searchable

Label = str | Promise
# The id of a ticket, what it is called, and what it says.
Texts = Iterator[tuple[int, Label, str]]
MOST_TEXTS = 500  # Of a kind: the longest tickets say only where something was found.
# By what `place_of_words` returns.
PLACES: dict[str, Label] = {
    "details": _("in the details"),
    "internal": _("in internal details"),
    "contact": _("in the contact"),
    "messages": _("in messages"),
}
_FILES = Prefetch("attachments", Attachment.objects.only("name", "message", "update", "answer"))


@dataclass(frozen=True)
class Found:
    """What was searched for, in one of the texts of a ticket; without an excerpt only the label says where."""

    label: Label
    excerpt: Excerpt | None = None


def found_in(actor: Actor, wanted: dict[Ticket, list[Term]]) -> dict[int, Found]:
    """Where the terms were found that the row of a ticket does not show, by the ticket's id.

    The tickets come from `sorted_page`, and their place is one that the reader may read. A few queries at most.
    """
    found: dict[int, Found] = {}
    for place, label in PLACES.items():
        at = {ticket.pk: terms for ticket, terms in wanted.items() if ticket.found_in == place}  # type: ignore[attr-defined]
        tickets = [ticket for ticket in wanted if ticket.pk in at]
        for read in _READ[place]:
            missing = [ticket for ticket in tickets if ticket.pk not in found]
            for pk, name, text in read(actor, missing) if missing else ():
                if pk not in found and (excerpt := excerpt_of(text, at[pk])):
                    found[pk] = Found(name, excerpt)
        found |= {pk: Found(label) for pk in at if pk not in found}
    return found


def _details(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    for ticket in tickets:
        if device := ticket.device:
            yield ticket.pk, _("Device"), f"{device.name} {device.model}"
            # For everyone, as on the device's page: the plate, or else the serial number.
            yield ticket.pk, _("Licence plate"), device.licence_plate
            yield ticket.pk, _("Serial number"), device.identification
        yield ticket.pk, _("Description"), ticket.description
        if ticket.flow:
            yield from ((ticket.pk, _("Creation flow"), name) for name in texts_of(ticket.flow, "name").values())


def _internal(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    for ticket in tickets:
        if device := ticket.device:
            yield ticket.pk, _("Serial number"), device.serial_number
            yield ticket.pk, _("Location"), device.location
        yield ticket.pk, _("Reported by"), ticket.reporter.name
        yield ticket.pk, _("Comment"), ticket.comment


def _contact(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    for ticket in tickets:
        person = ticket.reporter
        yield ticket.pk, _("Phone"), person.phone
        yield ticket.pk, _("E-mail"), person.contact_email
        yield ticket.pk, _("E-mail"), person.email or ""
        yield ticket.pk, _("Reported by"), person.name


def _answers(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    answers = Answer.objects.filter(ticket__in=[each.pk for each in tickets]).order_by().prefetch_related(_FILES)
    rows = list(answers[:MOST_TEXTS])
    for row, shown in zip(rows, shown_answers(rows), strict=True):
        yield row.ticket_id, _("Answer"), shown.text
        yield from ((row.ticket_id, _("File"), file.name) for file in shown.files)
        # In other languages than the reader's, too.
        yield row.ticket_id, _("Answer"), searchable(row.value)


def _updates(tickets: Iterable[Ticket], label: Label, *, is_internal: bool) -> Texts:
    updates = Update.objects.filter(ticket__in=[each.pk for each in tickets], is_internal=is_internal)
    for update in updates.order_by().only("ticket", "text").prefetch_related(_FILES)[:MOST_TEXTS]:
        yield update.ticket_id, label, update.text
        yield from ((update.ticket_id, _("File"), file.name) for file in update.attachments.all())


def _public_updates(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    return _updates(tickets, _("Update"), is_internal=False)


def _internal_updates(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    return _updates(tickets, _("Internal update"), is_internal=True)


def _messages(actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    of_tickets = {each.conversation_id: each.pk for each in tickets}
    readable = Q() if actor.is_employee else Q(public_sequence__isnull=False)
    messages = Message.objects.filter(readable, conversation__in=of_tickets).order_by().only("conversation", "text")
    for message in messages.prefetch_related(_FILES)[:MOST_TEXTS]:
        yield of_tickets[message.conversation_id], _("Message"), message.text
        yield from ((of_tickets[message.conversation_id], _("File"), file.name) for file in message.attachments.all())


_READ: dict[str, tuple[Callable[[Actor, list[Ticket]], Texts], ...]] = {
    "details": (_details, _answers, _public_updates),
    "internal": (_internal, _internal_updates),
    "contact": (_contact,),
    "messages": (_messages,),
}
