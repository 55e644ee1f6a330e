"""The form that says that a finished ticket is still not right."""

import uuid

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.typed import TextField
from messenger.services.messages import MAX_TEXT_LENGTH


class NotFixedForm(forms.Form):
    """What is still wrong may be left out: that it is says enough."""

    text = TextField(
        label=_("What is still wrong? (optional)"),
        max_length=MAX_TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    client_key = forms.UUIDField(
        initial=uuid.uuid4, required=False, widget=forms.HiddenInput(attrs={"id": "not-fixed-key"})
    )

    use_required_attribute = False
    helper = Helper(Layout("client_key", "text"))
