"""An element as readers of one language see it, for the macro `element_view`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from messenger.text import render_text
from ticketing.assistants.content import ButtonContent, ElementContent, FileContent, PartContent
from ticketing.assistants.graph import HTTPS, Flows
from ticketing.assistants.map import host_of
from ticketing.models import ButtonAnswer, ButtonTarget, ElementFileKind, ElementKind


@dataclass(frozen=True)
class FileView:
    """Addresses are empty where there is no such file."""

    url: str
    poster_url: str
    is_film: bool
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class PartView:
    title: str
    text: SafeString
    files: tuple[FileView, ...]


@dataclass(frozen=True)
class ButtonView:
    """`host` is shown of an external address. What is dead is not drawn on phones; `is_dead` is for editors."""

    label: str
    icon: str
    host: str
    is_dead: bool


@dataclass(frozen=True)
class ElementView:
    title: str
    body: SafeString
    is_guide: bool
    files: tuple[FileView, ...]
    parts: tuple[PartView, ...]
    buttons: tuple[ButtonView, ...]


@dataclass(frozen=True)
class FileUrls:
    """The address of a file and that of its poster, by the id of the file."""

    file: Callable[[str], str]
    poster: Callable[[str], str]


# Where the size is not known yet.
WIDE = (640, 360)


def view_of(element: ElementContent, flows: Flows, urls: FileUrls) -> ElementView:
    """In the language that is active, whatever is active when it is drawn."""
    return ElementView(
        title=str(element.title),
        body=render_text(str(element.body)),
        is_guide=element.kind == ElementKind.GUIDE,
        files=tuple(_file(each, urls) for each in element.files),
        parts=tuple(_part(each, urls) for each in element.parts),
        buttons=tuple(_button(each, flows) for each in element.buttons),
    )


def _part(part: PartContent, urls: FileUrls) -> PartView:
    files = tuple(_file(each, urls) for each in part.files)
    return PartView(str(part.title), render_text(str(part.text)), files)


def _file(file: FileContent, urls: FileUrls) -> FileView:
    width, height = (file.width, file.height) if file.width and file.height else WIDE
    poster = urls.poster(file.id) if file.has_poster else ""
    return FileView(urls.file(file.id), poster, file.kind == ElementFileKind.FILM, str(file.caption), width, height)


def _button(button: ButtonContent, flows: Flows) -> ButtonView:
    label = str(button.label) if button.answer == ButtonAnswer.OTHER else str(button.answer.label)
    icons = {ButtonTarget.FLOW: "list-checks", ButtonTarget.ADDRESS: "external-link"}
    host = host_of(button.target) if button.leads_to == ButtonTarget.ADDRESS else ""
    return ButtonView(label, icons.get(button.leads_to, "chevron-right"), host, _is_dead(button, flows))


def _is_dead(button: ButtonContent, flows: Flows) -> bool:
    if button.leads_to == ButtonTarget.FLOW:
        return button.target not in flows or not flows[button.target].is_active
    if button.leads_to == ButtonTarget.ADDRESS:
        return not button.target.startswith(HTTPS)
    return not button.target
