"""The form of a customer's person."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from fleet.forms.editing import EditForm
from fleet.forms.rows import RowField
from fleet.models import CUSTOMER_ROLES, Customer, Person
from fleet.selectors import find_customers
from fleet.services.people import PersonDetails

DETAILS = ("first_name", "last_name", "role", "customer", "email", "contact_email", "phone", "language")
FIELDS = (*DETAILS, "is_active")


class CustomerPersonForm(EditForm[Person]):
    """A manager or subscriber. Employees and passwords are the administration's."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in CUSTOMER_ROLES])
    customer = RowField(label=_("Customer"), help_text=_("Name or number."))

    class Meta:
        model = Person
        fields = FIELDS
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    helper = Helper(Layout(*FIELDS))

    def prepare(self) -> None:
        customers = self.fields["customer"]
        assert isinstance(customers, RowField)
        customers.among(
            lambda words: find_customers(Customer.objects.all(), words),
            named=lambda words: Customer.objects.filter(name=words),
        )
        # Who was added while someone called signs in only once invited.
        self.fields["email"].required = self.is_new or bool(self.instance.email)
        self.fields["email"].help_text = _("The name to sign in with.")
        self.fields["is_active"].help_text = _("Inactive people cannot sign in, and are signed out at once.")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"] or "").strip().lower()

    @property
    def details(self) -> PersonDetails:
        """Of a valid form."""
        given = {name: self.cleaned_data[name] for name in DETAILS}
        return PersonDetails(**{**given, "email": given["email"] or ""})

    @property
    def before(self) -> dict[str, Any]:
        """What the details were when the form was checked."""
        return {name: self.loaded[name] for name in DETAILS}

    @property
    def activity(self) -> bool | None:
        """Whether the person is to be active from now on; None if that stays as it is."""
        return None if self.is_new else self.changes.values.get("is_active")
