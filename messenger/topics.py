"""The registry of live topics, which the app above fills: each has a rule, and the object that the rule is about."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured

from config.common.rules import may, rule_names
from fleet.actors import Actor
from fleet.revocation import Ground

# Moves with every hint of a topic, so that a page that shows it knows whether it has missed one.
Number = int | str
Wanted = tuple[Actor, int]


@dataclass(frozen=True)
class Drawn:
    """The bubble of a message for all who follow a topic but its author, by language.

    `after` is the number of what stands before it, and `changed` that of the last change of a message, 0 for none, as
    these readers count: a page that shows less than that has to ask. `epoch` is that of access, read after the message.
    """

    author_id: int
    after: int
    changed: int
    markup: Mapping[str, str]
    epoch: Mapping[int, int]


# Called with the number of a topic's object, that of its journal and languages; None for what is no message.
Draw = Callable[[int, int, Collection[str]], Drawn | None]


@dataclass(frozen=True)
class Topic:
    """The topics whose names match `pattern`; `rule` is asked about the object that `find` returns for their number.

    `find` is asked about many at once, and returns for each its object, or None where there is none or none that the
    actor may know of. `numbers` returns the present number of each topic, by the objects of those who may follow it.
    `rests_on` names the kind of ground that the object is, if a change of it can be a reason to ask again.
    """

    pattern: re.Pattern[str]
    rule: str
    find: Callable[[Sequence[Wanted]], Sequence[Any]]
    numbers: Callable[[Sequence[Any]], Sequence[Number]]
    rests_on: str = ""
    for_employees: bool | None = None
    # Who is at the same object: their names, or whether the team is there.
    shows: Literal["", "names", "team"] = ""
    # Without, only who is there is told, and nothing of what happens.
    has_hints: bool = True
    # Makes the bubble of a message, of which these kinds of hints tell.
    draw: Draw | None = None
    drawn_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """May the actor follow the topic of this name?"""

    actor: Actor
    name: str


@dataclass(frozen=True)
class _Known:
    """A topic by its name, with the number in it."""

    topic: Topic
    number: int


_topics: dict[str, Topic] = {}


def register_topic(topic: Topic) -> None:
    """Add a topic. Raises `ImproperlyConfigured` for a pattern that another topic has, and for an unknown rule."""
    if topic.rule not in rule_names():
        raise ImproperlyConfigured(f"The topic {topic.pattern.pattern} is guarded by {topic.rule}, which is no rule.")
    if _topics.setdefault(topic.pattern.pattern, topic) != topic:
        raise ImproperlyConfigured(f"The topic {topic.pattern.pattern} is registered twice.")


def is_topic(name: str) -> bool:
    return _known(name) is not None


def ground_of(name: str) -> Ground | None:
    """What the right to follow it rests on besides the actor."""
    known = _known(name)
    return (known.topic.rests_on, str(known.number)) if known and known.topic.rests_on else None


def shows_of(name: str) -> str:
    """Whom those who follow it are told of."""
    known = _known(name)
    return known.topic.shows if known else ""


def has_hints(name: str) -> bool:
    known = _known(name)
    return known is not None and known.topic.has_hints


def side_of_bubble(name: str, kind: str) -> bool | None:
    """Whether hints of that kind bring bubbles to employees, or to everybody else; None where to nobody.

    Employees also follow the topic of customers, without being asked whether they may read messages.
    """
    known = _known(name)
    return known.topic.for_employees is True if known and kind in known.topic.drawn_kinds else None


def drawn_bubble(name: str, sequence: int, languages: Collection[str]) -> Drawn | None:
    """The bubble of the message with that number of the journal; None where there is none."""
    known = _known(name)
    return known.topic.draw(known.number, sequence, languages) if known and known.topic.draw else None


def may_follow(actor: Actor, name: str) -> bool:
    """Whether the actor may follow the topic now. Unknown names are refused like hidden ones."""
    return numbers_of_allowed([Asked(actor, name)], with_numbers=False)[0] is not None


def numbers_of_allowed(asked: Sequence[Asked], *, with_numbers: bool = True) -> list[Number | None]:
    """For each question the topic's number if the actor may follow it now, and None if not.

    Asks each rule about each actor and object, and the database a few times for all of them. Without numbers they
    are 0.
    """
    found = _find(asked)
    allowed = {place: each for place, each in found.items() if may(asked[place].actor, each[0].rule, each[1])}
    numbers: list[Number | None] = [None] * len(asked)
    by_topic = defaultdict(list)
    for place, (topic, _found) in allowed.items():
        by_topic[topic].append(place)
        numbers[place] = 0
    if with_numbers:
        for topic, places in by_topic.items():
            for place, number in zip(places, topic.numbers([allowed[each][1] for each in places]), strict=True):
                numbers[place] = number
    return numbers


def _find(asked: Sequence[Asked]) -> dict[int, tuple[Topic, object]]:
    """The topic and its object for those questions, by their place, that have one."""
    known = {place: each for place, question in enumerate(asked) if (each := _known_to(question)) is not None}
    # Topics that look at the same objects share a `find`.
    by_find = defaultdict(list)
    for place, each in known.items():
        by_find[each.topic.find].append(place)
    found: dict[int, tuple[Topic, object]] = {}
    for find, places in by_find.items():
        objects = find([(asked[place].actor, known[place].number) for place in places])
        found |= {
            place: (known[place].topic, obj) for place, obj in zip(places, objects, strict=True) if obj is not None
        }
    return found


def _known_to(question: Asked) -> _Known | None:
    known = _known(question.name)
    if known is None or known.topic.for_employees not in (None, question.actor.is_employee):
        return None
    return known


def _known(name: str) -> _Known | None:
    for topic in _topics.values():
        match = topic.pattern.fullmatch(name)
        if match is not None:
            return _Known(topic, int(match[1]) if match.groups() else 0)
    return None
