"""What editors read of assistants: fetch and check in one call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum

from config.common import clock
from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import Template
from ticketing.assistants.content import FileContent, file_content
from ticketing.models import Assistant, AssistantVersion, CreationFlow, ElementDay, ElementFile

EDIT = "ticketing.edit_assistant"
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Numbers:
    """How often something was seen, solved a problem, or led to a ticket."""

    seen: int = 0
    helped: int = 0
    reported: int = 0


@dataclass(frozen=True)
class ElementNumbers:
    """Of the last 30 days, and of all."""

    recent: Numbers = Numbers()
    total: Numbers = Numbers()


def templates_for(actor: Actor) -> QuerySet[Template]:
    """All templates with their assistants and flows, by name. Raises the refusal of the rule."""
    require(actor, EDIT)
    flows = Prefetch("flows", CreationFlow.objects.order_by("position", "pk"))
    return Template.objects.select_related("assistant").prefetch_related(flows).order_by("name", "pk")


def template_for(actor: Actor, template_id: int) -> Template:
    """The template with its flows. Raises `NotVisible`, also for those who may not edit assistants."""
    template = get_or_none(templates_for(actor).filter(pk=template_id))
    if template is None:
        raise NotVisible
    return template


def assistant_of(template: Template) -> Assistant | None:
    """The assistant of a template as `templates_for` fetches it."""
    found: Assistant | None = getattr(template, "assistant", None)
    return found


def assistant_for(actor: Actor, template_id: int) -> Assistant:
    """The assistant with its template. Raises `NotVisible` where there is none, and for those who may not edit it."""
    require(actor, EDIT)
    assistant = get_or_none(Assistant.objects.select_related("template").filter(template=template_id))
    if assistant is None:
        raise NotVisible
    return assistant


def flows_of(assistant: Assistant) -> list[CreationFlow]:
    """The flows of its template, in their order."""
    return list(CreationFlow.objects.filter(template=assistant.template_id).order_by("position", "pk"))


def latest_versions(assistants: Collection[Assistant]) -> dict[int, AssistantVersion]:
    """What people see now, unless it offers no help, by the ids of the assistants; two queries."""
    found: dict[int, AssistantVersion] = {}
    numbers = AssistantVersion.objects.filter(assistant__in=assistants).order_by("assistant", "-number")
    heads = {version.assistant_id: version.pk for version in reversed(numbers.only("assistant", "number"))}
    for version in AssistantVersion.objects.filter(pk__in=heads.values()):
        found[version.assistant_id] = version
    return found


def versions_of(assistant: Assistant) -> QuerySet[AssistantVersion]:
    """The newest first, without their contents."""
    return assistant.versions.select_related("publisher").defer("content").order_by("-number")


def version_for(actor: Actor, template_id: int, number: int) -> AssistantVersion:
    """With its assistant and publisher. Raises `NotVisible`, also for one that offers no help."""
    require(actor, EDIT)
    found = AssistantVersion.objects.select_related("assistant__template", "publisher")
    version = get_or_none(found.filter(assistant__template=template_id, number=number, offers_help=True))
    if version is None:
        raise NotVisible
    return version


def files_of(assistant: Assistant) -> dict[str, FileContent]:
    """All files of the assistant by id, also those that no element shows."""
    return {str(row.pk): file_content(row) for row in ElementFile.objects.filter(assistant=assistant)}


def element_file_for(actor: Actor, template_id: int, file_id: UUID) -> ElementFile:
    """A picture or film, for the pages of the editor. Raises `NotVisible`."""
    require(actor, EDIT)
    file = get_or_none(ElementFile.objects.filter(assistant__template=template_id, pk=file_id))
    if file is None:
        raise NotVisible
    return file


def numbers_of(assistant: Assistant) -> dict[str, ElementNumbers]:
    """By the keys of elements; one query."""
    since = Q(day__gt=(clock.now() - RECENT).date())
    names = ("seen", "helped", "reported")
    sums = {name: Sum(name) for name in names} | {f"recent_{name}": Sum(name, filter=since) for name in names}
    rows = (
        ElementDay.objects.filter(assistant=assistant)
        .order_by()
        .values("key")
        .annotate(**{f"sum_{name}": total for name, total in sums.items()})
    )
    return {row["key"]: ElementNumbers(_numbers(row, "sum_recent_"), _numbers(row, "sum_")) for row in rows}


def recent_numbers(assistants: Collection[Assistant]) -> dict[int, Numbers]:
    """Of the last 30 days over all elements, by the ids of the assistants; one query."""
    since = (clock.now() - RECENT).date()
    rows = (
        ElementDay.objects.filter(assistant__in=assistants, day__gt=since)
        .order_by()
        .values("assistant")
        .annotate(sum_seen=Sum("seen"), sum_helped=Sum("helped"), sum_reported=Sum("reported"))
    )
    return {row["assistant"]: _numbers(row, "sum_") for row in rows}


def _numbers(row: Mapping[str, Any], prefix: str) -> Numbers:
    return Numbers(*(row[prefix + name] or 0 for name in ("seen", "helped", "reported")))
