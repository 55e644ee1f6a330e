"""The forms in front of a code: its PIN, its typed id, a photo of it."""

import unicodedata

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.common.forms import Helper
from fleet.short_ids import LENGTH, clean_short_id, typed_letters


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        error_messages={"required": _("Enter the PIN.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("pin"), form_show_errors=False)

    def clean_pin(self) -> str:
        """Without the spaces and dashes between its digits, which may be of any script."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["pin"])
        pin = "".join(_digit(sign) for sign in typed if sign.isalnum())
        if not pin:
            raise ValidationError(self.fields["pin"].error_messages["required"], code="required")
        return pin


def _digit(sign: str) -> str:
    return str(unicodedata.digit(sign, sign))


class ShortIdForm(forms.Form):
    """Cleaned to the eight letters of the id."""

    short_id = forms.CharField(
        label=_("Id on the sticker"),
        help_text=_("Eight letters and digits, such as K7QM-4XPD. It stands below the code."),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "characters",
                "autocomplete": "off",
                "autocorrect": "off",
                "spellcheck": "false",
                "inputmode": "text",
                "enterkeyhint": "go",
                "class": "short-id",
                "data-behaviour": "halves",
            }
        ),
        error_messages={"required": _("Type the id that is printed below the code.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("short_id"), form_show_errors=False)

    def clean_short_id(self) -> str:
        typed = self.cleaned_data["short_id"]
        letters = typed_letters(typed)
        if len(letters) != LENGTH:
            message = ngettext(
                "An id has 8 letters and digits; this is %(n)s of them.",
                "An id has 8 letters and digits; these are %(n)s.",
                len(letters),
            )
            raise ValidationError(message % {"n": len(letters)}, code="length")
        if not clean_short_id(typed):
            raise ValidationError(_("One character is wrong. Compare the id with the sticker once more."), code="wrong")
        return letters


class CodePhotoForm(forms.Form):
    """A picture on which a code is."""

    photo = forms.FileField(
        label=_("Photo of the code"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
        error_messages={"required": _("Take a photo of the code first.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("photo"), form_show_errors=False)
