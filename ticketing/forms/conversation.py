"""Forms of messages and updates, and of what a browser announces before it uploads a file."""

import uuid
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Self, TypedDict

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput
from config.common.forms import Helper
from messenger.services.attachments import MAX_FILES
from messenger.services.messages import MAX_TEXT_LENGTH
from ticketing.forms.fields import FilesField
from ticketing.models import Visibility

WRITTEN = (
    Field("text", template="fleetdesk/composer_text.html"),
    Field("files", template="fleetdesk/composer_bar.html"),
)


REPLY = Field("reply_to", template="messenger/_reply_bar.html")


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
    position: int | None
    caption: str


class UploadIdsField(forms.Field):
    """The ids of earlier uploads, each in a value of its own."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Iterable[str] | None) -> list[uuid.UUID]:
        # Of too many, one more than the service takes is enough for it to refuse them.
        one = forms.UUIDField()
        return [one.clean(each) for each in islice(dict.fromkeys(value or ()), MAX_FILES + 1)]


def text_field(label: Promise, placeholder: Promise, *, rows: int) -> forms.CharField:
    """A text without a frame of its own, which grows while it is written."""
    attributes = {
        "class": "composer__text",
        "rows": rows,
        "maxlength": MAX_TEXT_LENGTH,
        "aria-label": label,
        "placeholder": placeholder,
        "enterkeyhint": "enter",
        "data-behaviour": "autogrow",
    }
    # The service refuses what is empty or too long.
    return forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs=attributes))


class WritingForm(forms.Form):
    """What messages and updates have in common, beside their `text`."""

    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    files = FilesField(required=False)  # type: ignore[assignment]  # Forms take their fields out of the class.
    uploads = UploadIdsField(required=False)

    helper = Helper(Layout("client_key", *WRITTEN), form_show_errors=False)

    # How many of the files that came with it were refused: it can be sent without them.
    refused_files = 0
    # Whether its writer is asked to read what others wrote before it is sent.
    is_held = False

    @classmethod
    def shown_again(cls, text: str, audience: str, *errors: InvalidInput, seen: str = "") -> Self:
        """What was not accepted, to be sent as something new, for the `audience` that reads it by now."""
        form = cls({"client_key": uuid.uuid4(), "audience": audience, "seen": seen, "text": text})
        for error in errors:
            form.add_error("text", str(error))
        return form

    @classmethod
    def held(cls, sent: "WritingForm", audience: str, seen: int) -> Self:
        """What was held back, with the key that it had, for who has seen what was written up to the number `seen`."""
        kept = {name: sent.cleaned_data[name] for name in ("client_key", "text")}
        form = cls({**kept, "audience": audience, "seen": seen})
        form.is_held = True
        return form

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


class MessageForm(WritingForm):
    """`audience` is the visibility of the ticket on its page, `seen` the number of the last message there."""

    text = text_field(_("Message"), _("Write a message"), rows=1)
    audience = forms.TypedChoiceField(
        choices=Visibility.choices, coerce=Visibility, empty_value=None, required=False, widget=forms.HiddenInput
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    # The number of the message that it answers.
    reply_to = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    helper = Helper(Layout("client_key", "audience", "seen", REPLY, *WRITTEN), form_show_errors=False)


class InternalMessageForm(MessageForm):
    text = text_field(_("Message"), _("Write to colleagues"), rows=1)


class UpdateForm(WritingForm):
    text = text_field(_("Update"), _("What was done, what comes next"), rows=2)


class InternalUpdateForm(WritingForm):
    text = text_field(_("Internal update"), _("A note for colleagues; @name tells one of them"), rows=2)


class UploadForm(forms.Form):
    """`slot` is the `data-slot` of the list on the page, `position` where the file stands in it."""

    key = forms.UUIDField()
    filename = forms.CharField()
    length = forms.IntegerField(min_value=0)
    slot = forms.CharField(max_length=40, required=False)
    position = forms.IntegerField(min_value=0, required=False)
    # The service refuses one that is too long.
    caption = forms.CharField(required=False)

    def read(self) -> Announcement:
        """Raises `InvalidInput` where something is missing or no number."""
        if not self.is_valid():
            raise InvalidInput(str(next(iter(self.errors.values()))[0]), field="files")
        given = self.cleaned_data
        return {
            "client_key": given["key"],
            "name": given["filename"],
            "length": given["length"],
            "position": given["position"],
            "caption": given["caption"],
        }
