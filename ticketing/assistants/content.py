"""What an assistant says: made of its draft, kept in each published version, read by every page that shows it."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import get_language

from config.common.languages import LANGUAGES
from fleet.models import Template
from ticketing.models import (
    ActionButton,
    Assistant,
    AssistantVersion,
    ButtonAnswer,
    ButtonTarget,
    Element,
    ElementFile,
    ElementFileKind,
    ElementKind,
    ElementPart,
)


@dataclass(frozen=True)
class Texts:
    """A text by language; empty where it is not translated."""

    by_language: Mapping[str, str]

    def __str__(self) -> str:
        """In the reader's language, else in the default one."""
        return self.by_language.get(get_language() or "", "") or self.by_language.get(settings.LANGUAGE_CODE, "")


@dataclass(frozen=True)
class FileContent:
    """Sizes are in pixels, None where they are not known."""

    id: str
    kind: ElementFileKind
    caption: Texts
    width: int | None
    height: int | None
    has_poster: bool


@dataclass(frozen=True)
class PartContent:
    title: Texts
    text: Texts
    files: tuple[FileContent, ...]


@dataclass(frozen=True)
class ButtonContent:
    """`target` is the key of an element, the id of a flow, or an address; empty where its element was removed."""

    answer: ButtonAnswer
    label: Texts
    leads_to: ButtonTarget
    target: str


@dataclass(frozen=True)
class ElementContent:
    key: str
    kind: ElementKind
    title: Texts
    body: Texts
    is_searchable: bool
    files: tuple[FileContent, ...]
    parts: tuple[PartContent, ...]
    buttons: tuple[ButtonContent, ...]


@dataclass(frozen=True)
class Content:
    """All elements; the first one is the start."""

    elements: tuple[ElementContent, ...]

    @property
    def by_key(self) -> dict[str, ElementContent]:
        return {element.key: element for element in self.elements}

    @property
    def start(self) -> ElementContent | None:
        return self.elements[0] if self.elements else None

    def stored(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what `stored` made."""
        return cls(tuple(_read_element(each) for each in stored["elements"]))


def draft_of(assistant: Assistant) -> Content:
    """The draft as it would be published now. Costs five queries."""
    return drafts_of([assistant])[assistant.pk]


def drafts_of(assistants: Collection[Assistant]) -> dict[int, Content]:
    """The drafts by the ids of their assistants, in as many queries as for one."""
    by_place = ElementFile.objects.order_by("position", "pk")
    parts = ElementPart.objects.order_by("position", "pk").prefetch_related(Prefetch("files", by_place))
    elements = (
        Element.objects.filter(assistant__in=assistants)
        .order_by("position", "pk")
        .prefetch_related(
            Prefetch("files", by_place.filter(part=None)),
            Prefetch("parts", parts),
            Prefetch("buttons", ActionButton.objects.select_related("target").order_by("position", "pk")),
        )
    )
    found: dict[int, list[ElementContent]] = {assistant.pk: [] for assistant in assistants}
    for element in elements:
        found[element.assistant_id].append(_element(element))
    return {key: Content(tuple(each)) for key, each in found.items()}


def shown_version(template_id: int) -> AssistantVersion | None:
    """What people at the devices of the template are helped with; None while nothing was published."""
    return AssistantVersion.objects.filter(assistant__template=template_id).order_by("-number").first()


def texts_in(obj: Element | ElementPart | ElementFile | ActionButton, field: str) -> Texts:
    """Unlike `texts_of`, with gaps where a translation is missing."""
    return Texts({language: getattr(obj, f"{field}_{language}") or "" for language in LANGUAGES})


def digest_of(content: ElementContent | Content | None) -> str:
    """Changes with whatever is said in it; empty for None."""
    if content is None:
        return ""
    return hashlib.sha256(json.dumps(asdict(content), sort_keys=True).encode()).hexdigest()[:16]


def texts_of_template(template: Template) -> Texts:
    """Its name, with gaps where a translation is missing."""
    return Texts({language: getattr(template, f"name_{language}") or "" for language in LANGUAGES})


def _element(element: Element) -> ElementContent:
    return ElementContent(
        key=element.key,
        kind=element.kind,
        title=texts_in(element, "title"),
        body=texts_in(element, "body"),
        is_searchable=element.is_searchable,
        files=tuple(file_content(each) for each in element.files.all()),
        parts=tuple(_part(each) for each in element.parts.all()),
        buttons=tuple(_button(each) for each in element.buttons.all()),
    )


def _part(part: ElementPart) -> PartContent:
    return PartContent(
        texts_in(part, "title"), texts_in(part, "text"), tuple(file_content(each) for each in part.files.all())
    )


def file_content(file: ElementFile) -> FileContent:
    """A file as its element shows it."""
    return FileContent(
        id=str(file.pk),
        kind=file.kind,
        caption=texts_in(file, "caption"),
        width=file.width,
        height=file.height,
        has_poster=bool(file.poster),
    )


def _button(button: ActionButton) -> ButtonContent:
    targets = {
        ButtonTarget.ELEMENT: button.target.key if button.target else "",
        ButtonTarget.FLOW: str(button.flow_id or ""),
        ButtonTarget.ADDRESS: button.address,
    }
    return ButtonContent(button.answer, texts_in(button, "label"), button.leads_to, targets[button.leads_to])


def _read_element(stored: Mapping[str, Any]) -> ElementContent:
    return ElementContent(
        key=stored["key"],
        kind=ElementKind(stored["kind"]),
        title=Texts(**stored["title"]),
        body=Texts(**stored["body"]),
        is_searchable=stored["is_searchable"],
        files=tuple(_read_file(each) for each in stored["files"]),
        parts=tuple(
            PartContent(
                Texts(**part["title"]), Texts(**part["text"]), tuple(_read_file(each) for each in part["files"])
            )
            for part in stored["parts"]
        ),
        buttons=tuple(
            ButtonContent(
                ButtonAnswer(button["answer"]),
                Texts(**button["label"]),
                ButtonTarget(button["leads_to"]),
                button["target"],
            )
            for button in stored["buttons"]
        ),
    )


def _read_file(stored: Mapping[str, Any]) -> FileContent:
    return FileContent(
        id=stored["id"],
        kind=ElementFileKind(stored["kind"]),
        caption=Texts(**stored["caption"]),
        width=stored["width"],
        height=stored["height"],
        has_poster=stored["has_poster"],
    )
