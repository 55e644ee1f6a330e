"""The search fields of the back office."""

from collections.abc import Mapping

from crispy_forms.layout import Field, Layout
from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.typed import LineField


class SearchInput(forms.TextInput):
    input_type = "search"


class SearchForm(forms.Form):
    """Draws its field `q`; what else it has is drawn elsewhere."""

    helper = Helper(Layout(Field("q", template="fleetdesk/search_field.html")), form_show_errors=False)


class DeviceSearchForm(SearchForm):
    """Words of the device's name, model, serial number, plate, place or customer."""

    q = LineField(
        label=_("Search devices"),
        max_length=100,
        required=False,
        widget=SearchInput(
            attrs={
                "autocomplete": "off",
                "autofocus": True,
                "placeholder": _("Name, serial number, licence plate, place or customer"),
                "hx-get": reverse_lazy("office:ticket_create"),
                "hx-trigger": "input changed delay:300ms, search",
                "hx-target": "#devices",
                "hx-select": "#devices",
                "hx-select-oob": "#language-next",
                "hx-swap": "outerHTML",
                "hx-sync": "this:replace",
                "hx-replace-url": "true",
            }
        ),
    )


class OptionSearchForm(forms.Form):
    """Words of a name among the values of a filter, which `address` finds. Not `q`, which the list's search carries."""

    name = LineField(
        label=_("Search by name"),
        max_length=100,
        required=False,
        widget=SearchInput(
            attrs={
                "autocomplete": "off",
                "placeholder": _("Search by name"),
                "hx-trigger": "input changed delay:200ms, search",
                "hx-include": "closest form",
                "hx-target": "next .options-found",
                "hx-select": ".options-found",
                "hx-select-oob": "unset",
                "hx-swap": "outerHTML",
                "hx-push-url": "false",
                "hx-sync": "this:replace",
            }
        ),
    )

    helper = Helper(Layout(Field("name", template="fleetdesk/search_field.html")), form_show_errors=False)

    def __init__(self, data: Mapping[str, object] | None = None, *, address: str, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["name"].widget.attrs["hx-get"] = address
