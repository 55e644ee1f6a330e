"""The pages on which something is copied."""

from dataclasses import dataclass

from django import forms


@dataclass(frozen=True)
class CopyPage:
    """A form with what it leads back to."""

    title: str
    form: forms.Form
    back_url: str
    back_label: str
    action: str
