"""Examples for the style guide: made up, never stored."""

from datetime import timedelta
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config.common import clock
from ticketing.models import Priority, Visibility
from ticketing.transitions import STATIONS, TicketStatus


class ExampleForm(forms.Form):
    """One field of each kind."""

    subject = forms.CharField(label=_("Subject"), max_length=80, help_text=_("One short line."))
    description = forms.CharField(label=_("Description"), max_length=200, widget=forms.Textarea, required=False)
    amount = forms.IntegerField(label=_("Number"), required=False, min_value=1)
    day = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices)
    visibility = forms.ChoiceField(label=_("Visibility"), choices=Visibility.choices, widget=forms.RadioSelect)
    status = forms.MultipleChoiceField(
        label=_("Status"), choices=TicketStatus.choices[:4], widget=forms.CheckboxSelectMultiple, required=False
    )
    photo = forms.FileField(label=_("Photo"), required=False)
    notify = forms.BooleanField(label=_("Send the ticket to the managers"), required=False)


def styleguide_context() -> dict[str, Any]:
    """Everything that the style guide shows and a template cannot write down itself."""
    now = clock.now()
    return {
        "statuses": list(TicketStatus),
        "priorities": list(Priority),
        "visibilities": list(Visibility),
        "bars": [example_stations(present) for present in range(len(STATIONS))],
        "people": example_people(),
        "form": ExampleForm(auto_id="empty_%s"),
        "wrong_form": ExampleForm({"subject": "", "amount": "0"}, auto_id="wrong_%s"),
        "tones": ("neutral", "accent", "violet", "amber", "teal", "danger", "dashed", "struck", "quiet", "internal"),
        "variants": ("primary", "secondary", "quiet", "danger"),
        "levels": ("info", "success", "warning", "error", "internal"),
        "moments": [
            now - timedelta(seconds=5),
            now - timedelta(minutes=7),
            now - timedelta(hours=3),
            now - timedelta(days=20),
        ],
        "sample_picture": static("img/mark.svg"),
        "texts": ("xs", "sm", "md", "lg", "xl"),
    }


def example_stations(present: int) -> list[dict[str, Any]]:
    """The way of a ticket with the given station as the present one."""
    now = clock.now()
    states = ["past"] * present + ["present"] + ["future"] * (len(STATIONS) - present - 1)
    times = [
        now - timedelta(hours=3 * (present - place)) if place <= present else None for place in range(len(STATIONS))
    ]
    return [
        {"label": status.label, "tone": status.tone, "icon": status.icon, "state": state, "time": time}
        for status, state, time in zip(STATIONS, states, times, strict=True)
    ]


def example_people() -> list[dict[str, Any]]:
    """Names with a key for the colour, in the kinds of people there are."""
    names = (
        "Mara Vogt",
        "Jonas Weber",
        "Amélie Durand",
        "Piotr Zieliński",
        "Leyla Aydın",
        "Tom Becker",
        "Zoé Martin",
        "Nils Ohm",
    )
    kinds = ("employee", "employee", "customer", "employee", "employee", "customer", "employee", "guest")
    return [{"name": name, "key": key, "kind": kind} for key, (name, kind) in enumerate(zip(names, kinds, strict=True))]
