"""The forms on the last page of a creation flow."""

from collections.abc import Mapping

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.typed import EmailField, LineField, PhoneField
from fleet.models import Person
from ticketing.forms.fields import choose_among
from ticketing.models import Visibility

MAX_NAME = 80  # Characters, because a name of one word is stored as the first name.


class ContactForm(forms.Form):
    """The name of a person without an account, and how to reach them; all optional."""

    name = LineField(label=_("Name"), max_length=MAX_NAME, required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    contact_email = EmailField(label=_("E-mail"), required=False)

    use_required_attribute = False
    helper = Helper(
        Layout(
            Field("name", autocomplete="name"),
            Field("phone", autocomplete="tel", inputmode="tel"),
            Field("contact_email", autocomplete="email", template="fleetdesk/folded_email.html"),
        ),
        form_show_errors=False,
    )

    def __init__(self, person: Person, data: Mapping[str, str] | None = None) -> None:
        known = {
            "name": f"{person.first_name} {person.last_name}".strip(),
            "phone": person.phone,
            "contact_email": person.contact_email,
        }
        super().__init__(data, initial=known)

    @property
    def contact(self) -> dict[str, str]:
        """What was entered, as `change_contact` takes it."""
        # A form that was made before an update of the product may lack a field, which then stays as it is.
        given = {name: text if name in self.data else self.initial[name] for name, text in self.cleaned_data.items()}
        return {**split_name(given["name"]), "phone": given["phone"], "contact_email": given["contact_email"]}


def split_name(name: str) -> dict[str, str]:
    """The first and the last name: the last of several words is the last name."""
    *first, last = name.split() or [""]
    return {"first_name": " ".join(first), "last_name": last} if first else {"first_name": last, "last_name": ""}


PUBLIC_LABEL = _("Public: employees and code users")
PUBLIC_WITHOUT_CODE_USERS = _(
    "Public: employees and managers of the customer. Code users see only their own tickets here."
)


class VisibilityForm(forms.Form):
    """For employees, who must choose: nothing is preset.

    With `only_own`, people who hold the code see no tickets but those that they reported themselves.
    """

    visibility = forms.ChoiceField(
        label=_("Who may see this ticket?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see this ticket.")},
    )

    use_required_attribute = False
    helper = Helper(Layout("visibility"), form_show_errors=False)

    def __init__(self, data: Mapping[str, str] | None = None, *, only_own: bool = False) -> None:
        super().__init__(data)
        label = PUBLIC_WITHOUT_CODE_USERS if only_own else PUBLIC_LABEL
        internal = (Visibility.INTERNAL.value, _("Internal: only employees"))
        choose_among(self, "visibility", [internal, (Visibility.PUBLIC.value, label)])
