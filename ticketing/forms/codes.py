"""The form that asks for the PIN of a protected code."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        error_messages={"required": _("Enter the PIN.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("pin"), form_show_errors=False)
