"""What a page holds of an element while it is edited: rows of parts, buttons and files that come, go and move."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override

from config.common.languages import LANGUAGES
from ticketing.assistants.content import ButtonContent, ElementContent, FileContent, Texts
from ticketing.forms.assistants import ADDRESS, PRESET, ButtonForm, ElementForm, FileForm, PartForm, RowForm
from ticketing.models import ButtonAnswer, ButtonTarget, ElementKind
from ticketing.models.assistants import make_element_key

Raw = dict[str, str]
MAX_ROWS, MAX_ID = 40, 16


@dataclass
class Row:
    """A part, button or file as it came from the page; `files` are those of a part."""

    id: str
    raw: Raw
    files: list["Row"] = field(default_factory=list)


@dataclass
class ElementState:
    """What a page holds of an element, checked or not."""

    key: str
    seen: str
    form_key: str
    raw: Raw
    parts: list[Row]
    buttons: list[Row]
    files: list[Row]
    # The kind and id of the row to go on with after rows have changed.
    focus: tuple[str, str] = ("", "")

    @property
    def kind(self) -> str:
        return self.raw.get("kind", "")

    def every_file(self) -> Iterator[Row]:
        yield from self.files
        for part in self.parts:
            yield from part.files


# Reading -------------------------------------------------------------------------------------------------------------


def state_of(element: ElementContent, seen: str) -> ElementState:
    """What the page of a stored element begins with."""
    raw = {
        "kind": element.kind.value,
        "is_searchable": "on" if element.is_searchable else "",
        **_raw_texts("title", element.title),
        **_raw_texts("body", element.body),
    }
    parts = [
        Row(str(number), _raw_texts("title", part.title) | _raw_texts("text", part.text), _file_rows(part.files))
        for number, part in enumerate(element.parts)
    ]
    buttons = [Row(str(number), _raw_button(button)) for number, button in enumerate(element.buttons)]
    return ElementState(element.key, seen, uuid.uuid4().hex, raw, parts, buttons, _file_rows(element.files))


def state_in(data: Any) -> ElementState:
    """What a page sent. Unknown rows are left out, and none is added."""

    def rows(kind: str, form: type[RowForm]) -> list[Row]:
        ids = [each for each in data.getlist(kind) if _is_id(each)]
        return [Row(each, _raw_in(data, f"{kind}-{each}-", form)) for each in dict.fromkeys(ids[:MAX_ROWS])]

    def files(owner: str) -> list[Row]:
        return [
            Row(each, _raw_in(data, f"file-{each}-", FileForm))
            for each in dict.fromkeys(data.getlist(f"files-{owner}")[:MAX_ROWS])
            if _is_uuid(each)
        ]

    parts = rows("part", PartForm)
    for part in parts:
        part.files = files(part.id)
    key = data.get("key", "")
    return ElementState(
        key=key if _is_id(key) else make_element_key(),
        seen=data.get("seen", "")[:MAX_ID],
        form_key=data.get("form_key", "")[:32],
        raw=_raw_in(data, "", ElementForm),
        parts=parts,
        buttons=rows("button", ButtonForm),
        files=files("element"),
    )


def _raw_in(data: Any, prefix: str, form: type[RowForm]) -> Raw:
    return {name: data.get(prefix + name, "") for name in form.base_fields}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= MAX_ID


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _raw_texts(name: str, texts: Texts) -> Raw:
    return {f"{name}_{language}": texts.by_language.get(language, "") for language in LANGUAGES}


def _raw_button(button: ButtonContent) -> Raw:
    if button.leads_to == ButtonTarget.ADDRESS:
        goal = ADDRESS
    else:
        goal = f"{button.leads_to.value}:{button.target}" if button.target else ""
    return {
        "answer": button.answer.value,
        "goal": goal,
        "address": button.target if button.leads_to == ButtonTarget.ADDRESS else "",
        "new_key": make_element_key(),
        **_raw_texts("label", button.label),
    }


def _file_rows(files: tuple[FileContent, ...]) -> list[Row]:
    return [Row(file.id, _raw_texts("caption", file.caption)) for file in files]


# What buttons of the page do to its rows ------------------------------------------------------------------------------


def carry_out(state: ElementState, action: str) -> None:
    """`part-add`, or with the id of a row `part-remove:2`, `button-up:0`, `file-down:<id>`; others do nothing."""
    verb, _colon, row_id = action.partition(":")
    kind, _dash, what = verb.partition("-")
    lists = {"part": [state.parts], "button": [state.buttons]}
    lists["file"] = [state.files, *(part.files for part in state.parts)]
    for rows in lists.get(kind, []):
        if what == "add":
            if len(rows) < MAX_ROWS:
                rows.append(_new_row(kind))
            state.focus = (kind, rows[-1].id)
            return
        place = next((number for number, row in enumerate(rows) if row.id == row_id), None)
        if place is not None:
            _change(rows, place, what)
            left = rows[min(place, len(rows) - 1)].id if rows else ""
            state.focus = (kind, left if what == "remove" else row_id)


def _new_row(kind: str) -> Row:
    # The page knows the key of the element that a button may make, so that sending it twice makes one.
    raw = {"answer": ButtonAnswer.OTHER.value, "new_key": make_element_key()} if kind == "button" else {}
    # Never that of a row that was removed: what was typed there is kept under its name.
    return Row(make_element_key(), raw)


def _change(rows: list[Row], place: int, what: str) -> None:
    row = rows.pop(place)
    if what == "up":
        rows.insert(max(0, place - 1), row)
    elif what == "down":
        rows.insert(place + 1, row)
    elif what != "remove":
        rows.insert(place, row)


def fit_kind(state: ElementState) -> None:
    """Gives a yes/no question its two buttons, and other kinds labelled ones. No label that was written is lost."""
    if state.kind == ElementKind.YES_NO:
        for place, answer in enumerate(PRESET):
            _preset(state.buttons, place, answer)
        return
    for row in state.buttons:
        if row.raw.get("answer") in PRESET:
            answer = ButtonAnswer(row.raw["answer"])
            row.raw |= {"answer": ButtonAnswer.OTHER.value, **_answer_labels(answer)}


def _preset(buttons: list[Row], place: int, answer: ButtonAnswer) -> None:
    given = next((row for row in buttons if row.raw.get("answer") == answer), None)
    if given is None:
        # A button that was meant as this answer, else a new one.
        word = _answer_labels(answer)["label_en"].casefold()
        given = next((row for row in buttons if row.raw.get("label_en", "").strip().casefold() == word), None)
        given = given or _added(buttons)
        given.raw["answer"] = answer.value
    buttons.remove(given)
    buttons.insert(place, given)


def _added(buttons: list[Row]) -> Row:
    row = _new_row("button")
    buttons.append(row)
    return row


def _answer_labels(answer: ButtonAnswer) -> Raw:
    labels = {}
    for language in LANGUAGES:
        with override(language):
            labels[f"label_{language}"] = str(answer.label)
    return labels
