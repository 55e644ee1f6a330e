"""What the app above says of tickets when something about them is sent; it supplies one source at start-up."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

from fleet.models import Person
from messenger.models import Delivery, Occasion

_LINK = re.compile(r"\[([^\[\]\n]+)\]\(https?://[^()\s]+\)")


@dataclass(frozen=True)
class Scope:
    """What exceptions of people look at: the template of the ticket's device, and the teams that it was offered to."""

    template_id: int | None = None
    team_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, where it may leave the house."""

    author: str
    text: str


@dataclass(frozen=True)
class NewsLine:
    """One or more facts of a kind in a sentence; `brief` says it without a name.

    `occasion` is what people choose channels for.
    """

    sentence: str
    brief: str
    at: datetime
    url: str
    occasion: Occasion
    quotes: Sequence[Quote] = ()
    is_urgent: bool = False

    @property
    def text(self) -> str:
        """For lines without room for the addresses of links."""
        return _LINK.sub(r"\1", "\n\n".join(quote.text for quote in self.quotes))


@dataclass(frozen=True)
class News:
    """What one person is told of one ticket, in the language that is active. Addresses are absolute.

    `tone` is the name of the status's colours in the design tokens.
    """

    ticket_id: int
    reference: str
    title: str
    status: str
    tone: str
    device: str
    url: str
    why: str
    lines: Sequence[NewsLine] = field(default_factory=tuple)


class TicketSource(Protocol):
    def scope(self, ticket_id: int) -> Scope: ...

    def concerned(self, person: Person, ticket_id: int, rows: Sequence[Delivery]) -> Collection[int]:
        """The keys of those rows of the ticket that the person may still be told of."""

    def news(self, person: Person, ticket_id: int, rows: Sequence[Delivery]) -> News: ...


_sources: list[TicketSource] = []


def register_source(source: TicketSource) -> None:
    _sources[:] = [source]


def ticket_source() -> TicketSource:
    """Raises `ImproperlyConfigured` where none was supplied."""
    if not _sources:
        raise ImproperlyConfigured("No source of news about tickets is registered.")
    return _sources[0]
