"""The administration of reservations."""

from django.contrib import admin

from config.common.admin import RuledAdmin
from fleet.models import Reservation


@admin.register(Reservation)
class ReservationAdmin(RuledAdmin[Reservation]):
    menu_place = 7
    list_display = ("number", "device", "person", "status", "starts_at", "ends_at")
    list_select_related = ("device", "person")
    list_filter = ("status", "contract")
    search_fields = ("number",)
    autocomplete_fields = ("device", "person")
    fields = (
        ("number", "status"),
        ("device", "person"),
        ("starts_at", "ends_at"),
        ("contract", "car_park"),
        ("estimated_km", "driven_km"),
    )
