"""The form of a step of a creation flow, made from the questions as they are at this moment."""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.languages import texts_of
from config.common.typed import LineField, TextField
from config.common.typed_numbers import shown_number
from messenger.services.attachments import MAX_FILES
from ticketing.forms.fields import DayField, FilesField, NumberField, PastDayField
from ticketing.models import Answer, Question, QuestionKind
from ticketing.services.drafts import MAX_LONG_TEXT, MAX_TEXT, AnswerInput

NO_ANSWER = "none"
EMPTY: tuple[object, ...] = ("", None, [])  # A no is an answer.
_ENOUGH_FILES = MAX_FILES + 1  # The one too many is refused; each more would cost as much and say the same.
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StepForm(forms.Form):
    """Fields named ``q<id>``. With `complete=False` nothing is required: for going back and for taking a file away."""

    use_required_attribute = False

    def __init__(
        self, questions: Sequence[Question], answers: Mapping[int, Answer], *, complete: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.is_asked_completely = complete
        self.questions = {name_of(question): question for question in questions}
        self.answers = answers
        drawn: list[str | Field] = []
        for name, question in self.questions.items():
            field = _FIELDS[question.kind](question)
            field.label, field.help_text = question.text, question.help_text
            field.required = complete and question.is_required and not self._has_files(name, question)
            self.fields[name] = field
            self.initial[name] = _initial(question, answers.get(question.pk))
            template = _template_of(question)
            drawn.append(Field(name, template=template) if template else name)
        self.helper = Helper(Layout(*drawn))

    def full_clean(self) -> None:
        super().full_clean()
        # What is required is marked as such, whether or not it was asked for this time.
        for name, question in self.questions.items():
            self.fields[name].required = question.is_required

    def inputs(self) -> dict[Question, AnswerInput]:
        """What can be kept of what was typed, without new files and uploads."""
        usable = {self.questions[name]: value for name, value in self.cleaned_data.items()}
        given = {question: self._input(question, value) for question, value in usable.items()}
        # A complete step keeps its empty answers, too: they say that an optional question was passed.
        if self.is_asked_completely and not self.errors:
            return given
        return {
            question: answer
            for question, answer in given.items()
            if question.pk in self.answers or any(value not in EMPTY for value in answer.value.values())
        }

    def _input(self, question: Question, cleaned: object) -> AnswerInput:
        answer = self.answers.get(question.pk)
        outdated = answer.attachments.all() if answer and question.kind != QuestionKind.FILES else ()
        return AnswerInput(_value(question, cleaned), removed_ids=[attachment.pk for attachment in outdated])

    def new_files(self) -> Iterator[tuple[str, Question, list[AnswerInput]]]:
        """The files of each question, with the name of its field: one input for each, those uploaded before first.

        At most one more than an answer may have.
        """
        for name, question in self.questions.items():
            if question.kind == QuestionKind.FILES:
                uploads = [AnswerInput(upload_ids=[upload_id]) for upload_id in self._upload_ids(name)]
                files = [AnswerInput(files=[file]) for file in self.files.getlist(name)]
                yield name, question, [*uploads, *files][:_ENOUGH_FILES]

    def _upload_ids(self, name: str) -> list[uuid.UUID]:
        # No page of ours sends anything but ids.
        texts = self.data.getlist(uploads_name(name)) if isinstance(self.data, QueryDict) else []
        ids = (uuid.UUID(text) for text in dict.fromkeys(texts) if _UUID.fullmatch(text))
        return list(islice(ids, _ENOUGH_FILES))

    def _has_files(self, name: str, question: Question) -> bool:
        answer = self.answers.get(question.pk)
        kept = answer is not None and bool(answer.attachments.all())
        return question.kind == QuestionKind.FILES and (kept or bool(self._upload_ids(name)))


def _template_of(question: Question) -> str:
    """The template that draws the question; empty for the usual one."""
    if question.kind == QuestionKind.FILES:
        return "fleetdesk/files_field.html"
    if question.kind == QuestionKind.DATE and question.is_past:
        return "fleetdesk/past_day_field.html"
    return "fleetdesk/choices_field.html" if question.has_choices else ""


def name_of(question: Question) -> str:
    return f"q{question.pk}"


def uploads_name(name: str) -> str:
    """The name under which the field of that name gets the ids of uploads."""
    return f"{name}_uploads"


def _choices(question: Question) -> list[tuple[str, str]]:
    return [(str(choice.pk), choice.label) for choice in question.choices.all()]


def _single_choice(question: Question, choices: Sequence[tuple[str, object]]) -> forms.Field:
    # Radio buttons cannot be cleared by hand, so an optional question offers not to answer.
    unanswered = [] if question.is_required else [(NO_ANSWER, _("No answer"))]
    return forms.ChoiceField(
        choices=[*choices, *unanswered],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )


def _line(_question: Question) -> forms.Field:
    return LineField(max_length=MAX_TEXT, error_messages={"required": _("Please answer this question.")})


def _long_text(_question: Question) -> forms.Field:
    return TextField(
        max_length=MAX_LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please answer this question.")},
    )


def _multiple_choice(question: Question) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_choices(question),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one of these.")},
    )


def _number(question: Question) -> forms.Field:
    asked = (*texts_of(question, "text").values(), *texts_of(question, "help_text").values())
    return NumberField(asked=asked, error_messages={"required": _("Please enter a number.")})


def _day(question: Question) -> forms.Field:
    error_messages = {"required": _("Please enter a date.")}
    return PastDayField(error_messages=error_messages) if question.is_past else DayField(error_messages=error_messages)


_FIELDS: dict[QuestionKind, Callable[[Question], forms.Field]] = {
    QuestionKind.TEXT: _line,
    QuestionKind.LONG_TEXT: _long_text,
    QuestionKind.SINGLE_CHOICE: lambda question: _single_choice(question, _choices(question)),
    QuestionKind.MULTIPLE_CHOICE: _multiple_choice,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _day,
    QuestionKind.YES_NO: lambda question: _single_choice(question, [("yes", _("Yes")), ("no", _("No"))]),
    QuestionKind.FILES: lambda _question: FilesField(),
}


def _value(question: Question, cleaned: Any) -> dict[str, object]:
    """A cleaned field as `Answer` stores it."""
    match question.kind:
        case QuestionKind.TEXT | QuestionKind.LONG_TEXT:
            return {"text": cleaned}
        case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
            chosen = cleaned if isinstance(cleaned, list) else [cleaned]
            choices = [choice for choice in question.choices.all() if str(choice.pk) in chosen]
            # As they are worded now: editing the flow never changes an old ticket.
            return {"choices": [{"id": choice.pk, **texts_of(choice, "label")} for choice in choices]}
        case QuestionKind.NUMBER:
            return {"number": cleaned}
        case QuestionKind.DATE:
            return {"date": cleaned.isoformat() if cleaned else ""}
        case QuestionKind.YES_NO:
            return {"yes": {"yes": True, "no": False}.get(cleaned)}
        case _:
            return {}


def _initial(question: Question, answer: Answer | None) -> object:
    """What the field shows of a kept answer."""
    # An answer from the time when the question was of another kind does not fit the field.
    if answer is None or answer.kind != question.kind:
        return None
    value = answer.value
    match question.kind:
        case QuestionKind.SINGLE_CHOICE:
            ids = [str(choice["id"]) for choice in value.get("choices", ())]
            return ids[0] if ids else NO_ANSWER
        case QuestionKind.MULTIPLE_CHOICE:
            return [str(choice["id"]) for choice in value.get("choices", ())]
        case QuestionKind.YES_NO:
            return {True: "yes", False: "no"}.get(value.get("yes"), NO_ANSWER)
        case QuestionKind.FILES:
            return None
        case _:
            kept = next(iter(value.values()), "")
            # Not by the field, which would also rewrite what was typed and is shown again.
            return shown_number(kept) if kept and question.kind == QuestionKind.NUMBER else kept
