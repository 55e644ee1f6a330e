"""The form with which a table is chosen for an import."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from fleet.exchange.kinds import KIND_LABELS

ACCEPTED = ".csv,.txt,.tsv,.xlsx"


class ImportForm(forms.Form):
    """What the table holds, and its file, whose content the services check."""

    kind = forms.ChoiceField(label=_("What is in the table?"), choices=list(KIND_LABELS.items()))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, up to 10,000 rows and 10 MB."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    use_required_attribute = False
    helper = Helper(Layout("kind", "file"), form_show_errors=False)
