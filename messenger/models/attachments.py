"""Files of messages, updates and answers, which have the visibility of their parent."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common.typed_columns import LineColumn

MAX_CAPTION = 200  # As a page counts: a line or two below a picture.
MAX_MOVING_BYTES = 2 * 1024 * 1024  # Larger ones move when they are opened.
# Of an attachment that nothing was sent with yet.
UNATTACHED = Q(message=None, update=None, answer=None)


class AttachmentKind(models.TextChoices):
    """How a file is shown."""

    IMAGE = "image", _("Picture")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    FILE = "file", _("File")


class Remark(models.TextChoices):
    """What is to be said of a picture as it is shown; why there is an original, where there is one."""

    NONE = "", ""
    MOVING = "moving", _("Animation")
    STILL = "still", _("Animation, shown as a still picture")
    FIRST_PAGE = "page", _("The first of several pages is shown")
    DEPTH = "depth", _("Shown with fewer shades than it has")
    COLOURS = "colours", _("Shown with the colours of screens, not of print")
    SMALLER = "smaller", _("Shown smaller than it is")
    FORMAT = "format", _("Shown in another format")
    PIXELS = "pixels", _("Too large to be shown here")


def attachment_path(_instance: "Attachment", _filename: str) -> str:
    # A random name: the uploader's own could name people, or end in a suffix that a server executes.
    return f"attachments/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """An uploaded file. Until it has a parent, only its uploader may see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploader = models.ForeignKey("fleet.Person", models.PROTECT, related_name="+")
    file = models.FileField(upload_to=attachment_path)
    # Of a picture the same smaller, of a film its poster.
    preview = models.FileField(upload_to=attachment_path, blank=True)
    # What was sent, without place and device, where the picture that is shown is not the whole of it. For whoever may
    # read the picture. Defaults in the database, too: servers of the version before write rows while an update goes on.
    original = models.FileField(upload_to=attachment_path, blank=True, default="", db_default="")
    original_name = models.CharField(max_length=160, blank=True, default="", db_default="")
    original_type = models.CharField(max_length=100, blank=True, default="", db_default="")
    original_size = models.PositiveBigIntegerField(null=True, help_text="Bytes.")
    original_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    remark = models.CharField(max_length=8, choices=Remark.choices, blank=True, default="", db_default="")
    # Defaults in the database, too: servers of the version before write rows while an update goes on.
    other = models.FileField(
        upload_to=attachment_path, blank=True, default="", db_default="", help_text="A recording in a second format."
    )
    other_type = models.CharField(max_length=100, blank=True, default="", db_default="")
    duration = models.PositiveIntegerField(null=True, help_text="Milliseconds.")
    peaks = models.BinaryField(null=True, help_text="How loud the parts of a recording are, a byte each.")
    name = models.CharField(_("file name"), max_length=160)
    # A default in the database, too: servers of the version before write rows while an update goes on.
    caption = LineColumn(
        max_length=MAX_CAPTION, blank=True, default="", db_default="", help_text="What the uploader says of it."
    )
    content_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=6, choices=AttachmentKind.choices)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the stored bytes, hexadecimal.")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    # A default in the database, too: servers of the version before write rows while an update goes on.
    position = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Among the files of the parent, as chosen."
    )
    message = models.ForeignKey("messenger.Message", models.CASCADE, null=True, related_name="attachments")
    update = models.ForeignKey("ticketing.Update", models.CASCADE, null=True, related_name="attachments")
    answer = models.ForeignKey("ticketing.Answer", models.CASCADE, null=True, related_name="attachments")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("position", "created_at", "id")
        constraints = (
            models.CheckConstraint(
                name="attachment_has_at_most_one_parent",
                condition=(
                    Q(message__isnull=True, update__isnull=True)
                    | Q(message__isnull=True, answer__isnull=True)
                    | Q(update__isnull=True, answer__isnull=True)
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_parent(self) -> bool:
        return any((self.message_id, self.update_id, self.answer_id))

    @property
    def evidence(self) -> str:
        """The digest of all that is stored of it and can be read, and what is said of it."""
        stored = f"{self.digest}:{self.original_digest}" if self.original_digest else self.digest
        return f"{stored} {self.caption}" if self.caption else stored

    @property
    def original_suffix(self) -> str:
        """In capitals, as people name a format."""
        return self.original_name.rpartition(".")[2].upper()

    @property
    def moves_in_place(self) -> bool:
        """Whether it is an animation that is small enough to be loaded by everybody who reads the page."""
        return self.remark == Remark.MOVING and self.size <= MAX_MOVING_BYTES

    @property
    def is_image(self) -> bool:
        return self.kind == AttachmentKind.IMAGE
