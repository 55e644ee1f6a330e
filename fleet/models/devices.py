"""Templates, and the machines and vehicles that follow them."""

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.typed_columns import LineColumn, PhoneColumn, TextColumn

if TYPE_CHECKING:
    from fleet.actors import Actor


class TemplateKind(models.TextChoices):
    MACHINE = "machine", _("Machines")
    VEHICLE = "vehicle", _("Vehicles")


class Engine(models.TextChoices):
    PETROL = "petrol", _("Petrol")
    DIESEL = "diesel", _("Diesel")
    HYBRID = "hybrid", _("Hybrid")
    PLUG_IN_HYBRID = "plug_in_hybrid", _("Plug-in hybrid")
    ELECTRIC = "electric", _("Electric")
    HYDROGEN = "hydrogen", _("Hydrogen")
    GAS = "gas", _("Gas")
    OTHER = "other", pgettext_lazy("engine", "Other")


class PortalScope(models.TextChoices):
    """Which public tickets of a device are visible to a holder of its code."""

    DEVICE = "device", _("All public tickets of the device")
    OWN = "own", _("Own tickets only")


class Template(models.Model):
    """The settings that all devices of a kind share."""

    name = LineColumn(_("name"), max_length=120)
    description = TextColumn(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=TemplateKind.choices, default=TemplateKind.MACHINE)
    picture = models.ImageField(_("picture"), upload_to="templates/", blank=True)
    ratings_enabled = models.BooleanField(
        _("ratings"), default=True, help_text=_("Ask code users for a rating when a ticket is done.")
    )
    portal_scope = models.CharField(
        _("what holders of a code see"), max_length=8, choices=PortalScope.choices, default=PortalScope.DEVICE
    )
    # Defaults in the database, too: servers of the version before write rows while an update goes on.
    next_steps = LineColumn(
        _("what happens next"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Said to people who have just reported something: who takes care of it, and how soon."),
    )
    emergency_number = PhoneColumn(
        _("emergency number"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("Offered to be called where people are in danger, such as 112."),
    )

    objects: ClassVar[models.Manager["Template"]]

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


SEARCH_COLUMNS = ("search_public", "search_internal")


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, actor: "Actor") -> "DeviceQuerySet":
        """Employees see all, others the devices of held codes, and people of a customer also those of the customer."""
        if actor.is_employee:
            return self
        visible = models.Q(pk__in=actor.device_ids)
        if actor.customer_id is not None:
            visible |= models.Q(customer=actor.customer_id)
        return self.filter(visible)

    def with_sheet_for(self, actor: "Actor") -> "DeviceQuerySet":
        """Those whose sheet and service record the actor reads: employees all, managers those of their customer."""
        if actor.is_employee:
            return self
        return self.filter(customer=actor.customer_id) if actor.is_manager else self.none()


def make_slug() -> str:
    # Random: a number would show how many devices there are.
    return secrets.token_hex(5)


class Device(models.Model):
    """A machine or vehicle that the organisation serves."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="devices", verbose_name=_("template"))
    customer = models.ForeignKey(
        "fleet.Customer", models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("customer")
    )
    slug = models.SlugField(_("address part"), unique=True, default=make_slug, editable=False)
    name = LineColumn(_("name"), max_length=120)
    model = LineColumn(_("model"), max_length=120, blank=True, help_text=_("The maker's name for it."))
    serial_number = LineColumn(_("serial number"), max_length=80, blank=True)
    licence_plate = LineColumn(_("licence plate"), max_length=20, blank=True)
    location = LineColumn(_("location"), max_length=160, blank=True)
    # What a fleet says of its vehicles. Defaults in the database, here and below: servers of the version before write
    # rows while an update goes on.
    make = LineColumn(_("make"), max_length=80, blank=True, default="", db_default="")
    fleet_number = LineColumn(
        _("identification number"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("The number that stands on it, such as 17."),
    )
    vehicle_category = LineColumn(
        _("vehicle category"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("Such as city car or van."),
    )
    engine = models.CharField(_("engine"), max_length=16, choices=Engine.choices, blank=True, default="", db_default="")
    town = LineColumn(_("town"), max_length=80, blank=True, default="", db_default="")
    car_park = LineColumn(_("car park"), max_length=120, blank=True, default="", db_default="")
    is_active = models.BooleanField(
        _("active"), default=True, db_default=True, help_text=_("Inactive ones are not proposed for new tickets.")
    )
    picture = models.ImageField(_("picture"), upload_to="devices/", blank=True)
    # Folded text, apart by who may read it.
    search_public = models.TextField(default="", db_default="", blank=True, editable=False)
    search_internal = models.TextField(default="", db_default="", blank=True, editable=False)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ("name", "id")
        indexes = (models.Index(fields=("name", "id"), name="device_by_name"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(settings.DEVICE_URL_NAME, args=[self.slug])

    @property
    def is_vehicle(self) -> bool:
        return self.template.kind == TemplateKind.VEHICLE

    @property
    def make_and_model(self) -> str:
        """Both in one, also where the name of the model begins with its maker's."""
        return self.model if self.model.startswith(self.make) else f"{self.make} {self.model}".strip()

    @property
    def identification(self) -> str:
        """The licence plate, or else the serial number."""
        return self.licence_plate or self.serial_number

    @property
    def shown_picture(self) -> models.fields.files.ImageFieldFile | None:
        """Its own, else that of the template."""
        return self.picture or self.template.picture or None
