"""The forms of the pages of codes."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from fleet.models import Code
from fleet.services.codes import PIN


class CodeForm(SuggestForm):
    """What a code opens, and where its sticker is."""

    device = SuggestField(
        label=_("Device"),
        help_text=_("First letters of its name, licence plate or serial number. Empty: paired with none."),
        source="device",
        required=False,
    )
    label = forms.CharField(
        label=_("Label"),
        max_length=Code._meta.get_field("label").max_length,
        required=False,
        help_text=_("Where the sticker is, for example."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    use_required_attribute = False
    helper = Helper(Layout("device", "label"), form_show_errors=False)


class NewPinForm(forms.Form):
    # Written, never shown: a code keeps only the hash of its PIN.
    pin = forms.RegexField(
        PIN,
        label=_("New PIN"),
        help_text=_("4 to 12 digits. All who scanned the code before have to scan it again."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 12}),
        error_messages={"invalid": _("A PIN has 4 to 12 digits."), "required": _("Enter the PIN.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("pin"), form_show_errors=False)
