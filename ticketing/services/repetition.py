"""Requests that come twice, by a double click or after a lost response: the second one finds everything done."""

from typing import TypeVar

from config.common.errors import WrongStatus
from config.common.rules import require
from fleet.actors import Actor

T = TypeVar("T")


def find_repetition(actor: Actor, rule: str, obj: object, done: T, *, is_own: bool = False) -> T:
    """Asks the rule, and returns `done`: what the request is about to bring about, if it is there already.

    A repetition is no error in a status that the rule no longer allows, and with `is_own`, where `done` is the doing
    of this actor, however the rule refuses by now. Raises the rule's refusal otherwise. The caller holds the lock
    under which `done` was looked for.
    """
    if done and is_own:
        return done
    try:
        require(actor, rule, obj)
    except WrongStatus:
        if not done:
            raise
    return done
