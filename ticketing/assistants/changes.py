"""What differs between two states of an assistant, for those who publish it or edit it at the same time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ticketing.assistants.content import ButtonContent, Content, ElementContent, FileContent, Texts
from ticketing.assistants.graph import Flows
from ticketing.models import ButtonAnswer, ButtonTarget, ElementFileKind, ElementKind

Label = str | Promise


class ChangeKind(StrEnum):
    """What happened to an element."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> Label:
        return _LABELS[self]


_LABELS = {
    ChangeKind.ADDED: pgettext_lazy("element", "Added"),
    ChangeKind.REMOVED: pgettext_lazy("element", "Removed"),
    ChangeKind.CHANGED: pgettext_lazy("element", "Changed"),
}


@dataclass(frozen=True)
class FieldChange:
    """`language` is a code, or empty where the field has none; `old` and `new` are empty where nothing stood there."""

    label: Label
    language: str
    old: Label
    new: Label


@dataclass(frozen=True)
class ElementChange:
    kind: ChangeKind
    key: str
    title: Texts
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Changes:
    """False where nothing changed that a reader could notice: the order of elements behind the start is no change."""

    elements: tuple[ElementChange, ...]
    start: FieldChange | None

    def __bool__(self) -> bool:
        return bool(self.elements or self.start)


# A field of an element: what it is called, in which language, and what stands there.
Line = tuple[str, str]


@dataclass(frozen=True)
class _Words:
    """How targets of buttons are called; titles as they are in either state."""

    titles: Mapping[str, Texts]
    flows: Flows


def changes_between(old: Content | None, new: Content, flows: Flows) -> Changes:
    """`old` is None where there was nothing."""
    before = old.by_key if old is not None else {}
    words = _Words({key: each.title for key, each in (before | new.by_key).items()}, flows)
    found = [change for each in new.elements if (change := _change_of(before.get(each.key), each, words))]
    found += [
        ElementChange(ChangeKind.REMOVED, each.key, each.title, _fields(each, None, words))
        for each in before.values()
        if each.key not in new.by_key
    ]
    return Changes(tuple(found), _start_change(old, new))


def element_changes(
    old: ElementContent, new: ElementContent, content: Content, flows: Flows
) -> tuple[FieldChange, ...]:
    """Field by field, for an element that two people edited; `content` names the other elements."""
    return _fields(old, new, _Words({each.key: each.title for each in content.elements}, flows))


def _change_of(old: ElementContent | None, new: ElementContent, words: _Words) -> ElementChange | None:
    fields = _fields(old, new, words)
    if old is None:
        return ElementChange(ChangeKind.ADDED, new.key, new.title, fields)
    return ElementChange(ChangeKind.CHANGED, new.key, new.title, fields) if fields else None


def _start_change(old: Content | None, new: Content) -> FieldChange | None:
    before, after = old.start if old else None, new.start
    if before is None or (after is not None and before.key == after.key):
        return None
    return FieldChange(_("Start"), "", str(before.title), str(after.title) if after else "")


def _fields(old: ElementContent | None, new: ElementContent | None, words: _Words) -> tuple[FieldChange, ...]:
    before = dict(_lines(old, words)) if old else {}
    after = dict(_lines(new, words)) if new else {}
    names = [*after, *(name for name in before if name not in after)]
    changed = (name for name in names if before.get(name, "") != after.get(name, ""))
    return tuple(_field(name, before.get(name, ""), after.get(name, "")) for name in changed)


_IDENTITY = "id"


def _field(name: Line, old: str, new: str) -> FieldChange:
    label, language = name
    if language == _IDENTITY:
        # Which file it is says nothing to a reader: that it is another one does.
        return FieldChange(label, "", _("the file before") if old else "", _("the new file") if new else "")
    return FieldChange(label, language, old, new)


def _lines(element: ElementContent, words: _Words) -> Iterator[tuple[Line, str]]:
    yield from _texts(gettext("Title"), element.title)
    yield from _texts(gettext("Text"), element.body)
    yield (gettext("Kind"), ""), str(element.kind.label)
    yield (gettext("Found by search"), ""), gettext("yes") if element.is_searchable else gettext("no")
    yield from _of_files("", element.files)
    for number, part in enumerate(element.parts, 1):
        pattern = gettext("Step {number}") if element.kind == ElementKind.GUIDE else gettext("Question {number}")
        name = pattern.format(number=number)
        yield from _texts(name, part.title)
        yield from _texts(gettext("{part}, text").format(part=name), part.text)
        yield from _of_files(f"{name}, ", part.files)
    for number, button in enumerate(element.buttons, 1):
        name = gettext("Button {number}").format(number=number)
        if button.answer == ButtonAnswer.OTHER:
            yield from _texts(name, button.label)
        else:
            yield (name, ""), str(button.answer.label)
        yield (
            (gettext("{button} leads to").format(button=name), ""),
            str(target_words(button, words.titles, words.flows)),
        )


def _texts(name: str, texts: Texts) -> Iterator[tuple[Line, str]]:
    for language, text in texts.by_language.items():
        yield (name, language), text


def _of_files(before: str, files: tuple[FileContent, ...]) -> Iterator[tuple[Line, str]]:
    for number, file in enumerate(files, 1):
        pattern = gettext("Film {number}") if file.kind == ElementFileKind.FILM else gettext("Picture {number}")
        name = before + pattern.format(number=number)
        yield (name, _IDENTITY), file.id
        yield from _texts(gettext("{file}, description").format(file=name), file.caption)


def target_words(button: ButtonContent, titles: Mapping[str, Texts], flows: Flows) -> Label:
    """Where a button leads, in the reader's words."""
    if button.leads_to == ButtonTarget.ADDRESS:
        return button.target
    if button.leads_to == ButtonTarget.FLOW:
        flow = flows.get(button.target)
        return format_lazy(_("creation flow “{flow}”"), flow=flow.name) if flow else _("a creation flow that is gone")
    return str(titles[button.target]) if button.target in titles else _("nowhere")
