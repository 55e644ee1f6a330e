"""The registry of live topics, which the app above fills: each has a rule, and the object that the rule is about."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from config.common.rules import may, rule_names
from fleet.actors import Actor


@dataclass(frozen=True)
class Topic:
    """The topics whose names match `pattern`; `rule` is asked about the object that `find` returns for their number.

    `find` returns None where there is no such object, or none that the actor may know of.
    """

    pattern: re.Pattern[str]
    rule: str
    find: Callable[[Actor, int], object]
    for_employees: bool | None = None


_topics: list[Topic] = []


def register_topic(topic: Topic) -> None:
    """Add a topic. Raises `ImproperlyConfigured` for a pattern that another topic has, and for an unknown rule."""
    if topic.rule not in rule_names():
        raise ImproperlyConfigured(f"The topic {topic.pattern.pattern} is guarded by {topic.rule}, which is no rule.")
    same = [known for known in _topics if known.pattern == topic.pattern]
    if same and same[0] != topic:
        raise ImproperlyConfigured(f"The topic {topic.pattern.pattern} is registered twice.")
    if not same:
        _topics.append(topic)


def may_follow(actor: Actor, name: str) -> bool:
    """Whether the actor may follow the topic now. Unknown names are refused like hidden ones."""
    for topic in _topics:
        if match := topic.pattern.fullmatch(name):
            return _may_follow(actor, topic, int(match.groups()[0]) if match.groups() else 0)
    return False


def _may_follow(actor: Actor, topic: Topic, number: int) -> bool:
    if topic.for_employees is not None and topic.for_employees != actor.is_employee:
        return False
    found = topic.find(actor, number)
    return found is not None and bool(may(actor, topic.rule, found))
