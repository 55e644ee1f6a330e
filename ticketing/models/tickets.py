"""Tickets, their answers, and which of them an actor may see."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.common.enum_fields import IntegerEnumField, TextEnumField
from config.common.typed_columns import LineColumn
from fleet.models.devices import PortalScope
from messenger.models.conversations import make_salt
from ticketing.models.flows import QuestionKind
from ticketing.transitions import OPEN_WORK, STATIONS, TicketMachine, TicketStatus

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from fleet.actors import Actor
    from fleet.models import Customer, Device, Offer, Person
    from messenger.models import Attachment
    from ticketing.models.affected import Affected


# Folded text of all that was written in a ticket, to be searched and never shown.
SEARCH_COLUMNS = ("search_public", "search_internal", "search_messages", "search_internal_messages", "search_contact")


# What people type into the fields of a ticket, and can edit.
TYPED_FIELDS = ("subject", "description", "comment")


class Visibility(models.TextChoices):
    """Who can see a ticket at all."""

    PUBLIC = "public", _("PUBLIC")
    INTERNAL = "internal", _("INTERNAL")

    @property
    def tone(self) -> str:
        return self.value

    @property
    def icon(self) -> str:
        return "lock" if self == Visibility.INTERNAL else "globe"


class Priority(models.IntegerChoices):
    # Numbers, so that the database sorts by them.

    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")

    @property
    def tone(self) -> str:
        return self.name.lower()

    @property
    def icon(self) -> str:
        return {1: "chevron-down", 2: "minus", 3: "chevrons-up"}[self.value]


class Source(models.TextChoices):
    """How a ticket came in."""

    FLOW = "flow", _("Creation flow")
    DESK = "desk", _("Desk form")


@dataclass(frozen=True)
class Station:
    """A status on the status bar of a ticket; `time` is when the ticket came to it last."""

    status: TicketStatus
    state: Literal["past", "present", "future"]
    time: datetime | None = None

    @property
    def label(self) -> str | Promise:
        return self.status.label

    @property
    def tone(self) -> str:
        return self.status.tone

    @property
    def icon(self) -> str:
        return self.status.icon


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Says the same of many tickets as the rule ``ticketing.view_ticket`` says of one."""

    def posted(self) -> "TicketQuerySet":
        """All that are no drafts."""
        return self.exclude(status=TicketStatus.DRAFT)

    def visible_to(self, actor: "Actor") -> "TicketQuerySet":
        return self.filter(seen_by(actor))


# Columns that the list can be sorted by, besides number and times.
SORTED_BY = ("subject", "priority", "status_rank", "score", "turn")
# Statuses by their places in the life of a ticket.
_STATUS_RANK = Case(*(When(status=s.value, then=Value(rank)) for rank, s in enumerate(TicketStatus)), default=Value(0))
# How far the turns of a priority are from those of the next one: more than there are numbers of tickets.
TURNS_OF_PRIORITY = 2**32
# The same of a status.
TURNS_OF_STATUS = 10 * TURNS_OF_PRIORITY
# Matches no row; where nothing else is left of a condition, Django does not even ask the database.
NOTHING = Q(pk__in=())


def seen_by(actor: "Actor", ticket: str = "") -> Q:
    """The condition of `visible_to`, also for rows whose ticket is found by a lookup such as ``ticket__``."""
    if actor.is_superior:
        return Q()
    if actor.is_employee:
        return _posted(ticket) | Q(**{f"{ticket}creator": actor.person_id})
    public = Q(**{f"{ticket}visibility": Visibility.PUBLIC})
    return public & (_seen_by_code(actor, ticket) | _seen_by_login(actor, ticket))


def _posted(ticket: str) -> Q:
    return ~Q(**{f"{ticket}status": TicketStatus.DRAFT})


def _seen_by_code(actor: "Actor", ticket: str) -> Q:
    linked = Q(**{f"{ticket}source": Source.FLOW, f"{ticket}pk__in": list(actor.links)}) if actor.links else NOTHING
    if not actor.device_ids:
        return linked
    others = _posted(ticket) & Q(**{f"{ticket}device__template__portal_scope": PortalScope.DEVICE})
    # Tickets from the desk form are never shown to holders of a code.
    held = Q(**{f"{ticket}source": Source.FLOW, f"{ticket}device__in": actor.device_ids})
    return linked | (held & (Q(**{f"{ticket}creator": actor.person_id}) | others if actor.person_id else others))


def _seen_by_login(actor: "Actor", ticket: str) -> Q:
    if not actor.is_customer_person:
        return NOTHING
    theirs = Q(**{f"{ticket}person": actor.person_id})
    if actor.is_manager:
        theirs |= Q(**{f"{ticket}customer": actor.customer_id})
    return Q(**{f"{ticket}creator": actor.person_id}) | (_posted(ticket) & theirs)


def customer_of(device: "Device | None", person: "Person | None") -> "Customer | None":
    """Whose a ticket about these is when it is sent: the device's, else the person's."""
    of_device = device.customer if device else None
    return of_device or (person.customer if person else None)


class Ticket(TicketMachine):
    """A service request or report, from the first step of its flow to its rating and beyond."""

    number = models.PositiveIntegerField(_("number"), unique=True, null=True, editable=False)
    source = TextEnumField(_("source"), enum=Source, max_length=4, default=Source.FLOW, editable=False)
    visibility = TextEnumField(_("visibility"), enum=Visibility, max_length=8, default=Visibility.PUBLIC)
    priority = IntegerEnumField(_("priority"), enum=Priority, default=Priority.NORMAL)
    subject = LineColumn(_("subject"), max_length=200, blank=True)
    flow = models.ForeignKey(
        "ticketing.CreationFlow", models.PROTECT, null=True, related_name="tickets", verbose_name=_("creation flow")
    )
    category = models.ForeignKey(
        "ticketing.Category", models.PROTECT, null=True, related_name="tickets", verbose_name=_("category")
    )
    device = models.ForeignKey(
        "fleet.Device", models.PROTECT, null=True, related_name="tickets", verbose_name=_("device")
    )
    customer = models.ForeignKey(
        "fleet.Customer", models.PROTECT, null=True, related_name="tickets", verbose_name=_("customer")
    )
    creator = models.ForeignKey(
        "fleet.Person", models.PROTECT, related_name="created_tickets", verbose_name=_("created by")
    )
    person = models.ForeignKey(
        "fleet.Person", models.PROTECT, null=True, related_name="tickets", verbose_name=_("person")
    )
    reservation = models.ForeignKey(
        "fleet.Reservation", models.PROTECT, null=True, related_name="tickets", verbose_name=_("reservation")
    )
    # Of the desk form. Defaults in the database, too: servers of the version before write rows while an update goes on.
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    comment = models.TextField(
        _("comment"),
        blank=True,
        default="",
        db_default="",
        help_text="For its author, the customer's managers and employees; not for the person.",
    )
    salt = models.CharField(
        max_length=32,
        blank=True,
        default=make_salt,
        db_default="",
        editable=False,
        help_text="Of the digests of subject, description and comment; empty in older tickets until they are edited.",
    )
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="followers", verbose_name=_("follows ticket")
    )
    conversation = models.OneToOneField("messenger.Conversation", models.PROTECT, related_name="ticket")
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    changed_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)
    done_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often it was finished; a rating belongs to one of them."
    )
    asks_for_rating = models.BooleanField(default=False, editable=False)
    score = models.PositiveSmallIntegerField(
        _("score"), default=0, editable=False, help_text="Of the present DONE phase; 0 while it is not rated."
    )
    is_not_fixed = models.BooleanField(
        _("not fixed"),
        default=False,
        db_default=False,
        editable=False,
        help_text="It is DONE, and someone on the customer's side said that it still does not work.",
    )
    # Pages ask for those who joined, and for what they said, only where there is something. Defaults in the database,
    # too: servers of the version before write rows while an update goes on.
    affected_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    reopened_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Lists are sorted by it: the place of the status in the life of a ticket.
    status_rank = models.GeneratedField(
        expression=_STATUS_RANK, output_field=models.SmallIntegerField(), db_persist=True
    )
    # Work in the order in which it is taken up: without a responsible person first, High first, then the oldest. One
    # column, because a page of a long list begins behind a row of the page before (`keyset`).
    turn = models.GeneratedField(
        expression=(_STATUS_RANK * 10 + (Priority.HIGH - F("priority"))) * TURNS_OF_PRIORITY + Coalesce("number", 0),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    # How many entries its journal has, and how many of them customers may know of; both without gaps.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    public_sequence = models.PositiveIntegerField(default=0, editable=False)
    journal_head = models.CharField(max_length=64, blank=True, editable=False)
    # Folded text, apart by who may read it: no one finds a ticket by a word that is hidden from them.
    search_public = models.TextField(blank=True, editable=False)
    search_internal = models.TextField(blank=True, editable=False)
    search_messages = models.TextField(blank=True, editable=False)
    # Messages that were written while the ticket was INTERNAL, and the reporter's name, phone and e-mail. Defaults in
    # the database, too: servers of the version before write rows while an update goes on.
    search_internal_messages = models.TextField(default="", db_default="", blank=True, editable=False)
    search_contact = models.TextField(default="", db_default="", blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    if TYPE_CHECKING:
        offers: RelatedManager[Offer]
        answers: RelatedManager["Answer"]
        affected: RelatedManager[Affected]

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="ticket_number_unless_draft",
                condition=Q(status=TicketStatus.DRAFT, number__isnull=True, opened_at__isnull=True)
                | (~Q(status=TicketStatus.DRAFT) & Q(number__isnull=False, opened_at__isnull=False)),
            ),
            models.CheckConstraint(name="ticket_status_known", condition=Q(status__in=TicketStatus.values)),
            models.CheckConstraint(name="ticket_visibility_known", condition=Q(visibility__in=Visibility.values)),
            models.CheckConstraint(name="ticket_priority_known", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(name="ticket_sequence_order", condition=Q(public_sequence__lte=F("sequence"))),
            models.CheckConstraint(
                name="ticket_flow_has_device",
                condition=Q(source=Source.DESK) | Q(device__isnull=False, flow__isnull=False),
            ),
        )
        # For each order of the list one over everything, and a small one over what is worked on.
        indexes = (
            models.Index(fields=("-opened_at", "-id"), name="ticket_newest"),
            models.Index(fields=("-changed_at", "-id"), name="ticket_last_changed"),
            *(models.Index(fields=(name, "id"), name=f"ticket_by_{name}") for name in SORTED_BY),
            *(
                models.Index(fields=(name, "id"), condition=Q(status__in=OPEN_WORK), name=f"open_by_{name}")
                for name in (*SORTED_BY, "number", "opened_at", "changed_at")
            ),
            models.Index(fields=("created_at", "id"), condition=Q(status=TicketStatus.DRAFT), name="ticket_drafts"),
            # Few at any time, whatever they are sorted by.
            models.Index(fields=("turn", "id"), condition=Q(is_not_fixed=True), name="ticket_not_fixed"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("office:ticket_detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """Empty for a draft, which has no number."""
        return f"#{self.number}" if self.number else ""

    @property
    def title(self) -> str:
        """Never empty."""
        return self.subject or (self.flow.name if self.flow else "") or gettext("Ticket")

    @property
    def reporter(self) -> "Person":
        return self.person or self.creator

    @property
    def is_from_desk(self) -> bool:
        return self.source == Source.DESK

    @property
    def stage_label(self) -> str:
        """The stage as customers read it; empty for a draft."""
        if self.status == TicketStatus.CANCELLED:
            return gettext("Dealt with (cancelled)")
        return str(self.status.stage.label) if self.status.stage else ""

    @property
    def is_draft(self) -> bool:
        return self.status == TicketStatus.DRAFT

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def stations(self) -> list[Station]:
        """The status bar from the first status to the last."""
        if self.is_draft:
            line: tuple[TicketStatus, ...] = (TicketStatus.DRAFT, TicketStatus.OPEN)
        elif self.status == TicketStatus.CANCELLED:
            line = (TicketStatus.OPEN, TicketStatus.CANCELLED)
        else:
            line = STATIONS
        here = line.index(self.status)
        return [
            Station(status, "past" if place < here else "present" if place == here else "future")
            for place, status in enumerate(line)
        ]


def related_model(field: str) -> type[models.Model]:
    """The model that a foreign key of tickets leads to."""
    model = Ticket._meta.get_field(field).related_model
    assert isinstance(model, type)
    assert issubclass(model, models.Model)
    return model


class TicketCounter(models.Model):
    """The last ticket number given; one row, locked while a number is taken."""

    FIRST_NUMBER = 1001
    last = models.PositiveIntegerField(default=FIRST_NUMBER - 1)

    def __str__(self) -> str:
        return str(self.last)


class Answer(models.Model):
    """An answer of a ticket, with the question's text as it was asked, in all languages.

    `value` is by kind: text and long text ``{"text": str}``, choices ``{"choices": [{"id", "en", "de", "fr"}]}``,
    number ``{"number": "12.5"}``, date ``{"date": "2026-01-31"}``, yes/no ``{"yes": bool}``, files ``{}``.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="answers")
    question = models.ForeignKey("ticketing.Question", models.SET_NULL, null=True, related_name="+")
    kind = TextEnumField(enum=QuestionKind, max_length=16)
    question_texts = models.JSONField(help_text='{"en": …, "de": …, "fr": …}')
    value = models.JSONField(default=dict)
    salt = models.CharField(max_length=32, default=make_salt, blank=True, editable=False)
    position = models.PositiveIntegerField(default=0)

    if TYPE_CHECKING:
        attachments: RelatedManager[Attachment]

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "question"), condition=Q(question__isnull=False), name="one_answer_per_question"
            ),
        )

    def __str__(self) -> str:
        return str(self.question_texts.get("en", ""))
