"""Forms of messages and updates, and of what a browser announces before it uploads a file."""

import uuid
from collections.abc import Sequence
from itertools import islice
from typing import Any, TypedDict

from django import forms
from django.core.files.uploadedfile import UploadedFile

from config.common.errors import InvalidInput
from messenger.services.attachments import MAX_FILES
from ticketing.forms.fields import FilesField
from ticketing.models import Visibility


class Writing(TypedDict):
    """What the services of messages and updates take from a form."""

    client_key: uuid.UUID
    text: str
    files: Sequence["UploadedFile[bytes]"]
    upload_ids: Sequence[uuid.UUID]


class Announcement(TypedDict):
    """What the service of uploads takes from a form."""

    client_key: uuid.UUID
    name: str
    length: int


class UploadIdsField(forms.Field):
    """The ids of earlier uploads, each in a value of its own."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[uuid.UUID]:
        # Of too many, one more than the service takes is enough for it to refuse them.
        one = forms.UUIDField()
        return [one.clean(each) for each in islice(dict.fromkeys(value or ()), MAX_FILES + 1)]


class WritingForm(forms.Form):
    """A message or an update, which the service refuses when it is empty.

    `audience` is the visibility of the ticket when the page was made.
    """

    client_key = forms.UUIDField()
    audience = forms.TypedChoiceField(choices=Visibility.choices, coerce=Visibility, empty_value=None, required=False)
    text = forms.CharField(required=False, strip=False)
    files = FilesField(required=False)  # type: ignore[assignment]  # Forms take their fields out of the class.
    uploads = UploadIdsField(required=False)

    def read(self) -> Writing:
        """Raises `InvalidInput` for what no page of ours sends."""
        if not self.is_valid():
            raise InvalidInput(str(next(iter(self.errors.values()))[0]))
        return {
            "client_key": self.cleaned_data["client_key"],
            "text": self.cleaned_data["text"],
            "files": self.cleaned_data["files"] or (),
            "upload_ids": self.cleaned_data["uploads"],
        }


class UploadForm(forms.Form):
    key = forms.UUIDField()
    filename = forms.CharField()
    length = forms.IntegerField(min_value=0)

    def read(self) -> Announcement:
        """Raises `InvalidInput` where something is missing or no number."""
        if not self.is_valid():
            raise InvalidInput(str(next(iter(self.errors.values()))[0]), field="files")
        given = self.cleaned_data
        return {"client_key": given["key"], "name": given["filename"], "length": given["length"]}
