"""Reads of ticketing beyond a queryset: who gets a ticket, steps and their progress."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, prefetch_related_objects

from fleet.models import Group, Person
from fleet.selectors import group_for, groups_with, responsible_people
from messenger.models import Attachment
from ticketing.models import Answer, Choice, Question, QuestionKind, Step, Ticket
from ticketing.transitions import WORK


def responsible_group(ticket: Ticket) -> Group | None:
    """The group that gets the offers: the flow's, else the default group of the template."""
    template = ticket.device.template if ticket.device else None
    return group_for(template, ticket.flow.responsible_group if ticket.flow else None)


def informed_people(ticket: Ticket) -> list[Person]:
    """The notification group of the flow, which gets no offers."""
    group = ticket.flow.notification_group if ticket.flow else None
    return responsible_people(group, ticket.customer_id).people


def informed_tickets(person_id: int, tickets: Iterable[Ticket]) -> set[int]:
    """The ids of those whose notification group the person, an active employee, is in; four queries at most.

    The tickets have their flows.
    """
    pairs = {
        ticket.pk: (ticket.flow.notification_group_id, ticket.customer_id)
        for ticket in tickets
        if ticket.flow and ticket.flow.notification_group_id
    }
    known = groups_with(person_id, set(pairs.values()))
    return {key for key, pair in pairs.items() if pair in known}


def least_busy(people: Iterable[Person]) -> Person | None:
    """The person with the fewest tickets in work; on a tie, the one who was added first."""
    # Finished tickets keep their people, so an assignment that has not ended is no work by itself.
    in_work = Q(assignments__ended_at=None, assignments__ticket__status__in=WORK)
    ranked = Person.objects.filter(pk__in=[p.pk for p in people]).annotate(load=Count("assignments", filter=in_work))
    return ranked.order_by("load", "pk").first()


@dataclass(frozen=True)
class AskedStep:
    """A step that has questions, in order, with its number from 1."""

    step: Step
    number: int
    questions: list[Question]


@dataclass(frozen=True)
class FlowProgress:
    """What the flow of a ticket asks, and all answers of the ticket with their files in order, as they were read."""

    ticket: Ticket
    steps: list[AskedStep]
    answers: list[Answer]

    @property
    def questions(self) -> list[Question]:
        return [question for step in self.steps for question in step.questions]

    @property
    def by_question(self) -> dict[int, Answer]:
        """The answers whose question is still there, by its id."""
        return {answer.question_id: answer for answer in self.answers if answer.question_id is not None}

    @property
    def first_unanswered(self) -> AskedStep | None:
        """Where a draft is resumed; None if it only needs to be sent."""
        answers = self.by_question
        missing = (step for step in self.steps if not all(_is_answered(q, answers.get(q.pk)) for q in step.questions))
        return next(missing, None)


def flow_progress(ticket: Ticket) -> FlowProgress:
    """Costs two queries, and one more where there are answers with files."""
    return FlowProgress(ticket, _asked_steps(ticket), answers_of(ticket))


def begun_progress(draft: Ticket) -> FlowProgress:
    """As `flow_progress`, for a draft that was read a moment ago: one query where nothing was answered yet."""
    # Every answer changes the time.
    is_untouched = draft.changed_at == draft.created_at
    return FlowProgress(draft, _asked_steps(draft), []) if is_untouched else flow_progress(draft)


def answers_of(ticket: Ticket) -> list[Answer]:
    """The answers with their files, in the order in which they were asked."""
    answers = list(ticket.answers.all())
    # Other answers have no files, so that there is nothing to be asked for.
    has_files = any(answer.kind == QuestionKind.FILES for answer in answers)
    files = Attachment.objects.all() if has_files else Attachment.objects.none()
    prefetch_related_objects(answers, Prefetch("attachments", files))
    return answers


def typed_answers(ticket_id: int) -> list[str]:
    """All that was typed as answers of the ticket; the caller asks the rule."""
    values = Answer.objects.filter(ticket=ticket_id).values_list("value", flat=True)
    return [text for value in values for text in value.values() if isinstance(text, str)]


def with_choices(questions: list[Question]) -> list[Question]:
    """The questions with their choices; no query where none has choices."""
    choices = Prefetch("choices", Choice.objects.order_by("position", "id"))
    prefetch_related_objects([question for question in questions if question.has_choices], choices)
    return questions


def first_texts(drafts: Collection[Ticket]) -> dict[int, str]:
    """What was typed first in each draft, one line, by its id; no query for none."""
    if not drafts:
        return {}
    kinds = (QuestionKind.TEXT, QuestionKind.LONG_TEXT)
    typed = Answer.objects.filter(ticket__in=drafts, kind__in=kinds).order_by("ticket", "-position", "-pk")
    lines = ((answer.ticket_id, str(answer.value.get("text") or "").strip().splitlines()) for answer in typed)
    # The last one of each ticket is its first answer that says something.
    return {ticket_id: found[0] for ticket_id, found in lines if found}


def urgent_choices(answers: Iterable[Answer]) -> list[Choice]:
    """The choices among the answers that raise the priority of their ticket; no query where nothing was chosen."""
    chosen = [choice["id"] for answer in answers for choice in answer.value.get("choices", ())]
    return list(Choice.objects.filter(pk__in=chosen, raises_priority=True)) if chosen else []


def _asked_steps(ticket: Ticket) -> list[AskedStep]:
    asked = Question.objects.filter(step__flow=ticket.flow_id).select_related("step")
    steps: dict[int, AskedStep] = {}
    for question in asked.order_by("step__position", "step_id", "position", "id"):
        step = steps.setdefault(question.step_id, AskedStep(question.step, len(steps) + 1, []))
        step.questions.append(question)
    return list(steps.values())


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
