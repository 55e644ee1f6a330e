"""The elements of a device's assistant to choose from, while something is written in a ticket."""

from dataclasses import dataclass

from messenger.help_links import written_link
from ticketing.assistants.content import ElementContent
from ticketing.assistants.finding import find_elements
from ticketing.assistants.shown import ShownAssistant, shown_assistant
from ticketing.models import Ticket
from ticketing.pages.conversation import shown_at
from ticketing.pages.help_cards import first_words
from ticketing.surfaces import OFFICE

MOST_WORDS = 200  # Characters of a search.


@dataclass(frozen=True)
class HelpPick:
    """`written` is what is put into the text, `url` the element as the reader gets it."""

    title: str
    words: str
    written: str
    url: str


@dataclass(frozen=True)
class HelpPicks:
    """All elements, or those that were found by `words`; `has_help` says if there are any at all."""

    ticket: Ticket
    words: str
    picks: list[HelpPick]
    has_help: bool
    own_url: str
    back_url: str


def help_picks(ticket: Ticket, words: str) -> HelpPicks:
    """In the reader's language."""
    shown = shown_assistant(ticket.device) if ticket.device else None
    words = words[:MOST_WORDS].strip()
    return HelpPicks(
        ticket=ticket,
        words=words,
        picks=[_pick(ticket, shown, each) for each in _found(shown, words)] if shown else [],
        has_help=shown is not None,
        own_url=OFFICE.ticket_url("help_pick_list", ticket),
        back_url=shown_at(OFFICE, ticket, "message"),
    )


def _found(shown: ShownAssistant, words: str) -> list[ElementContent]:
    if not words:
        return list(shown.content.elements)
    by_key = shown.content.by_key
    return [by_key[found.key] for found in find_elements(shown.content, words)]


def _pick(ticket: Ticket, shown: ShownAssistant, element: ElementContent) -> HelpPick:
    title = str(element.title)
    return HelpPick(
        title=title,
        words=first_words(element),
        written=written_link(shown.device.slug, element.key, title),
        url=OFFICE.ticket_url("ticket_help", ticket, key=element.key),
    )
