"""Which conversation a ticket holds, about which device, when, and how far it has come."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

from config.demo.conversations import Conversation, conversations_in
from config.demo.fleet import DEVICES, FLEET
from config.demo.people import CUSTOMERS, SIGN_INS
from fleet.models import Device
from ticketing.models import TicketStatus

LANGUAGES = ("de", "fr", "en")
D, O, A, P, F, C, X = (  # noqa: E741  one letter for each status, so that the pattern can be read
    TicketStatus.DRAFT,
    TicketStatus.OPEN,
    TicketStatus.ASSIGNED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.DONE,
    TicketStatus.CLOSED,
    TicketStatus.CANCELLED,
)
# The first seven hold every status, so that even a small demo shows them all.
ENDS = (C, O, P, D, A, F, X, C, O, C, P, C, A, C, F, O, C, A, C, C)
# What happens on the way, in turn; each suits tickets that come so far.
VARIANTS: dict[TicketStatus, tuple[str, ...]] = {
    D: ("",),
    O: ("", "one rejects", "", "all reject", "", "relapse"),
    A: ("", "assigned", "one rejects", "second accepts", "replaced", "set back"),
    P: ("", "one rejects", "relapse", "replaced", "assigned", "becomes public"),
    F: ("", "second accepts", "", "relapse", "assigned"),
    C: ("", "relapse", "", "one rejects", "closed by hand", "", "replaced", "hidden", "", "assigned", "rated twice"),
    X: ("by customer", "by employee"),
}
RELAPSES = ("relapse", "rated twice")
# Working minutes since the last event, in turn; what is over is spread over two months instead.
IDLE: dict[TicketStatus, tuple[float, ...]] = {
    D: (6, 190, 1300, 2900, 700),
    O: (3, 16, 60, 140, 320, 600, 1000, 1700, 2600, 4300, 7000),
    A: (9, 90, 300, 700, 1300, 2400, 4200, 6500),
    P: (5, 40, 150, 420, 900, 1900, 3400, 6000),
    F: (14, 300, 1100, 2600, 5200, 9000),
}
FIRST_OVER, LAST_OVER = 120, 56_000  # Working minutes back: this morning, and two months ago.


@dataclass(frozen=True)
class Plan:
    """A ticket to be."""

    number: int
    conversation: Conversation
    # A place in the conversation's list.
    opening: int
    language: str
    device: Device
    status: TicketStatus
    variant: str
    # Working minutes since the last event.
    idle: float
    # A sign-in address, or a place in the customer's list of code users; none for INTERNAL tickets.
    author: str | int | None


def make_plans(count: int, devices: list[Device], random: Random) -> list[Plan]:
    endless = [_endless(language, random) for language in LANGUAGES]
    chosen = [next(endless[number % len(endless)]) for number in range(count)]
    ends = _ends([conversation for _language, conversation, _opening in chosen])
    variants = {status: deque(names) for status, names in VARIANTS.items()}
    idle = [minutes * random.uniform(0.8, 1.2) for minutes in _idle(ends)]
    turns: dict[Conversation, int] = {}
    plans = []
    for number, (language, conversation, opening) in enumerate(chosen):
        fitting = [device for device in devices if _fits(conversation, language, device)]
        turn = turns[conversation] = turns.get(conversation, random.randrange(len(fitting))) + 1
        device = fitting[turn % len(fitting)]
        author = None if conversation.is_internal else _author(device, language, random)
        end = ends[number]
        # The first that suits the conversation; it becomes the last.
        variant = next(name for name in variants[end] if conversation.recurs or name not in RELAPSES)
        variants[end].remove(variant)
        variants[end].append(variant)
        plans.append(Plan(number, conversation, opening, language, device, end, variant, idle[number], author))
    return plans


def _endless(language: str, random: Random) -> Iterator[tuple[str, Conversation, int]]:
    """The conversations of a language in mixed order, again and again with their other openings."""
    order = list(conversations_in(language))
    random.shuffle(order)
    for turn in cycle(range(2)):
        yield from ((language, conversation, turn % len(conversation.openings)) for conversation in order)


def _ends(conversations: list[Conversation]) -> list[TicketStatus]:
    """A status for each that its ticket can have."""
    waiting = [ENDS[number % len(ENDS)] for number in range(len(conversations))]
    ends = []
    for conversation in conversations:
        # What is not rated never waits for a rating, and what is assigned automatically never waits for an employee.
        rated = FLEET["templates"][conversation.template].get("ratings_enabled", True) and not conversation.is_internal
        impossible = {end for end, holds in ((F, not rated), (O, conversation.flow == "parts")) if holds}
        position = next((i for i, end in enumerate(waiting) if end not in impossible), None)
        ends.append(C if position is None else waiting.pop(position))
    return ends


def _idle(ends: list[TicketStatus]) -> list[float]:
    over = [number for number, end in enumerate(ends) if end in (C, X)]
    ages = {n: FIRST_OVER + (LAST_OVER - FIRST_OVER) * (i / len(over)) ** 1.2 for i, n in enumerate(reversed(over))}
    turns = {status: cycle(minutes) for status, minutes in IDLE.items()}
    return [ages[number] if number in ages else next(turns[end]) for number, end in enumerate(ends)]


def _fits(conversation: Conversation, language: str, device: Device) -> bool:
    """Whether it can be about this device, whose customer's people write in the language."""
    row = DEVICES[device.serial_number]
    return (
        row["template"] == conversation.template
        and language in CUSTOMERS[row["customer"]]["code_users"]
        and device.name.startswith(tuple(conversation.devices))
    )


def _author(device: Device, language: str, random: Random) -> str | int:
    """One of the customer's people who writes in this language: mostly a code user."""
    key = DEVICES[device.serial_number]["customer"]
    customer = CUSTOMERS[key]
    members = [person.email for person in SIGN_INS if person.customer == key and person.speaks[0] == language]
    if members and random.random() < customer["signed_in_share"]:
        return random.choice(members)
    return random.randrange(len(customer["code_users"][language]))
