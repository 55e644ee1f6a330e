"""Answers as their reader sees them: the question and the value in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.common.typed_numbers import shown_number
from messenger.models import Attachment
from ticketing.models import Answer, QuestionKind


@dataclass(frozen=True)
class ShownAnswer:
    """A question with what was answered; `text` is empty where only files were given, or nothing."""

    question: str
    kind: str
    text: str
    files: list[Attachment]

    @property
    def is_long(self) -> bool:
        return self.kind == QuestionKind.LONG_TEXT

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.files


def shown_answers(answers: Iterable[Answer]) -> list[ShownAnswer]:
    """All answers in their order; files come from the prefetched attachments."""
    return [
        ShownAnswer(in_language(each.question_texts), each.kind, shown_value(each.value), list(each.attachments.all()))
        for each in answers
    ]


def in_language(texts: dict[str, str]) -> str:
    """The text in the reader's language, else in English."""
    return texts.get((get_language() or "en").split("-")[0]) or texts.get("en") or ""


def shown_value(value: dict[str, Any]) -> str:
    """What was answered, in the reader's language; empty where only files were given, or nothing."""
    if "choices" in value:
        return ", ".join(in_language(choice) for choice in value["choices"])
    if "yes" in value:
        return {True: _("Yes"), False: _("No")}.get(value["yes"], "")
    if value.get("number"):
        return shown_number(value["number"])
    if value.get("date"):
        return date_format(date.fromisoformat(value["date"]), "DATE_FORMAT")
    return str(value.get("text") or "")
