"""What an employee fills in before a ready message is sent."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.numbers import whole_number
from config.common.typed import LineField
from messenger.composed import MOST_TIMES, NUMBER, TEXT, TIME, TIMES, BuiltIn, takes_of
from messenger.models import ReadyMessage
from ticketing.forms.fields import NumberField
from ticketing.models import Visibility
from ticketing.services.ready import MAX_TEXT

DEFAULT_NUMBER = "30"
TIME_FIELDS = tuple(f"time_{place}" for place in range(1, MOST_TIMES + 1))


class LocalTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ZoneInput(forms.HiddenInput):
    """A script puts the time zone of the browser into it."""

    def __init__(self) -> None:
        super().__init__(attrs={"data-behaviour": "zone"})


class ReadyForm(forms.Form):
    """What a message takes; `zone` is the time zone in which times are meant."""

    ready = forms.CharField(widget=forms.HiddenInput)
    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    audience = forms.TypedChoiceField(
        choices=Visibility.choices, coerce=Visibility, empty_value=None, required=False, widget=forms.HiddenInput
    )

    use_required_attribute = False

    def __init__(
        self, ready: BuiltIn | ReadyMessage, data: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, auto_id="ready-%s", initial=initial)
        takes = takes_of(ready)
        for name in takes:
            self.fields.update(_FIELDS[name]())
        if isinstance(ready, BuiltIn) and ready.number_label:
            self.fields[NUMBER].label = str(ready.number_label)
        if TIME in takes or TIMES in takes:
            self.fields["zone"] = forms.CharField(required=False, widget=ZoneInput())
        self.helper = Helper(Layout(*self.fields))

    def full_clean(self) -> None:
        zone = self.data.get("zone", "")
        with timezone.override(ZoneInfo(zone) if zone in available_timezones() else None):
            super().full_clean()

    @property
    def values(self) -> dict[str, Any]:
        """Of a valid form, as the service takes them."""
        given = self.cleaned_data
        number = given.get(NUMBER, "")
        return {
            NUMBER: whole_number(number),
            TEXT: given.get(TEXT),
            TIME: given.get(TIME),
            TIMES: [given[name] for name in TIME_FIELDS if given.get(name)],
        }

    @property
    def first_values(self) -> dict[str, Any]:
        """What stands in it before anything was filled in."""
        return {NUMBER: int(DEFAULT_NUMBER)} if not self.is_bound else {}

    def add_refusal(self, field: str, sentence: str) -> None:
        name = TIME_FIELDS[0] if field == TIMES else field
        self.add_error(name if name in self.fields else None, sentence)


def _number() -> dict[str, forms.Field]:
    return {NUMBER: NumberField(label=_("Number"), max_length=4, initial=DEFAULT_NUMBER)}


def _text() -> dict[str, forms.Field]:
    return {TEXT: LineField(label=_("Text"), max_length=MAX_TEXT)}


def _time() -> dict[str, forms.Field]:
    return {TIME: forms.DateTimeField(label=_("Day and time"), widget=LocalTimeInput())}


def _times() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for place, name in enumerate(TIME_FIELDS, start=1):
        label = _("Time %(number)s") % {"number": place}
        fields[name] = forms.DateTimeField(label=label, required=place == 1, widget=LocalTimeInput())
    return fields


_FIELDS = {NUMBER: _number, TEXT: _text, TIME: _time, TIMES: _times}
