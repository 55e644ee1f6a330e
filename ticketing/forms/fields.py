"""Form fields for answers that Django has no field for."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.typed import LineField
from config.common.typed_days import FIRST_DAY, OUT_OF_RANGE, last_day, range_words, read_day, today, written_day
from config.common.typed_numbers import MAX_DIGITS, is_unit_of, read_number
from config.common.visible import has_visible


class NumberField(LineField):
    """A number as the reader's language writes it; cleaned to digits with a point, ``-12.5``, or to nothing.

    `asked` is how the question reads in all languages: the unit that it names may stand behind the number.
    """

    default_error_messages = {
        "number": _("Enter a number, such as 12 or 12.5."),
        "unit": _("Enter the number without “%(unit)s”."),
        "too_long": _("This number is too long."),
    }

    def __init__(self, *, asked: Iterable[str | None] = (), **kwargs: Any) -> None:
        self.asked = tuple(asked)
        super().__init__(**{"max_length": 40, "widget": NumberInput(), **kwargs})

    def clean(self, value: object) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        number = read_number(typed, self.asked)
        if number is None:
            raise forms.ValidationError(self.error_messages["number"], code="number")
        if number.unit and not is_unit_of(number.unit, self.asked):
            raise forms.ValidationError(self.error_messages["unit"], code="unit", params={"unit": number.unit})
        if len(number.value.strip("-").replace(".", "")) > MAX_DIGITS:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")
        return number.value


class NumberInput(forms.TextInput):
    """Says how a number is read that could be read in two ways."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        read = {
            "inputmode": "decimal",
            "autocomplete": "off",
            "data-behaviour": "read-number",
            "data-point": get_format("DECIMAL_SEPARATOR"),
            "data-read": _("Read as {number}"),
            "data-read-between": _("Read as {number}, between {below} and {above}"),
        }
        return super().get_context(name, value, {**read, **(attrs or {})})


class DayInput(forms.DateInput):
    """The calendar of the browser, for the days that the field takes."""

    def __init__(self, last: Callable[[], date]) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")
        self.last = last

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        days = {"min": FIRST_DAY.isoformat(), "max": self.last().isoformat()}
        return super().get_context(name, value, {**days, **(attrs or {})})


class DayField(forms.DateField):
    """A day from the browser's calendar, or typed as people write days; none that is too far away to be meant."""

    last = staticmethod(last_day)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": DayInput(self.last), **kwargs})

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        if not has_visible(value):
            return None
        day = read_day(value)
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if not FIRST_DAY <= day <= self.last():
            raise self._refusal(day)
        return day

    def _refusal(self, day: date) -> forms.ValidationError:
        return forms.ValidationError(OUT_OF_RANGE, code="range", params=range_words(day, FIRST_DAY, self.last()))


class PastDayField(DayField):
    """Today or earlier."""

    last = staticmethod(today)

    def _refusal(self, day: date) -> forms.ValidationError:
        if day < FIRST_DAY:
            return super()._refusal(day)
        sentence = _("This was read as %(day)s, which is still to come. Enter today or an earlier day.")
        return forms.ValidationError(sentence, code="future", params={"day": written_day(day)})


class FilesInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: object, files: object, name: str) -> list["UploadedFile[bytes]"]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Several new files. Each is checked where it is stored."""

    widget = FilesInput
    default_error_messages = {"required": _("Add at least one photo or file.")}


def choose_among(form: forms.Form, name: str, choices: list[tuple[str, str | Promise]]) -> None:
    """Gives the choices that are known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
