"""Contents of assistants for tests: as short as they can be, or good enough to be published."""

from collections.abc import Iterable

from config.common.languages import LANGUAGES
from fleet.actors import KnownActor
from fleet.models import Template
from ticketing.assistants.content import ButtonContent, Content, ElementContent, PartContent, Texts
from ticketing.models import Assistant, ButtonAnswer, ButtonTarget, CreationFlow, ElementKind
from ticketing.services.assistants import create_assistant, save_element


def texts(text: str = "") -> Texts:
    """The same in all languages, with the language behind it in all but English."""
    return Texts({language: text if language == "en" or not text else f"{text} {language}" for language in LANGUAGES})


def button(
    label: str, target: str = "", *, leads_to: ButtonTarget = ButtonTarget.ELEMENT, answer: str = "other"
) -> ButtonContent:
    return ButtonContent(ButtonAnswer(answer), texts(label), leads_to, target)


def yes_no(yes: str, no: str) -> tuple[ButtonContent, ...]:
    return (button("", yes, answer="yes"), button("", no, answer="no"))


def part(title: str, text: str = "Do it.") -> PartContent:
    return PartContent(texts(title), texts(text), ())


def element(
    key: str,
    *buttons: ButtonContent,
    kind: ElementKind = ElementKind.CHOICE,
    title: str = "",
    parts: Iterable[PartContent] = (),
    is_searchable: bool = True,
) -> ElementContent:
    return ElementContent(
        key, kind, texts(title or f"Title {key}"), texts(), is_searchable, (), tuple(parts), tuple(buttons)
    )


def guide(key: str, *buttons: ButtonContent, **fields: object) -> ElementContent:
    """With one step."""
    return element(key, *buttons, kind=ElementKind.GUIDE, parts=[part("First")], **fields)  # type: ignore[arg-type]


def make_assistant(actor: KnownActor, template: Template, *elements: ElementContent) -> Assistant:
    """By the services, as an editor would."""
    assistant = create_assistant(actor=actor, template=template)
    save_element(actor=actor, assistant=assistant, element=elements[0], seen="", new_elements=elements[1:])
    return assistant


def film_tears(flow: CreationFlow) -> Content:
    """Can be published without a warning."""
    return Content(
        (
            element("start", button("Film tears", "film"), button("Else", "noise"), title="What is wrong?"),
            element("film", *yes_no("jaw", "thread"), kind=ElementKind.YES_NO, title="Does the film tear at the jaw?"),
            guide("jaw", title="Clean the sealing jaw"),
            guide("thread", button("Report", str(flow.pk), leads_to=ButtonTarget.FLOW), title="Thread the film anew"),
            guide("noise", title="Listen where it comes from"),
        )
    )
