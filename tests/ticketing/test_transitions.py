"""Every verb in every status by every actor: the effect, or the right refusal that changes nothing."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django_fsm import TransitionNotAllowed

from config.common.errors import DomainError, NotAllowed, NotVisible, WrongStatus
from fleet.actors import KnownActor
from fleet.models import Assignment, Offer
from messenger.models import Message, Notification
from ratings.models import Rating, Score
from ratings.services import rate_ticket
from tests import authorization
from tests.cast import Cast, make_cast
from tests.factories import MemberFactory
from ticketing.models import JournalEntry, Priority, Ticket, TicketStatus, Update, Visibility
from ticketing.services import assignment, drafts, life_cycle, messages, properties, updates
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db
S = TicketStatus


@dataclass(frozen=True)
class Verb:
    """A service, its row of the table, and the status it leads to from each status in which it is allowed."""

    row: str
    run: Callable[[Cast, KnownActor], object]
    leads_to: Callable[[TicketStatus, Visibility], TicketStatus | None]
    repeats: Callable[["Case"], bool] = lambda case: False


def stays(status: TicketStatus, visibility: Visibility) -> TicketStatus:
    return status


def to(target: TicketStatus) -> Callable[[TicketStatus, Visibility], TicketStatus]:
    return lambda status, visibility: target


def repeats_at(*statuses: TicketStatus) -> Callable[["Case"], bool]:
    """The status is reached already, and the actor may have brought it there."""
    return lambda case: (
        case.status in statuses and authorization.is_ever_allowed(case.verb.row, case.role, case.visibility)
    )


def become_assigned(status: TicketStatus, visibility: Visibility) -> TicketStatus:
    return S.ASSIGNED if status == S.OPEN else status


def without_responsible(status: TicketStatus, visibility: Visibility) -> TicketStatus:
    return S.OPEN if status in (S.ASSIGNED, S.IN_PROGRESS) else status


def done(status: TicketStatus, visibility: Visibility) -> TicketStatus:
    return S.DONE if visibility == Visibility.PUBLIC else S.CLOSED


def hidden(status: TicketStatus, visibility: Visibility) -> TicketStatus:
    return S.CLOSED if status == S.DONE and visibility == Visibility.PUBLIC else status


def other(visibility: str) -> Visibility:
    return Visibility.INTERNAL if visibility == Visibility.PUBLIC else Visibility.PUBLIC


def write(service: Callable[..., object], **options: Any) -> Callable[[Cast, KnownActor], object]:
    key = uuid.uuid4()
    return lambda cast, actor: service(actor=actor, ticket_id=cast.ticket.pk, client_key=key, text="A word.", **options)


def do(service: Callable[..., object], **options: Any) -> Callable[[Cast, KnownActor], object]:
    return lambda cast, actor: service(actor=actor, ticket_id=cast.ticket.pk, **options)


VERBS = {
    "send": Verb(
        "11",
        lambda cast, actor: drafts.open_ticket(
            actor=actor, ticket_id=cast.ticket.pk, visibility=cast.ticket.visibility
        ),
        to(S.OPEN),
        lambda case: case.status != S.DRAFT and case.cast.acting(case.role).person_id == case.cast.ticket.creator_id,
    ),
    "write a message": Verb("12", write(messages.send_message), stays),
    "post a public update": Verb("14", write(updates.post_update, is_internal=False), stays),
    "post an internal update": Verb("15", write(updates.post_update, is_internal=True), stays),
    "accept": Verb("16", do(assignment.accept_offer), become_assigned, lambda case: case.role == "responsible"),
    "reject": Verb("17", do(assignment.reject_offer), stays, lambda case: case.role == "rejecter"),
    "assign": Verb(
        "18",
        lambda cast, actor: assignment.assign(actor=actor, ticket_id=cast.ticket.pk, person=cast.person("uninvolved")),
        become_assigned,
    ),
    "withdraw": Verb(
        "18",
        lambda cast, actor: assignment.withdraw(
            actor=actor, ticket_id=cast.ticket.pk, person=cast.person("responsible")
        ),
        without_responsible,
    ),
    "start": Verb("19", do(life_cycle.start_work), to(S.IN_PROGRESS), repeats_at(S.IN_PROGRESS)),
    "set back": Verb("20", do(life_cycle.set_back), to(S.ASSIGNED), repeats_at(S.ASSIGNED)),
    "finish": Verb("21", do(life_cycle.finish_ticket), done, repeats_at(S.DONE, S.CLOSED)),
    "rate": Verb("22", do(rate_ticket, score=Score.GOOD), to(S.CLOSED)),
    "close": Verb("23", do(life_cycle.close_ticket), to(S.CLOSED), repeats_at(S.CLOSED)),
    "reopen": Verb("24", do(life_cycle.reopen_ticket), to(S.ASSIGNED), repeats_at(S.OPEN, S.ASSIGNED)),
    "cancel": Verb("25", do(life_cycle.cancel_ticket), to(S.CANCELLED), repeats_at(S.CANCELLED)),
    "delete the draft": Verb("26", do(drafts.delete_draft), lambda status, visibility: None),
    "change the priority": Verb("27", do(properties.change_priority, priority=Priority.HIGH), stays),
    "change the visibility": Verb(
        "28",
        lambda cast, actor: properties.change_visibility(
            actor=actor, ticket_id=cast.ticket.pk, visibility=other(cast.ticket.visibility)
        ),
        hidden,
    ),
}


def everything_stored() -> list[Any]:
    """All that a verb could change around the ticket."""
    models = (Ticket, JournalEntry, Offer, Assignment, Message, Update, Notification, Rating)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def counters(cast: Cast) -> Any:
    return (
        Ticket.objects.filter(pk=cast.ticket.pk).values_list("status", "sequence", "journal_head", "changed_at").get()
    )


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Case:
    """One verb by one actor in one status and visibility; `problem` is what is wrong with it, or empty."""

    verb: Verb
    cast: Cast
    role: str
    status: TicketStatus
    visibility: Visibility

    @property
    def is_allowed(self) -> bool:
        return authorization.is_allowed(self.verb.row, self.role, self.status, self.visibility)

    @property
    def problem(self) -> str:
        with undone():
            return self._effect() if self.is_allowed else self._refusal()

    def _run(self) -> type[DomainError] | None:
        try:
            self.verb.run(self.cast, self.cast.acting(self.role))
        except DomainError as refusal:
            return type(refusal)
        return None

    def _effect(self) -> str:
        refusal = self._run()
        ticket = Ticket.objects.filter(pk=self.cast.ticket.pk).first()
        if refusal or (ticket and ticket.status) != self.verb.leads_to(self.status, self.visibility):
            return f"refused with {refusal.__name__}" if refusal else f"led to {ticket and ticket.status}"
        if ticket is None:
            return ""
        if faults := list(verify_ticket(ticket)):
            return f"left a faulty journal: {faults}"
        return self._repetition() if ticket.sequence > self.cast.ticket.sequence else "recorded nothing"

    def _repetition(self) -> str:
        before = everything_stored()
        refusal = self._run()
        if everything_stored() != before:
            return "changed something when repeated"
        return f"refused its repetition with {refusal.__name__}" if refusal else ""

    def _refusal(self) -> str:
        if self._is_repetition():
            return self._repetition()
        before, refusal, expected = counters(self.cast), self._run(), self._expected()
        if counters(self.cast) != before:
            return f"changed something, {refusal}"
        return "" if refusal is expected else f"expected {expected.__name__}, got {refusal and refusal.__name__}"

    def _is_repetition(self) -> bool:
        return self._expected() != NotVisible and self.verb.repeats(self)

    def _expected(self) -> type[DomainError]:
        """404 for what the actor must not know, 409 for what is possible in another status, else 403."""
        if not authorization.is_allowed("01", self.role, self.status, self.visibility):
            return NotVisible
        ever = authorization.is_ever_allowed(self.verb.row, self.role, self.visibility)
        return WrongStatus if ever else NotAllowed


def problems(cast: Cast, roles: Iterable[str], *, is_allowed: bool) -> list[str]:
    status, visibility = cast.ticket.status, cast.ticket.visibility
    cases = {(role, name): Case(verb, cast, role, status, visibility) for name, verb in VERBS.items() for role in roles}
    asked = {key: case for key, case in cases.items() if case.is_allowed == is_allowed}
    return [f"{role} {name}: {found}" for (role, name), case in asked.items() if (found := case.problem)]


# What is refused writes nothing.
both = pytest.mark.parametrize(
    "is_allowed", [True, pytest.param(False, marks=pytest.mark.any_database)], ids=["effects", "refusals"]
)


@both
@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", TicketStatus)
def test_every_verb_by_every_actor_has_its_effect_or_the_right_refusal(
    status: TicketStatus, visibility: Visibility, is_allowed: bool
) -> None:
    cast = make_cast(status, visibility)
    # The subscriber has the row of a creator only where they wrote the ticket, as in the next test.
    roles = [role for role in cast.actors if role != "subscriber"]
    assert problems(cast, roles, is_allowed=is_allowed) == []


@both
@pytest.mark.parametrize("status", TicketStatus)
def test_the_ticket_of_a_subscriber_follows_the_same_table(status: TicketStatus, is_allowed: bool) -> None:
    cast = make_cast(status, Visibility.PUBLIC, creator="subscriber")
    roles = ["subscriber", "other_customers_manager", "holder", "manager"]
    assert problems(cast, roles, is_allowed=is_allowed) == []


# The state machine alone ---------------------------------------------------------------------------------------------

LEGAL = {
    "send": {S.DRAFT: {S.OPEN}},
    "assign": {S.OPEN: {S.ASSIGNED}},
    "start": {S.OPEN: {S.IN_PROGRESS}, S.ASSIGNED: {S.IN_PROGRESS}},
    "set_back": {S.IN_PROGRESS: {S.ASSIGNED}},
    "fall_back": {S.ASSIGNED: {S.OPEN}, S.IN_PROGRESS: {S.OPEN}},
    "finish": {S.ASSIGNED: {S.DONE}, S.IN_PROGRESS: {S.DONE}},
    "close": {S.DONE: {S.CLOSED}},
    "reopen": {status: {S.ASSIGNED, S.OPEN} for status in (S.DONE, S.CLOSED, S.CANCELLED)},
    "cancel": {status: {S.CANCELLED} for status in (S.OPEN, S.ASSIGNED, S.IN_PROGRESS)},
}


def test_the_machine_has_exactly_the_transitions_of_the_design() -> None:
    found: dict[str, dict[Any, set[Any]]] = {}
    for move in Ticket().get_all_status_transitions():  # type: ignore[attr-defined]
        targets = getattr(move.target, "allowed_states", None) or [move.target]
        found.setdefault(move.name, {})[TicketStatus(move.source)] = set(map(TicketStatus, targets))

    assert found == LEGAL


def force(ticket: Ticket, status: TicketStatus) -> Ticket:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ticketing_ticket SET status = %s WHERE id = %s", [status.value, ticket.pk])
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("is_assigned", [True, False])
def test_each_transition_runs_from_its_statuses_only_and_meets_its_conditions(is_assigned: bool) -> None:
    ticket = make_cast(S.ASSIGNED).ticket
    conditions = {"assign": is_assigned, "start": is_assigned, "fall_back": not is_assigned}
    if not is_assigned:
        Assignment.objects.all().delete()

    for name, moves in LEGAL.items():
        for status in (s for s in TicketStatus if s != S.DRAFT):
            moved = force(ticket, status)
            if status in moves and conditions.get(name, True):
                getattr(moved, name)()
                assert moved.status in moves[status]
            else:
                with pytest.raises(TransitionNotAllowed):
                    getattr(moved, name)()
                assert moved.status == status


def test_reopening_leads_to_the_responsible_people_else_to_open() -> None:
    ticket = make_cast(S.DONE).ticket

    assert ticket.reopen() == S.ASSIGNED

    Assignment.objects.all().delete()
    assert Ticket.objects.get(pk=ticket.pk).reopen() == S.OPEN


def test_the_status_cannot_be_set_by_hand() -> None:
    ticket = make_cast().ticket

    with pytest.raises(AttributeError):
        ticket.status = S.CLOSED

    ticket.cancel()
    assert ticket.status == S.CANCELLED


def test_refreshing_reads_the_protected_status_too() -> None:
    ticket = make_cast().ticket
    force(ticket, S.CANCELLED)

    ticket.refresh_from_db()
    assert ticket.status == S.CANCELLED

    ticket.refresh_from_db(fields=["priority"])
    assert ticket.status == S.CANCELLED


# The table of statuses, as sentences ---------------------------------------------------------------------------------


def test_the_superior_who_starts_an_open_ticket_becomes_responsible() -> None:
    cast = make_cast()

    ticket = life_cycle.start_work(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert ticket.status == S.IN_PROGRESS
    assert [a.person for a in ticket.assignments.all()] == [cast.person("moderator")]


def test_the_superior_who_starts_a_ticket_offered_to_them_has_no_offer_left_to_decide() -> None:
    cast = make_cast()
    cast.ticket.offers.create(person=cast.person("moderator"))

    life_cycle.start_work(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert not cast.ticket.offers.filter(person=cast.person("moderator"), decision="open").exists()


def test_the_superior_who_starts_the_ticket_of_a_colleague_leaves_it_theirs() -> None:
    cast = make_cast(S.ASSIGNED)

    ticket = life_cycle.start_work(actor=cast.administrator, ticket_id=cast.ticket.pk)

    assert [a.person for a in ticket.assignments.filter(ended_at=None)] == [cast.person("responsible")]


def test_a_second_acceptance_changes_no_status_and_withdraws_no_offer() -> None:
    cast = make_cast(S.IN_PROGRESS)
    late = MemberFactory()
    cast.ticket.offers.create(person=late)

    ticket = assignment.accept_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    assert ticket.status == S.IN_PROGRESS
    assert ticket.assignments.filter(ended_at=None).count() == 2
    assert ticket.offers.get(person=late).decision == "open"


@pytest.mark.parametrize("status", [S.ASSIGNED, S.IN_PROGRESS])
def test_withdrawing_one_of_two_responsible_people_changes_no_status(status: TicketStatus) -> None:
    cast = make_cast(status)
    assignment.accept_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    ticket = assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))

    assert ticket.status == status
