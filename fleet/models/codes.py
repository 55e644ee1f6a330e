"""Codes: the printed links that open a device's portal, what became of them, and how often they are scanned."""

import uuid
from typing import ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common.enum_fields import TextEnumField
from config.common.typed_columns import LineColumn


class CodeBatch(models.Model):
    """Unpaired codes that were created in one go, for stickers that are printed before there are devices for them."""

    # Made by the browser: the same form that is sent twice makes one batch.
    client_key = models.UUIDField(unique=True, editable=False)
    pattern = LineColumn(_("label"), max_length=80)
    size = models.PositiveSmallIntegerField(_("number of codes"))
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("created"), default=timezone.now)

    objects: ClassVar[models.Manager["CodeBatch"]]

    class Meta:
        verbose_name = _("batch of codes")
        verbose_name_plural = _("batches of codes")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.pattern


class Code(models.Model):
    """A printed link. Its token is never stored: it is an HMAC that `fleet.services.codes` can make again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Made by the browser: the same form that is sent twice makes one code.
    client_key = models.UUIDField(unique=True, null=True, editable=False)
    device = models.ForeignKey(
        "fleet.Device", models.SET_NULL, null=True, blank=True, related_name="codes", verbose_name=_("device")
    )
    label = LineColumn(_("label"), max_length=80, blank=True, help_text=_("Where the sticker is, for example."))
    generation = models.PositiveIntegerField(_("generation"), default=1, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Of the id that is typed. Null where a server of the version before made the code, until somebody looks at it.
    short_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    last_scanned_at = models.DateTimeField(_("last scanned"), null=True, editable=False)
    # Sessions remember the epoch at which they scanned the code; a greater one logs all of them out.
    epoch = models.PositiveIntegerField(default=1, editable=False)
    pin_hash = models.CharField(max_length=200, blank=True, editable=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    batch = models.ForeignKey(CodeBatch, models.PROTECT, null=True, editable=False, related_name="codes")
    number_in_batch = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("created_at", "id"), name="code_list"),)

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


class FormerToken(models.Model):
    """What a renewed code had before: employees who scan an old sticker learn that it was replaced."""

    code = models.ForeignKey(Code, models.CASCADE, related_name="former_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    short_hash = models.CharField(max_length=64, unique=True, null=True)
    replaced_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["FormerToken"]]

    class Meta:
        ordering = ("-replaced_at", "-id")

    def __str__(self) -> str:
        return str(self.code_id)


class CodeEventKind(models.TextChoices):
    """What somebody did with a code."""

    CREATED = "created", _("Created")
    PAIRED = "paired", _("Paired")
    UNPAIRED = "unpaired", _("Unpaired")
    RENEWED = "renewed", _("Renewed")
    ENABLED = "enabled", _("Enabled")
    DISABLED = "disabled", _("Disabled")
    PIN_SET = "pin_set", _("PIN set")
    PIN_REMOVED = "pin_removed", _("PIN removed")
    LOGGED_OUT = "logged_out", _("Code users logged out")
    SHARED = "shared", _("Shared for a time")
    PRINTED = "printed", _("Printed")


class CodeEvent(models.Model):
    """One line of a code's history; `device` is the one that it was paired with or unpaired from."""

    code = models.ForeignKey(Code, models.CASCADE, related_name="events")
    kind = TextEnumField(_("kind"), enum=CodeEventKind, max_length=12)
    device = models.ForeignKey("fleet.Device", models.SET_NULL, null=True, related_name="code_events")
    person = models.ForeignKey("fleet.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["CodeEvent"]]

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return str(self.kind.label)


class CodeDay(models.Model):
    """How often a code was scanned on a day (UTC)."""

    code = models.ForeignKey(Code, models.CASCADE, related_name="days")
    day = models.DateField()
    scans = models.PositiveIntegerField(default=0)
    browsers = models.PositiveIntegerField(default=0, help_text="Those that did not hold the code before.")
    refused = models.PositiveIntegerField(default=0, help_text="Wrong PINs, and scans while it opened nothing.")

    objects: ClassVar[models.Manager["CodeDay"]]

    class Meta:
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=("code", "day"), name="one_code_day"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.scans}"
