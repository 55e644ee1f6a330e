"""The state machine of a ticket: statuses, their looks, and every legal transition."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, FSMField, transition

from config.common.enum_fields import EnumValues

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from fleet.models import Assignment

    # The types of the library say that its states are plain texts.
    StateField = models.CharField["TicketStatus", "TicketStatus"]
else:
    StateField = FSMField


class Stage(models.TextChoices):
    """What customers are told of the status: a coarser view of it, never a state of its own."""

    NEW = "new", pgettext_lazy("stage", "New")
    ONGOING = "ongoing", pgettext_lazy("stage", "Ongoing")
    DEALT_WITH = "dealt_with", pgettext_lazy("stage", "Dealt with")

    @property
    def statuses(self) -> "tuple[TicketStatus, ...]":
        return _STATUSES_OF_STAGES[self]

    @property
    def tone(self) -> str:
        """The name of its colours in the design tokens: those of the status that stands for it."""
        return {"new": "open", "ongoing": "in-progress", "dealt_with": "done"}[self.value]

    @property
    def icon(self) -> str:
        return {"new": "circle-dot", "ongoing": "wrench", "dealt_with": "circle-check"}[self.value]


class TicketStatus(models.TextChoices):
    DRAFT = "draft", _("DRAFT")
    OPEN = "open", pgettext_lazy("status", "OPEN")
    ASSIGNED = "assigned", _("ASSIGNED")
    IN_PROGRESS = "in_progress", _("IN PROGRESS")
    DONE = "done", _("DONE")
    CLOSED = "closed", _("CLOSED")
    CANCELLED = "cancelled", _("CANCELLED")

    @property
    def tone(self) -> str:
        """The name of its colours in the design tokens."""
        return self.value.replace("_", "-")

    @property
    def icon(self) -> str:
        return _ICONS[self]

    @property
    def stage(self) -> Stage | None:
        """None for a draft."""
        return next((stage for stage in Stage if self in stage.statuses), None)

    @property
    def meaning(self) -> str | Promise:
        """What it means to the person who waits, in one sentence."""
        return _MEANINGS[self]


_ICONS = {
    TicketStatus.DRAFT: "circle-dashed",
    TicketStatus.OPEN: "circle-dot",
    TicketStatus.ASSIGNED: "user-check",
    TicketStatus.IN_PROGRESS: "wrench",
    TicketStatus.DONE: "circle-check",
    TicketStatus.CLOSED: "archive",
    TicketStatus.CANCELLED: "circle-x",
}
_MEANINGS = {
    TicketStatus.DRAFT: _("Not sent yet."),
    TicketStatus.OPEN: _("Sent to our team. No one has taken it yet."),
    TicketStatus.ASSIGNED: _("Someone from our team is responsible and will be in touch."),
    TicketStatus.IN_PROGRESS: _("Our team is working on it."),
    TicketStatus.DONE: _("The work is done."),
    TicketStatus.CLOSED: _("This ticket is closed."),
    TicketStatus.CANCELLED: _("This ticket was cancelled."),
}
LIVE = (TicketStatus.OPEN, TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS, TicketStatus.DONE)
WORK = (TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS)
OPEN_WORK = (TicketStatus.OPEN, *WORK)
DEALT_WITH = (TicketStatus.DONE, TicketStatus.CLOSED, TicketStatus.CANCELLED)
ENDED = (TicketStatus.CLOSED, TicketStatus.CANCELLED)
_STATUSES_OF_STAGES = {Stage.NEW: (TicketStatus.OPEN,), Stage.ONGOING: WORK, Stage.DEALT_WITH: DEALT_WITH}
STATIONS = (
    TicketStatus.OPEN,
    TicketStatus.ASSIGNED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.DONE,
    TicketStatus.CLOSED,
)


def has_responsible_people(ticket: models.Model) -> bool:
    assert isinstance(ticket, TicketMachine)
    return any(assignment.ended_at is None for assignment in ticket.assignments.all())


def has_no_responsible_people(ticket: models.Model) -> bool:
    return not has_responsible_people(ticket)


class StatusField(EnumValues[TicketStatus], StateField):
    """Its value is a TicketStatus, and changed by transitions only."""

    django_path = "django_fsm.FSMField"


class TicketMachine(models.Model):
    """The status and its transitions. Rules say who may run them, and services do all that goes with one."""

    status = StatusField(_("status"), enum=TicketStatus, default=TicketStatus.DRAFT, protected=True, db_index=True)
    if TYPE_CHECKING:
        assignments: RelatedManager[Assignment]

    class Meta:
        abstract = True

    @transition("status", source=TicketStatus.DRAFT, target=TicketStatus.OPEN)
    def send(self) -> None:
        """The creator has answered all steps."""

    @transition("status", source=TicketStatus.OPEN, target=TicketStatus.ASSIGNED, conditions=[has_responsible_people])
    def assign(self) -> None:
        """The first person accepted or was assigned."""

    @transition(
        "status",
        source=[TicketStatus.OPEN, TicketStatus.ASSIGNED],
        target=TicketStatus.IN_PROGRESS,
        conditions=[has_responsible_people],
    )
    def start(self) -> None:
        """An employee begins to work."""

    @transition("status", source=TicketStatus.IN_PROGRESS, target=TicketStatus.ASSIGNED)
    def set_back(self) -> None:
        """Work has not begun after all."""

    @transition("status", source=list(WORK), target=TicketStatus.OPEN, conditions=[has_no_responsible_people])
    def fall_back(self) -> None:
        """The last responsible person was withdrawn."""

    @transition("status", source=list(WORK), target=TicketStatus.DONE)
    def finish(self) -> None:
        """An employee says that the case is completed."""

    @transition("status", source=TicketStatus.DONE, target=TicketStatus.CLOSED)
    def close(self) -> None:
        """It was rated, no rating is asked for, or it was closed by hand."""

    @transition(
        "status",
        source=list(DEALT_WITH),
        target=RETURN_VALUE(TicketStatus.ASSIGNED, TicketStatus.OPEN),
    )
    def reopen(self) -> TicketStatus:
        """Back to ASSIGNED, or to OPEN where no employee is responsible."""
        return TicketStatus.ASSIGNED if has_responsible_people(self) else TicketStatus.OPEN

    @transition("status", source=[TicketStatus.OPEN, *WORK], target=TicketStatus.CANCELLED)
    def cancel(self) -> None:
        """Help is no longer needed."""

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: "models.QuerySet[Self] | None" = None,
    ) -> None:
        # Django assigns the status like any other field, which the machine forbids: so it is taken out before.
        wanted = [field.attname for field in self._meta.concrete_fields] if fields is None else list(fields)
        before = self.__dict__.pop("status", None) if "status" in wanted else None
        try:
            super().refresh_from_db(using=using, fields=wanted, from_queryset=from_queryset)
        finally:
            if before is not None:
                self.__dict__.setdefault("status", before)
