"""How much was done by a code and from an address, hour by hour."""

from typing import ClassVar

from django.db import models


class Subject(models.TextChoices):
    """By what those are counted who act by a code. No texts for readers: the operator's command shows the values."""

    CODE = "code"
    ADDRESS = "address"


class Counted(models.TextChoices):
    """What is limited by the hour."""

    PEOPLE = "people"
    DRAFTS = "drafts"
    UPLOADS = "uploads"
    BYTES = "bytes"


class Usage(models.Model):
    """What a subject did in the hour that begins at `hour`. Its `name` is the address, or the id of the code: no token.

    A code that is deleted leaves its row: what was done with it was done.
    """

    subject = models.CharField(max_length=7, choices=Subject.choices)
    name = models.CharField(max_length=45)
    what = models.CharField(max_length=7, choices=Counted.choices)
    hour = models.DateTimeField()
    amount = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["Usage"]]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("hour", "subject", "name", "what"), name="one_usage_per_subject_and_hour"),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.name}: {self.amount} {self.what}"
