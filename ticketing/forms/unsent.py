"""What a page sends of a text that is being written."""

from django import forms

from config.common.errors import InvalidInput
from config.common.typed import TextField
from messenger.services.messages import MAX_TEXT_LENGTH
from ticketing.services.unsent import Typed

BOXES = ("message", "update", "internal", "not_fixed", "rating")

MAX_VERSION = 2**31 - 1
MAX_ID = 2**63 - 1


class UnsentForm(forms.Form):
    """As `Typed` of `ticketing.services.unsent`."""

    key = forms.UUIDField()
    box = forms.ChoiceField(choices=[(box, box) for box in BOXES])
    text = TextField(required=False, max_length=MAX_TEXT_LENGTH)
    page = forms.UUIDField()
    version = forms.IntegerField(min_value=1, max_value=MAX_VERSION)
    base = forms.IntegerField(min_value=0, max_value=MAX_VERSION)

    def read(self) -> Typed:
        """Raises `InvalidInput` for what no page of ours sends."""
        if not self.is_valid():
            raise InvalidInput(str(next(iter(self.errors.values()))[0]))
        return Typed(**self.cleaned_data)


class DiscardForm(forms.Form):
    ticket = forms.IntegerField(min_value=1, max_value=MAX_ID)
    key = forms.UUIDField()
