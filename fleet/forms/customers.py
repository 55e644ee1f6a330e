"""The form of a customer."""

from crispy_forms.layout import Layout

from config.common.forms import Helper
from fleet.forms.editing import EditForm
from fleet.forms.pictures import PictureInput, prepared_upload
from fleet.models import Customer

FIELDS = ("name", "kind", "number", "phone", "contact_email", "address", "billing_address", "logo")


class CustomerForm(EditForm[Customer]):
    class Meta:
        model = Customer
        fields = FIELDS
        widgets = {"logo": PictureInput()}

    helper = Helper(Layout(*FIELDS))

    def clean_logo(self) -> object:
        return prepared_upload(self.cleaned_data.get("logo"))
