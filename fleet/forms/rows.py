"""A field in which a row is named by a few words: works with any number of rows, and without scripts."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.common.marks import isolated
from config.common.typed import LineField

MOST_PROPOSED, MOST_NAMED = 100, 5
SEPARATOR = " · "
Search = Callable[[str], QuerySet[Any]]


class RowInput(forms.TextInput):
    """A text field that proposes the first names of a long list."""

    proposals: Iterable[str] = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}_list"
        control = super().render(name, value, {**(attrs or {}), "list": list_id, "autocomplete": "off"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.proposals))
        return format_html('{}<datalist id="{}">{}</datalist>', control, list_id, options)


class RowField(LineField):
    """Cleaned to the row that is named, or to None for nothing.

    `among` gives it the search, which finds rows by words, and how a row is written, which its search finds again;
    `named` finds a row that is written out, however many others its words fit. `present` is the row that the form
    begins with, which stays as long as nothing else is written there.
    """

    widget = RowInput
    default_error_messages = {
        "unknown": _("Nothing was found by this. Check the spelling, or type fewer words."),
        "several": _("Several fit: %(names)s. Write the whole name of one of them."),
    }

    def __init__(self, **kwargs: Any) -> None:
        self.search: Search | None = None
        self.named: Search | None = None
        self.present: Model | None = None
        self.label_of: Callable[[Any], str] = str
        super().__init__(max_length=400, **kwargs)

    def among(self, search: Search, label_of: Callable[[Any], str] = str, named: Search | None = None) -> None:
        self.search, self.label_of, self.named = search, label_of, named
        self.widget.proposals = [label_of(row) for row in search("")[:MOST_PROPOSED]]

    def prepare_value(self, value: Any) -> Any:
        return self.label_of(value) if isinstance(value, Model) else value

    def to_python(self, value: Any) -> Any:
        # The default and the row that is stored come as themselves.
        if isinstance(value, Model):
            return value
        words = super().to_python(value)
        if not words:
            return None
        if self.present is not None and words == self.label_of(self.present).strip():
            return self.present
        # Before the database is asked, which cannot look for every text.
        super().run_validators(words)
        return self._found(words)

    def _found(self, words: str) -> Model:
        assert self.search is not None
        if self.named is not None and (whole := self.named(words).first()):
            return cast("Model", whole)
        found = list(self.search(words.replace(SEPARATOR, " "))[: MOST_PROPOSED + 1])
        named = [row for row in found if self.label_of(row).casefold() == words.casefold()]
        fitting = named if len(named) == 1 else found
        if not fitting:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(fitting) > 1:
            names = ", ".join(isolated(self.label_of(row)) for row in fitting[:MOST_NAMED])
            shown = f"{names} …" if len(fitting) > MOST_NAMED else names
            raise ValidationError(self.error_messages["several"], code="several", params={"names": shown})
        row: Model = fitting[0]
        return row

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        """They are for the text; a row has none."""
