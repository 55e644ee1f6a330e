"""The list of assistants, and the page of one: its map, its elements, and what is wrong with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Template
from ticketing.assistants.access import (
    ElementNumbers,
    Numbers,
    assistant_of,
    latest_versions,
    numbers_of,
    recent_numbers,
    template_for,
    templates_for,
    versions_of,
)
from ticketing.assistants.changes import changes_between
from ticketing.assistants.checks import Problem, problems_of
from ticketing.assistants.content import Content, ElementContent, draft_of, drafts_of
from ticketing.assistants.graph import Flows, flow_states, next_keys
from ticketing.assistants.map import Drawing, draw
from ticketing.models import Assistant, AssistantVersion, ElementKind

KIND_ICONS = {
    ElementKind.YES_NO: "circle-question-mark",
    ElementKind.CHOICE: "list-tree",
    ElementKind.GUIDE: "list-ordered",
    ElementKind.ANSWERS: "message-circle-question-mark",
}
SHORT_KINDS = {
    ElementKind.YES_NO: _("yes/no question"),
    ElementKind.CHOICE: _("question"),
    ElementKind.GUIDE: _("guide"),
    ElementKind.ANSWERS: _("questions and answers"),
}


class AssistantState(StrEnum):
    """What people see compared with the draft."""

    NOTHING = "nothing"
    DRAFT = "draft"
    PUBLISHED = "published"
    CHANGED = "changed"
    STOPPED = "stopped"

    @property
    def label(self) -> str | Promise:
        return _STATES[self][0]

    @property
    def tone(self) -> str:
        return _STATES[self][1]

    @property
    def icon(self) -> str:
        return _STATES[self][2]


_STATES: dict[AssistantState, tuple[str | Promise, str, str]] = {
    AssistantState.NOTHING: (_("No assistant"), "quiet", "minus"),
    AssistantState.DRAFT: (pgettext_lazy("assistant", "Draft"), "dashed", "pencil"),
    AssistantState.PUBLISHED: (_("Published"), "teal", "circle-check"),
    AssistantState.CHANGED: (_("Changed since it was published"), "amber", "circle-dot"),
    AssistantState.STOPPED: (_("Not shown any more"), "dashed", "eye-off"),
}


def state_of(content: Content | None, version: AssistantVersion | None, flows: Flows) -> AssistantState:
    """By the draft, the latest version, and the flows that both may name."""
    if content is None or (version is None and not content.elements):
        return AssistantState.NOTHING
    if version is None:
        return AssistantState.DRAFT
    if not version.offers_help:
        return AssistantState.STOPPED
    is_changed = changes_between(Content.read(version.content), content, flows)
    return AssistantState.CHANGED if is_changed else AssistantState.PUBLISHED


# The list ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AssistantRow:
    template: Template
    href: str
    state: AssistantState
    count: int
    errors: int
    warnings: int
    numbers: Numbers


@dataclass(frozen=True)
class AssistantListPage:
    rows: list[AssistantRow]


def assistant_list_page(actor: Actor) -> AssistantListPage:
    """In as many queries for many templates as for one. Raises the refusal of the rule."""
    templates = list(templates_for(actor))
    assistants = [found for template in templates if (found := assistant_of(template))]
    drafts, versions, numbers = drafts_of(assistants), latest_versions(assistants), recent_numbers(assistants)
    return AssistantListPage([_row(each, drafts, versions, numbers) for each in templates])


def _row(
    template: Template,
    drafts: dict[int, Content],
    versions: dict[int, AssistantVersion],
    numbers: dict[int, Numbers],
) -> AssistantRow:
    assistant, flows = assistant_of(template), flow_states(template.flows.all())
    key = assistant.pk if assistant else 0
    content = drafts.get(key)
    state = state_of(content, versions.get(key), flows)
    is_checked = content and (content.elements or state == AssistantState.CHANGED)
    problems = problems_of(content, flows) if content and is_checked else ()
    errors = sum(problem.is_error for problem in problems)
    return AssistantRow(
        template=template,
        href=reverse("office:assistant_detail", args=[template.pk]),
        state=state,
        count=len(content.elements) if content else 0,
        errors=errors,
        warnings=len(problems) - errors,
        numbers=numbers.get(key, Numbers()),
    )


# One assistant -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProblemLine:
    """A problem with the element that it is about; without one it is about the assistant."""

    problem: Problem
    title: str
    href: str


@dataclass(frozen=True)
class ElementRow:
    """An element in the list; `place` counts from 0, `summary` names it for the map."""

    element: ElementContent
    place: int
    href: str
    kind: str | Promise
    icon: str
    errors: int
    warnings: int
    numbers: ElementNumbers
    summary: str


@dataclass(frozen=True)
class VersionLine:
    """`href` is empty where it offers no help."""

    version: AssistantVersion
    href: str


@dataclass(frozen=True)
class AssistantPage:
    """`drawing` is None where there is nothing to draw, `shown` where people see nothing. Addresses are empty where the
    reader may not go."""

    template: Template
    assistant: Assistant | None
    state: AssistantState
    rows: list[ElementRow]
    drawing: Drawing | None
    problems: list[ProblemLine]
    shown: AssistantVersion | None
    versions: list[VersionLine]
    copy_template_url: str

    @property
    def by_key(self) -> dict[str, ElementRow]:
        return {row.element.key: row for row in self.rows}

    @property
    def errors(self) -> int:
        return sum(line.problem.is_error for line in self.problems)


SHOWN_VERSIONS = 10


def assistant_page(actor: Actor, template_id: int) -> AssistantPage:
    """Raises `NotVisible` for an absent template, and for those who may not edit assistants."""
    template = template_for(actor, template_id)
    assistant, flows = assistant_of(template), flow_states(template.flows.all())
    content = draft_of(assistant) if assistant else Content(())
    version = latest_versions([assistant]).get(assistant.pk) if assistant else None
    problems = problems_of(content, flows) if content.elements else ()
    numbers = numbers_of(assistant) if assistant else {}
    copies = reverse("office:template_copy", args=[template_id])
    return AssistantPage(
        template=template,
        assistant=assistant,
        state=state_of(content, version, flows),
        rows=element_rows(template_id, content, problems, numbers),
        drawing=draw(content, flows) if content.elements else None,
        problems=problem_lines(template_id, content, problems),
        shown=version if version and version.offers_help else None,
        versions=_version_lines(assistant, template_id) if assistant else [],
        copy_template_url=copies if may(actor, "fleet.change_configuration") else "",
    )


def _version_lines(assistant: Assistant, template_id: int) -> list[VersionLine]:
    return [
        VersionLine(
            version,
            reverse("office:assistant_version", args=[template_id, version.number]) if version.offers_help else "",
        )
        for version in versions_of(assistant)[:SHOWN_VERSIONS]
    ]


def element_rows(
    template_id: int, content: Content, problems: Sequence[Problem], numbers: dict[str, ElementNumbers]
) -> list[ElementRow]:
    """In the order of the draft."""
    return [_element_row(template_id, content, place, problems, numbers) for place in range(len(content.elements))]


def _element_row(
    template_id: int,
    content: Content,
    place: int,
    problems: Sequence[Problem],
    numbers: dict[str, ElementNumbers],
) -> ElementRow:
    element = content.elements[place]
    own = [problem for problem in problems if problem.key == element.key]
    errors = sum(problem.is_error for problem in own)
    return ElementRow(
        element=element,
        place=place,
        href=reverse("office:element_edit", args=[template_id, element.key]),
        kind=SHORT_KINDS[element.kind],
        icon=KIND_ICONS[element.kind],
        errors=errors,
        warnings=len(own) - errors,
        numbers=numbers.get(element.key, ElementNumbers()),
        summary=_summary(element, place, errors, len(own) - errors),
    )


def _summary(element: ElementContent, place: int, errors: int, warnings: int) -> str:
    """Such as "Film tears, question, leads to 3 elements", for those who hear the map."""
    count = len(next_keys(element))
    said: Iterable[str] = (
        str(element.title) or gettext("Without a title"),
        str(SHORT_KINDS[element.kind]),
        gettext("start") if place == 0 else "",
        ngettext("leads to %(n)s element", "leads to %(n)s elements", count) % {"n": count} if count else "",
        problem_words(errors, warnings),
    )
    return ", ".join(filter(None, said))


def problem_words(errors: int, warnings: int) -> str:
    """Such as "2 errors, 1 warning"; empty where there are none."""
    said = (
        ngettext("%(n)s error", "%(n)s errors", errors) % {"n": errors} if errors else "",
        ngettext("%(n)s warning", "%(n)s warnings", warnings) % {"n": warnings} if warnings else "",
    )
    return ", ".join(filter(None, said))


def problem_lines(template_id: int, content: Content, problems: Iterable[Problem]) -> list[ProblemLine]:
    """With the titles and addresses of the elements."""
    titles = {element.key: str(element.title) or gettext("Without a title") for element in content.elements}
    return [
        ProblemLine(
            problem,
            titles.get(problem.key, ""),
            reverse("office:element_edit", args=[template_id, problem.key]) if problem.key else "",
        )
        for problem in problems
    ]
