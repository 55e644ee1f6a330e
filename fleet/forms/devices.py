"""The form of a device."""

from typing import Any

from crispy_forms.layout import Layout
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from fleet.forms.editing import EditForm
from fleet.forms.pictures import PictureInput, prepared_upload
from fleet.forms.rows import RowField
from fleet.models import Customer, Device
from fleet.selectors import find_customers
from fleet.services.devices import missing_of_vehicle

NEEDED = _("Vehicles need this.")
FIELDS = (
    *("name", "template", "customer", "licence_plate", "serial_number", "fleet_number", "make", "model"),
    *("vehicle_category", "engine", "town", "car_park", "location", "picture", "is_active"),
)


class DeviceForm(EditForm[Device]):
    """Vehicles need more than machines; which one it is, its template says."""

    customer = RowField(
        label=_("Customer"), required=False, help_text=_("Name or number. Empty: the device belongs to no customer.")
    )

    class Meta:
        model = Device
        fields = FIELDS
        widgets = {"picture": PictureInput()}

    helper = Helper(Layout(*FIELDS))

    def prepare(self) -> None:
        customers = self.fields["customer"]
        assert isinstance(customers, RowField)
        customers.among(
            lambda words: find_customers(Customer.objects.all(), words),
            named=lambda words: Customer.objects.filter(name=words),
        )
        self.fields["template"].help_text = _(
            "Devices of templates for vehicles need plate, make, model, category, engine, town and car park."
        )
        self.fields["is_active"].help_text = _("Inactive ones are not proposed for new tickets.")

    def clean_picture(self) -> object:
        return prepared_upload(self.cleaned_data.get("picture"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        template = cleaned.get("template")
        if template is not None:
            for name in missing_of_vehicle(template, cleaned):
                if name not in self.errors:
                    self.add_error(name, ValidationError(NEEDED, code="required"))
        return cleaned
