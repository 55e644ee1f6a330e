"""The forms on the last page of a creation flow."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

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

    def __init__(self, person: Person, data: Mapping[str, str] | None = None) -> None:
        known = {name: getattr(person, name) for name in ("first_name", "last_name", "phone", "contact_email")}
        super().__init__(data, initial=known)
        hints = {"first_name": "given-name", "last_name": "family-name", "phone": "tel", "contact_email": "email"}
        for name, hint in hints.items():
            self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["phone"].widget.attrs["inputmode"] = "tel"


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
