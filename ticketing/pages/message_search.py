"""What was found in the conversation of a ticket."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from config.common.searching import Excerpt, excerpt_of, search_terms
from fleet.actors import Actor
from fleet.models import Person
from messenger.help_links import reworded
from ticketing.access import words_said_in
from ticketing.models import Ticket
from ticketing.pages.conversation import shown_at
from ticketing.surfaces import Surface

MOST_HITS = 100
MOST_CHARACTERS = 200  # Of what is searched for.


@dataclass(frozen=True)
class Hit:
    """A message or internal update in which all words were found; `url` opens the conversation around it."""

    number: int
    author: Person
    at: datetime
    excerpt: Excerpt
    url: str


@dataclass(frozen=True)
class MessageSearch:
    """The newest hit is first; `has_more`: there are older ones that are not shown."""

    ticket: Ticket
    surface: Surface
    words: str
    hits: list[Hit]
    has_more: bool

    @property
    def back_url(self) -> str:
        return shown_at(self.surface, self.ticket, "message")


def message_search(actor: Actor, ticket: Ticket, surface: Surface, words: str) -> MessageSearch:
    """Finds words in any spelling, as the ticket list does. A few queries, however much was said.

    Raises the refusal of ``ticketing.read_messages``.
    """
    words = words.strip()[:MOST_CHARACTERS]
    terms = search_terms(words)
    found: dict[int, tuple[int, datetime, Excerpt]] = {}
    for number, author, at, said in words_said_in(actor, ticket):
        text = reworded(said)
        is_here = bool(terms) and number not in found and all(term.is_in(text) for term in terms)
        if is_here and (excerpt := excerpt_of(text, terms)):
            found[number] = (author, at, excerpt)
        if len(found) > MOST_HITS:
            break
    shown = [*found.items()][:MOST_HITS]
    people = Person.objects.in_bulk({author for _number, (author, _at, _excerpt) in shown})
    page = shown_at(surface, ticket, "message")
    query = urlencode({"q": words})
    hits = [
        Hit(number, people[author], at, excerpt, f"{page}&message={number}&{query}#message-{number}")
        for number, (author, at, excerpt) in shown
    ]
    return MessageSearch(ticket, surface, words, hits, has_more=len(found) > MOST_HITS)
