"""The model of ratings."""

from datetime import timedelta
from math import floor

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.folded_field import FoldedTextField
from messenger.models.conversations import make_salt

SECONDS_TO_CHANGE = 10  # Enough to see that the wrong face was tapped.


class Score(models.IntegerChoices):
    """Five linear levels; 5 is the best."""

    VERY_BAD = 1, _("Very bad")
    BAD = 2, _("Bad")
    FAIR = 3, _("Fair")
    GOOD = 4, _("Good")
    VERY_GOOD = 5, _("Very good")

    @property
    def icon(self) -> str:
        return {1: "angry", 2: "frown", 3: "meh", 4: "smile", 5: "laugh"}[self.value]


class Rating(models.Model):
    """A customer's rating of one DONE phase of a ticket; at most one for each phase."""

    ticket = models.ForeignKey("ticketing.Ticket", models.PROTECT, related_name="ratings", verbose_name=_("ticket"))
    phase = models.PositiveIntegerField(help_text="The ticket's done_count when it was rated.")
    score = models.PositiveSmallIntegerField(
        _("score"), choices=Score.choices, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(_("comment"), blank=True)
    search = FoldedTextField(sources=("comment",))
    salt = models.CharField(max_length=32, default=make_salt, blank=True, editable=False)
    sequence = models.PositiveIntegerField(editable=False, help_text="Its row in the ticket's journal.")
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="ratings", verbose_name=_("rated by"))
    created_at = models.DateTimeField(_("rated"), default=timezone.now)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("ticket", "phase"), name="one_rating_per_done_phase"),
            models.UniqueConstraint(fields=("ticket", "sequence"), name="rating_sequence_unique"),
            models.CheckConstraint(name="rating_score_one_to_five", condition=Q(score__gte=1, score__lte=5)),
        )

    def __str__(self) -> str:
        return str(self.get_score_display())

    @property
    def seconds_to_change(self) -> float:
        """How long its author may still change the score, in whole tenths; 0 when it counts."""
        left = self.created_at + timedelta(seconds=SECONDS_TO_CHANGE) - clock.now()
        # Never more than there is: a face that is shown too long is refused.
        return max(0, floor(left.total_seconds() * 10) / 10)
