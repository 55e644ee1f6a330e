"""Form fields for answers that Django has no field for."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_DIGITS = 18
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([.,])[0-9]{3})+(?!\1)[.,][0-9]+")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class NumberField(forms.CharField):
    """A number typed with a decimal comma or point; cleaned to digits with a point, ``-12.5``, or to nothing."""

    default_error_messages = {
        "number": _("Enter a number, such as 12 or 12.5."),
        "too_long": _("This number is too long."),
    }

    def prepare_value(self, value: object) -> object:
        return localized_number(value) if isinstance(value, str) and _PLAIN.fullmatch(value) else value

    def clean(self, value: object) -> str:
        typed = re.sub(r"[\s'’]", "", super().clean(value))
        if not typed:
            return ""
        if _GROUPED.fullmatch(typed):
            typed = re.sub(r"[.,](?=.*[.,])", "", typed)
        if not _PLAIN.fullmatch(typed):
            raise forms.ValidationError(self.error_messages["number"], code="number")
        if len(re.findall("[0-9]", typed)) > MAX_DIGITS:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")
        # Stored without leading zeros, trailing zeros and a plus; never as ``-0``.
        sign, digits = ("-", typed[1:]) if typed[0] == "-" else ("", typed.lstrip("+"))
        whole, _point, fraction = digits.replace(",", ".").partition(".")
        number = ".".join(part for part in (whole.lstrip("0") or "0", fraction.rstrip("0")) if part)
        return number if number == "0" else sign + number


def localized_number(number: str) -> str:
    """A stored number with the decimal sign of the reader's language."""
    return number.replace(".", get_format("DECIMAL_SEPARATOR"))


class DayField(forms.DateField):
    """A day from the browser's calendar, or typed in the format of the reader's language."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> Any:
        self.input_formats = ["%Y-%m-%d", *get_format("DATE_INPUT_FORMATS")]
        return super().to_python(value)


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
