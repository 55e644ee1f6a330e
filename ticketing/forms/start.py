"""What comes with the button that starts a creation flow."""

import uuid

from django import forms


class StartForm(forms.Form):
    """A key made with the page, so that a double click starts one draft, and the ticket that the new one continues."""

    client_key = forms.UUIDField()
    follows = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


def make_client_key() -> str:
    """A key for a form that creates something."""
    return str(uuid.uuid4())
