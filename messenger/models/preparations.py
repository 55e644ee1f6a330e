"""What is still to be made of films and recordings: duration, picture, wave form and the other format."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class PreparationState(models.TextChoices):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    # Some of it, because ffmpeg was not there.
    LIMITED = "limited"
    FAILED = "failed"


UNPREPARED = (PreparationState.WAITING, PreparationState.WORKING)


class Preparation(models.Model):
    """The preparation of one file. `take_at` is when a worker may take it next: later while one has it."""

    attachment = models.OneToOneField(
        "messenger.Attachment", models.CASCADE, primary_key=True, related_name="preparation"
    )
    state = models.CharField(max_length=8, choices=PreparationState.choices, default=PreparationState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    take_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="preparation_finished_at_fits_state",
                condition=Q(state__in=UNPREPARED, finished_at__isnull=True)
                | (~Q(state__in=UNPREPARED) & Q(finished_at__isnull=False)),
            ),
        )
        indexes = (models.Index(fields=("-take_at",), condition=Q(finished_at=None), name="preparations_to_take"),)

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.state}"
