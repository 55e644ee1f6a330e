"""The filters of the ticket list: allow-listed values over what the actor may see anyway."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.typed import LineField
from fleet.access import customer_people_for, devices_for, employees_for, reservations_for
from fleet.actors import Actor
from fleet.models import Assignment, Customer
from fleet.models.devices import DeviceQuerySet
from fleet.selectors import find_devices
from ticketing.forms.fields import DayField, choose_among
from ticketing.models import Audience, Category, Priority, Stage, Ticket, TicketStatus, Visibility
from ticketing.models.tickets import TicketQuerySet
from ticketing.office.listing import STATUSES_OF_VIEWS, in_view
from ticketing.search import search_tickets

ME, NO_ONE = "me", "nobody"
_ID = re.compile(r"[0-9]{1,18}")
SCORES = [(score, str(score)) for score in range(1, 6)]
# In the order of the menu, which leaves out what stands in old links only.
VIEWS = {
    "unassigned": _("Not assigned"),
    "not_fixed": _("Not fixed"),
    "offered": _("Offered to me"),
    "mine": _("Mine"),
    "open": _("To do"),
    "waiting": _("Waiting for rating"),
    "drafts": _("Drafts"),
    "all": _("All"),
    "done": _("Dealt with"),
}
EMPLOYEE_VIEWS = ("unassigned", "not_fixed", "offered")
# Customers read stages instead of statuses.
CUSTOMER_VIEWS = {"open": _("Latest tickets"), "done": pgettext_lazy("stage", "Dealt with")}
EMPLOYEE_FILTERS = ("status", "visibility", "responsible", "customer")
CUSTOMER_FILTERS = ("stage",)


@dataclass(frozen=True)
class Source:
    """Values of a filter that are too many for every page: rows with names that the actor may know, and a search."""

    rows: Callable[[Actor], QuerySet[Any]]
    found: Callable[[Actor, QuerySet[Any], str], QuerySet[Any]]

    def chosen(self, actor: Actor, values: list[str]) -> list[tuple[str, str]]:
        """Those of the values that are on the list, with their names; no query where there are none."""
        wanted = {int(value) for value in values if _ID.fullmatch(value)}
        return [(str(row.pk), name_of(row)) for row in self.rows(actor).filter(pk__in=wanted)] if wanted else []


def name_of(row: Model) -> str:
    return str(getattr(row, "name", row))


def _by_words(*fields: str) -> Callable[[Actor, QuerySet[Any], str], QuerySet[Any]]:
    def found(_actor: Actor, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        for word in words.split():
            is_in_one = Q()
            for field in fields:
                is_in_one |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(is_in_one)
        return rows.order_by(*fields, "pk")

    return found


def _found_devices(actor: Actor, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    assert isinstance(rows, DeviceQuerySet)
    return find_devices(rows, words, actor)


def _of_employees(model: type[Model]) -> Callable[[Actor], QuerySet[Any]]:
    return lambda actor: model._default_manager.all() if actor.is_employee else model._default_manager.none()


def _categories(actor: Actor) -> QuerySet[Any]:
    rows = Category.objects.all()
    if actor.is_employee or actor.is_manager:
        return rows
    return rows.filter(audience=Audience.ALL).exclude(parent__audience=Audience.MANAGERS)


SOURCES = {
    "responsible": Source(employees_for, _by_words("first_name", "last_name")),
    "customer": Source(_of_employees(Customer), _by_words("name")),
    "device": Source(devices_for, _found_devices),
    "category": Source(_categories, _by_words("name")),
    "person": Source(customer_people_for, _by_words("first_name", "last_name")),
    "reservation": Source(reservations_for, _by_words("number")),
}


def view_label(actor: Actor, view: str) -> str | Promise:
    return VIEWS[view] if actor.is_employee else CUSTOMER_VIEWS.get(view, VIEWS[view])


class LineFilter(django_filters.CharFilter):
    field_class = LineField


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class TicketFilter(django_filters.FilterSet):
    """Values that are not on the list are ignored, so that an old link still shows something."""

    view = django_filters.ChoiceFilter(choices=list(VIEWS.items()), method="filter_view")
    q = LineFilter(method="filter_words", max_length=200)
    # A column of the ticket itself repeats no row, so no DISTINCT has to compare all columns.
    status = django_filters.MultipleChoiceFilter(choices=TicketStatus.choices, label=_("Status"), distinct=False)
    stage = django_filters.MultipleChoiceFilter(choices=Stage.choices, method="filter_stage", label=_("Stage"))
    priority = django_filters.TypedMultipleChoiceFilter(
        choices=Priority.choices, coerce=int, label=_("Priority"), distinct=False
    )
    responsible = django_filters.MultipleChoiceFilter(method="filter_responsible", label=_("Responsible"))
    customer = django_filters.MultipleChoiceFilter(label=_("Customer"), distinct=False)
    device = django_filters.MultipleChoiceFilter(label=_("Device"), distinct=False)
    category = django_filters.MultipleChoiceFilter(method="filter_category", label=_("Category"))
    person = django_filters.MultipleChoiceFilter(label=_("Person"), distinct=False)
    reservation = django_filters.MultipleChoiceFilter(label=_("Reservation"), distinct=False)
    rating = django_filters.TypedMultipleChoiceFilter(
        field_name="score", choices=SCORES, coerce=int, label=_("Rating"), distinct=False
    )
    visibility = django_filters.MultipleChoiceFilter(choices=Visibility.choices, label=_("Visibility"), distinct=False)
    since = DayFilter(method="filter_since", label=_("Opened since"))
    until = DayFilter(method="filter_until", label=_("Opened until"))

    class Meta:
        model = Ticket
        form = forms.Form
        fields: list[str] = []

    form_classes: ClassVar[dict[tuple[str, ...], type[forms.Form]]] = {}

    def __init__(self, data: QueryDict, tickets: TicketQuerySet, *, actor: Actor) -> None:
        self.actor = actor
        super().__init__(data, tickets)
        for name in CUSTOMER_FILTERS if actor.is_employee else EMPLOYEE_FILTERS:
            del self.filters[name]
        # Of each source only what is chosen: a large house would fill every page with all its people.
        for name, source in SOURCES.items():
            if name in self.form.fields:
                own = [(ME, _("Me")), (NO_ONE, _("Not assigned"))] if name == "responsible" else []
                choose_among(self.form, name, [*own, *source.chosen(actor, data.getlist(name))])

    def get_form_class(self) -> type[forms.Form]:
        # One for each kind of reader: to make a class takes longer than to read a query with it.
        names = tuple(self.filters)
        if names not in self.form_classes:
            self.form_classes[names] = super().get_form_class()
        return self.form_classes[names]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What was asked for and is on the list."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in ("", None, [])}

    @property
    def current_view(self) -> str:
        """The chosen view; without one open work, or everything where words or a status are asked for."""
        chosen = self.chosen
        known = chosen.get("view", "")
        if known and (self.actor.is_employee or known not in EMPLOYEE_VIEWS):
            return str(known)
        return "all" if chosen.get("q") or chosen.get("status") or chosen.get("stage") else "open"

    @property
    def tickets(self) -> TicketQuerySet:
        found: TicketQuerySet = self.qs
        return in_view(found, self.actor, self.current_view) if self.statuses else found.none()

    @property
    def statuses(self) -> set[TicketStatus]:
        """The statuses that the view and the filters leave. For none the database would look through all tickets."""
        chosen = self.chosen
        wanted = {TicketStatus(value) for value in chosen.get("status") or TicketStatus.values}
        if stages := chosen.get("stage"):
            wanted = {status for stage in stages for status in Stage(stage).statuses}
        left = wanted & set(STATUSES_OF_VIEWS.get(self.current_view, tuple(TicketStatus)))
        # Work without anyone is OPEN, by its transitions; what is over needs no one.
        if (people := chosen.get("responsible")) == [NO_ONE]:
            return left & {TicketStatus.OPEN}
        has_someone = (people and NO_ONE not in people) or (self.current_view == "mine" and self.actor.is_employee)
        return left - {TicketStatus.OPEN} if has_someone else left

    def is_offered(self, name: str, value: str) -> bool:
        """Whether a value can find something in the view, or is chosen all the same."""
        if name not in ("status", "stage") or value in self.chosen.get(name, ()):
            return True
        statuses = STATUSES_OF_VIEWS.get(self.current_view, tuple(TicketStatus))
        return value in statuses if name == "status" else any(each in statuses for each in Stage(value).statuses)

    @property
    def has_ratings(self) -> bool:
        """Whether a ticket of the list can be rated."""
        return bool(self.statuses & {TicketStatus.DONE, TicketStatus.CLOSED})

    def filter_view(self, tickets: TicketQuerySet, _name: str, _value: str) -> TicketQuerySet:
        # `tickets` applies the view, because one also counts when none is named.
        return tickets

    def filter_words(self, tickets: TicketQuerySet, _name: str, words: str) -> TicketQuerySet:
        return search_tickets(tickets, self.actor, words)

    def filter_stage(self, tickets: TicketQuerySet, _name: str, values: list[str]) -> TicketQuerySet:
        return tickets.filter(self._of_stages(values))

    def _of_stages(self, values: list[str]) -> Q:
        return Q(status__in=[status for value in values for status in Stage(value).statuses])

    def filter_category(self, tickets: TicketQuerySet, _name: str, values: list[str]) -> TicketQuerySet:
        return tickets.filter(self._of_categories(values))

    def _of_categories(self, values: list[str]) -> Q:
        """With their sub-categories, which are few enough to be listed."""
        chosen = [int(value) for value in values]
        below = Category.objects.filter(parent__in=chosen).values_list("pk", flat=True)
        return Q(category__in=[*chosen, *below])

    def filter_responsible(self, tickets: TicketQuerySet, _name: str, values: list[str]) -> TicketQuerySet:
        return tickets.filter(self._of_responsible(values))

    def _of_responsible(self, values: list[str]) -> Q:
        wanted = Q()
        if NO_ONE in values:
            # Work without anyone is OPEN, by its transitions; what is over needs no one.
            wanted |= Q(status=TicketStatus.OPEN)
        people = [self.actor.person_id if value == ME else int(value) for value in values if value != NO_ONE]
        if people:
            wanted |= Q(Exists(Assignment.objects.filter(ticket=OuterRef("pk"), ended_at=None, person__in=people)))
        return wanted

    def option(self, name: str, value: str) -> Q:
        """What one value of a filter with check boxes leaves; it is on the list, or the id of a row of its source."""
        if name == "responsible":
            return self._of_responsible([value])
        if name == "category":
            # Beside each ticket, not by a query of its own as in the filter: all options are counted together.
            return Q(category=value) | Q(category__parent=value)
        if name == "stage":
            return self._of_stages([value])
        return Q(**{self.filters[name].field_name: value})

    def filter_since(self, tickets: TicketQuerySet, _name: str, day: date) -> TicketQuerySet:
        return tickets.filter(opened_at__gte=_begin_of(day))

    def filter_until(self, tickets: TicketQuerySet, _name: str, day: date) -> TicketQuerySet:
        return tickets.filter(opened_at__lt=_begin_of(day) + timedelta(days=1))


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
