"""The pages of a creation flow: a step, the summary, and the question whether the draft shall go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Device
from messenger.models import Attachment
from messenger.selectors import WaitingFile, files_waiting_in
from ticketing.forms.steps import StepForm, uploads_name
from ticketing.forms.summary import ContactForm, VisibilityForm
from ticketing.models import Priority, Question, QuestionKind, Step, Ticket
from ticketing.pages.answers import ShownAnswer, shown_answers
from ticketing.pages.push import PushSwitch
from ticketing.pages.waiting import by_question
from ticketing.selectors import AskedStep, FlowProgress, answers_of, urgent_choices
from ticketing.services.uploads import slot_of
from ticketing.surfaces import Surface


@dataclass(frozen=True)
class FilesQuestion:
    """A question for files: those that are kept already, and under which name uploads are sent.

    `waiting` are those that arrived and that no button has sent yet, also from another day; `slot` names their list.
    """

    kept: list[Attachment]
    uploads_name: str
    slot: str
    waiting: list[WaitingFile]


@dataclass(frozen=True)
class SummaryStep:
    """A step of the summary with what was answered; without a number it is no longer asked and cannot be changed.

    `waiting` are files that arrived at the step, and that are no answer yet.
    """

    title: str
    number: int | None
    answers: list[ShownAnswer]
    waiting: Sequence[WaitingFile] = ()

    @property
    def given(self) -> list[ShownAnswer]:
        return [answer for answer in self.answers if not answer.is_empty]

    @property
    def passed(self) -> str:
        """The questions that were not answered, as one list."""
        return " · ".join(answer.question.rstrip("? \u00a0\u202f") for answer in self.answers if answer.is_empty)


@dataclass(frozen=True)
class StepPage:
    """One step; the summary is the last of the `total`, and the next page where `returns_to_summary`.

    `files` has the questions for files, by the names of their fields; `alerts` what to do first, by the value of the
    choice that says so.
    """

    surface: Surface
    draft: Ticket
    device: Device
    step: Step
    number: int
    total: int
    returns_to_summary: bool
    url: str
    form: StepForm
    files: dict[str, FilesQuestion]
    alerts: dict[str, str]
    emergency_number: str


@dataclass(frozen=True)
class SummaryPage:
    """Everything before it is sent; `last_number` is that of the last step, 0 where there is none.

    `alerts` say what to do first, where an answer is urgent.
    """

    surface: Surface
    draft: Ticket
    device: Device
    steps: list[SummaryStep]
    last_number: int
    form: ContactForm | VisibilityForm | None
    url: str
    send_url: str
    leave_url: str
    alerts: list[str]
    emergency_number: str

    @property
    def total(self) -> int:
        return self.last_number + 1

    @property
    def asks_visibility(self) -> bool:
        return isinstance(self.form, VisibilityForm)


@dataclass(frozen=True)
class ConfirmationPage:
    """After a ticket was sent from a phone; `link_url` is where a private link is made, empty for who may not.

    `push` is None where nothing of the ticket is pushed to the reader.
    """

    ticket: Ticket
    device: Device
    url: str
    link_url: str
    push: PushSwitch | None
    next_steps: str
    alerts: list[str]
    emergency_number: str


@dataclass(frozen=True)
class DraftDeletePage:
    surface: Surface
    draft: Ticket
    device: Device
    leave_url: str


def step_page(
    actor: Actor, surface: Surface, progress: FlowProgress, here: AskedStep, form: StepForm, *, returns_to_summary: bool
) -> StepPage:
    """The step with its form, and the files that are kept."""
    draft = progress.ticket
    return StepPage(
        surface=surface,
        draft=draft,
        device=device_of(draft),
        step=here.step,
        number=here.number,
        total=len(progress.steps) + 1,
        returns_to_summary=returns_to_summary,
        url=flow_url(surface, draft, "flow_step", number=here.number) + ("?then=summary" if returns_to_summary else ""),
        form=form,
        files=files_of(progress, [form], waiting_in(actor, progress, here.questions)),
        alerts=alerts_of(here.questions),
        emergency_number=device_of(draft).template.emergency_number,
    )


def waiting_in(
    actor: Actor, progress: FlowProgress, questions: Sequence[Question] | None = None
) -> dict[int, list[WaitingFile]]:
    """The actor's files that are no answers yet, by the question; no query where the `questions` ask for none."""
    if not any(question.kind == QuestionKind.FILES for question in questions or progress.questions):
        return {}
    return by_question(files_waiting_in(actor, progress.ticket.pk, "answer"), progress.questions)


def files_of(
    progress: FlowProgress, forms: Iterable[StepForm], waiting: Mapping[int, list[WaitingFile]]
) -> dict[str, FilesQuestion]:
    """The questions for files, by the names of their fields."""
    answers = progress.by_question
    kept = {pk: list(each.attachments.all()) for pk, each in answers.items() if each.kind == QuestionKind.FILES}
    return {
        name: FilesQuestion(
            kept.get(question.pk, []), uploads_name(name), slot_of(question), waiting.get(question.pk, [])
        )
        for form in forms
        for name, question in form.questions.items()
        if question.kind == QuestionKind.FILES
    }


def alerts_of(questions: list[Question]) -> dict[str, str]:
    """What to do first, by the value of the choice that says so; the questions come with their choices."""
    choices = [choice for question in questions if question.has_choices for choice in question.choices.all()]
    return {str(choice.pk): choice.instruction for choice in choices if choice.raises_priority}


def summary_page(
    actor: Actor, surface: Surface, progress: FlowProgress, form: ContactForm | VisibilityForm | None
) -> SummaryPage:
    draft = progress.ticket
    return SummaryPage(
        surface=surface,
        draft=draft,
        device=device_of(draft),
        steps=summary_steps(progress, waiting_in(actor, progress)),
        last_number=len(progress.steps),
        form=form,
        url=flow_url(surface, draft, "flow_summary"),
        send_url=flow_url(surface, draft, "flow_send"),
        leave_url=leave_url(surface, draft),
        alerts=[choice.instruction for choice in urgent_choices(progress.answers)],
        emergency_number=device_of(draft).template.emergency_number,
    )


def summary_steps(progress: FlowProgress, waiting: Mapping[int, list[WaitingFile]] | None = None) -> list[SummaryStep]:
    """Every step with every question, answered or not; then the answers to questions that are no longer asked."""
    answers = progress.answers
    known = {answer.question_id: shown for answer, shown in zip(answers, shown_answers(answers), strict=True)}
    steps = []
    for here in progress.steps:
        shown = [known.get(each.pk) or ShownAnswer(each.text, each.kind, "", []) for each in here.questions]
        arrived = [file for each in here.questions for file in (waiting or {}).get(each.pk, ())]
        steps.append(SummaryStep(here.step.title, here.number, shown, arrived))
    asked = {question.pk for question in progress.questions}
    others = [answer for answer in answers if answer.question_id not in asked]
    if others:
        steps.append(SummaryStep("", None, shown_answers(others)))
    return steps


def confirmation_page(
    actor: Actor, surface: Surface, ticket: Ticket, push: PushSwitch | None = None
) -> ConfirmationPage:
    device = device_of(ticket)
    may_link = may(actor, "ticketing.make_private_link", ticket)
    # Only what was urgent when it was sent, so that other tickets cost no more.
    urgent = urgent_choices(answers_of(ticket)) if ticket.priority == Priority.HIGH else []
    return ConfirmationPage(
        ticket=ticket,
        device=device,
        url=flow_url(surface, ticket, "flow_confirmation"),
        link_url=surface.ticket_url("link_make", ticket) if may_link else "",
        push=push,
        next_steps=device.template.next_steps,
        alerts=[choice.instruction for choice in urgent],
        emergency_number=device.template.emergency_number,
    )


def flow_url(surface: Surface, draft: Ticket, name: str, **kwargs: object) -> str:
    """The address of a page of the draft's flow, which lies below its device on both surfaces."""
    return surface.url(name, slug=device_of(draft).slug, ticket_id=draft.pk, **kwargs)


def leave_url(surface: Surface, draft: Ticket) -> str:
    """Where the flow was started."""
    return surface.url("ticket_create_flow" if surface.is_office else "device", slug=device_of(draft).slug)


def device_of(draft: Ticket) -> Device:
    """The device that a flow was started for: every draft of a flow has one."""
    assert draft.device is not None
    return draft.device
