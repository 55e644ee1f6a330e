"""Assistants of tests: content without an editor, published as a mere row."""

import uuid
from typing import Any

from django.core.files.base import ContentFile

from config.common.languages import LANGUAGES
from fleet.models import Template
from ticketing.assistants.content import (
    ButtonContent,
    Content,
    ElementContent,
    FileContent,
    PartContent,
    Texts,
)
from ticketing.models import (
    Assistant,
    AssistantVersion,
    ButtonAnswer,
    ButtonTarget,
    CreationFlow,
    ElementFile,
    ElementFileKind,
    ElementKind,
)


def text(words: str, **others: str) -> Texts:
    """The words in English, and in the languages that are named."""
    return Texts({language: others.get(language, "") for language in LANGUAGES} | {"en": words})


def to(target: str | CreationFlow, label: str = "", answer: ButtonAnswer = ButtonAnswer.OTHER) -> ButtonContent:
    """A button: to an address, to a flow, or to the element with that key."""
    if isinstance(target, CreationFlow):
        return ButtonContent(answer, text(label), ButtonTarget.FLOW, str(target.pk))
    kind = ButtonTarget.ADDRESS if ":" in target else ButtonTarget.ELEMENT
    return ButtonContent(answer, text(label), kind, target)


def element(key: str, *buttons: ButtonContent, **fields: Any) -> ElementContent:
    """An element whose title is its key, unless it has another one."""
    title, body = fields.pop("title", key), fields.pop("body", "")
    return ElementContent(
        **{
            "key": key,
            "kind": ElementKind.CHOICE,
            "title": title if isinstance(title, Texts) else text(title),
            "body": body if isinstance(body, Texts) else text(body),
            "is_searchable": True,
            "files": (),
            "parts": (),
            "buttons": buttons,
            **fields,
        }
    )


def part(title: str, words: str, **others: Any) -> PartContent:
    return PartContent(text(title), text(words), others.get("files", ()))


def publish(template: Template, *elements: ElementContent) -> Assistant:
    assistant, _is_new = Assistant.objects.get_or_create(template=template)
    number = assistant.versions.count() + 1
    AssistantVersion.objects.create(assistant=assistant, number=number, content=Content(elements).stored())
    return assistant


def store_file(assistant: Assistant, content: bytes, kind: ElementFileKind, content_type: str) -> FileContent:
    """A file of the assistant, and how its content names it."""
    file = ElementFile(assistant=assistant, kind=kind, content_type=content_type, size=len(content))
    file.file.save(uuid.uuid4().hex, ContentFile(content), save=False)
    file.save()
    return FileContent(str(file.pk), kind, text("What it shows"), 40, 30, has_poster=False)
