"""Canned replies: texts that employees put into what they write, and change before they send it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.common.typed_columns import LineColumn, TextColumn


class CannedReply(models.Model):
    """Somebody's own, or with no owner one for all employees. Not every language has its text."""

    owner = models.ForeignKey(
        "fleet.Person", models.CASCADE, null=True, blank=True, related_name="replies", verbose_name=_("person")
    )
    name = LineColumn(_("name"), max_length=60)
    text_en = TextColumn(blank=True)
    text_de = TextColumn(blank=True)
    text_fr = TextColumn(blank=True)

    objects: ClassVar[models.Manager["CannedReply"]]

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None

    def text_in(self, language: str) -> str:
        """In that language, or else in the first that it has."""
        texts = (getattr(self, f"text_{each}") for each in (language, "en", "de", "fr"))
        return next(filter(None, texts), "")
