"""The form field of a type-ahead: a text, and the id of the suggestion that was chosen for it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BoundField
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.errors import TooMuch
from config.common.suggestions import MAX_LENGTH, Asker, Found, Suggestion, source_of, suggest
from config.common.text import start_key
from config.common.visible import clean_line

# The name of the button that asks for suggestions where no script does; its value is the name of the field.
SEARCH = "suggest"
_MOST_TYPED = 10 * MAX_LENGTH  # With what is not kept; no label is so long.
_ATTRIBUTES = {"autocomplete": "off", "spellcheck": "false", "maxlength": MAX_LENGTH, "data-text": True}


class Typed(NamedTuple):
    """What a page sends of a field. `listed_for` is the text for which a page without scripts listed its choices."""

    text: str = ""
    value: str = ""
    listed_for: str = ""


class SuggestInput(forms.TextInput):
    """The text; its template draws the rest."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({**_ATTRIBUTES, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(text_name(name), value, attrs)

    def format_value(self, value: Any) -> str:
        return value.text if isinstance(value, Typed) else ""

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> Typed:
        parts = (data.get(each, "") for each in (text_name(name), name, listed_name(name)))
        return Typed(*(clean_line(str(part)[:_MOST_TYPED]) for part in parts))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: object, name: str) -> bool:
        return text_name(name) not in data


class SuggestField(forms.Field):
    """Cleaned to the chosen row, or to None. Only for a `SuggestForm`, which says who types."""

    widget = SuggestInput
    default_error_messages = {
        "required": _("Type the first letters, then choose one of the suggestions."),
        "unchosen": _("Choose one of the suggestions for what you typed."),
    }

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.actor: Asker | None = None

    def clean(self, value: Typed) -> Model | None:
        if not value.text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        chosen = self.chosen(value)
        if chosen is None:
            raise ValidationError(self.error_messages["unchosen"], code="unchosen")
        return chosen.row

    def chosen(self, value: Typed) -> Suggestion | None:
        """What was chosen, unless it was chosen for another text."""
        found = self.get(value.value)
        if found is None or start_key(value.text) not in (start_key(found.label), start_key(value.listed_for)):
            return None
        return found

    def get(self, value: str) -> Suggestion | None:
        return source_of(self.source).get(self._asker, value) if value else None

    def suggest(self, text: str) -> Found | None:
        """Raises `TooMuch`."""
        return suggest(self._asker, self.source, text)

    @property
    def _asker(self) -> Asker:
        assert self.actor is not None, "A field with suggestions belongs into a SuggestForm."
        return self.actor

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (str(initial.pk) if isinstance(initial, Model) else "") != (data.value if data and data.text else "")

    def get_bound_field(self, form: Any, field_name: str) -> "SuggestBoundField":
        return SuggestBoundField(form, self, field_name)


class SuggestBoundField(BoundField):
    """What its template reads: the text, the chosen id, and the choices that a page without scripts shows."""

    field: SuggestField

    @cached_property
    def typed(self) -> Typed:
        """With the label of what was chosen as its text."""
        if not self.form.is_bound:
            found = self.field.get(str(self.initial.pk)) if isinstance(self.initial, Model) else None
            return Typed(found.label, found.value) if found else Typed()
        sent: Typed = self.data
        found = self.field.chosen(sent) if sent.text else None
        return Typed(found.label, found.value) if found else Typed(sent.text)

    def value(self) -> Typed:
        return self.typed

    @property
    def text_name(self) -> str:
        return text_name(self.html_name)

    @property
    def listed_name(self) -> str:
        return listed_name(self.html_name)

    @cached_property
    def listed(self) -> Found | None:
        """Suggestions for a text without a choice, after a search or an error; None where there is nothing to list."""
        if self.typed.value or not (self._was_searched or self.errors):
            return None
        try:
            return self.field.suggest(self.typed.text)
        except TooMuch:
            # What was typed is worth more than the list; the next search says it again.
            return None

    @property
    def hint(self) -> str | Promise:
        """Why a search lists nothing; empty where it does, and where none was made."""
        if self.listed is None:
            return _("Type at least three letters or digits, then search.") if self._was_searched else ""
        return "" if self.listed.suggestions else source_of(self.field.source).nothing

    @property
    def _was_searched(self) -> bool:
        return isinstance(self.form, SuggestForm) and self.form.searched == self.html_name and not self.typed.value


class SuggestForm(forms.Form):
    """A form that may have fields with suggestions. Where one of them was searched, nothing else is checked yet.

    With `checked=False` it only shows what was typed.
    """

    def __init__(self, *args: Any, actor: Asker, checked: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.checked = actor, checked
        for name in self.fields:
            self.let_suggest(name)

    def let_suggest(self, name: str) -> None:
        """For a field that is added later."""
        field = self.fields[name]
        if isinstance(field, SuggestField):
            field.actor = self.actor

    @property
    def searched(self) -> str:
        """The name of the field whose button *Search* sent the form; empty for any other."""
        return str(self.data.get(SEARCH, ""))

    def full_clean(self) -> None:
        if self.is_bound and (self.searched or not self.checked):
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def is_valid(self) -> bool:
        return self.checked and not self.searched and super().is_valid()


def text_name(name: str) -> str:
    return f"{name}_text"


def listed_name(name: str) -> str:
    return f"{name}_listed"
