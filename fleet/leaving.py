"""What follows when an employee leaves, supplied from above: fleet knows people, not what waits for them."""

from collections.abc import Callable

from fleet.actors import Actor
from fleet.models import Person

HandOver = Callable[[Actor, Person], None]
_hand_overs: list[HandOver] = []


def register_hand_over(hand_over: HandOver) -> None:
    """Supply what is called with whoever decides and whoever leaves; the same one again changes nothing."""
    if hand_over not in _hand_overs:
        _hand_overs.append(hand_over)


def hand_over_work(actor: Actor, person: Person) -> None:
    """Give what waits for the person to others. A building block: the caller holds the transaction."""
    for hand_over in _hand_overs:
        hand_over(actor, person)
