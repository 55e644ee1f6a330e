"""The shop of the story: one machine, one flow that asks every kind of question, and the people around it."""

import io
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, pgettext
from PIL import Image
from playwright.sync_api import FilePayload

from fleet.models import Code, Device, Person
from fleet.services.code_tokens import url_of
from tests.factories import (
    PASSWORD,
    ChoiceFactory,
    CodeFactory,
    CustomerFactory,
    DeviceFactory,
    FlowFactory,
    GroupFactory,
    MemberFactory,
    ModeratorFactory,
    QuestionFactory,
    StepFactory,
    TemplateFactory,
)
from ticketing.models import CreationFlow, QuestionKind

LANGUAGES = ("en", "de", "fr")


@dataclass(frozen=True)
class Shop:
    """What the story needs to know; texts of the flow are ``"<what> <language>"``, so that a missing one is seen."""

    device: Device
    code: Code
    mara: Person
    jonas: Person
    moderator: Person
    password: str = PASSWORD

    @property
    def link(self) -> str:
        return url_of(self.code)


def open_shop() -> Shop:
    """Build it; the responsible group is Mara and Jonas."""
    template = TemplateFactory(name="Packaging machine", ratings_enabled=True)
    mara = MemberFactory(first_name="Mara", last_name="Vogt", email="mara@example.org")
    jonas = MemberFactory(first_name="Jonas", last_name="Keller", email="jonas@example.org")
    moderator = ModeratorFactory(first_name="Inès", last_name="Lambert", email="ines@example.org")
    group = GroupFactory(template=template, name="Service", employees=[mara, jonas])
    labels = in_three("button_label", "Report")
    _make_flow(FlowFactory(template=template, responsible_group=group, name="Report", **labels))
    device = DeviceFactory(template=template, customer=CustomerFactory(name="Brotfabrik Kern"), name="Packer 7")
    return Shop(device, CodeFactory(device=device), mara, jonas, moderator)


def in_three(field: str, text: str) -> dict[str, str]:
    """The field in three languages, each text saying which."""
    return {f"{field}_{language}": f"{text} {language}" for language in LANGUAGES}


def _make_flow(flow: CreationFlow) -> None:
    what = StepFactory(flow=flow, **in_three("title", "What happened"))
    _ask(what, QuestionKind.TEXT, "Symptom", names_ticket=True)
    _ask(what, QuestionKind.LONG_TEXT, "Story", is_required=False)
    _ask(what, QuestionKind.SINGLE_CHOICE, "Standstill", choices=("Stands", "Runs"))
    details = StepFactory(flow=flow, **in_three("title", "Details"))
    _ask(details, QuestionKind.MULTIPLE_CHOICE, "Noises", choices=("Knocks", "Squeaks"), is_required=False)
    _ask(details, QuestionKind.NUMBER, "Hours", is_required=False)
    _ask(details, QuestionKind.DATE, "Since", is_required=False)
    _ask(details, QuestionKind.YES_NO, "Danger")
    picture = StepFactory(flow=flow, **in_three("title", "Picture"))
    _ask(picture, QuestionKind.FILES, "Photo", is_required=False)


def _ask(step: object, kind: QuestionKind, text: str, *, choices: tuple[str, ...] = (), **fields: bool) -> None:
    question = QuestionFactory(step=step, kind=kind, **in_three("text", text), **fields)
    for label in choices:
        ChoiceFactory(question=question, **in_three("label", label))


def say(language: str, text: str, context: str = "") -> str:
    """A text of the interface as its reader sees it."""
    with translation.override(language):
        return pgettext(context, text) if context else gettext(text)


def photo(colour: str = "teal") -> FilePayload:
    """A small picture as a browser's file input takes it."""
    file = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(file, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
