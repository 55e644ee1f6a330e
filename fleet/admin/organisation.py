"""The administration of the organisation: a single page."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.common.admin import ModelForm, TranslatedAdmin, languages
from fleet.forms.pictures import prepared_upload
from fleet.models import Organisation
from fleet.organisation import forget_organisation


class OrganisationForm(ModelForm[Organisation]):
    def clean_logo(self) -> object:
        return prepared_upload(self.cleaned_data.get("logo"))


@admin.register(Organisation)
class OrganisationAdmin(TranslatedAdmin[Organisation]):
    menu_place = 10
    form = OrganisationForm
    list_display = ("name", "phone", "translations")
    fieldsets = (
        (None, {"fields": ("name", "logo", "phone")}),
        (_("Who edits what"), {"fields": ("moderators_edit_assistants",)}),
        (_("At the foot of public pages"), {"fields": (languages("imprint_url"), languages("privacy_url"))}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Organisation.objects.exists()

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
        # Not before: a page that is made meanwhile would read the old row again and keep it for a minute.
        transaction.on_commit(forget_organisation)

    def delete_model(self, request: HttpRequest, obj: Organisation) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(forget_organisation)
