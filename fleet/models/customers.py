"""Customers, and the teams that serve them."""

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.common.folded_field import FoldedField
from config.common.typed_columns import EmailColumn, LineColumn, PhoneColumn, TextColumn

if TYPE_CHECKING:
    from fleet.actors import Actor


class CustomerKind(models.TextChoices):
    CORPORATE = "corporate", _("Corporate customer")
    PRIVATE = "private", _("Private customer")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: "Actor") -> "CustomerQuerySet":
        """Employees see all, managers their own."""
        if actor.is_employee:
            return self
        if not actor.is_manager or actor.customer_id is None:
            return self.none()
        return self.filter(pk=actor.customer_id)


class Customer(models.Model):
    """A company or private person whose machines or vehicles the organisation serves."""

    name = LineColumn(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CustomerKind.choices, default=CustomerKind.CORPORATE)
    number = LineColumn(_("customer number"), max_length=40, blank=True)
    address = TextColumn(_("address"), blank=True)
    # Defaults in the database, too: servers of the version before write rows while an update goes on.
    billing_address = TextColumn(
        _("billing address"), blank=True, default="", db_default="", help_text=_("If it is another one.")
    )
    logo = models.ImageField(_("logo"), upload_to="customers/", blank=True, default="", db_default="")
    contact_email = EmailColumn(_("contact e-mail"), blank=True)
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    search = FoldedField(sources=("name", "number"))

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class MetaTeam(models.Model):
    """Teams with the same job and different territory, such as service technicians of several regions."""

    name = LineColumn(_("name"), max_length=120)
    default_team = models.ForeignKey(
        "fleet.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("default team")
    )

    objects: ClassVar[models.Manager["MetaTeam"]]

    class Meta:
        verbose_name = _("meta team")
        verbose_name_plural = _("meta teams")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.default_team is not None and self.default_team.meta_team_id != self.pk:
            raise ValidationError({"default_team": _("The default team must belong to this meta team.")})


class Team(models.Model):
    """A named set of employees inside a meta team."""

    name = LineColumn(_("name"), max_length=120)
    meta_team = models.ForeignKey(MetaTeam, models.PROTECT, related_name="teams", verbose_name=_("meta team"))
    members = models.ManyToManyField(
        "fleet.Person",
        related_name="teams",
        blank=True,
        verbose_name=_("members"),
        limit_choices_to={"role__in": ("administrator", "moderator", "member")},
    )

    objects: ClassVar[models.Manager["Team"]]

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("meta_team", "name"), name="team_name_unique_in_meta_team"),)

    def __str__(self) -> str:
        return self.name


class CustomerTeam(models.Model):
    """Which team of a meta team serves a customer; at most one for each pair."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="team_mappings", verbose_name=_("customer"))
    meta_team = models.ForeignKey(MetaTeam, models.CASCADE, related_name="+", verbose_name=_("meta team"))
    team = models.ForeignKey(Team, models.CASCADE, related_name="customer_mappings", verbose_name=_("team"))

    class Meta:
        verbose_name = _("customer team mapping")
        verbose_name_plural = _("customer team mappings")
        constraints = (
            models.UniqueConstraint(
                fields=("customer", "meta_team"),
                name="one_team_per_customer_and_meta_team",
                violation_error_message=_("This customer already has a team of this meta team."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.customer} – {self.team}"

    def clean(self) -> None:
        if self.team_id and self.meta_team_id and self.team.meta_team_id != self.meta_team_id:
            raise ValidationError({"team": _("The team must belong to the meta team.")})
