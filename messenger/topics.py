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


_topics: dict[str, Topic] = {}


def register_topic(topic: Topic) -> None:
    """Add a topic. Raises `ImproperlyConfigured` for a pattern that another topic has, and for an unknown rule."""
    if topic.rule not in rule_names():
        raise ImproperlyConfigured(f"The topic {topic.pattern.pattern} is guarded by {topic.rule}, which is no rule.")
    if _topics.setdefault(topic.pattern.pattern, topic) != topic:
        raise ImproperlyConfigured(f"The topic {topic.pattern.pattern} is registered twice.")


def may_follow(actor: Actor, name: str) -> bool:
    """Whether the actor may follow the topic now. Unknown names are refused like hidden ones."""
    for topic in _topics.values():
        match = topic.pattern.fullmatch(name)
        if match is None:
            continue
        if topic.for_employees not in (None, actor.is_employee):
            return False
        found = topic.find(actor, int(match[1]) if match.groups() else 0)
        return found is not None and bool(may(actor, topic.rule, found))
    return False
