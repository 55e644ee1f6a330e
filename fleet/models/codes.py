"""Codes: the printed links that open a device's portal."""

import uuid

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Code(models.Model):
    """A printed link. Its token is never stored: it is an HMAC that `fleet.services.codes` can make again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(
        "fleet.Device", models.SET_NULL, null=True, blank=True, related_name="codes", verbose_name=_("device")
    )
    label = models.CharField(_("label"), max_length=80, blank=True, help_text=_("Where the sticker is, for example."))
    generation = models.PositiveIntegerField(_("generation"), default=1, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Sessions remember the epoch at which they scanned the code; a greater one logs all of them out.
    epoch = models.PositiveIntegerField(default=1, editable=False)
    pin_hash = models.CharField(max_length=200, blank=True, editable=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.label or str(self.id)[:8]

    @property
    def has_pin(self) -> bool:
        return bool(self.pin_hash)

    def set_pin(self, pin: str) -> None:
        """Protect the code by the PIN; an empty one removes the protection. Does not save."""
        self.pin_hash = make_password(pin) if pin else ""

    def check_pin(self, pin: str) -> bool:
        return check_password(pin, self.pin_hash)
