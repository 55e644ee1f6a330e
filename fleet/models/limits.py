"""Hourly counts of what was done by a code and from an address."""

from typing import ClassVar

from django.db import models


class Subject(models.TextChoices):
    """What a count belongs to."""

    # Without labels: only the operator's command shows the values.
    CODE = "code"
    ADDRESS = "address"


class Counted(models.TextChoices):
    """What has a limit for each hour."""

    PEOPLE = "people"
    DRAFTS = "drafts"
    UPLOADS = "uploads"
    BYTES = "bytes"


class Usage(models.Model):
    """What a subject did in the hour that begins at `hour`."""

    subject = models.CharField(max_length=7, choices=Subject.choices)
    # The address, or the id of the code. No foreign key: the counts of a code outlive it.
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
