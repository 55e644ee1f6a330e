"""The live topics of tickets and the rule that guards each."""

import re

from fleet.actors import Actor
from messenger.topics import Topic, register_topic
from ticketing.models import Ticket


def find_ticket(actor: Actor, ticket_id: int) -> Ticket | None:
    """Returns the ticket with what the rules look at, or None if the actor may not know of it."""
    found = Ticket.objects.visible_to(actor).filter(pk=ticket_id)
    return found.select_related("device__template").prefetch_related("offers", "assignments").first()


def itself(_actor: Actor, number: int) -> int:
    """For topics without an object in the database: their rules look at the number."""
    return number


TOPICS = (
    Topic(re.compile(r"ticket\.([0-9]{1,18})\.follow"), "ticketing.follow_ticket", find_ticket),
    Topic(re.compile(r"ticket\.([0-9]{1,18})\.messages"), "ticketing.read_messages", find_ticket, for_employees=True),
    Topic(re.compile(r"ticket\.([0-9]{1,18})\.inside"), "ticketing.read_internal_journal", find_ticket),
    Topic(re.compile(r"tickets"), "ticketing.follow_tickets", itself),
    Topic(re.compile(r"person\.([0-9]{1,18})"), "ticketing.follow_own_notifications", itself),
)


def register() -> None:
    """Supplies all topics to messenger; called at start-up."""
    for topic in TOPICS:
        register_topic(topic)
