"""The live topics of tickets and the rule that guards each."""

import re
from collections.abc import Sequence
from uuid import UUID

from config.common.live import publish
from config.common.rules import may
from messenger.models import Attachment
from messenger.selectors import numbers_of_bells
from messenger.services.preparations import on_finish
from messenger.topics import Topic, Wanted, register_topic
from ticketing.entry_kinds import MESSAGE_SENT
from ticketing.models import JournalEntry, Ticket
from ticketing.models.tickets import SEARCH_COLUMNS
from ticketing.pages.bubbles import inside_message, public_message

# More than transactions that write are ever in progress at once: one that commits late shows among them.
LATEST_ENTRIES = 100


def find_tickets(wanted: Sequence[Wanted]) -> list[Ticket | None]:
    """The tickets with what the rules look at, None where the actor may not know of it; three statements."""
    # One statement cannot hold the condition `visible_to` of each actor. The rule says the same of one ticket.
    found = Ticket.objects.filter(pk__in={number for _actor, number in wanted})
    found = found.select_related("device__template").prefetch_related("offers", "assignments")
    tickets = found.defer(*SEARCH_COLUMNS).in_bulk()
    return [
        ticket if (ticket := tickets.get(number)) and may(actor, "ticketing.view_ticket", ticket) else None
        for actor, number in wanted
    ]


def no_numbers(tickets: Sequence[Ticket]) -> list[int]:
    """Nothing is missed by who was not there."""
    return [0] * len(tickets)


def itself(wanted: Sequence[Wanted]) -> list[int]:
    """For topics without an object in the database: their rules look at the number."""
    return [number for _actor, number in wanted]


def public_numbers(tickets: Sequence[Ticket]) -> list[int]:
    return [ticket.public_sequence for ticket in tickets]


def inside_numbers(tickets: Sequence[Ticket]) -> list[int]:
    return [ticket.sequence for ticket in tickets]


def list_numbers(asked: Sequence[object]) -> list[int]:
    return [number_of_list()] * len(asked)


def number_of_list() -> int:
    """Moves with every entry of any journal that the list hears of; one short statement."""
    # The greatest id alone would hide an entry that got a smaller one and was committed later.
    heard = JournalEntry.objects.exclude(kind=MESSAGE_SENT.name)
    return sum(heard.order_by("-pk").values_list("pk", flat=True)[:LATEST_ENTRIES])


TOPICS = (
    Topic(
        re.compile(r"ticket\.([0-9]{1,18})\.follow"),
        "ticketing.follow_ticket",
        find_tickets,
        public_numbers,
        rests_on="ticket",
        shows="team",
        draw=public_message,
        drawn_kinds=frozenset({MESSAGE_SENT.name}),
    ),
    Topic(
        re.compile(r"ticket\.([0-9]{1,18})\.messages"),
        "ticketing.read_messages",
        find_tickets,
        inside_numbers,
        rests_on="ticket",
        for_employees=True,
        draw=inside_message,
        drawn_kinds=frozenset({MESSAGE_SENT.name}),
    ),
    Topic(
        re.compile(r"ticket\.([0-9]{1,18})\.inside"),
        "ticketing.read_internal_journal",
        find_tickets,
        inside_numbers,
        rests_on="ticket",
    ),
    Topic(
        re.compile(r"ticket\.([0-9]{1,18})\.here"),
        "ticketing.read_internal_journal",
        find_tickets,
        no_numbers,
        rests_on="ticket",
        shows="names",
        has_hints=False,
    ),
    # Followed where something is shown of which more will be known soon.
    Topic(
        re.compile(r"ticket\.([0-9]{1,18})\.files"),
        "ticketing.follow_ticket",
        find_tickets,
        no_numbers,
        rests_on="ticket",
    ),
    Topic(
        re.compile(r"ticket\.([0-9]{1,18})\.files\.inside"),
        "ticketing.read_messages",
        find_tickets,
        no_numbers,
        rests_on="ticket",
        for_employees=True,
    ),
    Topic(re.compile(r"tickets"), "ticketing.follow_tickets", itself, list_numbers),
    Topic(re.compile(r"person\.([0-9]{1,18})"), "ticketing.follow_own_notifications", itself, numbers_of_bells),
)


def publish_prepared(attachment_id: UUID) -> None:
    """Tells the pages that show the film or recording; customers never hear of one that is internal."""
    parents = Attachment.objects.filter(pk=attachment_id).values_list(
        *("message__conversation__ticket", "message__public_sequence"),
        *("update__ticket", "update__is_internal", "answer__ticket"),
    )
    for of_message, number, of_update, is_internal, of_answer in parents:
        ticket = of_message or of_update or of_answer
        is_inside = is_internal or (of_message and number is None)
        if ticket:
            publish(f"ticket.{ticket}.files{'.inside' if is_inside else ''}", "file_prepared")


def register() -> None:
    """Supplies all topics to messenger; called at start-up."""
    for topic in TOPICS:
        register_topic(topic)
    on_finish(publish_prepared)
