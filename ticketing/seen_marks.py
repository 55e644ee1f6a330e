"""How far a conversation was seen, as each reader may know it."""

from typing import TypedDict

from config.common.rules import require
from fleet.actors import Actor
from fleet.models import EMPLOYEE_ROLES
from messenger.models import Message, SeenMark
from messenger.presence import own_name
from ticketing.models import Ticket

# Whose mark: person, name and number. For customers the whole team is nobody in particular: 0, without a name.
ShownMark = tuple[int, str, int]
MOST_SHOWN = 30  # Those who saw most; more names say nothing.


class SeenState(TypedDict):
    """Numbers count as `counted_by` says; `mine` is 0 for who has seen nothing, and None where nobody would know."""

    mine: int | None
    by: list[ShownMark]


def seen_for(actor: Actor, ticket: Ticket) -> SeenState:
    """Raises the refusal of ``ticketing.read_messages``."""
    require(actor, "ticketing.read_messages", ticket)
    marks = SeenMark.objects.filter(conversation=ticket.conversation_id).order_by("-sequence")
    mine = marks.filter(person=actor.person_id).values_list("sequence", flat=True).first() if actor.person_id else None
    if actor.is_employee:
        shown = marks.exclude(person=actor.person_id).select_related("person")[:MOST_SHOWN]
        return {"mine": mine or 0, "by": [(mark.person_id, own_name(mark.person), mark.sequence) for mark in shown]}
    team = marks.filter(person__role__in=EMPLOYEE_ROLES).values_list("sequence", flat=True).first()
    seen = None if actor.person is None else public_number(ticket, mine or 0)
    return {"mine": seen, "by": [(0, "", public_number(ticket, team))] if team else []}


def public_number(ticket: Ticket, sequence: int) -> int:
    """By which customers know the last message up to the number of the journal; 0 where there is none."""
    public = Message.objects.filter(
        conversation=ticket.conversation_id, sequence__lte=sequence, public_sequence__isnull=False
    )
    return public.order_by("-sequence").values_list("public_sequence", flat=True).first() or 0 if sequence else 0


def journal_number(ticket: Ticket, public: int) -> int:
    """The other way round."""
    found = Message.objects.filter(conversation=ticket.conversation_id, public_sequence__lte=public)
    return found.order_by("-public_sequence").values_list("sequence", flat=True).first() or 0
