"""The forms of the pages of codes."""

import uuid

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from config.common.suggestions import Asker
from config.common.typed import LineField
from fleet.forms.editing import MOVED
from fleet.models import Code
from fleet.services.codes import PIN, SeenCode


class CodeForm(SuggestForm):
    """What a code opens, and where its sticker is."""

    device = SuggestField(
        label=_("Device"),
        help_text=_("First letters of its name, licence plate or serial number. Empty: paired with none."),
        source="device",
        required=False,
    )
    label = LineField(
        label=_("Label"),
        max_length=Code._meta.get_field("label").max_length,
        required=False,
        help_text=_("Where the sticker is, for example."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    use_required_attribute = False


class NewCodeForm(CodeForm):
    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    helper = Helper(Layout("device", "label", "client_key"), form_show_errors=False)


class EditCodeForm(CodeForm):
    """`seen` is what stood there when the page was made; None for a page that does not say it."""

    seen_device = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_label = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    helper = Helper(Layout("device", "label", "seen_device", "seen_label"), form_show_errors=False)

    def __init__(self, data: QueryDict | None = None, *, actor: Asker, code: Code) -> None:
        self.code = code
        shown = {"device": code.device, "label": code.label}
        super().__init__(data, actor=actor, initial={**shown, **self._present})

    @property
    def seen(self) -> SeenCode | None:
        if "seen_label" not in self.data:
            return None
        return SeenCode(self.cleaned_data["seen_device"], self.cleaned_data["seen_label"])

    @property
    def _present(self) -> dict[str, object]:
        return {"seen_device": self.code.device_id or "", "seen_label": self.code.label}

    def say_moved(self, field: str) -> None:
        """What stands there now; the next sending replaces it."""
        shown = {"device": str(self.code.device or ""), "label": self.code.label}[field]
        self.data = {name: self.data[name] for name in self.data} | self._present
        self.add_error(field, ValidationError(MOVED, code="moved", params={"value": shown or "–"}))


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
