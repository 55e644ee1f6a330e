"""Answers to the questions of a flow: those of the conversation, and something sensible for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from config.common.languages import texts_of
from config.demo.conversations import Photo, phrases_in
from config.demo.flows import DemoFlow
from config.demo.pictures import draw_photo
from config.demo.plans import Plan
from ticketing.models import Choice, Question, QuestionKind
from ticketing.services.drafts import AnswerInput

FIRST_PHOTO_NUMBER, LAST_PHOTO_NUMBER = 1200, 8900
WITHOUT_DATE = 0.4  # Of the people who may name a day.


@dataclass(frozen=True)
class Answers:
    """What a ticket's author answers."""

    plan: Plan
    flow: DemoFlow
    moment: datetime
    random: Random

    def of_step(self, step: int) -> dict[Question, AnswerInput]:
        """All answers of a step, empty ones included: they say that an optional question was passed."""
        return {question: self._answer(key, question) for key, question in self.flow.steps[step].items()}

    def _answer(self, key: str, question: Question) -> AnswerInput:
        match question.kind:
            case QuestionKind.FILES:
                photos = [photo_file(self.random, photo) for photo in self.plan.conversation.photos]
                return AnswerInput({}, photos)
            case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
                return AnswerInput({"choices": [{"id": c.pk, **texts_of(c, "label")} for c in self._chosen(key)]})
            case QuestionKind.NUMBER:
                return AnswerInput({"number": self._number(key)})
            case QuestionKind.DATE:
                return AnswerInput({"date": self._date()})
            case QuestionKind.YES_NO:
                return AnswerInput({"yes": self._is_standing_still()})
            case _:
                return AnswerInput({"text": self._text(key)})

    def _chosen(self, key: str) -> list[Choice]:
        known = self.flow.choices[key]
        wanted = self.plan.conversation.answers.get(key, "no" if key == "danger" else ())
        return [known[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]

    def _number(self, key: str) -> str:
        given = self.plan.conversation.answers.get(key)
        if given or self.plan.conversation.flow == "parts":
            return str(given or 1)
        # Counters of the same machine stay in the same region and grow.
        grown = (self.moment.timetuple().tm_yday * 7) % 2500
        return str(3_000 + self.plan.device.pk * 731 % 9_000 + grown)

    def _date(self) -> str:
        if self.plan.conversation.flow == "problem":
            return (self.moment - timedelta(days=self.random.choice((0, 0, 0, 1, 1, 3)))).date().isoformat()
        if self.random.random() < WITHOUT_DATE:
            return ""
        return (self.moment + timedelta(days=self.random.randint(3, 16))).date().isoformat()

    def _is_standing_still(self) -> bool:
        return self.plan.conversation.flow == "parts" and self.plan.conversation.is_urgent

    def _text(self, key: str) -> str:
        phrases = phrases_in(self.plan.language)
        is_driven = self.plan.conversation.template == "car"
        made_up = {
            **self.plan.conversation.openings[self.plan.opening],
            "place": self.random.choice(phrases["places"]),
            "contact": "" if is_driven else self.random.choice((*phrases["at_machine"], "")),
        }
        return str(self.plan.conversation.answers.get(key, made_up.get(key, "")))


def photo_file(random: Random, photo: Photo) -> SimpleUploadedFile:
    name, *words = photo
    # Named as phones name them.
    number = random.randint(FIRST_PHOTO_NUMBER, LAST_PHOTO_NUMBER)
    return SimpleUploadedFile(f"IMG_{number}.jpg", draw_photo(name, *words), "image/jpeg")


def photo_files(random: Random, photo: Photo) -> Sequence[SimpleUploadedFile]:
    return [photo_file(random, photo)] if photo else []
