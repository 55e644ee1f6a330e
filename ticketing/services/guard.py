"""The send guard: nobody answers past what somebody else wrote meanwhile without having seen it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import ngettext

from config.common.errors import DomainError
from config.common.interface import relative_time
from config.common.rules import may
from fleet.actors import KnownActor
from fleet.models import EMPLOYEE_ROLES
from messenger.models import Message
from ticketing.access import counted_by
from ticketing.models import Ticket, Update, Visibility

# To say how many there are; a page asks for the texts by themselves.
_MOST_COUNTED = 20
_NAMED = ("sequence", "created_at", "author__role", "author__first_name", "author__last_name")


@dataclass(frozen=True)
class PageSeen:
    """What the page of a writer showed: the visibility of the ticket, and the number of the last message.

    None where the page did not say.
    """

    audience: Visibility | None = None
    number: int | None = None


NO_PAGE = PageSeen()


class Unseen(DomainError):
    """Others wrote after the number `seen`, up to which the writer's page shows what was written."""

    code = "unseen"
    http_status = 409

    def __init__(self, seen: int, written: Iterable[Message | Update]) -> None:
        self.seen = seen
        newest, *others = sorted(written, key=lambda each: each.sequence, reverse=True)
        count = 1 + len(others)
        sentence = ngettext(
            "%(name)s wrote meanwhile (%(ago)s).",
            "%(count)s new messages arrived meanwhile, the last one from %(name)s (%(ago)s).",
            count,
        )
        number = str(count) if count < _MOST_COUNTED else f"{_MOST_COUNTED}+"
        ago = relative_time(newest.created_at)
        super().__init__(sentence % {"name": newest.author.name, "ago": ago, "count": number})


def require_seen(actor: KnownActor, ticket: Ticket, seen: int | None) -> None:
    """Raises `Unseen` where others wrote after the number `seen`; nothing is asked where that is None.

    The caller holds the ticket's lock, so that of two who answer at once the second one is told. Employees are told of
    messages and internal updates, everybody else of what employees wrote: a phone is not stopped by others like it.
    """
    last = ticket.sequence if actor.is_employee else ticket.public_sequence
    if seen is None or seen >= last:
        return
    if written := list(_written_by_others(actor, ticket, seen)):
        raise Unseen(seen, written)


def _written_by_others(actor: KnownActor, ticket: Ticket, seen: int) -> Iterator[Message | Update]:
    after = {f"{counted_by(actor)}__gt": seen}
    messages = Message.objects.filter(conversation=ticket.conversation_id, **after).exclude(author=actor.person_id)
    if not actor.is_employee:
        messages = messages.filter(author__role__in=EMPLOYEE_ROLES)
    yield from messages.select_related("author").only(*_NAMED).order_by("-sequence")[:_MOST_COUNTED]
    if actor.is_employee and may(actor, "ticketing.read_internal_updates", ticket):
        updates = Update.objects.filter(ticket=ticket, is_internal=True, **after).exclude(author=actor.person_id)
        yield from updates.select_related("author").only(*_NAMED).order_by("-sequence")[:_MOST_COUNTED]
