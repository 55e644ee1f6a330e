"""Uploads in pieces, each of which becomes an `Attachment` when it is whole."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from config.common.typed_columns import LineColumn
from messenger.models.attachments import MAX_CAPTION, Attachment


class Upload(models.Model):
    """A file of which `offset` of `length` bytes have arrived. Its attachment will have the same id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploader = models.ForeignKey("fleet.Person", models.PROTECT, related_name="+")
    ticket = models.ForeignKey(
        "ticketing.Ticket",
        models.CASCADE,
        null=True,
        related_name="uploads",
        help_text="None for a file of a form that makes a ticket only when it is saved.",
    )
    client_key = models.UUIDField(help_text="Made by the browser, once for each file.")
    purpose = models.CharField(max_length=10, help_text="What the file is for: decides which rule its pieces need.")
    # Defaults in the database, too: servers of the version before write rows while an update goes on.
    slot = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Which list of the page it was added to."
    )
    position = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="In its list, as chosen.")
    name = models.CharField(max_length=160)
    caption = LineColumn(
        max_length=MAX_CAPTION, blank=True, default="", db_default="", help_text="Until it is whole: as announced."
    )
    length = models.PositiveBigIntegerField(help_text="Bytes.")
    offset = models.PositiveBigIntegerField(default=0, help_text="Bytes that arrived.")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    check_began_at = models.DateTimeField(null=True)
    attachment = models.OneToOneField(Attachment, models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ("position", "created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("uploader", "client_key"), name="upload_begun_once"),
            models.CheckConstraint(name="upload_is_no_longer_than_said", condition=Q(offset__lte=F("length"))),
        )

    def __str__(self) -> str:
        return self.name


def piece_path(_instance: "Piece", _filename: str) -> str:
    # One folder for all pieces: a folder for each upload would stay behind empty.
    # Each try has its own name: of two that bring the same bytes at once, the slower one deletes its file.
    return f"pieces/{uuid.uuid4().hex}"


class Piece(models.Model):
    """The bytes of an upload from `offset` on; rows in the order of their offsets have neither gap nor overlap."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="pieces")
    offset = models.PositiveBigIntegerField()
    file = models.FileField(upload_to=piece_path)

    class Meta:
        ordering = ("offset",)
        constraints = (models.UniqueConstraint(fields=("upload", "offset"), name="piece_of_upload_once"),)

    def __str__(self) -> str:
        return str(self.file.name)
