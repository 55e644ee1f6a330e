"""The administration of devices."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.common.admin import M, ModelForm, RuledAdmin
from config.common.errors import InvalidInput
from fleet.models import Device
from fleet.pictures import prepared_picture
from fleet.revocation import revoke_access
from fleet.services.devices import fill_search
from fleet.services.suggestion_keys import write_device_keys


def prepared_upload(picture: object) -> object:
    """What `prepared_picture` makes of a new picture; one that is stored already stays. Raises `ValidationError`."""
    if not isinstance(picture, UploadedFile):
        return picture
    try:
        return prepared_picture(picture)
    except InvalidInput as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal


class PictureForm(ModelForm[M]):
    """Accepts pictures that `prepared_picture` can read, and stores what it returns."""

    def clean_picture(self) -> object:
        return prepared_upload(self.cleaned_data.get("picture"))


@admin.register(Device)
class DeviceAdmin(RuledAdmin[Device]):
    menu_place = 6
    form = PictureForm[Device]
    child_columns = ("name", "identification", "location")
    list_display = ("name", "template", "customer", "identification", "location")
    list_select_related = ("template", "customer")
    list_filter = ("template", "customer", "is_active")
    search_fields = ("name", "model", "serial_number", "licence_plate", "location", "fleet_number")
    autocomplete_fields = ("customer",)
    fieldsets = (
        (None, {"fields": ("name", "template", "customer", "picture", "is_active")}),
        (
            _("What it is and where"),
            {"fields": (("make", "model"), ("serial_number", "licence_plate", "fleet_number"), "location")},
        ),
        (_("Vehicles"), {"fields": (("vehicle_category", "engine"), ("town", "car_park"))}),
    )
    children = ("codes",)

    def save_model(self, request: HttpRequest, obj: Device, form: ModelForm[Device], change: bool) -> None:
        fill_search(obj)
        super().save_model(request, obj, form, change)
        write_device_keys([obj])
        # Another template may show the holders of a code fewer tickets.
        if change and "template" in form.changed_data:
            revoke_access()

    @admin.display(description=_("Plate or serial number"))
    def identification(self, obj: Device) -> str:
        return obj.identification
