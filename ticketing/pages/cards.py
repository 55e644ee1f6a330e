"""Cards in messages and updates: what a link or an invitation leads to, as it is now, for one reader."""

from collections.abc import Sequence

from fleet.actors import Actor
from messenger.models import Message
from ticketing.models import Ticket, Update
from ticketing.pages.help_cards import fill_help_cards
from ticketing.pages.video_cards import fill_video_cards
from ticketing.surfaces import Surface


def fill_cards(actor: Actor, written: Sequence[Message | Update], ticket: Ticket, surface: Surface) -> None:
    """One query for each kind of card that is there."""
    fill_help_cards(written, ticket, surface)
    fill_video_cards(actor, written, ticket, surface)
