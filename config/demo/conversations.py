"""What tickets of the demo are about and what is said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from config.demo.texts import texts_in
from config.demo.toml import Table

Photo = Sequence[str]  # Its name, and the words that it shows.


class Voice(StrEnum):
    """Who says a line, and where."""

    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    CUSTOMER_UPDATE = "customer_update"
    EMPLOYEE_UPDATE = "employee_update"
    INTERNAL_UPDATE = "internal_update"


MESSAGES = (Voice.CUSTOMER, Voice.EMPLOYEE)


@dataclass(frozen=True)
class Line:
    """A message or an update."""

    voice: Voice
    text: str
    photo: Photo = ()


@dataclass(frozen=True, eq=False)
class Conversation:
    """What happens in a ticket and what is said; en.toml explains the parts."""

    template: str
    flow: str
    openings: Sequence[Mapping[str, str]]
    lines: Sequence[Line]
    answers: Mapping[str, Any]
    photos: Sequence[Photo] = ()
    devices: Sequence[str] = ("",)
    is_urgent: bool = False
    is_internal: bool = False
    recurs: bool = False


@cache
def conversations_in(language: str) -> tuple[Conversation, ...]:
    return tuple(
        Conversation(**{**table, "lines": [_line(**line) for line in table["lines"]]})
        for table in texts_in(language)["conversations"]
    )


def phrases_in(language: str) -> Table:
    """What is said in many tickets, in a language."""
    phrases: Table = texts_in(language)["phrases"]
    return phrases


def _line(*, photo: Photo = (), **said: str) -> Line:
    [(voice, text)] = said.items()
    return Line(Voice(voice), text, photo)
