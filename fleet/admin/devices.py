"""Devices with their picture and codes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from config.common.admin import RuledAdmin
from config.common.errors import InvalidInput
from fleet.models import Device
from fleet.pictures import prepared_picture


class PictureForm(forms.ModelForm):
    """Takes a picture only after a look inside."""

    def clean_picture(self) -> Any:
        picture = self.cleaned_data.get("picture")
        if not isinstance(picture, UploadedFile):
            return picture
        try:
            return prepared_picture(picture)
        except InvalidInput as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal  # type: ignore[arg-type]


@admin.register(Device)
class DeviceAdmin(RuledAdmin):
    menu_place = 5
    form = PictureForm
    parent_field = ""
    child_columns = ("name", "identification", "location")
    list_display = ("name", "template", "customer", "identification", "location")
    list_select_related = ("template", "customer")
    list_filter = ("template", "customer")
    search_fields = ("name", "model", "serial_number", "licence_plate", "location")
    autocomplete_fields = ("customer",)
    fieldsets = (
        (None, {"fields": ("name", "template", "customer", "picture")}),
        (_("What it is and where"), {"fields": ("model", ("serial_number", "licence_plate"), "location")}),
    )
    children = ("codes",)

    @admin.display(description=_("Plate or serial number"))
    def identification(self, obj: Any) -> str:
        return obj.identification
