"""Responsibility for tickets: groups, ticket offers and assignments."""

from typing import TYPE_CHECKING, ClassVar, Protocol

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common.typed_columns import LineColumn

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class TicketLike(Protocol):
    """A ticket as far as fleet knows it."""

    pk: int

    @property
    def offers(self) -> "RelatedManager[Offer]": ...

    @property
    def assignments(self) -> "RelatedManager[Assignment]": ...


class Group(models.Model):
    """The employees who get a template's tickets offered, or are notified of them. The first is the default group.

    The first group without a template is the desk group: for tickets from the desk form that name no device.
    """

    template = models.ForeignKey(
        "fleet.Template",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="groups",
        verbose_name=_("template"),
        help_text=_("Without one the group is asked about tickets from the desk form that name no device."),
    )
    name = LineColumn(_("name"), max_length=120)
    position = models.IntegerField(_("position"), default=0)
    assigns_automatically = models.BooleanField(
        _("assign automatically"),
        default=False,
        help_text=_("The employee with the least open work becomes responsible at once."),
    )
    employees = models.ManyToManyField(
        "fleet.Person",
        blank=True,
        related_name="+",
        verbose_name=_("employees"),
        limit_choices_to={"role__in": ("administrator", "moderator", "member")},
    )
    teams = models.ManyToManyField("fleet.Team", blank=True, related_name="+", verbose_name=_("teams"))
    meta_teams = models.ManyToManyField("fleet.MetaTeam", blank=True, related_name="+", verbose_name=_("meta teams"))

    objects: ClassVar[models.Manager["Group"]]

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ("template", "position", "id")

    def __str__(self) -> str:
        return self.name


class Decision(models.TextChoices):
    OPEN = "open", _("Undecided")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Offer(models.Model):
    """A ticket offer to one employee."""

    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="offers", verbose_name=_("ticket"))
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="offers", verbose_name=_("employee"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, default=Decision.OPEN)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("ticket offer")
        verbose_name_plural = _("ticket offers")
        ordering = ("made_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "person"), condition=Q(decision="open"), name="one_open_offer_per_person"
            ),
            models.CheckConstraint(
                name="offer_decided_at_fits_decision",
                condition=Q(decision="open", decided_at__isnull=True)
                | (~Q(decision="open") & Q(decided_at__isnull=False)),
            ),
        )
        indexes = (models.Index(fields=("person",), condition=Q(decision="open"), name="offers_to_decide"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.get_decision_display()}"


class Assignment(models.Model):
    """An employee who is responsible for a ticket, from `started_at` until `ended_at`."""

    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="assignments", verbose_name=_("ticket"))
    person = models.ForeignKey("fleet.Person", models.PROTECT, related_name="assignments", verbose_name=_("employee"))
    assigned_by = models.ForeignKey(
        "fleet.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("assigned by")
    )
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("started_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "person"), condition=Q(ended_at__isnull=True), name="one_assignment_per_person"
            ),
        )
        indexes = (models.Index(fields=("person",), condition=Q(ended_at__isnull=True), name="live_assignments"),)

    def __str__(self) -> str:
        return str(self.person)
