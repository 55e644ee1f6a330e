"""Video sessions: one call between a customer and an employee, and who sits on each side of it."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.enum_fields import TextEnumField
from messenger.transitions import JOINABLE, UNFINISHED, VideoMachine, VideoStatus

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

# How long a side may be away before the call is over: a drop is not the end.
TIME_TO_RETURN = timedelta(minutes=2)


class VideoVisibility(models.TextChoices):
    """Who can see a session at all, as tickets have it."""

    PUBLIC = "public", _("PUBLIC")
    INTERNAL = "internal", _("INTERNAL")


class Side(models.TextChoices):
    SERVICE = "service", pgettext_lazy("side of a video session", "Team")
    CUSTOMER = "customer", pgettext_lazy("side of a video session", "Customer")


class VideoSession(VideoMachine):
    """`message` holds the card with which it is joined; null where it was not made in a conversation."""

    # Made by the browser of its creator: the same key twice is the same session.
    client_key = models.UUIDField()
    creator = models.ForeignKey(
        "fleet.Person", models.PROTECT, related_name="video_sessions", verbose_name=_("created by")
    )
    device = models.ForeignKey(
        "fleet.Device", models.PROTECT, null=True, related_name="video_sessions", verbose_name=_("device")
    )
    tickets = models.ManyToManyField("ticketing.Ticket", related_name="video_sessions", verbose_name=_("tickets"))
    message = models.OneToOneField("messenger.Message", models.PROTECT, null=True, related_name="video_session")
    visibility = TextEnumField(_("visibility"), enum=VideoVisibility, default=VideoVisibility.PUBLIC, max_length=10)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    if TYPE_CHECKING:
        seats: RelatedManager["VideoSeat"]

    class Meta:
        verbose_name = _("video session")
        verbose_name_plural = _("video sessions")
        ordering = ("-created_at", "-pk")
        indexes = (models.Index(fields=("-created_at", "-id"), name="video_session_newest"),)
        constraints = (
            models.UniqueConstraint(fields=("creator", "client_key"), name="video_session_made_once"),
            models.CheckConstraint(
                name="video_session_runs_from_start_to_end",
                condition=Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gte=models.F("started_at")),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_joinable(self) -> bool:
        return self.status in JOINABLE

    @property
    def is_over(self) -> bool:
        return self.status not in UNFINISHED

    @property
    def is_running(self) -> bool:
        return self.status == VideoStatus.IN_PROGRESS

    @property
    def is_public(self) -> bool:
        return self.visibility == VideoVisibility.PUBLIC

    @property
    def duration(self) -> timedelta | None:
        """How long both were in; None before the end, and where it never began."""
        return self.ended_at - self.started_at if self.started_at and self.ended_at else None


class VideoSeat(models.Model):
    """One side of a session and who has it. The browser that took it last has its `key`; all others are out.

    `joined_at` is when its person came in, `seen_at` when the browser was heard of last, `left_at` when it went away.
    `session_key` is that of the browser's sign-in, on which its right rests, as long as the call can go on.
    """

    session = models.ForeignKey(VideoSession, models.CASCADE, related_name="seats")
    side = TextEnumField(enum=Side, max_length=10)
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="video_seats")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    session_key = models.CharField(max_length=40, default="", blank=True, editable=False)
    joined_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["VideoSeat"]]

    class Meta:
        verbose_name = _("seat of a video session")
        verbose_name_plural = _("seats of video sessions")
        constraints = (models.UniqueConstraint(fields=("session", "side"), name="video_seat_of_each_side"),)

    def __str__(self) -> str:
        return f"{self.session_id} {self.side}"

    @property
    def is_in(self) -> bool:
        return self.joined_at is not None and self.left_at is None

    def is_lost(self, now: datetime) -> bool:
        """Whether its browser has been away for too long, also where nobody could say that it went."""
        last = self.left_at or self.seen_at
        return last is not None and now - last >= TIME_TO_RETURN
