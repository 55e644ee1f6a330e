"""Browsers that take push notifications."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.typed_columns import LineColumn
from fleet.models import PrivateLink

# In the session of a browser: its device, so that signing out there removes it.
DEVICE_KEY = "push_device"


class PushDevice(models.Model):
    """A browser of a person, as it subscribed with its push service (RFC 8030); `p256dh` and `auth` are its keys."""

    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="push_devices")
    name = LineColumn(_("name"), max_length=80)
    endpoint = models.CharField(max_length=1000)
    # Of the endpoint: SHA-256 as hexadecimal.
    endpoint_digest = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    # Of what it was sent last: a letter that others of the person's browsers did not take is sent again.
    last_letter = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    last_sent_at = models.DateTimeField(_("last notification"), null=True, blank=True)

    objects: ClassVar[models.Manager["PushDevice"]]

    class Meta:
        verbose_name = _("push device")
        verbose_name_plural = _("push devices")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class TicketPushQuerySet(models.QuerySet["TicketPush"]):
    def standing(self) -> "TicketPushQuerySet":
        """Those whose code or private link still opens something."""
        lasting = Q(ends_at=None) | Q(ends_at__gt=clock.now())
        by_code = Q(code__is_enabled=True, code__device__isnull=False, code__epoch=F("code_epoch"))
        return self.filter(lasting, by_code | Q(link__in=PrivateLink.objects.opening()))


class TicketPush(models.Model):
    """A code user's browser that wants to hear of one ticket, with the code that it held when it said so.

    Who came by a private link has no `code`.
    """

    push_device = models.ForeignKey(PushDevice, models.CASCADE, related_name="tickets")
    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="push_devices")
    code = models.ForeignKey("fleet.Code", models.CASCADE, null=True, blank=True, related_name="+")
    code_epoch = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(null=True, help_text="Where the code was shared for a time.")
    link = models.ForeignKey("fleet.PrivateLink", models.CASCADE, null=True, blank=True, related_name="+")

    objects = TicketPushQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket that is pushed")
        verbose_name_plural = _("tickets that are pushed")
        constraints = (
            models.UniqueConstraint(fields=("push_device", "ticket"), name="pushed_once"),
            models.CheckConstraint(
                name="ticket_push_rests_on_code_or_link",
                condition=Q(code__isnull=False, link__isnull=True) | Q(code__isnull=True, link__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.push_device_id} {self.ticket_id}"
