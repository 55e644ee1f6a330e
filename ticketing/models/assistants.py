"""Assistants: the draft that is edited, and the versions of it that help people."""

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.enum_fields import TextEnumField
from config.common.typed_columns import LineColumn, TextColumn


class Assistant(models.Model):
    """Helps people at the devices of a template before they report something."""

    template = models.OneToOneField("fleet.Template", models.CASCADE, related_name="assistant")
    changed_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["Assistant"]]

    class Meta:
        verbose_name = _("assistant")
        verbose_name_plural = _("assistants")

    def __str__(self) -> str:
        return str(self.template)


class AssistantVersion(models.Model):
    """What was published at once, in all languages; the one with the greatest number is shown. Never changed."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="As `ticketing.assistants.content` writes and reads it.")
    # Without: it has no elements, and says since when people are shown nothing.
    offers_help = models.BooleanField(default=True)
    published_at = models.DateTimeField(default=timezone.now)
    publisher = models.ForeignKey("fleet.Person", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager["AssistantVersion"]]

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("assistant", "number"), name="one_assistant_version"),)

    def __str__(self) -> str:
        return f"{self.assistant_id}.{self.number}"


class ElementKind(models.TextChoices):
    YES_NO = "yes_no", _("Yes/no question")
    CHOICE = "choice", _("Question with several answers")
    GUIDE = "guide", _("Step-by-step guide")
    ANSWERS = "answers", _("Questions and answers")


# Stand in addresses where other keys do.
RESERVED_KEYS = frozenset({"bundle", "counts", "files", "new"})


def make_element_key() -> str:
    return secrets.token_hex(4)


class Element(models.Model):
    """One screen of an assistant. The first one is the start; the order of the others has no meaning."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="elements")
    # In addresses and versions: stays the same whatever is edited.
    key = models.SlugField(max_length=16, unique=True, default=make_element_key, editable=False)
    kind = TextEnumField(_("kind"), enum=ElementKind, max_length=8, default=ElementKind.CHOICE)
    title = LineColumn(_("title"), max_length=120)
    body = TextColumn(_("text"), blank=True, max_length=5_000)
    is_searchable = models.BooleanField(_("found by search"), default=True)
    position = models.IntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager["Element"]]

    class Meta:
        verbose_name = _("element")
        verbose_name_plural = _("elements")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title


class ElementPart(models.Model):
    """A step of a guide, or a question (`title`) with its answer (`text`)."""

    element = models.ForeignKey(Element, models.CASCADE, related_name="parts")
    title = LineColumn(_("title"), max_length=200, blank=True)
    text = TextColumn(_("text"), blank=True, max_length=2_000)
    position = models.IntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager["ElementPart"]]

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title


class ElementFileKind(models.TextChoices):
    PICTURE = "picture", _("Picture")
    FILM = "film", _("Film")


def element_file_path(_instance: "ElementFile", _filename: str) -> str:
    return f"assistants/{uuid.uuid4().hex}"


class ElementFile(models.Model):
    """A picture or film of an element, or of one of its parts.

    Without an element it is kept because a version shows it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="files")
    element = models.ForeignKey(Element, models.SET_NULL, null=True, related_name="files")
    part = models.ForeignKey(ElementPart, models.SET_NULL, null=True, related_name="files")
    kind = TextEnumField(_("kind"), enum=ElementFileKind, max_length=8)
    file = models.FileField(upload_to=element_file_path)
    # What stands in for a film until it is played, and for a picture in a list.
    poster = models.FileField(upload_to=element_file_path, blank=True)
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    caption = LineColumn(
        _("caption"), max_length=200, blank=True, help_text=_("What it shows, also for people who cannot see it.")
    )
    position = models.IntegerField(_("position"), default=0)
    # Of the row: what is stored may be older, because copies and films with a new poster share it.
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["ElementFile"]]

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.caption or str(self.pk)


class ButtonAnswer(models.TextChoices):
    """Which of the two preset buttons of a yes/no question it is."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    OTHER = "other", pgettext_lazy("button", "Another one")


class ButtonTarget(models.TextChoices):
    """Where a button leads."""

    ELEMENT = "element", _("Another element")
    FLOW = "flow", _("A creation flow")
    ADDRESS = "address", _("An external address")


class ActionButton(models.Model):
    element = models.ForeignKey(Element, models.CASCADE, related_name="buttons")
    answer = TextEnumField(_("answer"), enum=ButtonAnswer, max_length=5, default=ButtonAnswer.OTHER)
    label = LineColumn(_("label"), max_length=80, blank=True, help_text=_("Preset for yes and no."))
    leads_to = TextEnumField(_("leads to"), enum=ButtonTarget, max_length=8, default=ButtonTarget.ELEMENT)
    # Without one, its element was removed: the editor says so, and such a draft cannot be published.
    target = models.ForeignKey(Element, models.SET_NULL, null=True, blank=True, related_name="reached_from")
    # Whoever removes a flow says first what becomes of the buttons that lead to it.
    flow = models.ForeignKey(
        "ticketing.CreationFlow", models.PROTECT, null=True, blank=True, related_name="assistant_buttons"
    )
    address = LineColumn(_("address"), max_length=300, blank=True)
    position = models.IntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager["ActionButton"]]

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                name="button_leads_to_one_place",
                condition=Q(leads_to=ButtonTarget.ELEMENT, flow=None, address="")
                | Q(leads_to=ButtonTarget.FLOW, target=None, flow__isnull=False, address="")
                | (Q(leads_to=ButtonTarget.ADDRESS, target=None, flow=None) & ~Q(address="")),
            ),
        )

    def __str__(self) -> str:
        return self.label or str(self.answer.label)


class ElementDay(models.Model):
    """How often an element was seen on a day (UTC), solved a problem, or led to a ticket."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="days")
    key = models.SlugField(max_length=16, help_text="Of the element, which may be gone.")
    day = models.DateField()
    seen = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    reported = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["ElementDay"]]

    class Meta:
        constraints = (models.UniqueConstraint(fields=("assistant", "key", "day"), name="one_element_day"),)

    def __str__(self) -> str:
        return f"{self.key} {self.day}"


class HelpPath(models.Model):
    """What the reporter of a ticket had looked at in the assistant before."""

    ticket = models.OneToOneField("ticketing.Ticket", models.CASCADE, related_name="help_path")
    elements = models.JSONField(
        help_text="In the order in which they were seen: key, and title by language as it was then."
    )

    objects: ClassVar[models.Manager["HelpPath"]]

    def __str__(self) -> str:
        return str(self.ticket_id)
