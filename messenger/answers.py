"""What many sockets may follow: their sessions, actors and rules are read together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fleet.actors import Actor
from fleet.revocation import Ground, grounds_of
from fleet.sessions import NO_SESSION, actors_of_sessions
from messenger.presence import NOBODY, Who, who_is
from messenger.topics import Asked, Number, numbers_of_allowed


@dataclass(frozen=True)
class Question:
    """Which of the topics may be followed under the session?"""

    session_key: str | None
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The topics that may be followed, each with its number, what that rests on, whose it is, and until when.

    `own_ids` are all people as whom that one may write, in one ticket or another; empty for who is nobody yet.
    """

    topics: dict[str, Number] = field(default_factory=dict)
    grounds: frozenset[Ground] = frozenset()
    ends_at: datetime | None = None
    who: Who = NOBODY
    own_ids: frozenset[int] = frozenset()


def answer(questions: Sequence[Question]) -> list[Answer]:
    """In a few statements for all of them."""
    found = actors_of_sessions({question.session_key for question in questions if question.session_key})
    people = [found.get(question.session_key or "", NO_SESSION) for question in questions]
    asked = [
        Asked(person.actor, topic)
        for question, person in zip(questions, people, strict=True)
        for topic in question.topics
    ]
    numbers = iter(numbers_of_allowed(asked))
    answers = []
    for question, person in zip(questions, people, strict=True):
        # In the order in which they were asked above.
        of_topics = {topic: next(numbers) for topic in question.topics}
        allowed = {topic: number for topic, number in of_topics.items() if number is not None}
        actor = person.actor
        answers.append(
            Answer(allowed, grounds_of(actor, question.session_key), person.ends_at, who_is(actor), _own_ids(actor))
        )
    return answers


def _own_ids(actor: Actor) -> frozenset[int]:
    linked = {person.pk for person in actor.links.values()}
    return frozenset(linked if actor.person_id is None else {actor.person_id, *linked})
