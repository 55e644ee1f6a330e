"""The administration of reservations."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.forms import Field
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.common.admin import RuledAdmin
from fleet.models import Reservation


@admin.register(Reservation)
class ReservationAdmin(RuledAdmin[Reservation]):
    menu_place = 7
    list_display = ("number", "device", "person", "status", "starts_at", "ends_at")
    list_select_related = ("device", "person")
    list_filter = ("status", "contract")
    search_fields = ("key",)
    autocomplete_fields = ("device", "person")
    fields = (
        ("number", "status"),
        ("device", "person"),
        ("starts_at", "ends_at"),
        ("contract", "car_park"),
        ("estimated_km", "driven_km"),
    )

    def formfield_for_dbfield(
        self, db_field: "models.Field[object, object]", request: HttpRequest, **kwargs: object
    ) -> Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            # The label belongs to neither of the two.
            for widget, part in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                widget.attrs["aria-label"] = format_lazy("{}: {}", field.label or "", part)
        return field
