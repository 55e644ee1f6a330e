"""An element of an assistant as a page shows it: on the phone, and in the preview of the editor."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from messenger.text import render_text
from ticketing.assistants.content import ButtonContent, ElementContent, FileContent, PartContent
from ticketing.assistants.walk import host_of, ways_on
from ticketing.forms.start import StartForm
from ticketing.models import ButtonAnswer, ButtonTarget, CreationFlow, ElementFileKind, ElementKind

# The address of an element by its key, or of a file by its id.
MakeUrl = Callable[[str], str]
MakeForm = Callable[[], StartForm]
# Where a file does not say: so much room is kept for it.
WIDTH, HEIGHT = 1200, 800


@dataclass(frozen=True)
class ShownFile:
    """`poster` is empty where there is none."""

    url: str
    poster: str
    caption: str
    is_film: bool
    width: int
    height: int


@dataclass(frozen=True)
class ShownPart:
    """A step, or a question with its answer."""

    title: str
    text: SafeString
    files: list[ShownFile]


@dataclass(frozen=True)
class ShownButton:
    """A link to `url`, which leads to `host` if it leaves the product; or the form that starts a flow."""

    label: str
    icon: str
    url: str = ""
    host: str = ""
    flow: CreationFlow | None = None
    form: StartForm | None = None


@dataclass(frozen=True)
class ShownElement:
    key: str
    kind: ElementKind
    title: str
    body: SafeString
    files: list[ShownFile]
    parts: list[ShownPart]
    buttons: list[ShownButton]

    @property
    def is_guide(self) -> bool:
        return self.kind == ElementKind.GUIDE


@dataclass(frozen=True)
class Places:
    """Where what an element names is found; buttons that lead to anything else are not shown."""

    elements: Mapping[str, ElementContent]
    flows: Mapping[int, CreationFlow]
    element_url: MakeUrl
    file_url: MakeUrl
    poster_url: MakeUrl
    start_form: MakeForm


def shown_element(element: ElementContent, places: Places) -> ShownElement:
    """In the reader's language."""
    return ShownElement(
        key=element.key,
        kind=element.kind,
        title=str(element.title),
        body=render_text(str(element.body)),
        files=_files(element.files, places),
        parts=[_part(part, places) for part in element.parts],
        buttons=[_button(each, places) for each in ways_on(element, places.elements, places.flows)],
    )


def _part(part: PartContent, places: Places) -> ShownPart:
    return ShownPart(str(part.title), render_text(str(part.text)), _files(part.files, places))


def _files(files: Collection[FileContent], places: Places) -> list[ShownFile]:
    return [
        ShownFile(
            url=places.file_url(file.id),
            poster=places.poster_url(file.id) if file.has_poster else "",
            caption=str(file.caption),
            is_film=file.kind == ElementFileKind.FILM,
            width=file.width or WIDTH,
            height=file.height or HEIGHT,
        )
        for file in files
    ]


def _button(button: ButtonContent, places: Places) -> ShownButton:
    is_preset = button.answer != ButtonAnswer.OTHER
    label = str(button.label) or (str(button.answer.label) if is_preset else "")
    match button.leads_to:
        case ButtonTarget.ELEMENT:
            title = str(places.elements[button.target].title)
            return ShownButton(label or title, _ICONS[button.answer], places.element_url(button.target))
        case ButtonTarget.FLOW:
            flow = places.flows[int(button.target)]
            icon = flow.shown_icon if button.answer == ButtonAnswer.OTHER else _ICONS[button.answer]
            return ShownButton(label or flow.button_label, icon, flow=flow, form=places.start_form())
        case ButtonTarget.ADDRESS:
            host = host_of(button.target)
            return ShownButton(label or host, "external-link", button.target, host)


_ICONS = {ButtonAnswer.YES: "check", ButtonAnswer.NO: "x", ButtonAnswer.OTHER: "arrow-right"}
