"""Messages whose words the product makes for each reader: ready messages of employees, and answers to them."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import KnownActor
from messenger.composed import (
    MOST_TIMES,
    NUMBER,
    TEXT,
    TIME,
    TIMES,
    BuiltIn,
    choice_count,
    compose,
    compose_answer,
    compose_own,
    is_danger,
    takes_of,
    times_of,
)
from messenger.models import Message, ReadyMessage
from messenger.services.messages import message_sent_with
from ticketing.entry_kinds import DANGER_REPORTED, MESSAGE_SENT
from ticketing.models import Visibility
from ticketing.services.journal import lock_ticket
from ticketing.services.messages import record_message
from ticketing.services.repetition import find_repetition

MAX_NUMBER = 9_999
MAX_TEXT = 200
FURTHEST = timedelta(days=3650)
PAST = _("This time has passed. Choose a later one.")


@transaction.atomic
def send_ready_message(
    *,
    actor: KnownActor,
    ticket_id: int,
    client_key: uuid.UUID,
    ready: BuiltIn | ReadyMessage,
    values: Mapping[str, Any],
    audience: Visibility | None = None,
) -> Message:
    """Send a ready message with the values that it takes; the same key again returns the first message.

    `audience` is the visibility that the writer saw. Raises `InvalidInput` if the ticket has another one by now, and
    for values that are missing or unusable, such as times that have passed; `NotAllowed`, `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id, actor)
    sent = message_sent_with(ticket.conversation, actor.person_id, client_key)
    if sent := find_repetition(actor, "ticketing.send_ready_message", ticket, sent, is_own=True):
        return sent
    if audience not in (None, ticket.visibility):
        message = _("Other people can read this ticket now than when you began. Check your text and send it again.")
        raise InvalidInput(message, code="audience")
    return record_message(ticket, actor.person, "", [], client_key, composed=composed_of(ready, values))


def composed_of(ready: BuiltIn | ReadyMessage, values: Mapping[str, Any]) -> dict[str, Any]:
    """As a message keeps it. Raises `InvalidInput` for values that are missing or unusable."""
    checked = {name: _CHECKS[name](values.get(name)) for name in takes_of(ready)}
    return compose(ready, checked) if isinstance(ready, BuiltIn) else compose_own(ready, checked)


@transaction.atomic
def answer_question(*, actor: KnownActor, ticket_id: int, number: int, choice: int) -> Message:
    """Answer the question that the actor knows by its public number, with the choice at that place.

    A question is answered once; the same answer of the same person again returns the first one. Raises `NotVisible`
    where there is no such question, `InvalidInput` if it was answered or the time has passed; `NotAllowed`,
    `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id, actor)
    require(actor, "ticketing.view_ticket", ticket)
    asked = Message.objects.filter(conversation=ticket.conversation_id, public_sequence=number)
    question = get_or_none(asked)
    if question is None or question.composed is None or not 0 <= choice < choice_count(question.composed):
        raise NotVisible
    # Made of the choice: the same tap twice is the same message.
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"answer {question.pk} {choice}")
    sent = message_sent_with(ticket.conversation, actor.person_id, key)
    if sent := find_repetition(actor, "ticketing.answer_question", ticket, sent, is_own=True):
        return sent
    if question.answered_by is not None:
        raise InvalidInput(_("This question was answered already."), code="answered")
    times = times_of(question.composed)
    if times and times[choice] <= clock.now():
        raise InvalidInput(_("This time has passed. Choose another one, or write when it suits you."), code="past")
    composed = compose_answer(question.composed, choice, question.sequence, question.public_sequence)
    kind = DANGER_REPORTED if is_danger(composed) else MESSAGE_SENT
    message = record_message(ticket, actor.person, "", [], key, kind, composed=composed)
    question.answered_by = message.sequence
    question.save(update_fields=["answered_by"])
    return message


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 < value <= MAX_NUMBER:
        raise InvalidInput(_("Enter a whole number from 1 to 9999."), field=NUMBER)
    return value


def _text(value: Any) -> str:
    if not value or len(value) > MAX_TEXT:
        raise InvalidInput(_("Enter a text of up to 200 characters."), field=TEXT)
    return str(value)


def _time(value: Any, field: str = TIME) -> str:
    if value is None:
        raise InvalidInput(_("Enter a day and a time."), field=field)
    if value <= clock.now():
        raise InvalidInput(PAST, field=field)
    # Nobody means it, and the last day of all has no time in the zones of some readers.
    if value > clock.now() + FURTHEST:
        raise InvalidInput(_("Enter a day and a time."), field=field)
    return str(value.isoformat(timespec="seconds"))


def _times(value: Any) -> list[str]:
    times = sorted(set(value or ()))
    if not 1 <= len(times) <= MOST_TIMES:
        raise InvalidInput(_("Propose one to five times."), field=TIMES)
    return [_time(each, TIMES) for each in times]


_CHECKS = {NUMBER: _number, TEXT: _text, TIME: _time, TIMES: _times}
