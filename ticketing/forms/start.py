"""The form behind the button that starts a creation flow."""

import uuid

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.numbers import whole_number
from config.common.suggest_field import SuggestField, SuggestForm, SuggestInput
from config.common.typed import TextField
from ticketing.services.drafts import MAX_LONG_TEXT


class IdField(forms.CharField):
    """The id of a row, cleaned to a number, or to None where there is none."""

    def clean(self, value: str | None) -> int | None:
        text = super().clean(value)
        number = whole_number(text)
        if text and not number:
            raise forms.ValidationError(_("Please check what you entered."))
        return number


class StartForm(forms.Form):
    """`follows` is the older ticket that the new one continues, `text` what was written before it began.

    `via` is the path through the assistant that led here, as addresses carry it.
    """

    # Made with the page, so that a double click starts one draft.
    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    follows = IdField(required=False, widget=forms.HiddenInput)

    text = TextField(required=False, max_length=MAX_LONG_TEXT, widget=forms.HiddenInput)
    via = forms.CharField(required=False, widget=forms.HiddenInput)

    helper = Helper(Layout("client_key", "follows", "text", "via"), form_show_errors=False)


class DeviceChoiceForm(SuggestForm):
    """Which device is a new ticket about?"""

    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    device = SuggestField(
        label=_("Device"),
        help_text=_("First letters of its name, licence plate or serial number."),
        source="device",
        widget=SuggestInput(attrs={"autofocus": True}),
    )

    use_required_attribute = False
    helper = Helper(Layout("client_key", "device"))
