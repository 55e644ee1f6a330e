"""The forms of an element that is edited, and what they say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from config.common.languages import LANGUAGES
from ticketing.assistants.content import ElementContent, FileContent, PartContent, Texts
from ticketing.forms.assistants import NEW, PRESET, ButtonForm, ElementForm, FileForm, PartForm, RowForm
from ticketing.forms.element_rows import ElementState, Raw, Row, fit_kind
from ticketing.models import ButtonAnswer, ElementKind

# Groups of choices as Django's select takes them.
Goals = list[Any]


@dataclass
class FormRow:
    """A row with its form."""

    id: str
    form: RowForm
    files: list["FormRow"] = field(default_factory=list)
    file: FileContent | None = None


class ElementInput:
    """The forms of a state. Bound ones are checked; others show what was typed and no errors.

    `files` are all files of the assistant by id: rows of others are left out. `goals` are the places where buttons may
    lead.
    """

    def __init__(
        self, state: ElementState, goals: Goals, files: Mapping[str, FileContent], *, is_bound: bool = False
    ) -> None:
        fit_kind(state)
        self.state, self.known = state, files
        make: Callable[..., Any] = _bound if is_bound else _shown
        self.element: ElementForm = make(ElementForm, state.raw, "")
        self.files = self._file_rows(state.files, make)
        self.parts = [
            FormRow(row.id, make(PartForm, row.raw, f"part-{row.id}"), self._file_rows(row.files, make))
            for row in state.parts
        ]
        self.buttons = [FormRow(row.id, make(ButtonForm, row.raw, f"button-{row.id}")) for row in state.buttons]
        for row in self.buttons:
            choices: Any = row.form.fields["goal"]
            choices.choices = goals

        self._set_focus(*state.focus)

    def _set_focus(self, kind: str, row_id: str) -> None:
        rows = {"part": self.parts, "button": self.buttons}
        rows["file"] = [*self.files, *(file for part in self.parts for file in part.files)]
        for row in rows.get(kind, []):
            if row.id == row_id:
                next(iter(row.form.visible_fields())).field.widget.attrs["autofocus"] = True

    def _file_rows(self, rows: list[Row], make: Callable[..., Any]) -> list[FormRow]:
        return [
            FormRow(row.id, make(FileForm, row.raw, f"file-{row.id}"), file=self.known[row.id])
            for row in rows
            if row.id in self.known
        ]

    @property
    def forms(self) -> list[RowForm]:
        """All of them, in the order of the page."""
        parts = [each for part in self.parts for each in (part.form, *(file.form for file in part.files))]
        return [self.element, *(row.form for row in self.files), *parts, *(row.form for row in self.buttons)]

    def is_valid(self) -> bool:
        """Also checks that a yes/no question has no third button."""
        extra = [row for row in self.buttons if row.form["answer"].value() not in PRESET]
        if self.state.kind == ElementKind.YES_NO and extra:
            self.element.add_error(
                "kind", _("A yes/no question has two buttons. Remove the others, or choose another kind.")
            )
        # Each, so that all errors are found.
        checked = [form.is_valid() for form in self.forms]
        return all(checked)

    def content(self) -> ElementContent:
        """What the bound forms say, as far as they can be read."""
        for form in self.forms:
            form.is_valid()
        kind = self.element.cleaned_data.get("kind") or ElementKind.CHOICE
        return ElementContent(
            key=self.state.key,
            kind=ElementKind(kind),
            title=self.element.text("title"),
            body=self.element.text("body"),
            is_searchable=bool(self.element.cleaned_data.get("is_searchable")),
            files=_contents(self.files),
            parts=tuple(
                PartContent(row.form.text("title"), row.form.text("text"), _contents(row.files)) for row in self.parts
            ),
            buttons=tuple(row.form.content() for row in self.buttons if isinstance(row.form, ButtonForm)),
        )

    def new_elements(self) -> list[ElementContent]:
        """Those that buttons lead to and that are made together with this one, each named like its button."""
        return [
            empty_element(button.target, row.form.text("label") if button.answer == ButtonAnswer.OTHER else None)
            for row in self.buttons
            if isinstance(row.form, ButtonForm) and row.form.cleaned_data.get("goal") == NEW
            for button in [row.form.content()]
            if button.target
        ]


def _contents(rows: list[FormRow]) -> tuple[FileContent, ...]:
    return tuple(replace(row.file, caption=row.form.text("caption")) for row in rows if row.file is not None)


def _bound(form: type[RowForm], raw: Raw, prefix: str) -> RowForm:
    dash = f"{prefix}-" if prefix else ""
    return form({dash + name: text for name, text in raw.items()}, prefix=prefix or None)


def _shown(form: type[RowForm], raw: Raw, prefix: str) -> RowForm:
    return form(initial=raw, prefix=prefix or None)


def empty_element(key: str, title: Texts | None = None) -> ElementContent:
    """A question with several answers that has none yet."""
    nothing = Texts(dict.fromkeys(LANGUAGES, ""))
    if title is None:
        title = Texts({language: _new_title(language) for language in LANGUAGES})
    return ElementContent(key, ElementKind.CHOICE, title, nothing, is_searchable=True, files=(), parts=(), buttons=())


def _new_title(language: str) -> str:
    with override(language):
        return gettext("New element")
