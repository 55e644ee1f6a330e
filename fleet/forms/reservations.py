"""The form of a reservation."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.typed_days import FIRST_DAY, OUT_OF_RANGE, last_day, range_words, read_moment
from config.common.typed_numbers import is_unit_of, read_number, shown_number
from config.common.visible import has_visible
from fleet.actors import Actor
from fleet.forms.editing import SEEN, EditForm
from fleet.forms.rows import RowField
from fleet.models import CUSTOMER_ROLES, Device, Person, Reservation, TemplateKind
from fleet.selectors import find_devices, find_people

FIELDS = (
    *("number", "status", "device", "person", "starts_at", "ends_at", "contract", "car_park"),
    *("estimated_km", "driven_km"),
)
MOMENTS = ("starts_at", "ends_at")


def vehicle_label(device: Device) -> str:
    """Plate and name."""
    return " · ".join(filter(None, (device.licence_plate or device.serial_number, device.name)))


def person_label(person: Person) -> str:
    """Name and e-mail; the phone of those who have none, who may be called as others are."""
    # Without what stands for a missing name, by which no one is found.
    name = f"{person.first_name} {person.last_name}".strip()
    return " · ".join(filter(None, (name, person.email or person.phone))) or person.name


class MomentInput(forms.DateTimeInput):
    """The calendar and clock of the browser."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """What is still written as in `seen` stays the moment that is `present`, if there is one.

    In the hour that comes twice when summer ends, a text alone does not say which moment it is.
    """

    widget = MomentInput
    present: datetime | None = None
    seen = ""

    def to_python(self, value: Any) -> Any:
        if self.present is not None and isinstance(value, str) and value.strip() == self.seen:
            return self.present
        if not isinstance(value, str):
            return super().to_python(value)
        if not has_visible(value):
            return None
        moment = read_moment(value)
        if moment is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not FIRST_DAY <= moment.date() <= last_day():
            words = range_words(moment.date(), FIRST_DAY, last_day())
            raise ValidationError(OUT_OF_RANGE, code="range", params=words)
        return from_current_timezone(moment)


class KilometresField(forms.IntegerField):
    """Whole kilometres as the reader's language writes them, with or without the unit."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        number = read_number(value) if isinstance(value, str) else None
        is_read = number is not None and (not number.unit or is_unit_of(number.unit, ["km"]))
        return super().to_python(number.value if is_read and number else value)

    def prepare_value(self, value: Any) -> Any:
        return shown_number(str(value)) if isinstance(value, int) else value


class ReservationForm(EditForm[Reservation]):
    device = RowField(label=_("Vehicle"), help_text=_("Plate, number or name."))
    person = RowField(label=_("Person"), help_text=_("Name or e-mail."))

    class Meta:
        model = Reservation
        fields = FIELDS
        field_classes = {
            "starts_at": MomentField,
            "ends_at": MomentField,
            "estimated_km": KilometresField,
            "driven_km": KilometresField,
        }
        # Of a column for numbers, Django would take one that browsers read in their own way.
        widgets = dict.fromkeys(("estimated_km", "driven_km"), KilometresField.widget)

    helper = Helper(Layout(*FIELDS))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        for name in MOMENTS:
            field = self.fields[name]
            assert isinstance(field, MomentField)
            if not self.is_new:
                field.present, field.seen = self.loaded[name], dict(self.seen_fields)[SEEN + name]

    def prepare(self) -> None:
        vehicles = Device.objects.filter(template__kind=TemplateKind.VEHICLE).select_related("template")
        people = Person.objects.filter(role__in=CUSTOMER_ROLES)
        devices, persons = self.fields["device"], self.fields["person"]
        assert isinstance(devices, RowField)
        assert isinstance(persons, RowField)
        devices.among(lambda words: find_devices(vehicles, words, self.actor), vehicle_label)
        persons.among(lambda words: find_people(people, words), person_label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", ValidationError(_("A reservation ends after it begins."), code="order"))
        return cleaned
