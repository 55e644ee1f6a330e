"""The administration of devices."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.common.admin import M, ModelForm, RuledAdmin
from fleet.forms.pictures import prepared_upload
from fleet.models import Device
from fleet.services.devices import save_device


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
    search_fields = ("search_public", "search_internal")
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
        save_device(obj, changed=form.changed_data)

    @admin.display(description=_("Plate or serial number"))
    def identification(self, obj: Device) -> str:
        return obj.identification
