"""What the lists of devices, customers, people and reservations can be narrowed by."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.forms import Helper
from config.common.typed import LineField
from fleet.models import CUSTOMER_ROLES, ReservationStatus, Role, Template
from fleet.models.customers import CustomerKind
from messenger.models import VideoStatus
from ticketing.forms.fields import DayField, choose_among
from ticketing.forms.search import SearchInput
from ticketing.models import Ticket
from ticketing.office.record import KINDS

_LARGEST_ID, _LARGEST_NUMBER = 2**63 - 1, 2**31 - 1
Choices = list[tuple[str, str | Promise]]
STATES: Choices = [("", _("Active and inactive")), ("active", _("Active")), ("inactive", _("Inactive"))]


def _words(label: Any, hint: str | Promise, longest: int = 100) -> LineField:
    attributes = {"autocomplete": "off", "placeholder": hint}
    return LineField(label=label, max_length=longest, required=False, widget=SearchInput(attrs=attributes))


def _link() -> forms.IntegerField:
    """An id that stands in the address because a sheet led here."""
    return forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False, widget=forms.HiddenInput)


class ListForm(forms.Form):
    """What is not on the lists of values is ignored, so that an old link still shows something."""

    q = LineField(max_length=100, required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="list-%s")

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class DeviceListForm(ListForm):
    q = _words(_("Search devices"), _("Name, plate, number, place or customer"))
    template = forms.ChoiceField(label=_("Template"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    customer = _link()

    def __init__(self, data: Mapping[str, Any], templates: list[Template]) -> None:
        super().__init__(data)
        choose_among(self, "template", [("", _("All templates")), *((str(t.pk), t.name) for t in templates)])


CODE_STATES: Choices = [
    ("", _("All codes")),
    ("paired", _("Paired")),
    ("unpaired", pgettext_lazy("code", "Not paired")),
    ("disabled", pgettext_lazy("code", "Disabled")),
    ("unscanned", _("Never scanned")),
    ("pin", _("With PIN")),
    ("odd", _("Odd scan pattern")),
]


class CodeListForm(ListForm):
    # Long enough for a whole link.
    q = _words(_("Search codes"), _("Label, device, typed id or link"), longest=400)
    state = forms.ChoiceField(label=_("State"), required=False, choices=CODE_STATES)
    template = forms.ChoiceField(label=_("Template"), required=False)
    customer = _link()

    def __init__(self, data: Mapping[str, Any], templates: list[Template]) -> None:
        super().__init__(data)
        choose_among(self, "template", [("", _("All templates")), *((str(t.pk), t.name) for t in templates)])


class CustomerListForm(ListForm):
    q = _words(_("Search customers"), _("Name or number"))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *CustomerKind.choices])


class PersonListForm(ListForm):
    q = _words(_("Search people"), _("Name, e-mail or phone"))
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    customer = _link()

    def __init__(self, data: Mapping[str, Any], *, with_employees: bool) -> None:
        super().__init__(data)
        roles = [role for role in Role if role != Role.CODE_USER and (with_employees or role in CUSTOMER_ROLES)]
        choose_among(self, "role", [("", _("All roles")), *((role.value, role.label) for role in roles)])


class ReservationListForm(ListForm):
    q = _words(_("Search reservations"), _("Number, plate or name"))
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *ReservationStatus.choices]
    )
    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("Until day"), required=False)
    device = _link()
    person = _link()


class VideoListForm(ListForm):
    q = _words(_("Search video sessions"), _("Device, plate or customer"))
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("All video sessions")), ("mine", _("Only mine"))]
    )
    status = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *VideoStatus.choices])
    device = _link()


class TicketNumberField(forms.IntegerField):
    """Also as it is written on pages: ``#1098``."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        return super().to_python(value.strip().removeprefix("#") if isinstance(value, str) else value)


class VideoLinkForm(forms.Form):
    """The ticket to be linked to a video session, by its number."""

    number = TicketNumberField(
        label=_("Ticket number"),
        min_value=1,
        max_value=_LARGEST_NUMBER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    use_required_attribute = False
    helper = Helper(Layout("number"), form_show_errors=False)


class RecordForm(ListForm):
    """What of a service record is shown; its version and whether it is internal are for employees.

    One of the `tickets` is chosen; of more than these, `has_more`, by its number.
    """

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    ticket = forms.ChoiceField(label=_("Ticket"), required=False)
    number = TicketNumberField(
        label=_("Ticket number"),
        required=False,
        min_value=1,
        max_value=_LARGEST_NUMBER,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": _("Ticket number"), "size": 14}
        ),
    )
    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("Until day"), required=False)
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        required=False,
        choices=[("", _("Public and internal")), ("public", _("Public")), ("internal", _("Internal"))],
    )
    version = forms.ChoiceField(
        label=_("Version"), required=False, choices=[("", _("For employees")), ("customer", _("For the customer"))]
    )

    def __init__(self, data: Mapping[str, Any], tickets: list[Ticket], *, has_more: bool, for_employee: bool) -> None:
        super().__init__(data)
        del self.fields["q"]
        kinds = [(kind.name, kind.label) for kind in KINDS.values()]
        choose_among(self, "kind", [("", _("Everything")), *kinds])
        named = ((str(ticket.pk), str(ticket)) for ticket in tickets)
        choose_among(self, "ticket", [("", _("All tickets")), *named])
        if not has_more:
            del self.fields["number"]
        if not for_employee:
            del self.fields["visibility"], self.fields["version"]
