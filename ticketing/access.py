"""The only way for views to read tickets and what belongs to them: fetch and check in one call."""

import uuid

from django.db.models import Prefetch, Q, QuerySet

from config.common.errors import NotVisible
from config.common.rules import may, require
from fleet.actors import Actor
from fleet.models import Assignment, Device, Offer
from messenger.models import Attachment, Message
from ticketing.models import Answer, CreationFlow, JournalEntry, Ticket, TicketStatus, Update
from ticketing.models.tickets import NOTHING, TicketQuerySet, seen_by

_RELATED = (
    "device__template",
    "device__customer",
    "flow",
    "category",
    "customer",
    "creator",
    "person",
    "follows",
)

_TO_TICKET = ("message__conversation__ticket__", "update__ticket__", "answer__ticket__")
# What the rules ask of a ticket: a file leaves often, and its ticket's texts are long.
_ASKED_OF_TICKET = ("status", "visibility", "source", "creator", "person", "customer", "device__template__portal_scope")
_READ_OF_FILE = (
    *(field.name for field in Attachment._meta.concrete_fields),
    "message__public_sequence",
    "update__is_internal",
    *(f"{to}{field}" for to in _TO_TICKET for field in _ASKED_OF_TICKET),
)


def ticket_for(actor: Actor, ticket_id: int, *, below: str = "", rule: str = "ticketing.view_ticket") -> Ticket:
    """Returns the ticket with its offers and assignments.

    `below` is the slug of the device in whose address the ticket was asked for, if any: other devices' tickets are not
    there. Raises `NotVisible` for those, and for a ticket that does not exist or is hidden from the actor; else the
    refusal of the rule.
    """
    people = (
        Prefetch("offers", Offer.objects.select_related("person")),
        Prefetch("assignments", Assignment.objects.select_related("person", "assigned_by")),
    )
    # Hidden ones are not fetched at all: a request for them takes the same path and time as for absent ones.
    found = tickets_for(actor).select_related(*_RELATED).prefetch_related(*people).filter(pk=ticket_id)
    ticket = (found.filter(device__slug=below) if below else found).first()
    if ticket is None:
        raise NotVisible
    require(actor, rule, ticket)
    return ticket


def tickets_for(actor: Actor) -> TicketQuerySet:
    return Ticket.objects.visible_to(actor)


def device_tickets_for(actor: Actor, device: Device) -> TicketQuerySet:
    """The posted tickets of a device that the actor may know of, newest first."""
    return tickets_for(actor).posted().filter(device=device).order_by("-opened_at", "-id")


def drafts_for(actor: Actor, device: Device) -> TicketQuerySet:
    """The actor's own unfinished tickets of a device."""
    if actor.person_id is None:
        return Ticket.objects.none()
    return (
        tickets_for(actor)
        .filter(device=device, status=TicketStatus.DRAFT, creator=actor.person_id)
        .order_by("-created_at")
    )


def flows_for(actor: Actor, device: Device) -> list[CreationFlow]:
    flows = _flows_offered(actor, device).order_by("position", "id")
    return [flow for flow in flows if may(actor, "ticketing.start_flow", (flow, device))]


def _flows_offered(actor: Actor, device: Device) -> QuerySet[CreationFlow]:
    flows = CreationFlow.objects.filter(template=device.template_id, is_active=True)
    return flows if actor.is_employee else flows.filter(open_to_code_users=True)


def flow_for(actor: Actor, device: Device, flow_id: int) -> CreationFlow:
    """Raises `NotVisible` for a flow that does not exist or that the actor may not start."""
    flow = _flows_offered(actor, device).filter(pk=flow_id).first()
    if flow is None:
        raise NotVisible
    require(actor, "ticketing.start_flow", (flow, device))
    return flow


def answers_for(actor: Actor, ticket: Ticket) -> list[Answer]:
    """The answers of the ticket with their files, in the order in which they were asked."""
    require(actor, "ticketing.view_ticket", ticket)
    return list(ticket.answers.prefetch_related("attachments"))


def messages_for(actor: Actor, ticket: Ticket, *, after: int = 0) -> list[Message]:
    """The messages after a sequence number, oldest first; customers get theirs by public sequence."""
    require(actor, "ticketing.read_messages", ticket)
    found = (
        Message.objects.filter(conversation=ticket.conversation_id)
        .select_related("author")
        .prefetch_related("attachments")
    )
    if actor.is_employee:
        return list(found.filter(sequence__gt=after).order_by("sequence"))
    return list(found.filter(public_sequence__gt=after).order_by("public_sequence"))


def updates_for(actor: Actor, ticket: Ticket, *, internal: bool = False) -> list[Update]:
    """Public or internal updates with their files, newest first."""
    require(actor, "ticketing.read_internal_updates" if internal else "ticketing.read_public_updates", ticket)
    found = Update.objects.filter(ticket=ticket, is_internal=internal).select_related("author")
    return list(found.prefetch_related("attachments").order_by("-sequence"))


def journal_for(actor: Actor, ticket: Ticket) -> list[JournalEntry]:
    """The journal of the ticket, oldest first; for customers its public entries."""
    require(actor, "ticketing.read_journal", ticket)
    entries = JournalEntry.objects.filter(ticket=ticket).select_related("person").order_by("sequence")
    return list(entries if may(actor, "ticketing.read_internal_journal", ticket) else entries.public())


def attachment_for(actor: Actor, attachment_id: uuid.UUID) -> Attachment:
    """Raises `NotVisible` for a file that does not exist or is hidden from the actor."""
    # What the rule hides is left out, so that it is never fetched.
    # Over joined columns, not over a list of visible tickets: the file is found by its key, its parents by theirs.
    of_message, of_update, of_answer = (seen_by(actor, to_ticket) for to_ticket in _TO_TICKET)
    said = Q(message__isnull=False) & of_message
    posted = Q(update__isnull=False) & of_update
    answered = Q(answer__isnull=False) & of_answer
    if not actor.is_employee:
        said &= Q(message__public_sequence__isnull=False)
        posted &= Q(update__is_internal=False)
    waiting = Q(message=None, update=None, answer=None, uploader=actor.person_id) if actor.person_id else NOTHING
    found = Attachment.objects.select_related(*(f"{to}device__template" for to in _TO_TICKET)).only(*_READ_OF_FILE)
    attachment = found.filter(said | posted | answered | waiting, pk=attachment_id).first()
    if attachment is None:
        raise NotVisible
    require(actor, "ticketing.download_attachment", attachment)
    return attachment
