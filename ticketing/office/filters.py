"""The filters of the ticket list: allow-listed values over what the actor may see anyway."""

import re
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from fleet.access import employees_for
from fleet.actors import Actor
from fleet.models import Assignment
from ticketing.forms.fields import choose_among
from ticketing.forms.search import SearchForm, SearchInput
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.models.tickets import TicketQuerySet
from ticketing.office.listing import STATUSES_OF_VIEWS, in_view
from ticketing.selectors import search_tickets

ME, NO_ONE = "me", "nobody"
_ID = re.compile(r"[0-9]{1,18}")
VIEWS = {
    "open": _("Open work"),
    "offered": _("Offered to me"),
    "mine": _("Mine"),
    "done": _("Dealt with"),
    "drafts": _("Drafts"),
    "all": _("All"),
}
EMPLOYEE_VIEWS = ("offered",)
EMPLOYEE_FILTERS = ("visibility", "responsible")


class TicketFilter(django_filters.FilterSet):
    """Values that are not on the list are ignored, so that an old link still shows something."""

    view = django_filters.ChoiceFilter(choices=list(VIEWS.items()), method="filter_view")
    q = django_filters.CharFilter(
        method="filter_words",
        max_length=200,
        label=_("Number or words"),
        widget=SearchInput(attrs={"autocomplete": "off", "placeholder": _("Number or words")}),
    )
    # A column of the ticket itself repeats no row, so no DISTINCT has to compare all columns.
    status = django_filters.MultipleChoiceFilter(choices=TicketStatus.choices, label=_("Status"), distinct=False)
    priority = django_filters.TypedMultipleChoiceFilter(
        choices=Priority.choices, coerce=int, label=_("Priority"), distinct=False
    )
    visibility = django_filters.ChoiceFilter(choices=Visibility.choices, label=_("Visibility"))
    responsible = django_filters.ChoiceFilter(method="filter_responsible", label=_("Responsible"))

    class Meta:
        model = Ticket
        form = SearchForm
        fields: list[str] = []

    def __init__(self, data: QueryDict, tickets: TicketQuerySet, *, actor: Actor) -> None:
        self.actor = actor
        super().__init__(data, tickets)
        if not actor.is_employee:
            for name in EMPLOYEE_FILTERS:
                del self.filters[name]
            return
        # Of the employees only the chosen one: a large house would fill every page with all its people.
        wanted = data.get("responsible", "")
        known = employees_for(actor).filter(pk=int(wanted)) if _ID.fullmatch(wanted) else ()
        people = [(str(person.pk), person.name) for person in known]
        choose_among(self.form, "responsible", [(ME, _("Me")), (NO_ONE, _("No one")), *people])

    @property
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
        return "all" if chosen.get("q") or chosen.get("status") else "open"

    @property
    def tickets(self) -> TicketQuerySet:
        found: TicketQuerySet = self.qs
        return in_view(found, self.actor, self.current_view) if self._statuses else found.none()

    @property
    def _statuses(self) -> set[TicketStatus]:
        """The statuses that the view and the filters leave. For none the database would look through all tickets."""
        chosen = self.chosen
        left = set(STATUSES_OF_VIEWS.get(self.current_view, TicketStatus)) & set(chosen.get("status") or TicketStatus)
        return left & {TicketStatus.OPEN} if chosen.get("responsible") == NO_ONE else left

    def filter_view(self, tickets: TicketQuerySet, _name: str, _value: str) -> TicketQuerySet:
        # `tickets` applies the view, because one also counts when none is named.
        return tickets

    def filter_words(self, tickets: TicketQuerySet, _name: str, words: str) -> TicketQuerySet:
        return search_tickets(tickets, self.actor, words)

    def filter_responsible(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        if value == NO_ONE:
            # Work without anyone is OPEN, by its transitions; what is over needs no one.
            return tickets.filter(status=TicketStatus.OPEN)
        in_charge = Assignment.objects.filter(ticket=OuterRef("pk"), ended_at=None)
        return tickets.filter(Exists(in_charge.filter(person=self.actor.person_id if value == ME else int(value))))
