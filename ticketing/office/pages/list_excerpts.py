"""Where in the tickets of a list the words of a search were found, with what stands around them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.languages import texts_of
from config.common.searching import Excerpt, Term, excerpt_of
from fleet.actors import Actor
from messenger.composed import findable_text, read_text
from messenger.help_links import reworded
from messenger.models import Attachment, Message
from ticketing.models import Answer, Ticket, Update
from ticketing.pages.answers import shown_value
from ticketing.services.search import searchable

Label = str | Promise
# The id of a ticket, what it is called, and what it says.
Texts = Iterator[tuple[int, Label, str]]
Reader = Callable[[Actor, list[Ticket]], Texts]
MOST_TEXTS = 500  # Of a kind: the longest tickets say only where something was found.
# By what `place_of_words` returns.
PLACES: dict[str, Label] = {
    "details": _("in the details"),
    "internal": _("in internal details"),
    "contact": _("in the contact"),
    "messages": _("in messages"),
}


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
    answers = Answer.objects.filter(ticket__in=_ids(tickets)).order_by().values_list("ticket", "value")
    for ticket_id, value in answers[:MOST_TEXTS]:
        shown, found_by = shown_value(value), searchable(value)
        yield ticket_id, _("Answer"), shown
        if found_by != shown:
            # In other languages than the reader's, too.
            yield ticket_id, _("Answer"), found_by


def _updates(label: Label, *, is_internal: bool) -> Reader:
    def read(_actor: Actor, tickets: Iterable[Ticket]) -> Texts:
        updates = Update.objects.filter(ticket__in=_ids(tickets), is_internal=is_internal).order_by()
        for ticket_id, text in updates.values_list("ticket", "text")[:MOST_TEXTS]:
            yield ticket_id, label, reworded(text)

    return read


def _messages(actor: Actor, tickets: Iterable[Ticket]) -> Texts:
    of_tickets = {each.conversation_id: each.pk for each in tickets}
    readable = Q() if actor.is_employee else Q(public_sequence__isnull=False)
    messages = Message.objects.filter(readable, conversation__in=of_tickets).order_by()
    for conversation_id, text, composed in messages.values_list("conversation", "text", "composed")[:MOST_TEXTS]:
        ticket_id = of_tickets[conversation_id]
        yield ticket_id, _("Message"), read_text(reworded(text), composed)
        if composed is not None:
            # In other languages than the reader's, too.
            yield ticket_id, _("Message"), findable_text(text, composed)


def _files(to_ticket: str, **parents: bool) -> Reader:
    """Names of files. Read when no text has the words, because few tickets are found by them."""

    def read(actor: Actor, tickets: Iterable[Ticket]) -> Texts:
        # Of messages, as `_messages` reads them.
        readable = Q() if actor.is_employee or not to_ticket.startswith("message") else _OF_PUBLIC_MESSAGE
        files = Attachment.objects.filter(readable, **{f"{to_ticket}__in": _ids(tickets)}, **parents).order_by()
        for ticket_id, name in files.values_list(to_ticket, "name")[:MOST_TEXTS]:
            yield ticket_id, _("File"), name

    return read


def _ids(tickets: Iterable[Ticket]) -> list[int]:
    return [ticket.pk for ticket in tickets]


_OF_PUBLIC_MESSAGE = Q(message__public_sequence__isnull=False)
_READ: dict[str, tuple[Reader, ...]] = {
    "details": (
        _details,
        _answers,
        _updates(_("Update"), is_internal=False),
        _files("answer__ticket"),
        _files("update__ticket", update__is_internal=False),
    ),
    "internal": (
        _internal,
        _updates(_("Internal update"), is_internal=True),
        _files("update__ticket", update__is_internal=True),
    ),
    "contact": (_contact,),
    "messages": (_messages, _files("message__conversation__ticket")),
}
