"""The pages on which customers, devices, people and reservations are created and edited."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from fleet.forms.editing import EditForm


@dataclass(frozen=True)
class EditPage:
    """A form on a page of its own; `back_url` leads to the sheet or the list."""

    title: str | Promise
    form: EditForm[Any]
    back_url: str
    back_label: str | Promise
