"""Sentences for administrators about a configuration that cannot work. They read what callers prefetched."""

from collections.abc import Iterator

from django.utils.translation import gettext

from ticketing.models import Choice, CreationFlow, Question, QuestionKind, Step

SUBJECT_KINDS = (QuestionKind.TEXT, QuestionKind.LONG_TEXT)


def choice_warnings(choice: Choice) -> Iterator[str]:
    if choice.instruction and not choice.raises_priority:
        yield gettext("The instruction is not shown: only a choice that raises the priority has one.")


def question_warnings(question: Question) -> Iterator[str]:
    if question.has_choices and not question.choices.all():
        yield gettext("The question “%(question)s” has nothing to choose from.") % {"question": question}
    if question.names_ticket and question.kind not in SUBJECT_KINDS:
        sentence = gettext("The answer to “%(question)s” cannot become the subject: only a text can.")
        yield sentence % {"question": question}


def step_warnings(step: Step) -> Iterator[str]:
    questions = list(step.questions.all())
    if not questions:
        yield gettext("The step “%(step)s” asks nothing and is skipped.") % {"step": step}
    for question in questions:
        yield from question_warnings(question)


def flow_warnings(flow: CreationFlow) -> Iterator[str]:
    steps = list(flow.steps.all())
    if not steps:
        yield gettext("This creation flow has no steps yet.")
    if sum(question.names_ticket for step in steps for question in step.questions.all()) > 1:
        yield gettext("More than one question becomes the subject: the first answer counts.")
    if flow.responsible_group_id is None and not flow.template.groups.all():
        yield gettext("Neither this creation flow nor its template has a group: no one is offered its tickets.")
    for step in steps:
        yield from step_warnings(step)
