"""The state machine of a video session: its statuses, their looks, and every legal transition."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition

from config.common.enum_fields import EnumValues


class VideoStatus(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("video session", "REQUESTED")
    CONFIRMED = "confirmed", pgettext_lazy("video session", "CONFIRMED")
    IN_PROGRESS = "in_progress", pgettext_lazy("video session", "IN PROGRESS")
    DONE = "done", pgettext_lazy("video session", "DONE")
    CANCELLED = "cancelled", pgettext_lazy("video session", "CANCELLED")

    @property
    def tone(self) -> str:
        """The name of its colours in the design tokens: those of the status of a ticket that is like it."""
        return {"requested": "open", "confirmed": "assigned"}.get(self.value, self.value.replace("_", "-"))

    @property
    def icon(self) -> str:
        return _ICONS[self]


_ICONS = {
    VideoStatus.REQUESTED: "circle-dot",
    VideoStatus.CONFIRMED: "calendar-check",
    VideoStatus.IN_PROGRESS: "video",
    VideoStatus.DONE: "circle-check",
    VideoStatus.CANCELLED: "circle-x",
}
# Those in which it can be joined, and those in which it can still become something.
JOINABLE = (VideoStatus.CONFIRMED, VideoStatus.IN_PROGRESS)
UNFINISHED = (VideoStatus.REQUESTED, *JOINABLE)

if TYPE_CHECKING:
    # The types of the library say that its states are plain texts.
    StateField = models.CharField[VideoStatus, VideoStatus]
else:
    StateField = FSMField


class VideoStatusField(EnumValues[VideoStatus], StateField):
    """Its value is a VideoStatus, and changed by transitions only."""

    django_path = "django_fsm.FSMField"


class VideoMachine(models.Model):
    """The status and its transitions. Rules say who may run them, and services do all that goes with one."""

    status = VideoStatusField(
        _("status"), enum=VideoStatus, default=VideoStatus.REQUESTED, protected=True, max_length=20, db_index=True
    )

    class Meta:
        abstract = True

    @transition("status", source=VideoStatus.REQUESTED, target=VideoStatus.CONFIRMED)
    def confirm(self) -> None:
        """An employee says that it takes place; what an employee makes is confirmed at once."""

    @transition("status", source=VideoStatus.CONFIRMED, target=VideoStatus.IN_PROGRESS)
    def start(self) -> None:
        """Both sides are in."""

    @transition("status", source=VideoStatus.IN_PROGRESS, target=VideoStatus.DONE)
    def finish(self) -> None:
        """Somebody left, or did not come back."""

    @transition("status", source=list(UNFINISHED), target=VideoStatus.CANCELLED)
    def cancel(self) -> None:
        """It does not take place, or not any further."""

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
