"""Codes in the administration: a list to look into. They are changed, printed and renewed in the back office."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common.admin import RuledAdmin
from fleet.models import Code


@admin.register(Code)
class CodeAdmin(RuledAdmin[Code]):
    menu_place = 8
    change_form_template = "admin/fleet/code/change_form.html"
    child_columns = ("__str__", "is_enabled", "has_pin", "generation")
    list_display = ("__str__", "device", "is_enabled", "has_pin", "generation", "created_at")
    list_select_related = ("device",)
    list_filter = ("is_enabled", ("device", admin.EmptyFieldListFilter))
    search_fields = ("search", "device__search_public", "device__search_internal")
    fields = ("device", "label", "is_enabled", "has_pin", "generation", "last_scanned_at", "created_at")
    readonly_fields = ("has_pin", "generation", "last_scanned_at", "created_at")

    @admin.display(description=_("PIN"), boolean=True)
    def has_pin(self, obj: Code) -> bool:
        return obj.has_pin

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Code | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Code | None = None) -> bool:
        return False

    def warnings(self, obj: Code) -> list[str]:
        found = []
        if obj.device_id is None:
            found.append(gettext("This code is not paired with a device: scanning it leads nowhere."))
        if not obj.is_enabled:
            found.append(gettext("This code is disabled: only employees can open it."))
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, object], add: bool = False, change: bool = False,
        form_url: str = "", obj: Code | None = None,
    ) -> HttpResponse:  # fmt: skip
        if obj is not None:
            context["office_url"] = reverse(settings.CODE_URL_NAME, args=[obj.pk])
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)
