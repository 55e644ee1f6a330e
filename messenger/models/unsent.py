"""Texts that somebody began to write and has not sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UnsentText(models.Model):
    """What a person typed into a form of a ticket, and nobody else reads.

    `key` is the client key with which it will be sent: then it is used up. `page` is the open page that wrote it last,
    which counts its `version`, so that two pages do not write over each other.
    """

    key = models.UUIDField()
    writer = models.ForeignKey("fleet.Person", models.CASCADE, related_name="+")
    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="unsent_texts")
    # As the purpose of an upload: what the text is written for.
    box = models.CharField(max_length=10)
    text = models.TextField(_("text"))
    page = models.UUIDField()
    version = models.PositiveIntegerField()
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("unsent text")
        verbose_name_plural = _("unsent texts")
        ordering = ("-changed_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("writer", "ticket", "key"), name="unsent_text_kept_once"),)

    def __str__(self) -> str:
        return f"{self.writer_id} {self.ticket_id}"
