"""The shape of what is written into a ticket: text, files that come with it, and files that were uploaded before."""

import uuid
from itertools import islice
from typing import Any

from django import forms

from config.common.errors import InvalidInput
from messenger.services.attachments import MAX_FILES
from ticketing.forms.fields import FilesField
from ticketing.models import Visibility


class UploadIdsField(forms.Field):
    """The ids of earlier uploads, one value each; of too many one more than the service takes, which refuses them."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[uuid.UUID]:
        one = forms.UUIDField()
        return [one.clean(each) for each in islice(dict.fromkeys(value or ()), MAX_FILES + 1)]


class WritingForm(forms.Form):
    """A message or an update; the service asks whether it says anything. `audience`: who the page said reads it."""

    client_key = forms.UUIDField()
    audience = forms.TypedChoiceField(choices=Visibility.choices, coerce=Visibility, empty_value=None, required=False)
    text = forms.CharField(required=False, strip=False)
    files = FilesField(required=False)  # type: ignore[assignment]  # Forms take their fields out of the class.
    uploads = UploadIdsField(required=False)

    def read(self) -> dict[str, Any]:
        """What a service takes. Raises `InvalidInput` where the form was not filled by our pages."""
        if not self.is_valid():
            raise InvalidInput(str(next(iter(self.errors.values()))[0]))
        return {
            "client_key": self.cleaned_data["client_key"],
            "text": self.cleaned_data["text"],
            "files": self.cleaned_data["files"] or (),
            "upload_ids": self.cleaned_data["uploads"],
            "audience": self.cleaned_data["audience"],
        }


class UploadForm(forms.Form):
    """What a browser says of a file before its first byte leaves."""

    key = forms.UUIDField()
    filename = forms.CharField()
    length = forms.IntegerField(min_value=0)

    def read(self) -> dict[str, Any]:
        """What a service takes. Raises `InvalidInput` where something is missing or no number."""
        if not self.is_valid():
            raise InvalidInput(str(next(iter(self.errors.values()))[0]), field="files")
        given = self.cleaned_data
        return {"client_key": given["key"], "name": given["filename"], "length": given["length"]}
