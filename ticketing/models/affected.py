"""Who has the problem of a ticket, too."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Affected(models.Model):
    """A person on the customers' side who joined the ticket of somebody else; one who left it has no row any more."""

    ticket = models.ForeignKey("ticketing.Ticket", models.PROTECT, related_name="affected")
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="affected_by")
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    works_again_at = models.DateTimeField(
        _("works again"), null=True, help_text="When the person said so; not once the ticket is reopened."
    )

    objects: ClassVar[models.Manager["Affected"]]

    class Meta:
        verbose_name = _("affected person")
        verbose_name_plural = _("affected people")
        ordering = ("joined_at", "id")
        constraints = (models.UniqueConstraint(fields=("ticket", "person"), name="joined_once"),)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.person_id}"
