"""Assistants: editing the draft, publishing it, and what becomes of buttons whose flow is removed."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Template
from ticketing.assistants.changes import changes_between
from ticketing.assistants.checks import Problem, problems_of
from ticketing.assistants.content import Content, ElementContent, digest_of, draft_of
from ticketing.assistants.graph import flow_states
from ticketing.assistants.storing import store_draft, store_elements
from ticketing.models import ActionButton, Assistant, AssistantVersion, ButtonTarget, CreationFlow, Element
from ticketing.models.assistants import RESERVED_KEYS

EDIT = "ticketing.edit_assistant"


class EditedMeanwhile(InvalidInput):
    """Someone else has changed or removed it since the page was made."""

    code = "moved"
    default_message = _("Someone else has changed this meanwhile. Compare both texts, then save again to keep yours.")


class NotPublished(InvalidInput):
    """`problems` are the errors that have to be mended first; none where there is nothing new."""

    def __init__(self, message: str | Promise, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, code="not_published")
        self.problems = tuple(problems)


# Editing -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_assistant(*, actor: KnownActor, template: Template) -> Assistant:
    """The assistant of the template, a new one where there is none. Raises the refusal of the rule."""
    require(actor, EDIT)
    return Assistant.objects.get_or_create(template=template)[0]


@transaction.atomic
def save_element(
    *,
    actor: KnownActor,
    assistant: Assistant,
    element: ElementContent,
    seen: str,
    new_elements: Collection[ElementContent] = (),
) -> None:
    """Store an element, and before it new ones that its buttons lead to. Doing so twice is harmless.

    `seen` is the digest of the element as the editor saw it, empty for a new one. Raises the refusal of the rule,
    `EditedMeanwhile` where something else stands there now, `NotVisible` for keys that cannot be had.
    """
    require(actor, EDIT)
    assistant = _locked(assistant)
    content = draft_of(assistant)
    present = content.by_key.get(element.key)
    if digest_of(present) != seen and present != element:
        raise EditedMeanwhile
    fresh = [each for each in new_elements if each.key not in content.by_key]
    if present == element and not fresh:
        return
    check_new_keys([*([element.key] if present is None else []), *(each.key for each in fresh)])
    store_elements(assistant, [element, *fresh])
    _touch(assistant)


def check_new_keys(keys: Collection[str]) -> None:
    """Raises `NotVisible` where one is named twice, belongs to an element already, or is a word of addresses."""
    is_taken = Element.objects.filter(key__in=keys).exists()
    if is_taken or len(set(keys)) < len(keys) or not RESERVED_KEYS.isdisjoint(keys):
        raise NotVisible


@transaction.atomic
def place_element(*, actor: KnownActor, assistant: Assistant, key: str, place: int) -> None:
    """Move an element to a place in the list, 0 being the start. Raises the refusal of the rule, `NotVisible`."""
    require(actor, EDIT)
    assistant = _locked(assistant)
    rows = list(assistant.elements.order_by("position", "pk"))
    moved = next((row for row in rows if row.key == key), None)
    if moved is None:
        raise NotVisible
    rows.remove(moved)
    rows.insert(place, moved)
    for position, row in enumerate(rows):
        if row.position != position:
            assistant.elements.filter(pk=row.pk).update(position=position)
    _touch(assistant)


@transaction.atomic
def remove_element(*, actor: KnownActor, assistant: Assistant, key: str) -> None:
    """Remove an element from the draft. Buttons that lead to it stay and lead nowhere, its files while a version shows
    them. Raises the refusal of the rule; an absent one is no error."""
    require(actor, EDIT)
    assistant = _locked(assistant)
    assistant.elements.filter(key=key).delete()
    _touch(assistant)


# Publishing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_assistant(*, actor: KnownActor, assistant: Assistant, seen: str = "") -> AssistantVersion:
    """Show the draft to people from now on.

    With `seen`, the digest of the draft whose changes were looked at, only that one. Raises the refusal of the rule,
    `EditedMeanwhile`, `NotPublished` with the errors that the checks found, or where nothing has changed.
    """
    require(actor, EDIT)
    assistant = _locked(assistant)
    content = draft_of(assistant)
    if seen and digest_of(content) != seen:
        raise EditedMeanwhile(_("The draft has been changed meanwhile. Look at the changes again before you publish."))
    flows = flow_states(CreationFlow.objects.filter(template=assistant.template_id))
    latest = latest_version(assistant)
    if latest is not None and not changes_between(Content.read(latest.content), content, flows):
        raise NotPublished(_("Nothing has changed since the last version was published."))
    errors = [problem for problem in problems_of(content, flows) if problem.is_error]
    if errors:
        raise NotPublished(_("Some things have to be mended before this can be published."), errors)
    return _add_version(actor, assistant, latest, content)


@transaction.atomic
def stop_showing(*, actor: KnownActor, assistant: Assistant, number: int) -> None:
    """Show people nothing from now on, until the draft is published again; doing so twice is harmless.

    `number` is that of the version that the editor saw shown. Raises the refusal of the rule, `EditedMeanwhile` where
    another one is shown now.
    """
    require(actor, EDIT)
    assistant = _locked(assistant)
    latest = latest_version(assistant)
    if latest is None or not latest.offers_help:
        return
    if latest.number != number:
        raise EditedMeanwhile(_("Another version has been published meanwhile. Look at it before you stop showing it."))
    _add_version(actor, assistant, latest, Content(()))


@transaction.atomic
def bring_back(*, actor: KnownActor, assistant: Assistant, number: int) -> None:
    """Make the draft what was published with that number; buttons to flows that are gone lead nowhere.

    Raises the refusal of the rule, `NotVisible` for a number that there is not.
    """
    require(actor, EDIT)
    assistant = _locked(assistant)
    version = get_or_none(assistant.versions.filter(number=number, offers_help=True))
    if version is None:
        raise NotVisible
    store_draft(assistant, Content.read(version.content))
    _touch(assistant)


def latest_version(assistant: Assistant) -> AssistantVersion | None:
    """The version that people see, unless it offers no help; None before the first one."""
    number = assistant.versions.aggregate(latest=Max("number"))["latest"]
    return get_or_none(assistant.versions.filter(number=number)) if number is not None else None


# Flows that are removed ----------------------------------------------------------------------------------------------


@transaction.atomic
def settle_buttons(*, actor: KnownActor, flow: CreationFlow, replacement: CreationFlow | None) -> int:
    """Lead all buttons of drafts that lead to the flow to another one, or remove them; returns how many.

    Published versions stay as they are: pages never draw a button whose flow is inactive or gone. Raises the refusal of
    the rule, `InvalidInput` for a flow of another template or an inactive one.
    """
    require(actor, EDIT)
    if replacement is not None and (replacement.template_id != flow.template_id or not replacement.is_active):
        raise InvalidInput(_("Choose an active creation flow of the same template."), field="replacement")
    buttons = ActionButton.objects.filter(flow=flow)
    named = list(buttons.values_list("element__assistant", flat=True))
    touched = list(Assistant.objects.select_for_update().filter(pk__in=named).order_by("pk"))
    if replacement is not None:
        count = buttons.update(flow=replacement)
    else:
        # Yes and No stay, because a question has both: they lead nowhere until someone says where.
        preset = buttons.exclude(answer="other").update(flow=None, leads_to=ButtonTarget.ELEMENT)
        count = preset + buttons.delete()[0]
    for assistant in touched:
        _touch(assistant)
    return count


# Inside --------------------------------------------------------------------------------------------------------------


def _locked(assistant: Assistant) -> Assistant:
    """Everything that changes a draft waits here for its turn."""
    return Assistant.objects.select_for_update(of=("self",)).get(pk=assistant.pk)


def _add_version(
    actor: KnownActor, assistant: Assistant, latest: AssistantVersion | None, content: Content
) -> AssistantVersion:
    return AssistantVersion.objects.create(
        assistant=assistant,
        number=latest.number + 1 if latest else 1,
        content=content.stored(),
        offers_help=content.start is not None,
        published_at=clock.now(),
        publisher=actor.person,
    )


def _touch(assistant: Assistant) -> None:
    assistant.changed_at = clock.now()
    assistant.save(update_fields=["changed_at"])
