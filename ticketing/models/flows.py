"""Categories and creation flows: what is asked before a ticket opens."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.common.enum_fields import TextEnumField
from config.common.interface import has_icon
from config.common.typed_columns import LineColumn

FALLBACK_ICON = "circle-question-mark"


class Audience(models.TextChoices):
    """Who may choose a category."""

    ALL = "everybody", _("Everybody")
    MANAGERS = "managers", _("Managers only")


class Category(models.Model):
    """A subject family, or with a parent one of its sub-categories."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    name = LineColumn(_("name"), max_length=120)
    audience = TextEnumField(_("audience"), enum=Audience, max_length=10, default=Audience.ALL)
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[models.Manager["Category"]]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """With the category that a sub-category belongs to."""
        return f"{self.parent.name} › {self.name}" if self.parent is not None else self.name

    def clean(self) -> None:
        if self.parent is not None and (self.parent_id == self.pk or self.parent.parent_id is not None):
            raise ValidationError({"parent": _("A sub-category belongs to a category, not to another sub-category.")})


class CreationFlow(models.Model):
    """The steps that are answered before a ticket of a template's devices opens."""

    template = models.ForeignKey("fleet.Template", models.PROTECT, related_name="flows", verbose_name=_("template"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="flows", verbose_name=_("category")
    )
    name = LineColumn(_("name"), max_length=120, help_text=_("Such as “Problem report”."))
    button_label = LineColumn(_("button"), max_length=60, help_text=_("Such as “Report a problem”."))
    description = LineColumn(_("description"), max_length=200, blank=True)
    icon = LineColumn(_("icon"), max_length=40, default=FALLBACK_ICON, help_text=_("The name of a Lucide icon."))
    position = models.IntegerField(_("position"), default=0)
    responsible_group = models.ForeignKey(
        "fleet.Group",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible group"),
        help_text=_("Gets the offers. Without one the default group of the template does."),
    )
    notification_group = models.ForeignKey(
        "fleet.Group",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("notification group"),
        help_text=_("Is told of new tickets without an offer."),
    )
    open_to_code_users = models.BooleanField(_("open to code users"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[models.Manager["CreationFlow"]]

    class Meta:
        verbose_name = _("creation flow")
        verbose_name_plural = _("creation flows")
        ordering = ("template", "position", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def shown_icon(self) -> str:
        # The library may have dropped the icon since it was chosen.
        return self.icon if has_icon(self.icon) else FALLBACK_ICON

    def clean(self) -> None:
        if not has_icon(self.icon):
            raise ValidationError({"icon": _("There is no icon of that name. The names are listed on lucide.dev.")})
        for field in ("responsible_group", "notification_group"):
            group = getattr(self, field)
            if group is not None and group.template_id != self.template_id:
                raise ValidationError({field: _("Choose a group of the same template.")})


class Step(models.Model):
    """One screen of a flow."""

    flow = models.ForeignKey(CreationFlow, models.CASCADE, related_name="steps", verbose_name=_("creation flow"))
    title = LineColumn(_("title"), max_length=120)
    help_text = LineColumn(_("help"), max_length=300, blank=True)
    position = models.IntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager["Step"]]

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("flow", "position", "id")

    def __str__(self) -> str:
        return self.title


class QuestionKind(models.TextChoices):
    """What an answer looks like."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    SINGLE_CHOICE = "single_choice", _("Single choice")
    MULTIPLE_CHOICE = "multiple_choice", _("Multiple choice")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    FILES = "files", _("Photo or file")


class Question(models.Model):
    step = models.ForeignKey(Step, models.CASCADE, related_name="questions", verbose_name=_("step"))
    kind = TextEnumField(_("kind"), enum=QuestionKind, max_length=16, default=QuestionKind.TEXT)
    text = LineColumn(_("question"), max_length=200)
    help_text = LineColumn(_("help"), max_length=300, blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    names_ticket = models.BooleanField(
        _("becomes the subject"), default=False, help_text=_("The answer is the subject of the ticket.")
    )
    # Defaults in the database, too, here and below: servers of the version before write rows while an update goes on.
    is_past = models.BooleanField(
        _("about the past"), default=False, db_default=False, help_text=_("A date offers today, yesterday and earlier.")
    )
    position = models.IntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager["Question"]]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("step", "position", "id")

    def __str__(self) -> str:
        return self.text

    @property
    def has_choices(self) -> bool:
        return self.kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE)


class Choice(models.Model):
    """A possible answer to a question with choices."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices", verbose_name=_("question"))
    label = LineColumn(_("label"), max_length=120)
    position = models.IntegerField(_("position"), default=0)
    raises_priority = models.BooleanField(
        _("raises the priority"),
        default=False,
        db_default=False,
        help_text=_("The ticket opens with the priority High."),
    )
    instruction = LineColumn(
        _("instruction"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("What to do first. Shown in red as soon as it is chosen, with the template's emergency number."),
    )

    objects: ClassVar[models.Manager["Choice"]]

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ("question", "position", "id")

    def __str__(self) -> str:
        return self.label
