"""One message with what its reader may do with it."""

from dataclasses import dataclass
from functools import cached_property

from config.common.rules import Verdict, may
from fleet.actors import Actor
from messenger.composed import read_text
from messenger.models import Message, MessageVersion
from messenger.presentation import plain_beginning
from ticketing.access import counted_by, message_in
from ticketing.models import Ticket
from ticketing.pages.conversation import shown_at
from ticketing.surfaces import Surface


@dataclass(frozen=True)
class MessagePage:
    """`refused` is what was typed and not accepted, with the reason."""

    actor: Actor
    ticket: Ticket
    surface: Surface
    message: Message
    number: int  # By which the actor knows it.
    refused: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """Of the conversation around the message."""
        return f"{shown_at(self.surface, self.ticket, 'message')}&message={self.number}#message-{self.number}"

    @property
    def reply_url(self) -> str:
        return f"{shown_at(self.surface, self.ticket, 'message')}&reply={self.number}"

    @property
    def beginning(self) -> str:
        """What its answer quotes."""
        return plain_beginning(read_text(self.message.text, self.message.composed))

    @property
    def may_reply(self) -> Verdict:
        return may(self.actor, "ticketing.write_message", self.ticket)

    @property
    def is_mine(self) -> bool:
        return self.message.author_id == self.actor.person_id

    @cached_property
    def may_edit(self) -> Verdict:
        return may(self.actor, "ticketing.edit_message", self.message)

    @cached_property
    def may_take_back(self) -> Verdict:
        return may(self.actor, "ticketing.take_back_message", self.message)

    @cached_property
    def versions(self) -> list[MessageVersion]:
        """What it was before, for employees; nothing of one that was taken back."""
        if not self.actor.is_employee or self.message.edited_at is None or self.message.is_taken_back:
            return []
        return list(self.message.versions.all())


def message_page(
    actor: Actor, ticket: Ticket, surface: Surface, number: int, refused: tuple[str, str] | None = None
) -> MessagePage:
    """Raises the refusal of ``ticketing.read_messages``, and `NotVisible` for a number that the actor does not know."""
    message = message_in(actor, ticket, number)
    return MessagePage(actor, ticket, surface, message, getattr(message, counted_by(actor)), refused)
