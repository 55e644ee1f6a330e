"""The assistants of the demo: drafted, and published as administrators publish them."""

from typing import Any

from django.core.files.base import ContentFile

from config.demo.flows import DemoFlows
from config.demo.pictures import draw_instruction
from config.demo.pictures.instructions import HEIGHT, WIDTH
from config.demo.texts import LANGUAGES
from config.demo.toml import Table, read_toml
from fleet.actors import KnownActor
from fleet.models import Template
from ticketing.models import (
    ActionButton,
    Assistant,
    ButtonAnswer,
    ButtonTarget,
    Element,
    ElementFile,
    ElementFileKind,
    ElementPart,
)
from ticketing.services.assistants import publish_assistant

ASSISTANTS = read_toml("assistants.toml")


def help_texts(language: str) -> Table:
    return read_toml(f"texts/assistants/{language}.toml")


def make_assistants(actor: KnownActor, templates: dict[str, Template], flows: DemoFlows) -> None:
    for key, elements in ASSISTANTS.items():
        assistant = Assistant.objects.create(template=templates[key])
        made = {name: _make_element(assistant, key, name, place) for place, name in enumerate(elements)}
        for name, row in elements.items():
            for place, button in enumerate(row.get("buttons", [])):
                label = _texts("label", key, name, "buttons", place)
                _make_button(made, flows, key, made[name], {**button, "position": place, **label})
        publish_assistant(actor=actor, assistant=assistant)


def _make_element(assistant: Assistant, template: str, name: str, position: int) -> Element:
    row = ASSISTANTS[template][name]
    element = Element.objects.create(
        assistant=assistant,
        kind=row["kind"],
        position=position,
        **_texts("title", template, name, "title"),
        **_texts("body", template, name, "body"),
    )
    for place, picture in enumerate(row.get("pictures", [])):
        _make_picture(picture, place, element)
    for place, _part in enumerate(help_texts("en")[template][name].get("parts", [])):
        part = ElementPart.objects.create(
            element=element,
            position=place,
            **_texts("title", template, name, "parts", place, "title"),
            **_texts("text", template, name, "parts", place, "text"),
        )
        for number, picture in enumerate(row.get("step_pictures", {}).get(str(place + 1), [])):
            _make_picture(picture, number, element, part)
    return element


def _make_picture(name: str, position: int, element: Element, part: ElementPart | None = None) -> None:
    drawing = draw_instruction(name)
    file = ElementFile(
        assistant=element.assistant,
        element=element,
        part=part,
        kind=ElementFileKind.PICTURE,
        content_type="image/jpeg",
        width=WIDTH,
        height=HEIGHT,
        size=len(drawing),
        position=position,
        **_texts("caption", "pictures", name),
    )
    file.file.save(f"{name}.jpg", ContentFile(drawing), save=False)
    file.save()


def _make_button(made: dict[str, Element], flows: DemoFlows, template: str, element: Element, row: Table) -> None:
    address = row.pop("address", "")
    target = made[row.pop("to")] if "to" in row else None
    flow = flows[template, row.pop("flow")].creation_flow if "flow" in row else None
    leads_to = ButtonTarget.ELEMENT if target else ButtonTarget.FLOW if flow else ButtonTarget.ADDRESS
    answer = row.pop("answer", ButtonAnswer.OTHER)
    ActionButton.objects.create(
        element=element, leads_to=leads_to, target=target, flow=flow, address=address, answer=answer, **row
    )


def _texts(field: str, *path: str | int) -> dict[str, str]:
    """The values of a translated field, from the text at a path of keys and places."""
    return {f"{field}_{language}": str(_at(help_texts(language), path)) for language in LANGUAGES}


def _at(found: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        found = found[step]
    return found
