"""Answers to the questions of a flow: what the story says, and something sensible for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from config.demo.conversations import PHRASES
from config.demo.conversations.story import Photo
from config.demo.flows import MadeFlow
from config.demo.pictures import draw_photo
from config.demo.plans import Plan
from ticketing.models import Choice, Question, QuestionKind
from ticketing.services.drafts import AnswerInput

FIRST_PHOTO_NUMBER, LAST_PHOTO_NUMBER = 1200, 8900


@dataclass(frozen=True)
class Teller:
    """Makes up what a ticket's author answers; `flow_key` names the kind of flow."""

    plan: Plan
    made: MadeFlow
    moment: datetime
    random: Random

    def answers_of(self, step: int) -> dict[Question, AnswerInput]:
        """All answers of a step, empty ones included: they say that an optional question was passed."""
        return {question: self._answer(key, question) for key, question in self.made.steps[step].items()}

    def _answer(self, key: str, question: Question) -> AnswerInput:
        match question.kind:
            case QuestionKind.FILES:
                photos = [photo_file(self.random, photo) for photo in self.plan.story.photos]
                return AnswerInput({}, photos)
            case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
                return AnswerInput({"choices": [_snapshot(c) for c in self._chosen(key)]})
            case QuestionKind.NUMBER:
                return AnswerInput({"number": self._number(key)})
            case QuestionKind.DATE:
                return AnswerInput({"date": self._date()})
            case QuestionKind.YES_NO:
                return AnswerInput({"yes": self._is_standing_still()})
            case _:
                return AnswerInput({"text": self._text(key)})

    def _chosen(self, key: str) -> list[Choice]:
        known = self.made.choices[key]
        wanted = self.plan.story.answers.get(key, ())
        return [known[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]

    def _number(self, key: str) -> str:
        given = self.plan.story.answers.get(key)
        if given or self.plan.story.flow == "parts":
            return str(given or 1)
        # Counters of the same machine stay in the same region and grow.
        grown = (self.moment.timetuple().tm_yday * 7) % 2500
        return str(3_000 + self.plan.device.pk * 731 % 9_000 + grown)

    def _date(self) -> str:
        if self.plan.story.flow == "problem":
            return (self.moment - timedelta(days=self.random.choice((0, 0, 0, 1, 1, 3)))).date().isoformat()
        if self.random.random() < 0.4:
            return ""
        return (self.moment + timedelta(days=self.random.randint(3, 16))).date().isoformat()

    def _is_standing_still(self) -> bool:
        return self.plan.story.flow == "parts" and self.plan.story.is_urgent

    def _text(self, key: str) -> str:
        subject, text = self.plan.story.openings[self.plan.opening]
        phrases = PHRASES[self.plan.language]
        made_up: dict[str, Any] = {
            "subject": subject,
            "text": text,
            "place": self.random.choice(phrases.places),
            "contact": self.random.choice((*phrases.at_machine, "")) if self.plan.story.template != "car" else "",
        }
        return str(self.plan.story.answers.get(key, made_up.get(key, "")))


def _snapshot(choice: Choice) -> dict[str, Any]:
    labels = {language: getattr(choice, f"label_{language}") for language in ("en", "de", "fr")}
    return {"id": choice.pk, **labels}


def photo_file(random: Random, photo: Photo) -> SimpleUploadedFile:
    """A photo as a phone would send it."""
    name, *words = photo
    number = random.randint(FIRST_PHOTO_NUMBER, LAST_PHOTO_NUMBER)
    return SimpleUploadedFile(f"IMG_{number}.jpg", draw_photo(name, *words), "image/jpeg")


def photo_files(random: Random, photo: Photo) -> Sequence[SimpleUploadedFile]:
    """The photo of a message, or nothing."""
    return [photo_file(random, photo)] if photo else []
