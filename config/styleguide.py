"""What the style guide shows: made up, never stored."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from config.common.typed import LineField, TextField
from fleet.actors import ANONYMOUS
from messenger.models import Remark
from ratings.forms import RatingForm
from ratings.models import Score
from ticketing.models import Priority, Station, Visibility
from ticketing.office.pages.ticket_actions import FINISH, SET_BACK, OfferedAction, StatusStep
from ticketing.transitions import STATIONS, TicketStatus


class ExampleForm(SuggestForm):
    """One field of each kind."""

    subject = LineField(label=_("Subject"), max_length=80, help_text=_("One short line."))
    description = TextField(label=_("Description"), max_length=200, widget=forms.Textarea, required=False)
    amount = forms.IntegerField(label=_("Number"), required=False, min_value=1)
    day = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices)
    visibility = forms.ChoiceField(label=_("Visibility"), choices=Visibility.choices, widget=forms.RadioSelect)
    status = forms.MultipleChoiceField(
        label=_("Status"), choices=TicketStatus.choices[:4], widget=forms.CheckboxSelectMultiple, required=False
    )
    person = SuggestField(label=_("Person"), source="person")
    photo = forms.FileField(label=_("Photo"), required=False)
    notify = forms.BooleanField(label=_("Send the ticket to the managers"), required=False)

    helper = Helper(
        Layout(
            "subject", "description", "amount", "day", "priority", "visibility", "status", "person", "photo", "notify"
        )
    )


@dataclass(frozen=True)
class ExamplePerson:
    """As much of a person as an avatar shows."""

    pk: int
    name: str
    is_employee: bool = True
    is_code_user: bool = False


@dataclass(frozen=True)
class ExampleFile:
    """As much of an attachment as its component shows."""

    name: str
    kind: str
    content_type: str
    size: int
    is_image: bool = False
    preview: str = ""
    other: str = ""
    other_type: str = ""
    duration: int | None = None
    peaks: bytes | None = None
    width: int | None = None
    height: int | None = None
    caption: str = ""
    remark: str = Remark.NONE
    original_name: str = ""
    original_size: int | None = None
    pk: uuid.UUID = field(default_factory=uuid.uuid4)
    created_at: datetime = field(default_factory=clock.now)

    @property
    def original_suffix(self) -> str:
        return self.original_name.rpartition(".")[2].upper()

    def get_remark_display(self) -> str:
        return str(Remark(self.remark).label)


@dataclass(frozen=True)
class StyleGuide:
    """Everything that a template cannot write down itself. `moments` go from seconds to weeks ago."""

    statuses: list[TicketStatus]
    priorities: list[Priority]
    visibilities: list[Visibility]
    bars: list[list[Station]]
    steps: list[StatusStep]
    people: list[ExamplePerson]
    files: list[ExampleFile]
    form: ExampleForm
    wrong_form: ExampleForm
    rating: RatingForm
    scores: list[Score]
    moments: list[datetime]


def style_guide() -> StyleGuide:
    """Returns examples as of now."""
    now = clock.now()
    return StyleGuide(
        statuses=list(TicketStatus),
        priorities=list(Priority),
        visibilities=list(Visibility),
        bars=[example_stations(present) for present in range(len(STATIONS))],
        steps=example_steps(),
        people=[
            ExamplePerson(1, "Mara Vogt"),
            ExamplePerson(2, "Jonas Weber"),
            ExamplePerson(3, "Amélie Durand", is_employee=False),
            ExamplePerson(4, "Piotr Zieliński"),
            ExamplePerson(5, "Nils Ohm", is_employee=False, is_code_user=True),
        ],
        files=[
            ExampleFile("delivery-note-of-the-hydraulic-hose-with-a-long-name.pdf", "file", "application/pdf", 182_044),
            ExampleFile("plan-of-the-hall.tif", "file", "image/tiff", 31_448_213, remark=Remark.PIXELS),
            ExampleFile("engine.mp3", "audio", "audio/mpeg", 48_213, duration=64_000, peaks=bytes(range(0, 256, 4))),
            ExampleFile("engine.mp4", "video", "video/mp4", 2_048_213, duration=4_100),
        ],
        form=ExampleForm(auto_id="empty_%s", actor=ANONYMOUS),
        wrong_form=ExampleForm({"subject": "", "amount": "0"}, auto_id="wrong_%s", actor=ANONYMOUS),
        rating=RatingForm(initial={"score": Score.GOOD}),
        scores=list(Score),
        moments=[now - age for age in (timedelta(seconds=5), timedelta(minutes=7), timedelta(hours=3), timedelta(20))],
    )


def example_stations(present: int) -> list[Station]:
    """The way of a ticket with the given station as the present one."""
    now = clock.now()
    past = [
        Station(status, "past", now - timedelta(hours=3 * (present - place)))
        for place, status in enumerate(STATIONS[:present])
    ]
    future = [Station(status, "future") for status in STATIONS[present + 1 :]]
    return [*past, Station(STATIONS[present], "present", now), *future]


def example_steps() -> list[StatusStep]:
    """The status bar of someone who works on a ticket IN PROGRESS."""
    ways = {action.leads_to: OfferedAction(action, "") for action in (FINISH, SET_BACK)}
    return [StatusStep(station, ways.get(station.status)) for station in example_stations(2)]
