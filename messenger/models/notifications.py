"""Notifications, which the bell lists."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """One journal entry about which one person is notified. `kind` names a registered `NotificationKind`."""

    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="notifications")
    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField(help_text="The fact's sequence in the ticket's journal.")
    actor = models.ForeignKey("fleet.Person", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("person", "ticket", "kind", "sequence"), name="told_once"),)
        indexes = (models.Index(fields=("person", "read_at"), name="notification_unread"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id}"
