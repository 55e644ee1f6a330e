"""The epoch of access, which moves with every revocation."""

from typing import ClassVar

from django.db import models


class AccessEpoch(models.Model):
    """One of a few rows whose values together are the epoch: as many as revocations were ever in progress at once."""

    value = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager["AccessEpoch"]]

    def __str__(self) -> str:
        return f"{self.pk}.{self.value}"
