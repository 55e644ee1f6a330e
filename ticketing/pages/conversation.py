"""The conversation of a ticket and its updates, as the pages of both surfaces show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from config.common.errors import WrongStatus
from config.common.rules import may
from config.common.windows import Place, Window, window_at
from fleet.actors import Actor
from messenger.models import Message
from messenger.selectors import WaitingFile, files_waiting_in
from ticketing.access import changed_messages_for, conversation_for, counted_by, updates_for
from ticketing.forms.conversation import (
    InternalMessageForm,
    InternalUpdateForm,
    MessageForm,
    UpdateForm,
    WritingForm,
)
from ticketing.models import JournalEntry, Ticket, Update
from ticketing.pages.cards import fill_cards
from ticketing.pages.unsent import UnsentBox, unsent_box
from ticketing.pages.waiting import with_named
from ticketing.surfaces import Surface

WRITING_RULES = {
    "message": "ticketing.write_message",
    "update": "ticketing.post_public_update",
    "internal": "ticketing.post_internal_update",
}
_SHOWN_AT = {
    "office": {"message": "tab=messenger", "update": "tab=updates", "internal": "tab=internal"},
    "portal": {"message": "view=messages", "update": "view=updates", "internal": "view=messages"},
}


@dataclass(frozen=True)
class Composer:
    """Where a message or an update is written; `purpose` is a key of `WRITING_RULES`.

    `refusal` says why this reader cannot write, and is empty where no one can in this status.
    """

    actor: Actor
    ticket: Ticket
    surface: Surface
    purpose: str
    form: WritingForm
    can_write: bool = True
    refusal: str = ""
    # Whether an internal update can be written in the same place as a message.
    takes_internal: bool = False
    # Those that a form named which was not accepted.
    named_files: Sequence[WaitingFile] = ()

    @property
    def upload_purpose(self) -> str:
        """As the files of its form are announced."""
        return "internal" if self.takes_internal and not self.can_write else self.purpose

    @cached_property
    def waiting(self) -> list[WaitingFile]:
        """Files that arrived for it and were not sent yet; one query where there are any in this ticket."""
        if not getattr(self.ticket, "has_waiting", True):
            return list(self.named_files)
        # What came for "me too" is of who is affected by now.
        joined = ("join",) if self.purpose == "message" and self.surface.is_portal else ()
        waiting = files_waiting_in(self.actor, self.ticket.pk, self.upload_purpose, *joined)
        return with_named(waiting, self.named_files)

    @property
    def help_url(self) -> str:
        """Where employees choose a step of the help to link to; empty where there is no device that could have any."""
        has_help = self.surface.is_office and self.actor.is_employee and self.ticket.device_id
        return self.surface.ticket_url("help_pick_list", self.ticket) if has_help else ""

    @property
    def has_unsent(self) -> bool:
        """Whether its reader typed something in this ticket that was not sent, or may have; no query."""
        # A composer that is drawn alone, when a ticket is opened again for example, does not know, and its page asks.
        return bool(getattr(self.ticket, "has_unsent", True))

    @property
    def unsent(self) -> UnsentBox:
        """What was begun here before nothing could be written any more."""
        return unsent_box(self.actor, self.surface, self.ticket)

    @property
    def is_internal(self) -> bool:
        """Whether only employees will read it."""
        return self.purpose == "internal" or (self.purpose == "message" and not self.ticket.is_public)


@dataclass(frozen=True)
class WindowLinks:
    """Addresses of the rows before and after those of a window; empty where there are none."""

    earlier: str
    later: str


@dataclass(frozen=True)
class MessagesPart:
    """Messages that the actor may read, oldest first; for employees with the internal updates between them."""

    actor: Actor
    messages: list[Message | Update]
    links: WindowLinks
    # Edited or taken back since the page asked last.
    changed: Sequence[Message] = ()


@dataclass(frozen=True, kw_only=True)
class ConversationPart(MessagesPart):
    """The messages with what is around them; `newest_url` is the page with the newest ones."""

    ticket: Ticket
    surface: Surface
    composer: Composer
    newest_url: str

    @property
    def topics(self) -> str:
        """What the page follows to stay up to date: customers never learn of what is internal."""
        topic = f"ticket.{self.ticket.pk}"
        return f"{topic}.messages {topic}.inside" if self.actor.is_employee else f"{topic}.follow"

    @property
    def seen_topic(self) -> str:
        """Over which it learns how far others have seen the messages."""
        return f"ticket.{self.ticket.pk}.{'messages' if self.actor.is_employee else 'follow'}"

    @property
    def numbers(self) -> str:
        """Where each topic was when the messages were read, or a moment before."""
        ticket = self.ticket
        return f"{ticket.sequence} {ticket.sequence}" if self.actor.is_employee else str(ticket.public_sequence)


@dataclass(frozen=True)
class UpdatesPart:
    """Public or internal updates, newest first, and where the next one is written."""

    updates: list[Update]
    links: WindowLinks
    composer: Composer


@dataclass(frozen=True)
class RetryPage:
    """What was written and not accepted, to be corrected; `had_files`: they could not be kept.

    `unseen` is what others wrote meanwhile, and `refusal` says so, where it was held back for that.
    """

    composer: Composer
    had_files: bool
    back_url: str
    unseen: MessagesPart | None = None
    refusal: str = ""


def composer_for(actor: Actor, ticket: Ticket, surface: Surface, purpose: str) -> Composer:
    verdict = may(actor, WRITING_RULES[purpose], ticket)
    takes_internal = purpose == "message" and surface.is_office and may(actor, WRITING_RULES["internal"], ticket)
    written = "internal" if takes_internal and not verdict else purpose
    form = form_of(written, ticket)(initial={"audience": ticket.visibility, "seen": getattr(ticket, counted_by(actor))})
    return Composer(
        actor,
        ticket,
        surface,
        purpose,
        form,
        can_write=bool(verdict),
        refusal="" if verdict.error is WrongStatus else str(verdict.reason),
        takes_internal=bool(takes_internal),
    )


def form_of(purpose: str, ticket: Ticket) -> type[WritingForm]:
    if purpose == "message":
        return MessageForm if ticket.is_public else InternalMessageForm
    return InternalUpdateForm if purpose == "internal" else UpdateForm


def number_of(actor: Actor, written: Message | Update) -> int:
    """The number by which the actor knows it."""
    number: int = getattr(written, counted_by(actor))
    return number


def shown_at(surface: Surface, ticket: Ticket, purpose: str) -> str:
    """The address of the page that shows messages, updates or internal updates; `purpose` as in `WRITING_RULES`."""
    return f"{surface.ticket_url('ticket_detail', ticket)}?{_SHOWN_AT[surface.name][purpose]}"


def window_links(
    window: Window[Message | Update] | Window[Update] | Window[JournalEntry], actor: Actor, url: str
) -> WindowLinks:
    """The links of a window on a page; `url` is its address, which has parameters already."""
    if not window.rows:
        return WindowLinks("", "")
    first, last = (getattr(window.rows[index], counted_by(actor)) for index in (0, -1))
    return WindowLinks(
        earlier=f"{url}&before={first}" if window.has_earlier else "",
        later=f"{url}&after={last}" if window.has_later else "",
    )


def messages_part(
    actor: Actor, ticket: Ticket, surface: Surface, place: Place, since: int | None = None
) -> MessagesPart:
    """The messages at the place alone, and those that were changed `since`.

    Raises the refusal of ``ticketing.read_messages``.
    """
    window = conversation_for(actor, ticket, place=place)
    links = window_links(window, actor, shown_at(surface, ticket, "message"))
    changed = changed_messages_for(actor, ticket, since) if since is not None else ()
    fill_cards(actor, [*window.rows, *changed], ticket, surface)
    return MessagesPart(actor, window.rows, links, changed)


def conversation_part(actor: Actor, ticket: Ticket, surface: Surface, place: Place) -> ConversationPart:
    """Raises the refusal of ``ticketing.read_messages``."""
    window = window_at(place, lambda at: conversation_for(actor, ticket, place=at))
    url = shown_at(surface, ticket, "message")
    fill_cards(actor, window.rows, ticket, surface)
    return ConversationPart(
        actor=actor,
        messages=window.rows,
        links=window_links(window, actor, url),
        ticket=ticket,
        surface=surface,
        composer=composer_for(actor, ticket, surface, "message"),
        newest_url=url,
    )


def updates_part(
    actor: Actor, ticket: Ticket, surface: Surface, place: Place, *, internal: bool = False
) -> UpdatesPart:
    """Raises the refusal of the rule for reading these updates."""
    purpose = "internal" if internal else "update"
    window = window_at(place, lambda at: updates_for(actor, ticket, internal=internal, place=at))
    links = window_links(window, actor, shown_at(surface, ticket, purpose))
    fill_cards(actor, window.rows, ticket, surface)
    return UpdatesPart(window.rows[::-1], links, composer_for(actor, ticket, surface, purpose))
