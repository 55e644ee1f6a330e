"""Updates: the entries of the digital service record."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messenger.models.conversations import NO_MARKUP_WITHOUT_TEXT, WrittenText

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from messenger.models import Attachment


class Update(WrittenText):
    """Text, files or both; internal ones are for employees only and carry no public sequence."""

    ticket = models.ForeignKey("ticketing.Ticket", models.PROTECT, related_name="updates")
    author = models.ForeignKey("fleet.Person", models.PROTECT, related_name="updates")
    is_internal = models.BooleanField(_("internal"), default=False)
    sequence = models.PositiveIntegerField()
    public_sequence = models.PositiveIntegerField(null=True)
    client_key = models.UUIDField()
    created_at = models.DateTimeField(_("posted"), default=timezone.now)

    if TYPE_CHECKING:
        attachments: RelatedManager[Attachment]

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ("sequence",)
        constraints = (
            models.UniqueConstraint(fields=("ticket", "sequence"), name="update_sequence_unique"),
            models.UniqueConstraint(fields=("ticket", "author", "client_key"), name="update_posted_once"),
            models.CheckConstraint(name="update_markup_goes_with_text", condition=NO_MARKUP_WITHOUT_TEXT),
            models.CheckConstraint(
                name="update_internal_has_no_public_sequence",
                condition=Q(is_internal=True, public_sequence__isnull=True)
                | Q(is_internal=False, public_sequence__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.author}, {self.sequence}"
