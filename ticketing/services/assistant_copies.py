"""Copies: of an element, of a whole assistant, and of a template with its groups, flows and assistant."""

from collections.abc import Iterable
from copy import copy as shallow_copy
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import transaction
from django.db.models import Max, Model
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput, NotVisible
from config.common.languages import LANGUAGES
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Group, Template
from ticketing.assistants.content import Content, Texts, draft_of
from ticketing.assistants.copying import copied, marked_as_copy, same_flows
from ticketing.assistants.storing import columns, store_elements
from ticketing.models import Assistant, Choice, CreationFlow, Element, Question, Step
from ticketing.models.assistants import make_element_key
from ticketing.services.assistant_files import copy_files
from ticketing.services.assistants import EditedMeanwhile, check_new_keys

EDIT, CONFIGURE = "ticketing.edit_assistant", "fleet.change_configuration"
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Parts:
    """What is copied of a template."""

    groups: bool = True
    flows: bool = True
    assistant: bool = True


@transaction.atomic
def copy_element(*, actor: KnownActor, source: Assistant, key: str, target: Assistant, new_key: str) -> None:
    """Copy an element under a new key, to the end of the target's list; doing so twice is harmless.

    In another assistant its buttons to elements lead nowhere, those to flows to one of the same name. Raises the
    refusal of the rule, `NotVisible` for an absent element, or a new key that cannot be had.
    """
    require(actor, EDIT)
    target = _locked(target)
    element = draft_of(source).by_key.get(key)
    if element is None:
        raise NotVisible
    if target.elements.filter(key=new_key).exists():
        return
    check_new_keys([new_key])
    is_inside = source.pk == target.pk
    flows = _same_flows(source.template_id, target.template_id)
    keys = {each: each for each in draft_of(source).by_key} if is_inside else {}
    content = Content((element,))
    files = copy_files(source=source, target=target, content=content)
    made = copied(content, keys={**keys, key: new_key}, files=files, flows=flows).elements[0]
    # A button of a copy to the original itself leads to the copy.
    store_elements(target, [replace(made, title=marked_as_copy(made.title, 120)) if is_inside else made])


@transaction.atomic
def copy_assistant(*, actor: KnownActor, source: Template, target: Template) -> Assistant:
    """Make the draft of the target what that of the source is. Buttons to flows lead to those of the same name.

    Raises the refusal of the rule, `InvalidInput` where the target has elements already, or the source has none.
    """
    require(actor, EDIT)
    return _copy_assistant(source, target, _same_flows(source.pk, target.pk))


@transaction.atomic
def copy_template(*, actor: KnownActor, source: Template, names: Texts, parts: Parts) -> Template:
    """A new template with these names and the settings of the source, without devices.

    Raises the refusals of the rules, `InvalidInput` for a name that a template has already.
    """
    require(actor, CONFIGURE)
    # Whoever sends the form twice meets the name of the first copy.
    list(Template.objects.select_for_update().filter(pk=source.pk))
    if Template.objects.filter(name_en=names.by_language["en"]).exists():
        raise InvalidInput(_("There is a template of this name already."), field="name_en")
    target = _copy_row(source, picture="", **columns("name", names))
    copy_parts(actor=actor, source=source, target=target, parts=parts, seen=newest_parts(target))
    return target


@transaction.atomic
def copy_parts(*, actor: KnownActor, source: Template, target: Template, parts: Parts, seen: str) -> None:
    """Add copies of groups, flows and the assistant of the source to the target.

    A copy gets "(copy)" or "(copy 2)" behind its name where the target has one of that name. Flows keep their groups
    where these are copied, too. `seen` are the `newest_parts` as this was asked for. Raises the refusals of the rules,
    `EditedMeanwhile` where there are newer ones, `InvalidInput` where the target has elements already.
    """
    require(actor, CONFIGURE)
    # Whoever sends the form twice meets the first copies.
    list(Template.objects.select_for_update().filter(pk=target.pk))
    if (parts.groups or parts.flows) and newest_parts(target) != seen:
        raise EditedMeanwhile(
            _("There are new groups or flows since you opened the page, perhaps these very copies. Check first.")
        )
    groups = _copy_groups(source, target) if parts.groups else {}
    flows = _copy_flows(source, target, groups) if parts.flows else {}
    if parts.assistant and _has_elements(source):
        require(actor, EDIT)
        _copy_assistant(source, target, _same_flows(source.pk, target.pk) | flows)


def newest_parts(template: Template) -> str:
    """Changes with each group and flow that is added to the template."""
    newest = (rows.aggregate(newest=Max("pk"))["newest"] or 0 for rows in (template.groups, template.flows))
    return ".".join(map(str, newest))


# Inside --------------------------------------------------------------------------------------------------------------


def _copy_assistant(source: Template, target: Template, flows: dict[str, str]) -> Assistant:
    given = Assistant.objects.filter(template=source).first()
    content = draft_of(given) if given is not None else Content(())
    if given is None or not content.elements:
        raise InvalidInput(_("This template has no elements to copy."), field="source")
    assistant = _locked(Assistant.objects.get_or_create(template=target)[0])
    if assistant.elements.exists():
        raise InvalidInput(_("There are elements already. Remove them first, or copy single elements."), field="source")
    keys = {key: make_element_key() for key in content.by_key}
    files = copy_files(source=given, target=assistant, content=content)
    store_elements(assistant, copied(content, keys=keys, files=files, flows=flows).elements)
    return assistant


def _has_elements(template: Template) -> bool:
    return Element.objects.filter(assistant__template=template).exists()


def _same_flows(source_id: int, target_id: int) -> dict[str, str]:
    """Flows of one template by those of the other; each its own where both are the same."""

    def flows_of(template_id: int) -> dict[str, CreationFlow]:
        return {str(flow.pk): flow for flow in CreationFlow.objects.filter(template=template_id)}

    source = flows_of(source_id)
    return {key: key for key in source} if source_id == target_id else same_flows(source, flows_of(target_id))


def _copy_groups(source: Template, target: Template) -> dict[int, int]:
    """The ids of the copies by those of the originals."""
    taken = set(target.groups.values_list("name_en", flat=True))
    ids: dict[int, int] = {}
    for group in source.groups.order_by("position", "pk"):
        copy = _copy_row(group, template=target, **_free_names(group, taken))
        for relation in ("employees", "teams", "meta_teams"):
            getattr(copy, relation).set(getattr(group, relation).all())
        ids[group.pk] = copy.pk
    return ids


def _copy_flows(source: Template, target: Template, groups: dict[int, int]) -> dict[str, str]:
    """The ids of the copies by those of the originals, as buttons have them."""
    taken = set(target.flows.values_list("name_en", flat=True))
    ids: dict[str, str] = {}
    flows = source.flows.order_by("position", "pk").prefetch_related("steps__questions__choices")
    for flow in flows:
        copy = _copy_row(
            flow,
            template=target,
            responsible_group_id=groups.get(flow.responsible_group_id or 0),
            notification_group_id=groups.get(flow.notification_group_id or 0),
            **_free_names(flow, taken),
        )
        for step in flow.steps.all():
            _copy_step(step, copy)
        ids[str(flow.pk)] = str(copy.pk)
    return ids


def _copy_step(step: Step, flow: CreationFlow) -> None:
    new_step = _copy_row(step, flow=flow)
    for question in step.questions.all():
        new_question: Question = _copy_row(question, step=new_step)
        choices: Iterable[Choice] = question.choices.all()
        for choice in choices:
            _copy_row(choice, question=new_question)


def _free_names(row: Group | CreationFlow, taken: set[str]) -> dict[str, str]:
    names = own = Texts({language: getattr(row, f"name_{language}") or "" for language in LANGUAGES})
    number = 0
    while names.by_language["en"] in taken:
        number += 1
        names = marked_as_copy(own, 120, number)
    taken.add(names.by_language["en"])
    return {f"name_{language}": text for language, text in names.by_language.items()}


def _copy_row(row: M, **changed: object) -> M:
    """A new row with the same columns, apart from these."""
    copy = shallow_copy(row)
    copy.pk = None
    # Without what was fetched of the original.
    copy._state = ModelState()
    copy.__dict__.pop("_prefetched_objects_cache", None)
    for name, value in changed.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def _locked(assistant: Assistant) -> Assistant:
    return Assistant.objects.select_for_update(of=("self",)).get(pk=assistant.pk)
