"""The administration of codes, and their print-out."""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common.admin import ModelForm, RuledAdmin, change_url
from config.common.qr import qr_svg
from fleet.models import Code
from fleet.requests import signed_in_actor
from fleet.services import code_tokens, codes

if TYPE_CHECKING:
    from config.common.admin import Fieldsets

# By the verb in the address: the service, the button, what it means, and what it did.
VERBS = {
    "log-out": (
        codes.log_out_code_users,
        _("Log out code users"),
        _(
            "Everyone who scanned this code has to scan it again, and private links to tickets of its device are "
            "revoked. The printed code keeps working."
        ),
        _("Everyone who scanned the code is logged out."),
    ),
    "rotate": (
        codes.rotate_code,
        _("Renew the code"),
        _("The printed code stops working at once, and everyone who scanned it is logged out. A new one is printed."),
        _("The code is renewed. Print it and replace the old one."),
    ),
}


class CodeForm(ModelForm[Code]):
    # Written, never shown: a code keeps only the hash of its PIN.
    pin = forms.RegexField(
        codes.PIN,
        label=_("New PIN"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("4 to 12 digits. Empty: nothing changes. All who scanned the code before have to scan it again."),
        error_messages={"invalid": _("A PIN has 4 to 12 digits.")},
    )
    remove_pin = forms.BooleanField(label=_("Remove the PIN"), required=False)

    class Meta:
        model = Code
        fields = ("device", "label", "is_enabled")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("pin") and cleaned.get("remove_pin"):
            self.add_error("remove_pin", ValidationError(_("Either set a new PIN or remove it.")))
        return cleaned


@admin.register(Code)
class CodeAdmin(RuledAdmin[Code]):
    menu_place = 8
    form = CodeForm
    change_form_template = "admin/fleet/code/change_form.html"
    child_columns = ("__str__", "is_enabled", "has_pin", "generation")
    list_display = ("__str__", "device", "is_enabled", "has_pin", "generation", "created_at")
    list_select_related = ("device",)
    list_filter = ("is_enabled", ("device", admin.EmptyFieldListFilter))
    search_fields = ("label", "device__name", "device__serial_number", "device__licence_plate")
    autocomplete_fields = ("device",)
    actions = ("print_selected",)

    @admin.display(description=_("PIN"), boolean=True)
    def has_pin(self, obj: Code) -> bool:
        return obj.has_pin

    def get_fieldsets(self, request: HttpRequest, obj: Code | None = None) -> "Fieldsets":
        protection = ("is_enabled", "pin") if obj else ("pin",)
        if obj and obj.has_pin:
            protection = (*protection, "remove_pin")
        return ((None, {"fields": ("device", "label")}), (_("Protection"), {"fields": protection}))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_enabled": True, **super().get_changeform_initial_data(request)}

    def warnings(self, obj: Code) -> list[str]:
        found = []
        if obj.device_id is None:
            found.append(gettext("This code is not paired with a device: scanning it leads nowhere."))
        if not obj.is_enabled:
            found.append(gettext("This code is disabled: only employees can open it."))
        return found

    def save_model(self, request: HttpRequest, obj: Code, form: CodeForm, change: bool) -> None:
        # Through the services, each of which asks its own rule.
        actor, given = signed_in_actor(request), form.cleaned_data
        if change:
            code = codes.pair_code(actor=actor, code=obj, device=given["device"], label=given["label"])
            if "is_enabled" in form.changed_data:
                code = codes.enable_code(actor=actor, code=code, enabled=given["is_enabled"])
        else:
            code = codes.create_code(actor=actor, device=given["device"], label=given["label"])
        if given.get("pin") or given.get("remove_pin"):
            code = codes.change_pin(actor=actor, code=code, pin=given.get("pin") or "")
        obj.pk = code.pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Code) -> None:
        codes.delete_code(actor=signed_in_actor(request), code=obj)

    def response_post_save_add(self, request: HttpRequest, obj: Code) -> HttpResponseRedirect:
        # A new code is printed next, from its own page.
        return HttpResponseRedirect(change_url(obj))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("print/", view(self.print_view), name="fleet_code_print_selected"),
            path("<uuid:code_id>/print/", view(self.print_view), name="fleet_code_print"),
            path("<uuid:code_id>/<slug:verb>/confirm/", view(self.verb_view), name="fleet_code_verb"),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, object], add: bool = False, change: bool = False,
        form_url: str = "", obj: Code | None = None,
    ) -> HttpResponse:  # fmt: skip
        if obj is not None:
            context["print_url"] = reverse("admin:fleet_code_print", args=[obj.pk])
            context["verbs"] = [
                {"url": reverse("admin:fleet_code_verb", args=[obj.pk, verb]), "label": label}
                for verb, (_service, label, _meaning, _done) in VERBS.items()
            ]
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def verb_view(self, request: HttpRequest, code_id: uuid.UUID, verb: str) -> HttpResponse:
        """Asks for a confirmation, and calls the service when it is posted."""
        code = self.get_object(request, str(code_id))
        if code is None or verb not in VERBS:
            raise Http404
        service, label, meaning, done = VERBS[verb]
        if request.method == "POST":
            service(actor=signed_in_actor(request), code=code)
            self.log_change(request, code, str(label))
            self.message_user(request, done, messages.SUCCESS)
            return redirect(change_url(code))
        shared = self.admin_site.each_context(request)
        context = {**shared, "title": label, "meaning": meaning, "opts": self.opts, "code": code}
        return TemplateResponse(request, "admin/fleet/code/confirm.html", context)

    @admin.action(description=_("Print the selected codes"))
    def print_selected(self, request: HttpRequest, queryset: QuerySet[Code]) -> HttpResponse:
        chosen = "&".join(f"id={key}" for key in queryset.values_list("pk", flat=True))
        return redirect(f"{reverse('admin:fleet_code_print_selected')}?{chosen}")

    def print_view(self, request: HttpRequest, code_id: uuid.UUID | None = None) -> HttpResponse:
        """A sheet of labels for one code or for those in the query, with QR code, link and device."""
        keys = [str(code_id)] if code_id else request.GET.getlist("id")
        found = [code for key in keys if (code := self.get_object(request, key)) is not None]
        if not found:
            raise Http404
        urls = {code: code_tokens.url_of(code) for code in found}
        labels = [{"code": code, "url": url, "picture": qr_svg(url)} for code, url in urls.items()]
        context = {**self.admin_site.each_context(request), "title": gettext("Print codes"), "labels": labels}
        return TemplateResponse(request, "admin/fleet/code/print.html", context)
