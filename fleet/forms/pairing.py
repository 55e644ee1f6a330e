"""The forms of pairing a code on the spot: with a device that is there, or with a new one."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from config.common.typed import LineField
from fleet.models import Device, Template
from fleet.models.devices import TemplateKind
from fleet.services.pairing import NewDevice

FIELDS = ("template", "name", "serial_number", "photo", "licence_plate", "customer")


def _text(name: str, **more: Any) -> LineField:
    column = Device._meta.get_field(name)
    assert isinstance(column, CharField)
    return LineField(label=capfirst(column.verbose_name), max_length=column.max_length, **more)


class PairForm(SuggestForm):
    device = SuggestField(
        label=_("Device"),
        help_text=_("First letters of its name, licence plate or serial number."),
        source="device",
    )

    use_required_attribute = False
    helper = Helper(Layout("device"), form_show_errors=False)


class NewDeviceForm(SuggestForm):
    """As few fields as a device can be without."""

    template = forms.ModelChoiceField(Template.objects.order_by("name"), label=_("Template"), empty_label=None)
    name = _text("name", help_text=_("As people call it, such as Line 3."))
    serial_number = _text("serial_number", required=False)
    photo = forms.FileField(
        label=_("Photo of the nameplate"),
        required=False,
        help_text=_("Its bar code, QR code or DataMatrix is read. Plain writing cannot be read: type it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    licence_plate = _text("licence_plate", required=False, help_text=_("Vehicles need one."))
    customer = SuggestField(
        label=_("Customer"), required=False, source="customer", help_text=_("First letters of the name or number.")
    )

    use_required_attribute = False
    helper = Helper(Layout(*FIELDS))

    @property
    def vehicle_templates(self) -> list[int]:
        """The templates whose devices need a licence plate."""
        templates = self.fields["template"]
        assert isinstance(templates, forms.ModelChoiceField)
        return [each.pk for each in templates.queryset or () if each.kind == TemplateKind.VEHICLE]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        template = cleaned.get("template")
        needs_plate = template is not None and template.kind == TemplateKind.VEHICLE
        if needs_plate and not cleaned.get("licence_plate") and "licence_plate" not in self.errors:
            self.add_error("licence_plate", ValidationError(_("Vehicles need a licence plate."), code="required"))
        if template is not None and not needs_plate:
            cleaned["licence_plate"] = ""
        return cleaned

    @property
    def new_device(self) -> NewDevice:
        """Of a valid form."""
        return NewDevice(**{name: self.cleaned_data[name] for name in FIELDS if name != "photo"})
