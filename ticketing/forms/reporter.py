"""Who reported what an employee records: someone who is there, or someone new."""

from typing import Any

from crispy_forms.layout import Layout
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from config.common.typed import EmailField, LineField, PhoneField
from config.common.visible import has_visible
from fleet.services.people import NewSubscriber
from ticketing.forms.summary import MAX_NAME, split_name


class ReporterForm(SuggestForm):
    """Cleaned to a manager or subscriber, or to None."""

    person = SuggestField(
        label=_("Reported by"),
        help_text=_("Optional. First letters of the last or first name."),
        source="person",
        required=False,
    )

    use_required_attribute = False
    helper = Helper(Layout("person"), form_show_errors=False)


class NewReporterForm(SuggestForm):
    """Someone who is not there yet. Empty unless a name, a phone number or an e-mail address is given."""

    name = LineField(label=_("Name"), max_length=MAX_NAME, required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    contact_email = EmailField(label=_("E-mail"), required=False)
    customer = SuggestField(label=_("Customer"), source="customer", required=False)

    use_required_attribute = False
    helper = Helper(Layout("name", "phone", "contact_email", "customer"), form_show_errors=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="new", **kwargs)

    @property
    def is_given(self) -> bool:
        return any(has_visible(str(self[name].value() or "")) for name in ("name", "phone", "contact_email"))

    @property
    def is_open(self) -> bool:
        """Whether it is shown at once: the reader has begun to fill it in."""
        return self.is_given or self.searched == self.add_prefix("customer")

    def clean(self) -> None:
        if not self.is_given:
            # The customer alone, which was filled in beforehand, means no one.
            self.errors.pop("customer", None)
            return
        given = self.cleaned_data
        if not given.get("name") and "name" not in self.errors:
            self.add_error("name", _("Enter the name of this person."))
        if not (given.get("phone") or given.get("contact_email") or {"phone", "contact_email"} & self.errors.keys()):
            self.add_error("phone", _("Enter a phone number or an e-mail address."))
        if given.get("customer") is None and "customer" not in self.errors:
            self.add_error("customer", _("Choose the customer of this person."))

    @property
    def details(self) -> NewSubscriber | None:
        """As the service takes it; None where no one is given."""
        given = self.cleaned_data
        if not self.is_given:
            return None
        return NewSubscriber(
            given["customer"], **split_name(given["name"]), phone=given["phone"], contact_email=given["contact_email"]
        )
