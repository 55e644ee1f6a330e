"""Reservations of vehicles."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.enum_fields import TextEnumField
from config.common.starts import Bytewise
from config.common.typed_columns import LineColumn
from fleet.models.devices import Device
from fleet.models.people import Person

if TYPE_CHECKING:
    from fleet.actors import Actor


class ReservationStatus(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("reservation", "Confirmed")
    IN_PROGRESS = "in_progress", pgettext_lazy("reservation", "In progress")
    ENDED = "ended", pgettext_lazy("reservation", "Ended")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("reservation", "Unconfirmed")
    CANCELLED = "cancelled", pgettext_lazy("reservation", "Cancelled")
    NOT_SENT = "not_sent", pgettext_lazy("reservation", "Not sent to the vehicle")

    @property
    def tone(self) -> str:
        """The name of its colours in the design tokens, which are those of the statuses of tickets."""
        return _TONES[self]

    @property
    def icon(self) -> str:
        return _ICONS[self]


_TONES = {
    ReservationStatus.CONFIRMED: "assigned",
    ReservationStatus.IN_PROGRESS: "in-progress",
    ReservationStatus.ENDED: "closed",
    ReservationStatus.UNCONFIRMED: "draft",
    ReservationStatus.CANCELLED: "cancelled",
    ReservationStatus.NOT_SENT: "open",
}
_ICONS = {
    ReservationStatus.CONFIRMED: "calendar-check",
    ReservationStatus.IN_PROGRESS: "car",
    ReservationStatus.ENDED: "flag",
    ReservationStatus.UNCONFIRMED: "calendar-clock",
    ReservationStatus.CANCELLED: "calendar-x",
    ReservationStatus.NOT_SENT: "triangle-alert",
}


class Contract(models.TextChoices):
    """On whose account a vehicle is driven."""

    PROFESSIONAL = "professional", _("Professional")
    PERSONAL = "personal", _("Personal")


def number_key(text: str) -> str:
    """A number as `Reservation.key` has it: in lower case, without blanks and dashes.

    >>> number_key("R-10 42")
    'r1042'
    """
    return text.replace(" ", "").replace("-", "").lower()


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def visible_to(self, actor: "Actor") -> "ReservationQuerySet":
        """Employees see all, managers those of their customer's people and vehicles, subscribers their own."""
        if actor.is_employee:
            return self
        if actor.is_manager:
            # Over lists of ids: where rows are joined the database reads all of them.
            people = Person.objects.filter(customer=actor.customer_id).order_by().values("pk")
            devices = Device.objects.filter(customer=actor.customer_id).order_by().values("pk")
            return self.filter(Q(person__in=people) | Q(device__in=devices))
        return self.filter(person=actor.person_id) if actor.is_customer_person else self.none()


class Reservation(models.Model):
    """A vehicle, booked by a person for a time."""

    number = LineColumn(_("number"), max_length=40, unique=True)
    device = models.ForeignKey(
        "fleet.Device",
        models.PROTECT,
        related_name="reservations",
        verbose_name=_("vehicle"),
        limit_choices_to={"template__kind": "vehicle"},
    )
    person = models.ForeignKey(
        "fleet.Person",
        models.PROTECT,
        related_name="reservations",
        verbose_name=_("person"),
        limit_choices_to={"role__in": ("manager", "subscriber")},
    )
    status = TextEnumField(_("state"), enum=ReservationStatus, max_length=12, default=ReservationStatus.CONFIRMED)
    contract = TextEnumField(_("contract type"), enum=Contract, max_length=12, default=Contract.PROFESSIONAL)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    car_park = LineColumn(_("departure car park"), max_length=120, blank=True)
    estimated_km = models.PositiveIntegerField(_("estimated kilometres"))
    driven_km = models.PositiveIntegerField(_("kilometres driven"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # What it is found by while someone types: `number_key` says how.
    key = models.GeneratedField(
        expression=Lower(Replace(Replace("number", Value(" ")), Value("-"))),
        output_field=models.CharField(max_length=40),
        db_persist=True,
    )

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ("-starts_at", "-id")
        indexes = (
            models.Index(fields=("-starts_at", "-id"), name="reservation_newest"),
            models.Index(Bytewise("key"), name="reservation_key"),
        )
        constraints = (
            models.CheckConstraint(
                name="reservation_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A reservation ends after it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.device_id and self.device.template.kind != "vehicle":
            raise ValidationError({"device": _("Only vehicles are reserved.")})
        if self.person_id and not self.person.is_customer_person:
            raise ValidationError({"person": _("A reservation belongs to a manager or subscriber.")})
