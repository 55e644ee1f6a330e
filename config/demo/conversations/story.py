"""The parts of which a demo ticket's story is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

Photo = tuple[str, ...]


class Voice(Enum):
    """Who speaks, and where."""

    CUSTOMER = auto()
    STAFF = auto()
    CUSTOMER_UPDATE = auto()
    STAFF_UPDATE = auto()
    INTERNAL_UPDATE = auto()


@dataclass(frozen=True)
class Line:
    """Something said; a photo is its name and the words it shows."""

    voice: Voice
    text: str
    photo: Photo = ()


@dataclass(frozen=True, eq=False)
class Story:
    """A case: `openings` are subject and description, one for each time that it happens.

    `answers` holds what the flow asks by key; what is not given is made up. INTERNAL ones are written by employees.
    `devices` are beginnings of the names of those to which it can happen; without any it can happen to all.
    One that `recurs` may come back after it was solved.
    """

    template: str
    flow: str
    openings: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    is_urgent: bool = False
    is_internal: bool = False
    devices: tuple[str, ...] = ()
    recurs: bool = False


@dataclass(frozen=True)
class Phrases:
    """What is said in many tickets: thanks, relapses and ratings from very bad to very good."""

    thanks: tuple[str, ...]
    again: tuple[str, ...]
    reply: tuple[str, ...]
    solved: tuple[str, ...]
    comments: Mapping[int, tuple[str, ...]]
    withdrawn: tuple[str, ...]
    no_need: tuple[str, ...]
    places: tuple[str, ...]
    at_machine: tuple[str, ...]


def them(text: str, *photo: str) -> Line:
    """A message of the customer's side."""
    return Line(Voice.CUSTOMER, text, photo)


def us(text: str, *photo: str) -> Line:
    """A message of the employee."""
    return Line(Voice.STAFF, text, photo)


def seen(text: str, *photo: str) -> Line:
    """A public update of the customer's side."""
    return Line(Voice.CUSTOMER_UPDATE, text, photo)


def report(text: str, *photo: str) -> Line:
    """A public update of the employee."""
    return Line(Voice.STAFF_UPDATE, text, photo)


def note(text: str, *photo: str) -> Line:
    """An internal update."""
    return Line(Voice.INTERNAL_UPDATE, text, photo)
