"""What the forms share in which a row is edited that someone else may be editing at the same time."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fleet.forms.pictures import REMOVE, PictureInput
from fleet.forms.rows import RowField

M = TypeVar("M", bound=Model)
MOVED = _("Someone has changed this to “%(value)s” meanwhile. Save again to replace it by what you entered.")
SEEN = "seen-"  # Before the name of a field: what stood in it when the page was made.
if TYPE_CHECKING:
    BaseForm = forms.ModelForm
else:

    class BaseForm(forms.ModelForm):
        # Django's form takes no model in brackets.
        def __class_getitem__(cls, _model: type[Model]) -> type[forms.ModelForm]:
            return cls


@dataclass(frozen=True)
class Changes:
    """What is to be stored, by field, and what stood there when the form was checked; services compare the two."""

    values: dict[str, Any]
    before: dict[str, Any]


class EditForm(BaseForm[M]):
    """Keeps what others changed since the page was made, where the reader changed something else.

    Where both changed the same field, it says what stands there now, and the next sending replaces it.
    """

    use_required_attribute = False

    def __init__(
        self, data: Any = None, files: Any = None, *, instance: M | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        # A copy, because checking a form writes into its row.
        super().__init__(data, files, instance=copy(instance) if instance is not None else None, initial=initial)
        self.moved: set[str] = set()
        self.prepare()
        self.loaded: dict[str, Any] = {}
        if instance is not None:
            self.loaded = {name: getattr(instance, name) for name in self.fields}
            rows = [name for name, field in self.fields.items() if isinstance(field, RowField)]
            self.initial.update({name: self.loaded[name] for name in rows})
        for name, field in self.fields.items():
            if isinstance(field, RowField):
                field.present = self.initial.get(name)
            if isinstance(field.widget, PictureInput):
                field.widget.is_stored = bool(self.loaded.get(name))
                field.widget.is_removed = bool(self.data.get(name + REMOVE))

    def prepare(self) -> None:
        """For choices that are known only when the form is made."""

    @property
    def is_new(self) -> bool:
        return self.instance.pk is None

    @property
    def seen_fields(self) -> Iterator[tuple[str, str]]:
        """What the page carries along, hidden: names and texts."""
        if not self.is_new:
            for name in self._compared():
                stored = self._stored(name)
                kept = stored if name in self.moved else self.data.get(SEEN + name, stored)
                yield SEEN + name, kept

    @property
    def changes(self) -> Changes:
        """Of a valid form."""
        changed = {name: value for name, value in self.cleaned_data.items() if self._is_changed(name, value)}
        return Changes(changed, {name: self.loaded[name] for name in changed if name in self.loaded})

    def _is_changed(self, name: str, value: object) -> bool:
        if isinstance(self.fields[name], forms.FileField):
            # None: nothing was chosen, and there is nothing to remove.
            return value is not None and value != self.loaded.get(name, "")
        if self.is_new:
            return True
        # Also not where the field cannot say all that is stored, such as the seconds of a time.
        return value != self.loaded[name] and self._text(name, value) != self._stored(name)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.is_new:
            for name in self._compared():
                if name in self.cleaned_data:
                    self._compare(name)
        return self.cleaned_data

    def _compare(self, name: str) -> None:
        mine, stored, seen = (self._value(name, text) for text in self._texts(name))
        if mine == seen:
            self.cleaned_data[name] = self.loaded[name]
        elif stored not in (seen, mine):
            self.moved.add(name)
            self.add_error(name, ValidationError(MOVED, code="moved", params={"value": self._shown(name)}))

    def _texts(self, name: str) -> tuple[str, str, str]:
        """Of a field as the reader sent it, as it is stored, and as it stood on the page."""
        stored = self._stored(name)
        return self._text(name, self.cleaned_data[name]), stored, self.data.get(SEEN + name, stored)

    def _value(self, name: str, text: str) -> str:
        # Browsers write line breaks in their own way.
        return text.replace("\r\n", "\n").strip()

    def _shown(self, name: str) -> str:
        widget, stored = self.fields[name].widget, self._stored(name)
        if isinstance(widget, forms.CheckboxInput):
            return gettext("yes") if stored else gettext("no")
        if isinstance(widget, forms.Select):
            return str(next((label for value, label in widget.choices if str(value) == stored), stored)) or "–"
        return stored or "–"

    def _compared(self) -> list[str]:
        return [name for name, field in self.fields.items() if not isinstance(field, forms.FileField)]

    def _stored(self, name: str) -> str:
        return self._text(name, self.loaded[name])

    def _text(self, name: str, value: object) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField) and isinstance(value, Model):
            return str(value.pk)
        prepared = field.prepare_value(value)
        if isinstance(field.widget, forms.CheckboxInput):
            return "on" if prepared else ""
        if isinstance(field.widget, forms.Select):
            return "" if prepared is None else str(prepared)
        return str(field.widget.format_value(prepared) or "")
