"""The conversation of a ticket and its updates, as the pages of both surfaces show them."""

from dataclasses import dataclass

from config.common.rules import may
from fleet.actors import Actor
from messenger.models import Message
from ticketing.access import messages_for, updates_for
from ticketing.forms.conversation import (
    InternalMessageForm,
    InternalUpdateForm,
    MessageForm,
    UpdateForm,
    WritingForm,
)
from ticketing.models import Ticket, Update
from ticketing.surfaces import Surface

WRITING_RULES = {
    "message": "ticketing.write_message",
    "update": "ticketing.post_public_update",
    "internal": "ticketing.post_internal_update",
}


@dataclass(frozen=True)
class Composer:
    """Where a message or an update is written; `purpose` is a key of `WRITING_RULES`.

    `refusal` says why it cannot be written now, and may be empty.
    """

    actor: Actor
    ticket: Ticket
    surface: Surface
    purpose: str
    form: WritingForm
    can_write: bool = True
    refusal: str = ""

    @property
    def is_internal(self) -> bool:
        """Whether only employees will read it."""
        return self.purpose == "internal" or (self.purpose == "message" and not self.ticket.is_public)


@dataclass(frozen=True)
class ConversationPart:
    """The messages that the actor may read, oldest first, and where they write the next one."""

    actor: Actor
    ticket: Ticket
    surface: Surface
    messages: list[Message]
    composer: Composer

    @property
    def topics(self) -> str:
        """What the page follows to stay up to date: customers never learn of what is internal."""
        topic = f"ticket.{self.ticket.pk}"
        return f"{topic}.messages {topic}.inside" if self.actor.is_employee else f"{topic}.follow"

    @property
    def numbers(self) -> str:
        """Where each topic was when the messages were read, or a moment before."""
        ticket = self.ticket
        return f"{ticket.sequence} {ticket.sequence}" if self.actor.is_employee else str(ticket.public_sequence)


@dataclass(frozen=True)
class UpdatesPart:
    """Public or internal updates, newest first, and where the next one is written."""

    updates: list[Update]
    composer: Composer


@dataclass(frozen=True)
class RetryPage:
    """What was written and not accepted, to be corrected; files have to be chosen again."""

    composer: Composer
    had_files: bool
    back_url: str


def composer_for(actor: Actor, ticket: Ticket, surface: Surface, purpose: str) -> Composer:
    verdict = may(actor, WRITING_RULES[purpose], ticket)
    form = form_of(purpose, ticket)(initial={"audience": ticket.visibility})
    return Composer(actor, ticket, surface, purpose, form, can_write=bool(verdict), refusal=str(verdict.reason))


def form_of(purpose: str, ticket: Ticket) -> type[WritingForm]:
    if purpose == "message":
        return MessageForm if ticket.is_public else InternalMessageForm
    return InternalUpdateForm if purpose == "internal" else UpdateForm


def conversation_part(actor: Actor, ticket: Ticket, surface: Surface) -> ConversationPart:
    """Raises the refusal of ``ticketing.read_messages``."""
    messages = messages_for(actor, ticket)
    return ConversationPart(actor, ticket, surface, messages, composer_for(actor, ticket, surface, "message"))


def updates_part(actor: Actor, ticket: Ticket, surface: Surface, *, internal: bool = False) -> UpdatesPart:
    """Raises the refusal of the rule for reading these updates."""
    purpose = "internal" if internal else "update"
    return UpdatesPart(updates_for(actor, ticket, internal=internal), composer_for(actor, ticket, surface, purpose))
