"""Private links: each opens one ticket for whoever holds it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Expression, Q
from django.utils import timezone

from config.common import clock
from fleet.models.people import Role


class PrivateLinkQuerySet(models.QuerySet["PrivateLink"]):
    def standing(self) -> "PrivateLinkQuerySet":
        """Those that were not revoked, whether or not they have expired."""
        return self.filter(revoked_at=None)

    def opening(self) -> "PrivateLinkQuerySet":
        """Those that open their ticket, as far as links go."""
        return self.opening_at(clock.now())

    def opening_at(self, moment: datetime | Expression) -> "PrivateLinkQuerySet":
        lasting = Q(expires_at=None) | Q(expires_at__gt=moment)
        return self.standing().filter(lasting, person__is_active=True, person__role=Role.CODE_USER)


class PrivateLink(models.Model):
    """Opens a ticket as the code user who created it. Only a hash of its token is stored, so it is shown once."""

    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="private_links")
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="private_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False, help_text="Null while its ticket is worked on.")
    revoked_at = models.DateTimeField(null=True, editable=False)

    if TYPE_CHECKING:
        ticket_id: int

    objects = PrivateLinkQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return str(self.pk)
