"""Texts of a ticket that were edited, as they were and as they became."""

from django.db import models


class TextChange(models.Model):
    """What an entry of the journal about an edited text holds the digests of, under the same sequence number.

    An erased one has no texts any more; the entry stays.
    """

    ticket = models.ForeignKey("ticketing.Ticket", models.PROTECT, related_name="text_changes")
    sequence = models.PositiveIntegerField()
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ticket", "sequence"), name="text_change_sequence_unique"),)

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.sequence}"
