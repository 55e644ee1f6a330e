"""The forms of one's own notification settings, and of muting a ticket."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.common import clock
from fleet.forms.rows import RowInput
from fleet.models import Person, Team, Template
from messenger.models import Channel, Exemption, Occasion, Pace, Preferences
from messenger.services.preferences import WantedExemption
from ticketing.forms.fields import DayField

MOST_EXEMPTIONS = 50
_FIELDS_OF_PREFERENCES = ("pace", "digest_at", "quiet_from", "quiet_until", "time_zone", "shows_text", "plays_sound")
_REQUIRED = {"required": _("Choose one of these.")}


@lru_cache(maxsize=1)
def time_zones() -> Sequence[str]:
    """The names that people know: a place on a continent, and UTC."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [*places, "UTC"]


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def field_of(occasion: str, channel: str) -> str:
    """The name of the field that says whether the occasion is wanted by the channel."""
    return f"{occasion}-{channel}"


class SettingsForm(forms.Form):
    """All that one row holds, and a box for each occasion and channel. `typed` shows what was typed, unchecked."""

    pace = forms.ChoiceField(
        label=_("E-mails"), choices=Pace.choices, widget=forms.RadioSelect, error_messages=_REQUIRED
    )
    digest_at = forms.TimeField(
        label=_("Time of the daily e-mail"), widget=_time_input(), help_text=_("For e-mails that come once a day.")
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=_time_input(), required=False)
    quiet_until = forms.TimeField(label=_("Quiet until"), widget=_time_input(), required=False)
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        help_text=_("On other days, e-mails and push notifications wait for the next working day."),
        choices=[(day, capfirst(name)) for day, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one day at least.")},
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        help_text=_("Type the name of a city, such as Berlin."),
        widget=RowInput(attrs={"spellcheck": "false"}),
        max_length=64,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of the pages, e-mails and push notifications.")
    )
    shows_text = forms.BooleanField(
        label=_("Push notifications show texts"),
        help_text=_("Otherwise they show only the number of the ticket and what happened: others may see your screen."),
        required=False,
    )
    plays_sound = forms.BooleanField(
        label=_("Sound"),
        help_text=_("A short tone when something urgent happens while Fleetdesk is open."),
        required=False,
    )

    def __init__(
        self,
        occasions: Collection[Occasion],
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.occasions = occasions
        widget = self.fields["time_zone"].widget
        assert isinstance(widget, RowInput)
        widget.proposals = time_zones()
        for occasion in occasions:
            for channel in Channel:
                label = f"{occasion.label}: {channel.label}"
                self.fields[field_of(occasion, channel)] = forms.BooleanField(label=label, required=False)

    def clean_time_zone(self) -> str:
        """A name as the list writes it; a city alone will do where there is one of that name."""
        typed = str(self.cleaned_data["time_zone"]).replace(" ", "_")
        fits = [name for name in time_zones() if typed.lower() in (name.lower(), name.rpartition("/")[2].lower())]
        if len(fits) != 1:
            raise forms.ValidationError(_("Choose one of the time zones that are proposed."), code="unknown")
        return fits[0]

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two different ends, or none."""
        super().clean()
        if {"quiet_from", "quiet_until"} <= self.cleaned_data.keys():
            begin, end = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
            if (begin is None) != (end is None):
                missing = "quiet_from" if begin is None else "quiet_until"
                self.add_error(missing, _("Enter both times, or none for no quiet hours."))
            elif begin is not None and begin == end:
                self.add_error("quiet_until", _("Quiet hours need two different times."))
        return self.cleaned_data

    @property
    def values(self) -> dict[str, Any]:
        """The fields of `Preferences`, of a valid form."""
        given = {name: self.cleaned_data[name] for name in _FIELDS_OF_PREFERENCES}
        return {**given, "working_days": sum(1 << day for day in self.cleaned_data["working_days"])}

    @property
    def channels(self) -> dict[tuple[str, str], bool]:
        """Of a valid form."""
        return {
            (occasion.value, channel.value): self.cleaned_data[field_of(occasion, channel)]
            for occasion in self.occasions
            for channel in Channel
        }

    @property
    def typed(self) -> "SettingsForm":
        """The same form with what was typed into this one, but not checked."""
        return SettingsForm(self.occasions, initial=_typed_into(self))


def initial_of(person: Person, own: Preferences, channels: Mapping[tuple[str, str], bool]) -> dict[str, Any]:
    """What the form begins with."""
    return {
        **{name: getattr(own, name) for name in _FIELDS_OF_PREFERENCES},
        **{field_of(*key): is_on for key, is_on in channels.items()},
        "working_days": [day for day in WEEKDAYS if own.works_on(day)],
        "language": person.language,
    }


class ExemptionForm(forms.Form):
    """One row: a template or team, a channel, always or never."""

    about = forms.ChoiceField(
        label=_("Template or team"),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose a template or a team, or remove this row.")
        ),
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, error_messages=_REQUIRED)
    is_on = forms.TypedChoiceField(
        label=_("When"),
        choices=[("on", _("always")), ("off", _("never"))],
        coerce=lambda value: value == "on",
        error_messages=_REQUIRED,
    )

    def __init__(
        self,
        subjects: Sequence[tuple[str | Promise, Any]],
        number: int,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"exemption-{number}", initial=dict(initial or {}))
        self.number = number
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [("", _("Choose")), *subjects]

    @property
    def wanted(self) -> WantedExemption:
        """Of a valid form."""
        kind, _dash, key = self.cleaned_data["about"].partition("-")
        return WantedExemption(
            channel=self.cleaned_data["channel"],
            is_on=self.cleaned_data["is_on"],
            **{f"{kind}_id": int(key)},
        )

    @property
    def typed(self) -> dict[str, Any]:
        return _typed_into(self)


def exemption_subjects(templates: Sequence[Template], teams: Sequence[Team]) -> list[tuple[str | Promise, Any]]:
    """What an exception may be about, in groups; empty where there is nothing."""
    groups = (
        (_("Templates"), [(f"template-{each.pk}", each.name) for each in templates]),
        (_("My teams"), [(f"team-{each.pk}", each.name) for each in teams]),
    )
    return [(label, choices) for label, choices in groups if choices]


def initial_of_exemption(row: Exemption) -> dict[str, Any]:
    kind, key = ("template", row.template_id) if row.template_id is not None else ("team", row.team_id)
    return {"about": f"{kind}-{key}", "channel": row.channel, "is_on": "on" if row.is_on else "off"}


def _typed_into(form: forms.Form) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


class MuteForm(forms.Form):
    """Sent by a button that names how long, in `term`; a day goes with `DAY`. Cleaned to `until`, None for good."""

    TODAY, TOMORROW, WEEK, DAY, GOOD = "today", "tomorrow", "week", "day", "good"
    choices = (
        (TODAY, _("For the rest of the day")),
        (TOMORROW, _("Until tomorrow, 08:00")),
        (WEEK, _("For a week")),
        (GOOD, _("Until I switch it on again")),
    )
    term = forms.ChoiceField(
        choices=[*choices, (DAY, _("Until a day"))],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of these.")),
    )
    day = DayField(label=_("Until this day"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, time_zone: str = "UTC") -> None:
        super().__init__(data, auto_id="mute-%s")
        self.zone = ZoneInfo(time_zone)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("term") == self.DAY and "day" in self.cleaned_data:
            day = self.cleaned_data["day"]
            if day is None or self._at(day, time()) <= clock.now():
                self.add_error("day", _("Choose a day in the future."))
        return self.cleaned_data

    @property
    def until(self) -> datetime | None:
        """Of a valid form."""
        term = self.cleaned_data["term"]
        today = clock.now().astimezone(self.zone).date()
        if term == self.GOOD:
            return None
        if term == self.WEEK:
            return clock.now() + timedelta(days=7)
        if term == self.DAY:
            return self._at(self.cleaned_data["day"], time())
        return self._at(today + timedelta(days=1), time(8) if term == self.TOMORROW else time())

    def _at(self, day: Any, moment: time) -> datetime:
        return datetime.combine(day, moment, tzinfo=self.zone)
