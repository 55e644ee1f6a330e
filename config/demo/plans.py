"""Which story happens to which device, when, and how far it has come."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

from config.demo.conversations import STORIES
from config.demo.conversations.story import Story
from config.demo.people import CARSHARING, CUSTOMER_PEOPLE, MUNICIPAL, PASSERS_BY
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
# What happens on the way, in turn. Each belongs to tickets that come far enough for it.
TWISTS: dict[TicketStatus, tuple[str, ...]] = {
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
    """A ticket to be: `opening` chooses the story's words, `idle` are working minutes since its last event.

    `author` is a sign-in address, or the place in the list of those who scan codes; INTERNAL ones have none.
    """

    number: int
    story: Story
    opening: int
    language: str
    device: Device
    status: TicketStatus
    twist: str
    idle: float
    author: str | int | None


def make_plans(count: int, devices: list[Device], templates: dict[int, str], random: Random) -> list[Plan]:
    """As many plans, in three languages in turn; `templates` are the keys of templates by their id."""
    told = [_told(language, random) for language in LANGUAGES]
    stories = [next(told[number % len(told)]) for number in range(count)]
    ends = _ends([story for _language, story, _opening in stories])
    twists = {status: deque(names) for status, names in TWISTS.items()}
    idle = [minutes * random.uniform(0.8, 1.2) for minutes in _idle(ends)]
    seen: dict[Story, int] = {}
    plans = []
    for number, (language, story, opening) in enumerate(stories):
        fitting = [d for d in devices if _fits(story, language, d, templates)]
        turn = seen[story] = seen.get(story, random.randrange(len(fitting))) + 1
        device = fitting[turn % len(fitting)]
        author = None if story.is_internal else _author(device, language, random)
        twist = _next_twist(twists[ends[number]], story)
        plans.append(Plan(number, story, opening, language, device, ends[number], twist, idle[number], author))
    return plans


def _next_twist(names: deque[str], story: Story) -> str:
    """The first that the story can have; it goes to the end of the line."""
    twist = next(name for name in names if story.recurs or name not in RELAPSES)
    names.remove(twist)
    names.append(twist)
    return twist


def _told(language: str, random: Random) -> Iterator[tuple[str, Story, int]]:
    """The stories of a language in mixed order, again and again with their other openings."""
    order = list(STORIES[language])
    random.shuffle(order)
    for turn in cycle(range(2)):
        yield from ((language, story, turn % len(story.openings)) for story in order)


def _ends(stories: list[Story]) -> list[TicketStatus]:
    """A status for each that its story can have."""
    waiting = [ENDS[number % len(ENDS)] for number in range(len(stories))]
    ends = []
    for story in stories:
        impossible = _impossible_ends(story)
        position = next((i for i, end in enumerate(waiting) if end not in impossible), None)
        ends.append(C if position is None else waiting.pop(position))
    return ends


def _impossible_ends(story: Story) -> set[TicketStatus]:
    """What nobody rates never waits for a rating, and what is assigned automatically never waits for somebody."""
    unrated = story.is_internal or story.template == "compressor"
    return {end for end, holds in ((F, unrated), (O, story.flow == "parts")) if holds}


def _idle(ends: list[TicketStatus]) -> list[float]:
    over = [number for number, end in enumerate(ends) if end in (C, X)]
    ages = {n: FIRST_OVER + (LAST_OVER - FIRST_OVER) * (i / len(over)) ** 1.2 for i, n in enumerate(reversed(over))}
    turns = {status: cycle(minutes) for status, minutes in IDLE.items()}
    return [ages[number] if number in ages else next(turns[end]) for number, end in enumerate(ends)]


def _fits(story: Story, language: str, device: Device, templates: dict[int, str]) -> bool:
    assert device.customer is not None
    if templates[device.template_id] != story.template:
        return False
    if story.template == "compressor" and (device.customer.number == MUNICIPAL) != (language == "fr"):
        return False
    return device.name.startswith(story.devices or "")


def _author(device: Device, language: str, random: Random) -> str | int:
    """Somebody of the customer who writes in this language: mostly who stands in front of it."""
    assert device.customer is not None
    number = device.customer.number
    members = [p.email for p in CUSTOMER_PEOPLE if p.customer == number and language == p.speaks[0]]
    if members and random.random() < (0.35 if number == CARSHARING else 0.25):
        return random.choice(members)
    return random.randrange(len(PASSERS_BY[number, language]))
