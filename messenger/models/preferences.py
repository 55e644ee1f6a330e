"""What people are told by which channel, when, and about which tickets not."""

from datetime import datetime, time
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Expression, Q
from django.utils.translation import gettext_lazy as _

from fleet.models import Role
from messenger.models.deliveries import Channel


class Occasion(models.TextChoices):
    """What people choose channels for: one or more kinds of notifications."""

    OFFER = "offer", _("Offers of tickets")
    ASSIGNMENT = "assignment", _("Tickets assigned to me")
    WITHDRAWAL = "withdrawal", _("Tickets withdrawn from me")
    NEW_TICKET = "new_ticket", _("New tickets")
    SENT_TO_MANAGERS = "sent_to_managers", _("Tickets sent to me as a manager")
    MENTION = "mention", _("Mentions of me")
    MESSAGE = "message", _("Messages")
    UPDATE = "update", _("Updates")
    INTERNAL_UPDATE = "internal_update", _("Internal updates")
    NOT_FIXED = "not_fixed", _("“Still not right”")
    AFFECTED = "affected", _("“Me too” and “works again”")
    STATUS = "status", _("Changes of status")
    PRIORITY = "priority", _("Changes of priority")
    VISIBILITY = "visibility", _("Changes of visibility")
    RATING = "rating", _("Ratings")
    NO_ONE_RESPONSIBLE = "no_one_responsible", _("No one is responsible")
    ALL_REJECTED = "all_rejected", _("Everyone rejected an offer")
    CONFIGURATION = "configuration", _("Gaps in the configuration")
    DELIVERY = "delivery", _("Notifications that failed")


class Pace(models.TextChoices):
    """When e-mails go out."""

    AT_ONCE = "at_once", _("At once")
    HOURLY = "hourly", _("Once an hour")
    DAILY = "daily", _("Once a day")


EVERY_DAY = 0b111_1111


def default_time_zone() -> str:
    return settings.TIME_ZONE


class Preferences(models.Model):
    """A person's own settings; who has none has those of a new row."""

    person = models.OneToOneField("fleet.Person", models.CASCADE, primary_key=True, related_name="preferences")
    pace = models.CharField(_("e-mails"), max_length=8, choices=Pace.choices, default=Pace.AT_ONCE)
    digest_at = models.TimeField(_("time of the daily e-mail"), default=time(8))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    # A bit for each day, Monday the lowest.
    working_days = models.PositiveSmallIntegerField(
        _("working days"), default=EVERY_DAY, validators=[MaxValueValidator(EVERY_DAY)]
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=default_time_zone)
    shows_text = models.BooleanField(_("push notifications show texts"), default=False)
    plays_sound = models.BooleanField(_("sound"), default=True)

    objects: ClassVar[models.Manager["Preferences"]]

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")
        constraints = (
            models.CheckConstraint(
                name="quiet_hours_have_both_ends",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.person)

    def works_on(self, weekday: int) -> bool:
        """Whether the day is a working day; Monday is 0."""
        return bool(self.working_days >> weekday & 1)


class Choice(models.Model):
    """Whether a person wants one occasion by one channel, where that differs from what their role has."""

    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="notification_choices")
    occasion = models.CharField(max_length=20, choices=Occasion.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    is_on = models.BooleanField()

    objects: ClassVar[models.Manager["Choice"]]

    class Meta:
        verbose_name = _("notification choice")
        verbose_name_plural = _("notification choices")
        constraints = (models.UniqueConstraint(fields=("person", "occasion", "channel"), name="chosen_once"),)

    def __str__(self) -> str:
        return f"{self.occasion} {self.channel}"


class RoleDefault(models.Model):
    """Whether people of a role get one occasion by one channel unless they choose otherwise, as administrators say."""

    role = models.CharField(
        _("role"), max_length=16, choices=[choice for choice in Role.choices if choice[0] != Role.CODE_USER]
    )
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    is_on = models.BooleanField(_("on"))

    objects: ClassVar[models.Manager["RoleDefault"]]

    class Meta:
        verbose_name = _("notification default")
        verbose_name_plural = _("notification defaults")
        ordering = ("role", "occasion", "channel")
        constraints = (models.UniqueConstraint(fields=("role", "occasion", "channel"), name="one_default_for_role"),)

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_occasion_display()}, {self.get_channel_display()}"


class Exemption(models.Model):
    """A channel that a person wants always, or never, for tickets of one template or one of their teams."""

    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="notification_exemptions")
    template = models.ForeignKey("fleet.Template", models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey("fleet.Team", models.CASCADE, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    is_on = models.BooleanField()

    objects: ClassVar[models.Manager["Exemption"]]

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = (
            models.CheckConstraint(
                name="exemption_names_template_or_team",
                condition=Q(template__isnull=True, team__isnull=False) | Q(template__isnull=False, team__isnull=True),
            ),
            models.UniqueConstraint(fields=("person", "template", "channel"), name="one_exemption_for_template"),
            models.UniqueConstraint(fields=("person", "team", "channel"), name="one_exemption_for_team"),
        )

    def __str__(self) -> str:
        return f"{self.template or self.team} {self.channel}"


class MuteQuerySet(models.QuerySet["Mute"]):
    def lasting(self, moment: datetime | Expression) -> "MuteQuerySet":
        """Those that are not over by then."""
        return self.filter(Q(until=None) | Q(until__gt=moment))


class Mute(models.Model):
    """A ticket about which a person gets nothing but the bell, until a moment; without one, until they say so."""

    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="mutes")
    ticket = models.ForeignKey("ticketing.Ticket", models.CASCADE, related_name="mutes")
    until = models.DateTimeField(null=True, blank=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("muted ticket")
        verbose_name_plural = _("muted tickets")
        constraints = (models.UniqueConstraint(fields=("person", "ticket"), name="muted_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.ticket_id}"
