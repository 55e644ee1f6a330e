"""The ticket that a page of the office shows, with the small facts around it: two statements for all."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

from django.db.models import BigIntegerField, Count, DateTimeField, Exists, OuterRef, QuerySet, Subquery

from config.common import clock
from config.common.errors import NotVisible
from config.common.kept import Given, Kept
from config.common.rows import planned_once
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import PrivateLink
from messenger.models import Mute, Preferences
from messenger.models.preferences import default_time_zone
from messenger.selectors import BellState, bell_columns, unsent_columns
from ticketing.access import SHOWN_OF_TICKET, tickets_for
from ticketing.involved import read_involved
from ticketing.models import Ticket, Update

Id = Given | int
Moment = Given | datetime


@dataclass(frozen=True)
class ShownTicket:
    """A ticket with who is involved, and what its page counts; mute, time zone and bell are the reader's."""

    ticket: Ticket
    updates: int
    internal_updates: int
    # Private links that open it, whoever may revoke them.
    has_links: bool
    mute: Mute | None
    time_zone: str
    bell: BellState


_READER = Given("reader", BigIntegerField())


@dataclass(frozen=True)
class _AnyEmployee:
    """Whoever reads a statement that is kept for employees: `seen_by` asks nothing else of them."""

    is_superior: bool
    is_employee: bool = True
    person_id: Given = _READER


def shown_ticket_for(actor: Actor, ticket_id: int, *, rule: str) -> ShownTicket:
    """As `ticket_for`: raises `NotVisible` for a ticket that is absent or hidden, else the refusal of the rule."""
    # Nobody has the id 0.
    reader, now = actor.person_id or 0, clock.now()
    if actor.is_employee:
        found = _OF_EMPLOYEES[actor.is_superior].rows(ticket=ticket_id, reader=reader, now=now)
    else:
        with planned_once():
            found = list(_rows(actor, ticket=ticket_id, reader=reader, now=now))
    if not found:
        raise NotVisible
    ticket, facts = found[0], vars(found[0])
    read_involved(ticket)
    require(actor, rule, ticket)
    mute = Mute(person_id=reader, ticket_id=ticket.pk, until=facts["muted_until"])
    return ShownTicket(
        ticket=ticket,
        updates=facts["public_count"] or 0,
        internal_updates=facts["internal_count"] or 0,
        has_links=facts["has_links"],
        mute=mute if facts["is_muted"] else None,
        time_zone=facts["time_zone"] or default_time_zone(),
        bell=BellState(facts["unread"] or 0, facts["latest"] or 0),
    )


def _rows(actor: Actor, *, ticket: Id, reader: Id, now: Moment) -> QuerySet[Ticket]:
    mutes = Mute.objects.filter(person=reader, ticket=OuterRef("pk")).lasting(now)
    return (
        tickets_for(actor)
        .filter(pk=ticket)
        .select_related(*SHOWN_OF_TICKET, "help_path")
        .annotate(
            public_count=_number_of_updates(is_internal=False),
            internal_count=_number_of_updates(is_internal=True),
            has_links=Exists(PrivateLink.objects.opening_at(now).filter(ticket=OuterRef("pk"))),
            is_muted=Exists(mutes),
            muted_until=Subquery(mutes.values("until")[:1]),
            time_zone=Subquery(Preferences.objects.filter(person=reader).values("time_zone")),
            **bell_columns(reader),
            **unsent_columns(reader),
        )
    )


def _number_of_updates(*, is_internal: bool) -> Subquery:
    of_ticket = Update.objects.filter(ticket=OuterRef("pk"), is_internal=is_internal).order_by()
    return Subquery(of_ticket.values("ticket").annotate(number=Count("pk")).values("number"))


def _of_employees(*, is_superior: bool) -> QuerySet[Ticket]:
    anyone = cast("Actor", _AnyEmployee(is_superior))
    ticket, now = Given("ticket", BigIntegerField()), Given("now", DateTimeField())
    return _rows(anyone, ticket=ticket, reader=_READER, now=now)


_OF_EMPLOYEES = {superior: Kept(partial(_of_employees, is_superior=superior)) for superior in (True, False)}
