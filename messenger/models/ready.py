"""The ready messages of the house: what employees send in one step and each reader gets in their own language."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.common.interface import has_icon
from config.common.typed_columns import LineColumn

FALLBACK_ICON = "message-square-text"


class ReadyMessage(models.Model):
    """A text with placeholders, and with choices a question. What was sent keeps a copy of its texts."""

    text = LineColumn(
        _("text"),
        max_length=300,
        help_text=_(
            "{number}, {text} and {time} are filled in by whoever sends it. Each language has the same ones, each once."
        ),
    )
    choices = models.TextField(
        _("answers"),
        blank=True,
        help_text=_("One answer a line, the same number of lines in each language. The reader gets a button for each."),
    )
    icon = models.CharField(_("icon"), max_length=60, default=FALLBACK_ICON)
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[models.Manager["ReadyMessage"]]

    class Meta:
        verbose_name = _("ready message")
        verbose_name_plural = _("ready messages")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text

    @property
    def shown_icon(self) -> str:
        return self.icon if has_icon(self.icon) else FALLBACK_ICON
