"""Links of the ticket list: the whole state of its filters is in the address."""

from dataclasses import dataclass

from django.db.models import Q
from django.forms import MultipleChoiceField
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from fleet.access import employees_for
from fleet.actors import Actor
from ticketing.forms.search import EmployeeSearchForm
from ticketing.office.filters import TicketFilter
from ticketing.office.listing import SORTS

Text = str | Promise
MOST_PEOPLE = 20
FILTERS = ("status", "priority", "visibility", "responsible")
# Without the place in the list: each address begins at the first page.
KEPT = ("view", "q", *FILTERS, "sort")


@dataclass(frozen=True)
class Option:
    """A value of a filter with the link that adds it, or takes it away when it is chosen."""

    label: Text
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class FilterMenu:
    """A filter as a menu of links; `more` is the address of options that are loaded when it opens."""

    label: Text
    options: list[Option]
    more: str = ""

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.is_chosen]


class ListLinks:
    """Makes addresses from the present one."""

    def __init__(self, query: QueryDict, path: str) -> None:
        self.path = path
        self.kept = QueryDict(mutable=True)
        for name in KEPT:
            if values := [value for value in query.getlist(name) if value]:
                self.kept.setlist(name, values)

    def _href(self, **changes: list[str]) -> str:
        query = self.kept.copy()
        for name, values in changes.items():
            query.setlist(name, values)
            if not values:
                del query[name]
        return f"{self.path}?{query.urlencode()}" if query else self.path

    def set(self, name: str, value: str) -> str:
        return self._href(**{name: [value] if value else []})

    def toggle(self, name: str, value: str, *, multiple: bool) -> str:
        """The value added, or removed if it is there; a single one replaces the other."""
        present = self.kept.getlist(name)
        if value in present:
            return self._href(**{name: [each for each in present if each != value]})
        return self._href(**{name: [*present, value] if multiple else [value]})

    def without_filters(self) -> str:
        return self._href(**{name: [] for name in (*FILTERS, "q")})

    def page(self, cursor: str) -> str:
        return self._href(cursor=[cursor]) if cursor else ""

    def sort(self, name: str, current: str) -> str:
        """Sorted by the column; the other way round where it is so already."""
        first = f"-{name}" if SORTS[name].descending_first else name
        other = name if first.startswith("-") else f"-{name}"
        return self.set("sort", other if current == first else first)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form that searches has to carry along."""
        return [(name, value) for name, values in self.kept.lists() if name not in without for value in values]


def filter_menus(filters: TicketFilter, links: ListLinks) -> list[FilterMenu]:
    """One menu for each filter that the reader has."""
    menus = []
    for bound in [filters.form[name] for name in FILTERS if name in filters.form.fields]:
        # What the form accepted: a value or a list of them.
        chosen = filters.chosen.get(bound.name)
        accepted = {str(value) for value in (chosen if isinstance(chosen, list) else [chosen])}
        is_multiple = isinstance(bound.field, MultipleChoiceField)
        options = [
            Option(choice.choice_label, links.toggle(bound.name, key, multiple=is_multiple), key in accepted)
            for choice in bound.subwidgets
            if (key := str(choice.data["value"]))
        ]
        more = f"{reverse('office:employee_options')}?{links.kept.urlencode()}" if bound.name == "responsible" else ""
        menus.append(FilterMenu(bound.label, options, more))
    return menus


@dataclass(frozen=True)
class EmployeeOptions:
    """Employees to filter by. `is_cut` says that words find others; `hidden_fields` go along with a search."""

    options: list[Option]
    search: EmployeeSearchForm
    has_search: bool
    is_cut: bool
    back_url: str
    hidden_fields: list[tuple[str, str]]


def employee_options(actor: Actor, query: QueryDict) -> EmployeeOptions:
    """The first employees in whose names all words of `name` are found, with the list's links that they lead to."""
    links = ListLinks(query, reverse("office:ticket_list"))
    search = EmployeeSearchForm(query)
    words = search.cleaned_data["name"].split() if search.is_valid() else []
    people = employees_for(actor).order_by("first_name", "last_name", "pk")
    for word in words:
        people = people.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    found = list(people[: MOST_PEOPLE + 1])
    chosen = query.getlist("responsible")
    options = [
        Option(person.name, links.toggle("responsible", str(person.pk), multiple=False), str(person.pk) in chosen)
        for person in found[:MOST_PEOPLE]
    ]
    is_cut = len(found) > MOST_PEOPLE
    return EmployeeOptions(
        options=options,
        search=search,
        has_search=is_cut or bool(words),
        is_cut=is_cut,
        back_url=links.set("responsible", ""),
        hidden_fields=links.hidden(),
    )


@dataclass(frozen=True)
class Column:
    """A column of the table with the link that sorts by it, empty where that is not offered.

    `direction` is empty if another column sorts the list.
    """

    label: Text
    href: str
    direction: str


def column(links: ListLinks, name: str, current: str, *, is_offered: bool) -> Column:
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return Column(SORTS[name].label, links.sort(name, current) if is_offered else "", direction)
