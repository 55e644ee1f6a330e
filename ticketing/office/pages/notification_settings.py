"""The page of one's own notification settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.functional import Promise

from config.common import clock
from config.common.numbers import whole_number
from config.common.rules import may, require
from fleet.access import teams_of, templates_for
from fleet.actors import KnownActor
from messenger.models import Occasion
from messenger.preferences import CHANNELS, Wishes, defaults_of, grouped, occasions_for, wishes_of
from messenger.selectors import mutes_of
from messenger.services.preferences import Settings
from ticketing.access import tickets_for
from ticketing.forms.notification_settings import (
    MOST_EXEMPTIONS,
    ExemptionForm,
    SettingsForm,
    exemption_subjects,
    field_of,
    initial_of,
    initial_of_exemption,
)
from ticketing.models import Ticket
from ticketing.office.pages.muting import until_words

# How many rows of exceptions were sent, and the names of the buttons that add or remove one.
ROWS, ADD, REMOVE = "exemptions", "add", "remove"


@dataclass(frozen=True)
class Cell:
    """The box for one occasion and channel, and whether the role has it."""

    box: BoundField
    is_on_by_default: bool


@dataclass(frozen=True)
class OccasionRow:
    occasion: Occasion
    cells: list[Cell]


@dataclass(frozen=True)
class MutedTicket:
    """A ticket of which nothing is sent, and until when; None where the person may no longer see it."""

    ticket_id: int
    ticket: Ticket | None
    words: str


@dataclass(frozen=True)
class SettingsForms:
    """What the page sends at once. Without `subjects` there is nothing to make an exception for."""

    main: SettingsForm
    exemptions: list[ExemptionForm]
    subjects: list[tuple[str | Promise, Any]]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in (self.main, *self.exemptions))

    @property
    def wanted(self) -> Settings:
        """Of valid forms."""
        return Settings(
            values=self.main.values,
            channels=self.main.channels,
            exemptions=[form.wanted for form in self.exemptions],
            language=self.main.cleaned_data["language"],
        )

    def with_row(self) -> "SettingsForms":
        """The same with what was typed, unchecked, and an empty row more."""
        return self._with_rows([*(form.typed for form in self.exemptions), {}][:MOST_EXEMPTIONS])

    def without_row(self, number: int | None) -> "SettingsForms":
        """The same with what was typed, unchecked, and without that row."""
        return self._with_rows([form.typed for form in self.exemptions if form.number != number])

    def _with_rows(self, rows: list[dict[str, Any]]) -> "SettingsForms":
        exemptions = [ExemptionForm(self.subjects, number, initial=row) for number, row in enumerate(rows)]
        return SettingsForms(self.main.typed, exemptions, self.subjects)


@dataclass(frozen=True)
class NotificationSettingsPage:
    """`guesses_zone` says that the browser may propose its own time zone, because none was stored."""

    forms: SettingsForms
    groups: list[tuple[str | Promise, list[OccasionRow]]]
    muted: list[MutedTicket]
    has_choices: bool
    guesses_zone: bool


def sent_forms(actor: KnownActor, data: Mapping[str, Any]) -> SettingsForms:
    """The forms with what was sent. Raises `NotVisible` for people who do not sign in."""
    require(actor, "messenger.change_own_settings")
    subjects = _subjects(actor)
    count = min(whole_number(data.get(ROWS)) or 0, MOST_EXEMPTIONS)
    return SettingsForms(
        SettingsForm(occasions_for(actor.person.role), data),
        [ExemptionForm(subjects, number, data) for number in range(count)],
        subjects,
    )


def notification_settings_page(actor: KnownActor, sent: SettingsForms | None = None) -> NotificationSettingsPage:
    """The page with what was sent, else with what is stored. Raises `NotVisible` for people who do not sign in."""
    require(actor, "messenger.change_own_settings")
    wishes, defaults = wishes_of(actor.person, clock.now()), defaults_of(actor.person.role)
    shown = sent or _stored_forms(actor, wishes)
    return NotificationSettingsPage(
        forms=shown,
        groups=[
            (label, [OccasionRow(each, _cells(shown.main, each, defaults)) for each in occasions])
            for label, occasions in grouped(shown.main.occasions)
        ],
        muted=_muted(actor, wishes),
        has_choices=wishes.channels != defaults,
        guesses_zone=sent is None and wishes.preferences._state.adding,
    )


def _stored_forms(actor: KnownActor, wishes: Wishes) -> SettingsForms:
    subjects = _subjects(actor)
    offered = {key for _label, choices in subjects for key, _name in choices}
    # Without those of teams that the person has left: they are gone with the next saving.
    rows = [row for row in map(initial_of_exemption, wishes.exemptions) if row["about"] in offered]
    return SettingsForms(
        SettingsForm(
            occasions_for(actor.person.role), initial=initial_of(actor.person, wishes.preferences, wishes.channels)
        ),
        [ExemptionForm(subjects, number, initial=row) for number, row in enumerate(rows)],
        subjects,
    )


def _subjects(actor: KnownActor) -> list[tuple[str | Promise, Any]]:
    templates = templates_for(actor) if may(actor, "fleet.list_records") else []
    return exemption_subjects(templates, teams_of(actor))


def _cells(form: SettingsForm, occasion: Occasion, defaults: Mapping[tuple[str, str], bool]) -> list[Cell]:
    return [Cell(form[field_of(occasion, channel)], defaults[occasion, channel]) for channel in CHANNELS]


def _muted(actor: KnownActor, wishes: Wishes) -> list[MutedTicket]:
    """Two queries."""
    mutes = list(mutes_of(actor))
    found = tickets_for(actor).filter(pk__in=[each.ticket_id for each in mutes]).select_related("flow")
    tickets = {ticket.pk: ticket for ticket in found} if mutes else {}
    zone = wishes.preferences.time_zone
    return [MutedTicket(each.ticket_id, tickets.get(each.ticket_id), until_words(each, zone)) for each in mutes]
