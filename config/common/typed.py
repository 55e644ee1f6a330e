"""Form fields for what people type: lines, longer texts, phone numbers and e-mail addresses, kept clean.

Required means visible, and lengths count as the page's counter counts.
"""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from config.common.contacts import email_address, phone_line, phone_number
from config.common.visible import clean_line, clean_text, page_length

MAX_PHONE, MAX_EMAIL = 40, 254
_MAX_TYPED_PHONE = 80  # With the words around a number that are not kept.
_SPARE_LENGTH = 1000  # What goes when a text is tidied; of more nobody needs to see the rest to refuse it.


class PageLengthValidator(MaxLengthValidator):
    def clean(self, x: Any) -> int:
        return page_length(str(x))


class Typed:
    """Mixed into a field of text: `tidy` makes of what was typed what is kept."""

    tidy: Callable[[str], str] = staticmethod(clean_line)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.CharField", self)
        field.validators = [
            PageLengthValidator(each.limit_value) if type(each) is MaxLengthValidator else each
            for each in field.validators
        ]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)  # type: ignore[misc]
        longest = cast("forms.CharField", self).max_length
        if isinstance(text, str) and longest is not None and len(text) > 2 * longest + _SPARE_LENGTH:
            return text
        return (self.tidy(text) or self.empty_value) if isinstance(text, str) else text  # type: ignore[attr-defined]


class LineField(Typed, forms.CharField):
    pass


class TextField(Typed, forms.CharField):
    """Line breaks are what is stored: else a text that was left alone would seem to be changed."""

    tidy = staticmethod(clean_text)
    widget = forms.Textarea


class EmailField(Typed, forms.EmailField):
    tidy = staticmethod(email_address)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MAX_EMAIL, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # What is pasted may have a name around it.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class PhoneLineField(LineField):
    """For people who keep records, and may note something beside the number."""

    tidy = staticmethod(phone_line)


class PhoneField(Typed, forms.CharField):
    """A phone number, and nothing else."""

    default_error_messages = {"invalid": _("Enter a phone number, such as +49 30 901820.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MAX_PHONE, **kwargs})

    def tidy(self, text: str) -> str:
        number = phone_number(text)
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": str(_MAX_TYPED_PHONE)}
