"""The state machine of a ticket on one screen: statuses, labels, and every legal transition."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, FSMField, transition

from config.common.enum_fields import EnumValues

if TYPE_CHECKING:
    # The types of the library say that its states are plain texts.
    StateField = models.CharField["TicketStatus", "TicketStatus"]
else:
    StateField = FSMField


class TicketStatus(models.TextChoices):
    """Progress of a ticket; exactly one at a time."""

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
        """The name of its Lucide icon."""
        return _ICONS[self]

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
    TicketStatus.OPEN: _("Sent to our team. Nobody has taken it yet."),
    TicketStatus.ASSIGNED: _("Somebody of our team is responsible and will be in touch."),
    TicketStatus.IN_PROGRESS: _("Our team is working on it."),
    TicketStatus.DONE: _("The work is done."),
    TicketStatus.CLOSED: _("This ticket is closed."),
    TicketStatus.CANCELLED: _("This ticket was cancelled."),
}
LIVE = (TicketStatus.OPEN, TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS, TicketStatus.DONE)
WORK = (TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS)
DEALT_WITH = (TicketStatus.DONE, TicketStatus.CLOSED, TicketStatus.CANCELLED)
STATIONS = (
    TicketStatus.OPEN,
    TicketStatus.ASSIGNED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.DONE,
    TicketStatus.CLOSED,
)


def somebody_is_responsible(ticket: Any) -> bool:
    """Condition: at least one assignment has not ended."""
    return any(a.ended_at is None for a in ticket.assignments.all())


def nobody_is_responsible(ticket: Any) -> bool:
    """Condition: the last responsible person has gone."""
    return not somebody_is_responsible(ticket)


class StatusField(EnumValues[TicketStatus], StateField):
    """Its value is a TicketStatus, and changed by transitions only."""

    django_path = "django_fsm.FSMField"


class TicketMachine(models.Model):
    """The status and its transitions. Who may is asked of the rules; side effects belong to the services."""

    status = StatusField(_("status"), enum=TicketStatus, default=TicketStatus.DRAFT, protected=True, db_index=True)

    class Meta:
        abstract = True

    @transition("status", source=TicketStatus.DRAFT, target=TicketStatus.OPEN)
    def send(self) -> None:
        """The last step is answered."""

    @transition("status", source=TicketStatus.OPEN, target=TicketStatus.ASSIGNED, conditions=[somebody_is_responsible])
    def assign(self) -> None:
        """The first person accepted or was assigned."""

    @transition(
        "status",
        source=[TicketStatus.OPEN, TicketStatus.ASSIGNED],
        target=TicketStatus.IN_PROGRESS,
        conditions=[somebody_is_responsible],
    )
    def start(self) -> None:
        """An employee begins to work."""

    @transition("status", source=TicketStatus.IN_PROGRESS, target=TicketStatus.ASSIGNED)
    def set_back(self) -> None:
        """Work has not begun after all."""

    @transition("status", source=list(WORK), target=TicketStatus.OPEN, conditions=[nobody_is_responsible])
    def fall_back(self) -> None:
        """The last responsible person has gone."""

    @transition("status", source=list(WORK), target=TicketStatus.DONE)
    def finish(self) -> None:
        """An employee says that the case is completed."""

    @transition("status", source=TicketStatus.DONE, target=TicketStatus.CLOSED)
    def close(self) -> None:
        """Rated, or nobody is asked for a rating, or closed by hand."""

    @transition(
        "status",
        source=list(DEALT_WITH),
        target=RETURN_VALUE(TicketStatus.ASSIGNED, TicketStatus.OPEN),
    )
    def reopen(self) -> TicketStatus:
        """Back to whoever is responsible, else to everybody who may be."""
        return TicketStatus.ASSIGNED if somebody_is_responsible(self) else TicketStatus.OPEN

    @transition("status", source=[TicketStatus.OPEN, *WORK], target=TicketStatus.CANCELLED)
    def cancel(self) -> None:
        """Help is no longer needed."""

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Refresh the protected status, too: Django assigns it like any other field, which the machine forbids."""
        wanted = [field.attname for field in self._meta.concrete_fields] if fields is None else list(fields)
        before = self.__dict__.pop("status", None) if "status" in wanted else None
        try:
            super().refresh_from_db(using=using, fields=wanted, from_queryset=from_queryset)
        finally:
            if before is not None:
                self.__dict__.setdefault("status", before)
