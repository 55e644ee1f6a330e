"""What was seen of a conversation, by whom."""

from django.db import transaction

from config.common.rules import require
from fleet.actors import Actor
from messenger.presence import own_name, publish_seen
from messenger.services.seen import note_seen
from ticketing.models import Ticket
from ticketing.seen_marks import journal_number, public_number


@transaction.atomic
def mark_seen(*, actor: Actor, ticket: Ticket, number: int) -> None:
    """Note that the actor saw everything up to the number, which counts as `counted_by` says.

    Who has never written anything has no row, and none is made by looking. Raises the refusal of
    ``ticketing.read_messages``.
    """
    require(actor, "ticketing.read_messages", ticket)
    if actor.person is None:
        return
    sequence = number if actor.is_employee else journal_number(ticket, number)
    if not sequence or not note_seen(
        conversation_id=ticket.conversation_id, person_id=actor.person.pk, sequence=sequence
    ):
        return
    publish_seen(f"ticket.{ticket.pk}.messages", (actor.person.pk, own_name(actor.person), sequence))
    if actor.is_employee and ticket.is_public and (shown := public_number(ticket, sequence)):
        # Customers learn by their own numbers how far the team has seen what is theirs.
        publish_seen(f"ticket.{ticket.pk}.follow", (0, "", shown))
