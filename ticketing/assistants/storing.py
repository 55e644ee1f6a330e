"""Writes contents into the rows of a draft: what editing, copying and bringing back have in common."""

from collections.abc import Iterable
from typing import Any

from config.common.languages import LANGUAGES
from ticketing.assistants.content import ButtonContent, Content, ElementContent, FileContent, Texts
from ticketing.models import (
    ActionButton,
    Assistant,
    ButtonTarget,
    CreationFlow,
    Element,
    ElementFile,
    ElementPart,
)


def columns(field: str, texts: Texts) -> dict[str, str]:
    """The columns of a translated field."""
    return {f"{field}_{language}": texts.by_language.get(language, "") for language in LANGUAGES}


def store_draft(assistant: Assistant, content: Content) -> None:
    """Makes the draft say this and nothing else. The caller holds the lock of the assistant."""
    assistant.elements.exclude(key__in=[each.key for each in content.elements]).delete()
    store_elements(assistant, content.elements)
    for position, each in enumerate(content.elements):
        assistant.elements.filter(key=each.key).update(position=position)


def store_elements(assistant: Assistant, elements: Iterable[ElementContent]) -> None:
    """Creates or replaces these elements; new ones come last. The caller holds the lock of the assistant.

    A button to an element or flow that is not there leads nowhere.
    """
    wanted = list(elements)
    last = assistant.elements.order_by("-position").values_list("position", flat=True).first()
    place = 0 if last is None else last + 1
    rows = [_store_row(assistant, content, place + number) for number, content in enumerate(wanted)]
    ids = dict(assistant.elements.values_list("key", "pk"))
    flows = set(CreationFlow.objects.filter(template=assistant.template_id).values_list("pk", flat=True))
    for row, content in zip(rows, wanted, strict=True):
        _store_parts(assistant, row, content)
        row.buttons.all().delete()
        ActionButton.objects.bulk_create(
            ActionButton(element=row, position=position, **_button(button, ids, flows))
            for position, button in enumerate(content.buttons)
        )


def _store_row(assistant: Assistant, content: ElementContent, position: int) -> Element:
    values: dict[str, Any] = {
        "kind": content.kind,
        "is_searchable": content.is_searchable,
        **columns("title", content.title),
        **columns("body", content.body),
    }
    row, _is_new = Element.objects.update_or_create(
        assistant=assistant, key=content.key, defaults=values, create_defaults={**values, "position": position}
    )
    return row


def _store_parts(assistant: Assistant, row: Element, content: ElementContent) -> None:
    ElementFile.objects.filter(element=row).update(element=None, part=None)
    row.parts.all().delete()
    _store_files(assistant, row, None, content.files)
    for position, part in enumerate(content.parts):
        stored = ElementPart.objects.create(
            element=row, position=position, **columns("title", part.title), **columns("text", part.text)
        )
        _store_files(assistant, row, stored, part.files)


def _store_files(assistant: Assistant, row: Element, part: ElementPart | None, files: Iterable[FileContent]) -> None:
    for position, file in enumerate(files):
        ElementFile.objects.filter(assistant=assistant, pk=file.id).update(
            element=row, part=part, position=position, **columns("caption", file.caption)
        )


def _button(button: ButtonContent, ids: dict[str, int], flows: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {"answer": button.answer, **columns("label", button.label)}
    if button.leads_to == ButtonTarget.ADDRESS and button.target:
        return {**found, "leads_to": ButtonTarget.ADDRESS, "address": button.target}
    if button.leads_to == ButtonTarget.FLOW and button.target in {str(pk) for pk in flows}:
        return {**found, "leads_to": ButtonTarget.FLOW, "flow_id": int(button.target)}
    # A flow that is gone leaves a button that leads nowhere.
    target = ids.get(button.target) if button.leads_to == ButtonTarget.ELEMENT else None
    return {**found, "leads_to": ButtonTarget.ELEMENT, "target_id": target}
