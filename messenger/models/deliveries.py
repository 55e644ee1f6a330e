"""The outbox: what is sent to whom by e-mail and push, when, and with what result."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way to a person beside the bell, which always rings."""

    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    NOT_NEEDED = "not_needed", _("Not sent")
    DEAD = "dead", _("Failed")


class Reason(models.TextChoices):
    """Why something was not sent, or has to wait."""

    READ = "read", _("Already read in Fleetdesk")
    TAKEN_BACK = "taken_back", _("No longer of interest")
    NOT_CONCERNED = "not_concerned", _("No longer meant for this person")
    SWITCHED_OFF = "switched_off", _("Switched off by this person")
    MUTED = "muted", _("Ticket muted by this person")
    NO_DEVICE = "no_device", _("No browser takes push notifications")
    NO_ADDRESS = "no_address", _("No e-mail address")
    REFUSED = "refused", _("Refused by the receiving server")
    FAILED = "failed", _("Could not be sent")


UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING)


class Delivery(models.Model):
    """One fact of a ticket on its way to one person by one channel; those with the same `letter` travel together.

    `due_at` is when it should be sent, `take_at` when a worker may take it next: later while one has it, or after it
    failed.
    """

    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="deliveries", verbose_name=_("person"))
    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="deliveries", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=40)
    sequence = models.PositiveIntegerField(help_text="The fact's sequence in the ticket's journal.")
    actor = models.ForeignKey("fleet.Person", models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    # What the server said, for administrators: it may hold an address.
    error = models.CharField(_("error"), max_length=500, blank=True)
    # Names the message for mail servers, also when it is sent again.
    letter = models.UUIDField(null=True, blank=True)
    is_digest = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    take_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("person", "ticket", "kind", "sequence", "channel"), name="delivered_once"),
            models.CheckConstraint(
                name="delivery_finished_at_fits_state",
                condition=Q(state__in=UNFINISHED, finished_at__isnull=True)
                | (~Q(state__in=UNFINISHED) & Q(finished_at__isnull=False)),
            ),
        )
        indexes = (
            models.Index(fields=("take_at", "id"), condition=Q(finished_at=None), name="deliveries_to_take"),
            models.Index(fields=("due_at",), condition=Q(finished_at=None), name="deliveries_by_due"),
            models.Index(fields=("letter",), condition=Q(letter__isnull=False), name="deliveries_of_letter"),
            models.Index(fields=("-id",), condition=Q(state="dead"), name="dead_letters"),
            models.Index(fields=("ticket", "-id"), condition=Q(channel="push"), name="deliveries_of_ticket"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id} {self.channel}"
