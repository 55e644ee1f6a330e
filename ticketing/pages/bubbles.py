"""Bubbles of new messages that travel to open pages with the hint of them, made once for all readers of a side."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from django.template.loader import render_to_string
from django.utils import translation

from fleet.revocation import read_epoch
from messenger.help_links import has_help_link
from messenger.text import kept_text
from messenger.topics import Drawn
from ticketing.access import message_told_of

MOST_CHARACTERS = 16_000  # A longer one is asked for: it would be in memory for each socket that takes it slowly.


@dataclass(frozen=True)
class SideReader:
    """Anybody of the customers' side, or of the employees, who did not write the message."""

    is_employee: bool
    person_id: None = None


def drawn_message(ticket_id: int, number: int, languages: Collection[str], *, inside: bool) -> Drawn | None:
    """None where there is no such message, and for one that is not the same for all of its side."""
    told = message_told_of(ticket_id, number, inside=inside)
    # The cards of links lead to the pages of each reader's own surface and device.
    if told is None or has_help_link(kept_text(told[0])):
        return None
    message, after, changed = told
    epoch = read_epoch()
    markup = {}
    for language in languages:
        with translation.override(language):
            drawn = render_to_string("messenger/_new_message.html", {"message": message, "reader": SideReader(inside)})
        if len(drawn) <= MOST_CHARACTERS:
            markup[language] = drawn
    return Drawn(message.author_id, after, changed, markup, epoch)


inside_message = partial(drawn_message, inside=True)
public_message = partial(drawn_message, inside=False)
