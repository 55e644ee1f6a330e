"""What becomes of buttons of assistants when the creation flow that they lead to is removed or deactivated."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.common.admin import ModelForm, RuledAdmin, change_url
from fleet.requests import signed_in_actor
from ticketing.models import ActionButton, CreationFlow
from ticketing.services.assistants import settle_buttons

LEAD, REMOVE = "lead", "remove"


class FlowForm(ModelForm[CreationFlow]):
    """Refuses to deactivate a flow that buttons lead to, and says where that is settled."""

    def clean_is_active(self) -> bool:
        is_active = bool(self.cleaned_data["is_active"])
        if not is_active and self.instance.pk and self.instance.assistant_buttons.exists():
            sentence = _("Buttons of the assistant lead to this creation flow. {link}")
            link = format_html('<a href="{}">{}</a>', _address(self.instance), _("Say what becomes of them."))
            raise ValidationError(format_html(str(sentence), link=link))
        return is_active


class ButtonsForm(forms.Form):
    """Where the buttons lead instead, or that they are removed."""

    answer = forms.ChoiceField(
        label=_("What becomes of these buttons?"),
        choices=((LEAD, _("They lead to another creation flow")), (REMOVE, _("They are removed"))),
        widget=forms.RadioSelect,
    )
    replacement = forms.ModelChoiceField(CreationFlow.objects.none(), label=_("Other creation flow"), required=False)
    then = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, flow: CreationFlow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["replacement"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = CreationFlow.objects.filter(template=flow.template_id, is_active=True).exclude(pk=flow.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == LEAD and not cleaned.get("replacement"):
            self.add_error("replacement", _("Choose where the buttons lead."))
        return cleaned

    @property
    def chosen(self) -> CreationFlow | None:
        """Of a valid form; None where the buttons are removed."""
        found: CreationFlow | None = self.cleaned_data["replacement"]
        return found if self.cleaned_data["answer"] == LEAD else None


def _address(flow: CreationFlow) -> str:
    return reverse("admin:ticketing_creationflow_buttons", args=[flow.pk])


class AsksAboutButtons(RuledAdmin[CreationFlow]):
    """The part of the page of flows that settles buttons before a flow goes."""

    form = FlowForm

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.buttons_view)
        own = path("<int:flow_id>/buttons/", view, name="ticketing_creationflow_buttons")
        return [own, *super().get_urls()]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        flow = self.get_object(request, unquote(object_id))
        if flow is not None and flow.assistant_buttons.exists():
            return redirect(f"{_address(flow)}?then=delete")
        return super().delete_view(request, object_id, extra_context)

    def buttons_view(self, request: HttpRequest, flow_id: int) -> HttpResponse:
        """Asks where the buttons lead instead, and goes on to deleting or changing the flow."""
        flow = self.get_object(request, str(flow_id))
        if flow is None:
            raise Http404
        form = ButtonsForm(flow, request.POST or None, initial={"then": request.GET.get("then", "")})
        if request.method == "POST" and form.is_valid():
            count = settle_buttons(actor=signed_in_actor(request), flow=flow, replacement=form.chosen)
            said = ngettext(
                "%(n)s button was changed in the draft. The published assistant hides it until you publish again.",
                "%(n)s buttons were changed in the draft. The published assistant hides them until you publish again.",
                count,
            )
            self.message_user(request, said % {"n": count}, messages.SUCCESS)
            deletes = form.cleaned_data["then"] == "delete"
            return redirect(
                reverse("admin:ticketing_creationflow_delete", args=[flow.pk]) if deletes else change_url(flow)
            )
        buttons = ActionButton.objects.filter(flow=flow).select_related("element").order_by("element", "position")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Buttons that lead to this creation flow"),
            "opts": self.opts,
            "flow": flow,
            "buttons": buttons,
            "form": form,
        }
        return TemplateResponse(request, "admin/ticketing/creationflow/buttons.html", context)
