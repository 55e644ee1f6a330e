"""Links of the ticket list: the whole state of its filters is in the address."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ticketing.office.filters import TicketFilter
from ticketing.office.listing import SORTS

Text = str | Promise
# Those that are asked for often have a menu each, the others are together in one.
OFTEN = ("status", "stage", "priority", "responsible", "customer", "device")
SELDOM = ("category", "person", "reservation", "rating", "visibility")
MORE = "more"
DATES = ("since", "until")
FILTERS = (*OFTEN, *SELDOM, *DATES)
# Without the place in the list: each address begins at the first page.
KEPT = ("view", "q", *FILTERS, "sort")


@dataclass(frozen=True)
class Option:
    """A value of a filter that is on; `href` is the list without it."""

    name: str
    value: str
    label: Text
    href: str


@dataclass(frozen=True)
class FilterMenu:
    """One filter, or those that are asked for seldom; `chosen` are on.

    `href` is the page of its options, which come when it is opened.
    """

    name: str
    label: Text
    href: str
    chosen: list[Option]


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

    def present(self) -> str:
        return self._href()

    def options(self, name: str, view: str) -> str:
        """The page of the filters in a menu. It asks for the view: without one a status is looked for in all."""
        query = self.kept.copy()
        query["view"] = view
        return f"{reverse('office:filter_options', args=[name])}?{query.urlencode()}"

    def set(self, name: str, value: str) -> str:
        return self._href(**{name: [value] if value else []})

    def without(self, name: str, value: str) -> str:
        return self._href(**{name: [each for each in self.kept.getlist(name) if each != value]})

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
        """What a form has to carry along."""
        return [(name, value) for name, values in self.kept.lists() if name not in without for value in values]


def filter_menus(filters: TicketFilter, links: ListLinks) -> list[FilterMenu]:
    """One for each filter that the reader asks for often, and one for all others."""

    def menu(name: str, label: Text, chosen: list[Option]) -> FilterMenu:
        return FilterMenu(name, label, links.options(name, filters.current_view), chosen)

    fields = filters.form.fields
    often = [menu(name, str(fields[name].label), _chosen(filters, links, name)) for name in OFTEN if name in fields]
    seldom = [option for name in SELDOM if name in fields for option in _chosen(filters, links, name)]
    return [*often, menu(MORE, _("More"), seldom + chosen_dates(filters, links))]


def _chosen(filters: TicketFilter, links: ListLinks, name: str) -> list[Option]:
    accepted = {str(value) for value in filters.chosen.get(name, ())}
    return [
        Option(name, key, label, links.without(name, key))
        for value, label in filters.form.fields[name].choices
        if (key := str(value)) in accepted
    ]


def chosen_dates(filters: TicketFilter, links: ListLinks) -> list[Option]:
    """The days between which tickets were opened, as far as they were asked for."""
    return [
        Option(
            name,
            day.isoformat(),
            f"{filters.form[name].label}: {date_format(day)}",
            links.set(name, ""),
        )
        for name in DATES
        if (day := filters.chosen.get(name))
    ]


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
