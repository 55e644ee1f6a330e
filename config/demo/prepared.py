"""What employees of the demo have prepared, and one conversation in which all of it was sent."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from config.common import clock
from config.demo.texts import LANGUAGES, texts_in, translated
from fleet.actors import KnownActor
from fleet.models import Person, Role
from fleet.selectors import responsible_of
from messenger.composed import IN_DANGER, ON_MY_WAY, TYPE_PLATE, WHEN, BuiltIn
from messenger.models import Message, Notification, ReadyMessage
from ticketing.models import Source, Ticket, TicketStatus, Visibility
from ticketing.services.ready import answer_question, send_ready_message
from ticketing.services.replies import create_reply

READY_ICONS = {"part": "package", "running": "plug-zap"}
SHARED, OWN = ("greeting", "closing"), "handover"


def make_prepared(people: Mapping[str, Person], founder: KnownActor) -> None:
    """Ready messages and canned replies for all, and a reply of each employee."""
    for position, (key, icon) in enumerate(READY_ICONS.items()):
        ReadyMessage.objects.create(
            **translated("text", f"ready_messages.{key}.text"),
            **translated("choices", f"ready_messages.{key}.choices"),
            icon=icon,
            position=position,
        )
    for key in SHARED:
        create_reply(actor=founder, is_shared=True, **_reply(key, "en"))
    for person in people.values():
        if person.is_employee:
            create_reply(actor=KnownActor(person=person), **_reply(OWN, person.language))


def _reply(key: str, language: str) -> dict[str, Any]:
    texts = {code: texts_in(code)["canned_replies"][key] for code in LANGUAGES}
    return {"name": texts[language]["name"], "texts": {code: each["text"] for code, each in texts.items()}}


def send_prepared() -> None:
    """In one ticket in work each ready message is sent and two questions are answered; the last one waits."""
    live = Ticket.objects.filter(status=TicketStatus.IN_PROGRESS, visibility=Visibility.PUBLIC, source=Source.FLOW)
    ticket = live.filter(creator__role=Role.CODE_USER, assignments__ended_at=None).order_by("-changed_at").first()
    if ticket is None or ticket.device_id is None:
        return
    worker = KnownActor(person=responsible_of(ticket)[0])
    reporter = KnownActor(person=ticket.creator, device_ids=frozenset({ticket.device_id}))
    tomorrow = (clock.now() + timedelta(days=1)).replace(hour=8, minute=30, second=0, microsecond=0)
    _send(worker, ticket, TYPE_PLATE)
    _answer(reporter, _send(worker, ticket, IN_DANGER), choice=1)
    _answer(reporter, _send(worker, ticket, WHEN, times=[tomorrow, tomorrow + timedelta(hours=5)]), choice=0)
    _send(worker, ticket, ON_MY_WAY, number=30)
    _send(worker, ticket, ReadyMessage.objects.get(text_en__contains="{text}"), text="E-217", time=tomorrow)
    _send(worker, ticket, ReadyMessage.objects.exclude(choices_en="").latest("pk"))
    Notification.objects.filter(ticket=ticket, read_at=None).update(read_at=clock.now())


def _send(worker: KnownActor, ticket: Ticket, ready: BuiltIn | ReadyMessage, **values: Any) -> Message:
    # The same key each time the demo is loaded.
    number = Message.objects.filter(conversation=ticket.conversation_id).count()
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"demo {ticket.pk} {number}")
    return send_ready_message(actor=worker, ticket_id=ticket.pk, client_key=key, ready=ready, values=values)


def _answer(reporter: KnownActor, question: Message, *, choice: int) -> None:
    assert question.public_sequence is not None
    ticket_id = question.conversation.ticket.pk
    answer_question(actor=reporter, ticket_id=ticket_id, number=question.public_sequence, choice=choice)
