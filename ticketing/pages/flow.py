"""What the pages of a creation flow show of a draft: its steps, its files, and its summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.forms import BoundField

from messenger.models import Attachment
from ticketing.forms.steps import StepForm, name_of, uploads_name
from ticketing.models import Answer, Question, QuestionKind, Ticket
from ticketing.pages.answers import ShownAnswer, shown_answers
from ticketing.selectors import StepProgress


@dataclass(frozen=True)
class AskedQuestion:
    """A question on the screen: its field, and the files that are kept already."""

    question: Question
    field: BoundField
    files: list[Attachment]

    @property
    def wants_files(self) -> bool:
        return self.question.kind == QuestionKind.FILES

    @property
    def uploads_name(self) -> str:
        return uploads_name(self.field.name)


@dataclass(frozen=True)
class SummaryStep:
    """A step of the summary with what was answered; without a number it is no longer asked and cannot be changed."""

    title: str
    number: int | None
    answers: list[ShownAnswer]


def answers_by_question(answers: Sequence[Answer]) -> dict[int, Answer]:
    """The answers whose question is still there, by its id."""
    return {answer.question_id: answer for answer in answers if answer.question_id is not None}


def asked_questions(form: StepForm, answers: Mapping[int, Answer]) -> list[AskedQuestion]:
    """The questions of a step in their order."""
    return [AskedQuestion(q, form[name_of(q)], files_of(answers.get(q.pk))) for q in form.questions.values()]


def files_of(answer: Answer | None) -> list[Attachment]:
    """The files of an answer to a question for files; no query where they are prefetched."""
    return list(answer.attachments.all()) if answer is not None and answer.kind == QuestionKind.FILES else []


def summary_steps(progress: Sequence[StepProgress], answers: Sequence[Answer]) -> list[SummaryStep]:
    """Every step with every question, answered or not; then the answers to questions that are no longer asked."""
    known = answers_by_question(answers)
    steps = [SummaryStep(p.step.title, p.number, [_shown(q, known) for q in p.step.questions.all()]) for p in progress]
    asked = {question.pk for p in progress for question in p.step.questions.all()}
    others = [answer for answer in answers if answer.question_id not in asked]
    return [*steps, SummaryStep("", None, shown_answers(others))] if others else steps


def _shown(question: Question, answers: Mapping[int, Answer]) -> ShownAnswer:
    answer = answers.get(question.pk)
    return shown_answers([answer])[0] if answer else ShownAnswer(question.text, question.kind, "", [], question.pk)


def question_of_file(answers: Sequence[Answer], file_id: str) -> Answer | None:
    """The answer that holds the file of that id, if one of these does."""
    return next(
        (answer for answer in answers if any(str(file.pk) == file_id for file in answer.attachments.all())), None
    )


def is_of_device(ticket: Ticket, slug: str) -> bool:
    """Whether the ticket belongs to the device of that address."""
    return ticket.device is not None and ticket.device.slug == slug
