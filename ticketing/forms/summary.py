"""The forms on the last page of a creation flow."""

from collections.abc import Mapping

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from fleet.models import Person
from ticketing.models import Visibility


class ContactForm(forms.Form):
    """The name of a person without an account, and how to reach them; all optional."""

    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    phone = forms.RegexField(
        r"^[0-9 ()+./-]*$",
        label=_("Phone"),
        max_length=40,
        required=False,
        error_messages={"invalid": _("Enter a phone number, such as +49 30 901820.")},
    )
    contact_email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)

    use_required_attribute = False
    helper = Helper(
        Layout(
            Field("first_name", autocomplete="given-name"),
            Field("last_name", autocomplete="family-name"),
            Field("phone", autocomplete="tel", inputmode="tel"),
            Field("contact_email", autocomplete="email"),
        ),
        form_show_errors=False,
    )

    def __init__(self, person: Person, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in self.base_fields})


class VisibilityForm(forms.Form):
    """For employees, who must choose: nothing is preset."""

    visibility = forms.ChoiceField(
        label=_("Who may see this ticket?"),
        choices=[
            (Visibility.INTERNAL.value, _("Internal: only employees")),
            (Visibility.PUBLIC.value, _("Public: employees and code users")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see this ticket.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("visibility"), form_show_errors=False)
