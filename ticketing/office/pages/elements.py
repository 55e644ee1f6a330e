"""The page on which an element is edited, and its preview as on a phone."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common.languages import LANGUAGES
from ticketing.assistants.access import files_of, flows_of
from ticketing.assistants.changes import FieldChange, element_changes
from ticketing.assistants.checks import Problem, problems_of
from ticketing.assistants.content import ButtonContent, Content, ElementContent, digest_of, draft_of
from ticketing.assistants.graph import Flows, flow_states
from ticketing.assistants.walk import host_of
from ticketing.forms.assistants import ADDRESS, NEW
from ticketing.forms.element_input import ElementInput, Goals
from ticketing.forms.element_rows import ElementState
from ticketing.forms.start import StartForm
from ticketing.models import Assistant, ButtonAnswer, ButtonTarget, CreationFlow
from ticketing.pages.assistant import Places, ShownElement, shown_element


@dataclass(frozen=True)
class PreviewButton:
    """`host` is shown of an external address. What is dead is not drawn on phones; the editor says so."""

    label: str
    icon: str
    host: str
    is_dead: bool


@dataclass(frozen=True)
class Preview:
    """An element in one language, as a phone shows it; its buttons lead nowhere."""

    language: str
    element: ShownElement
    buttons: tuple[PreviewButton, ...]


@dataclass(frozen=True)
class ElementPage:
    """`title` is empty for a new element; `moved` says what stands there now where someone else was faster."""

    assistant: Assistant
    title: str
    form: ElementInput
    preview: Preview
    problems: tuple[Problem, ...]
    urls: dict[str, str]
    refusals: list[str] = field(default_factory=list)
    moved: tuple[FieldChange, ...] = ()
    is_moved: bool = False

    @property
    def is_new(self) -> bool:
        return not self.title


@dataclass
class Workshop:
    """What an element is edited among: the draft, the flows and the files of its assistant."""

    assistant: Assistant
    content: Content
    flows: list[CreationFlow]

    @classmethod
    def of(cls, assistant: Assistant) -> "Workshop":
        return cls(assistant, draft_of(assistant), flows_of(assistant))

    @property
    def states(self) -> Flows:
        return flow_states(self.flows)

    def input(self, state: ElementState, *, is_bound: bool = False) -> ElementInput:
        """The forms of the state; files that were added a moment ago are known, too."""
        return ElementInput(state, self._goals(state), files_of(self.assistant), is_bound=is_bound)

    def take_out_lost_files(self, state: ElementState) -> bool:
        """Leaves out rows of files that are not there any more, and says whether there were any."""
        known = files_of(self.assistant)
        lost = [row for row in state.every_file() if row.id not in known]
        for rows in (state.files, *(part.files for part in state.parts)):
            rows[:] = [row for row in rows if row.id in known]
        return bool(lost)

    def _goals(self, state: ElementState) -> Goals:
        """Places where a button may lead."""
        elements = [
            (f"element:{each.key}", str(each.title) or gettext("Without a title"))
            for each in self.content.elements
            if each.key != state.key
        ]
        flows = [(f"flow:{flow.pk}", _flow_name(flow)) for flow in self.flows]
        groups: list[tuple[str | Promise, list[Any]]] = [
            (_("Another element"), [*elements, (NEW, _("New element …"))]),
            (_("A creation flow"), flows),
            (_("Out of here"), [(ADDRESS, _("An external address"))]),
        ]
        return [("", _("Nowhere yet")), *(group for group in groups if group[1])]

    def preview(self, form: ElementInput, language: str) -> Preview:
        """Of what the forms say, whether it is right or not."""
        language = language if language in LANGUAGES else LANGUAGES[0]
        element = form.content()
        with translation.override(language):
            shown = shown_element(element, _places(self.assistant.template_id))
            return Preview(language, shown, tuple(_preview_button(each, self.states) for each in element.buttons))

    def problems(self, key: str) -> tuple[Problem, ...]:
        """Of the element as it is stored."""
        return tuple(each for each in problems_of(self.content, self.states) if each.key == key)

    def moved(self, mine: ElementContent) -> tuple[FieldChange, ...]:
        """From what stands there now to what this editor wrote; empty where it was removed."""
        stored = self.content.by_key.get(mine.key)
        return element_changes(stored, mine, self.content, self.states) if stored else ()

    def digest(self, key: str) -> str:
        """Of the element as it is stored; empty where there is none."""
        return digest_of(self.content.by_key.get(key))


def _places(template_id: int) -> Places:
    """Where the editor has the files; it draws the buttons itself."""

    def address(name: str, file_id: str) -> str:
        return reverse(name, args=[template_id, file_id])

    return Places(
        elements={},
        flows={},
        element_url=str,
        file_url=partial(address, "office:assistant_file"),
        poster_url=partial(address, "office:assistant_poster"),
        start_form=StartForm,
    )


def _preview_button(button: ButtonContent, flows: Flows) -> PreviewButton:
    label = str(button.label) if button.answer == ButtonAnswer.OTHER else str(button.answer.label)
    icons = {ButtonTarget.FLOW: "list-checks", ButtonTarget.ADDRESS: "external-link"}
    host = host_of(button.target) if button.leads_to == ButtonTarget.ADDRESS else ""
    return PreviewButton(label, icons.get(button.leads_to, "chevron-right"), host, _is_dead(button, flows))


def _is_dead(button: ButtonContent, flows: Flows) -> bool:
    if button.leads_to == ButtonTarget.FLOW:
        return button.target not in flows or not flows[button.target].is_active
    if button.leads_to == ButtonTarget.ADDRESS:
        return not host_of(button.target)
    return not button.target


def _flow_name(flow: CreationFlow) -> str:
    return str(flow) if flow.is_active else gettext("%(flow)s (inactive)") % {"flow": flow}


def element_page(
    workshop: Workshop,
    form: ElementInput,
    language: str,
    *,
    refusals: list[str] | None = None,
    is_moved: bool = False,
) -> ElementPage:
    """The page of the state that the forms hold; `is_moved` where someone else has changed the element meanwhile."""
    state, template_id = form.state, workshop.assistant.template_id
    stored = workshop.content.by_key.get(state.key)
    checked = workshop.input(state, is_bound=True)
    address = ("element_edit", [template_id, state.key]) if stored or state.seen else ("element_create", [template_id])
    urls = {
        "page": reverse(f"office:{address[0]}", args=address[1]),
        "preview": reverse("office:element_preview", args=[template_id]),
        "back": reverse("office:assistant_detail", args=[template_id]),
    }
    if stored:
        urls["remove"] = reverse("office:element_remove", args=[template_id, state.key])
        urls["copy"] = reverse("office:element_copy", args=[template_id, state.key])
    mine = checked.content()
    return ElementPage(
        assistant=workshop.assistant,
        title=(str(stored.title) or gettext("Without a title")) if stored else "",
        form=form,
        preview=workshop.preview(checked, language),
        problems=workshop.problems(state.key),
        urls=urls,
        refusals=refusals or [],
        moved=workshop.moved(mine) if is_moved else (),
        is_moved=is_moved,
    )
