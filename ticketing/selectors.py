"""Reads of ticketing beyond a queryset: who gets a ticket, steps and their progress, search."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from config.common.text import fold
from fleet.actors import Actor
from fleet.models import Assignment, Decision, Group, Offer, Person
from fleet.selectors import group_for, responsible_people
from ticketing.models import Answer, CreationFlow, Question, QuestionKind, Step, Ticket
from ticketing.models.tickets import TicketQuerySet
from ticketing.transitions import WORK


def responsible_group(ticket: Ticket) -> Group | None:
    """The group that gets the offers: the flow's, else the default group of the template."""
    template = ticket.device.template if ticket.device else None
    return group_for(template, ticket.flow.responsible_group if ticket.flow else None)


def informed_people(ticket: Ticket) -> list[Person]:
    """The notification group of the flow, which gets no offers."""
    group = ticket.flow.notification_group if ticket.flow else None
    return responsible_people(group, ticket.customer_id).people


def least_busy(people: Iterable[Person]) -> Person | None:
    """The person with the fewest tickets in work; on a tie, the one who was added first."""
    # Finished tickets keep their people, so an assignment that has not ended is no work by itself.
    in_work = Q(assignments__ended_at=None, assignments__ticket__status__in=WORK)
    ranked = Person.objects.filter(pk__in=[p.pk for p in people]).annotate(load=Count("assignments", filter=in_work))
    return ranked.order_by("load", "pk").first()


def steps_of(flow: CreationFlow | None) -> list[Step]:
    """The steps that have questions, in order, with questions and choices; three queries."""
    if flow is None:
        return []
    questions = Question.objects.order_by("position", "id").prefetch_related("choices")
    steps = flow.steps.order_by("position", "id").prefetch_related(Prefetch("questions", questions))
    return [step for step in steps if step.questions.all()]


@dataclass(frozen=True)
class StepProgress:
    """A step with its number from 1 and whether everything it requires is answered."""

    step: Step
    number: int
    is_answered: bool


def flow_progress(ticket: Ticket) -> list[StepProgress]:
    answers = {a.question_id: a for a in ticket.answers.prefetch_related("attachments")}
    return [
        StepProgress(
            step, number, all(_is_answered(question, answers.get(question.pk)) for question in step.questions.all())
        )
        for number, step in enumerate(steps_of(ticket.flow), start=1)
    ]


def _is_answered(question: Question, answer: Answer | None) -> bool:
    if answer is None:
        return False
    # A step that was passed leaves an answer, though an empty one, to each optional question.
    if not question.is_required:
        return True
    # The question may have been changed to another kind since.
    if answer.kind != question.kind:
        return False
    if answer.kind == QuestionKind.FILES:
        return bool(answer.attachments.all())
    return any(value not in ("", None, []) for value in answer.value.values())


def first_unanswered_step(ticket: Ticket) -> StepProgress | None:
    """Where a draft is resumed; None if it only needs to be sent."""
    return next((progress for progress in flow_progress(ticket) if not progress.is_answered), None)


def search_tickets(tickets: TicketQuerySet, actor: Actor, words: str) -> TicketQuerySet:
    """Tickets in which all words are found, each in a text that the actor may read."""
    reads_messages = Q()
    if not actor.is_superior:
        # Members read the messages of tickets that they are responsible for or decide about.
        responsible = Assignment.objects.filter(person=actor.person_id, ended_at=None)
        asked = Offer.objects.filter(person=actor.person_id, decision=Decision.OPEN)
        reads_messages = Q(pk__in=responsible.values("ticket")) | Q(pk__in=asked.values("ticket"))
    for word in fold(words.replace("#", " ")).split():
        found = Q(search_public__contains=word)
        if actor.is_employee:
            found |= Q(search_internal__contains=word) | (Q(search_messages__contains=word) & reads_messages)
        tickets = tickets.filter(found)
    return tickets
