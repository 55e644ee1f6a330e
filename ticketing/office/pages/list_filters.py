"""Links of the ticket list: the whole state of its filters is in the address."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise

from fleet.actors import Actor
from ticketing.access import tickets_for
from ticketing.forms.search import OptionSearchForm
from ticketing.models import Priority, Stage, TicketStatus, Visibility
from ticketing.office.filters import ME, NO_ONE, SOURCES, TicketFilter, name_of
from ticketing.office.listing import SORTS, option_counts
from ticketing.transitions import OPEN_WORK

Text = str | Promise
MOST_OPTIONS = 20
# Those that are asked for often have a menu each, the others are together in one.
OFTEN = ("status", "stage", "priority", "responsible", "customer", "device")
SELDOM = ("category", "person", "reservation", "rating", "visibility")
DATES = ("since", "until")
# Those whose options are all on the page.
COUNTED_FILTERS = ("status", "stage", "priority", "rating", "visibility")
FILTERS = (*OFTEN, *SELDOM, *DATES)
# Without the place in the list: each address begins at the first page.
KEPT = ("view", "q", *FILTERS, "sort")


@dataclass(frozen=True)
class Option:
    """A value of a filter; `href` is the list without it, where it is chosen."""

    name: str
    value: str
    label: Text
    tone: str
    href: str
    is_chosen: bool

    @property
    def count_key(self) -> str:
        """Names its number, which comes when its menu is opened."""
        return f"{self.name}-{self.value}"


@dataclass(frozen=True)
class FilterMenu:
    """A filter as a list of check boxes; `more` is the address of those that are loaded when it opens."""

    name: str
    label: Text
    options: list[Option]
    more: str = ""
    all_of_them: Text = ""

    @property
    def is_seldom(self) -> bool:
        return self.name in SELDOM

    @property
    def own_options(self) -> list[Option]:
        """Those that are always the same."""
        return [option for option in self.options if not self.more or option.value in (ME, NO_ONE)]

    @property
    def loaded_options(self) -> list[Option]:
        """Those that stand for all that are loaded, because they are chosen."""
        return [option for option in self.options if option not in self.own_options]


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


# Labels whose colours are those of the rows.
_LABELS: dict[str, Iterable[TicketStatus | Stage | Priority | Visibility]] = {
    "stage": Stage,
    "status": TicketStatus,
    "priority": Priority,
    "visibility": Visibility,
}


def filter_menus(filters: TicketFilter, links: ListLinks) -> list[FilterMenu]:
    """One for each filter with check boxes that the reader has and that is on or can find something in the view."""
    menus = []
    offered = [name for name in (*OFTEN, *SELDOM) if name in filters.form.fields]
    if not (filters.has_ratings or filters.chosen.get("rating")):
        offered.remove("rating")
    for bound in [filters.form[name] for name in offered]:
        name, accepted = bound.name, {str(value) for value in filters.chosen.get(bound.name, ())}
        tones = {str(label.value): label.tone for label in _LABELS.get(name, ())}
        options = [
            Option(
                name,
                key,
                label,
                tones.get(key, ""),
                # Only a chosen one is shown with its link.
                links.without(name, key) if key in accepted else "",
                key in accepted,
            )
            for value, label in bound.field.choices
            if (key := str(value)) and filters.is_offered(name, key)
        ]
        if source := SOURCES.get(name):
            more = f"{reverse('office:filter_options', args=[name])}?{links.kept.urlencode()}".removesuffix("?")
            menus.append(FilterMenu(name, bound.label, options, more, source.all_of_them))
        else:
            menus.append(FilterMenu(name, bound.label, options))
    return menus


def chosen_dates(filters: TicketFilter, links: ListLinks) -> list[Option]:
    """The days between which tickets were opened, as far as they were asked for."""
    return [
        Option(
            name,
            day.isoformat(),
            f"{filters.form[name].label}: {date_format(day)}",
            "",
            links.set(name, ""),
            is_chosen=True,
        )
        for name in DATES
        if (day := filters.chosen.get(name))
    ]


def static_counts(actor: Actor, names: Collection[str], query: QueryDict) -> dict[str, str]:
    """How many tickets each option of the filters leaves, as text by `Option.count_key`; one query for each filter.

    For filters whose options are all on the page. The query is that of the list.
    """
    counts: dict[str, str] = {}
    for name in names:
        filters = filters_without(actor, name, query)
        if name in filters.form.fields:
            values = [str(value) for value, _label in filters.form.fields[name].choices]
            values = [value for value in values if filters.is_offered(name, value)]
            counts |= _counts(filters, name, values, query)
    return counts


def _counts(filters: TicketFilter, name: str, values: Iterable[str], query: QueryDict) -> dict[str, str]:
    options = {f"{name}-{value}": filters.option(name, value) for value in values}
    # Of all tickets the newest, along an index. What is worked on is few.
    order = () if filters.statuses <= set(OPEN_WORK) else ("-opened_at", "-pk")
    return option_counts(filters.actor, f"{name} {query.urlencode()}", filters.tickets.order_by(*order), options)


def filters_without(actor: Actor, name: str, query: QueryDict) -> TicketFilter:
    """What else the list is narrowed by: the number of an option does not depend on the others of its filter."""
    others = query.copy()
    others.pop(name, None)
    return TicketFilter(others, tickets_for(actor), actor=actor)


@dataclass(frozen=True)
class FilterOptions:
    """Values to filter by. `is_cut` says that words find others; `hidden_fields` go along with the form.

    `counts` are by `Option.count_key`, also of options that are always the same.
    """

    name: str
    label: Text
    options: list[Option]
    counts: dict[str, str]
    search: OptionSearchForm
    search_url: str
    has_search: bool
    is_cut: bool
    back_url: str
    hidden_fields: list[tuple[str, str]]

    @property
    def other_counts(self) -> dict[str, str]:
        """Those of options that are always the same, which the menu has already."""
        shown = {option.count_key for option in self.options}
        return {key: count for key, count in self.counts.items() if key not in shown}


def filter_options(actor: Actor, name: str, query: QueryDict) -> FilterOptions:
    """What is chosen, and the first of the filter's values in which all words of `name` are found."""
    source, links = SOURCES[name], ListLinks(query, reverse("office:ticket_list"))
    address = reverse("office:filter_options", args=[name])
    search = OptionSearchForm(query, address=address)
    words = search.cleaned_data["name"] if search.is_valid() else ""
    chosen = dict(source.chosen(actor, query.getlist(name)))
    found = list(source.found(actor, source.rows(actor), words)[: MOST_OPTIONS + 1])
    others = {key: name_of(row) for row in found[:MOST_OPTIONS] if (key := str(row.pk)) not in chosen}
    is_cut = len(found) > MOST_OPTIONS
    own = (ME, NO_ONE) if name == "responsible" else ()
    filters = filters_without(actor, name, query)
    return FilterOptions(
        name=name,
        label=TicketFilter.base_filters[name].label,
        options=[
            Option(name, key, label, "", links.without(name, key), key in chosen)
            for key, label in {**chosen, **others}.items()
        ],
        counts=_counts(filters, name, (*own, *chosen, *others), query),
        search=search,
        search_url=address,
        has_search=is_cut or bool(words),
        is_cut=is_cut,
        back_url=links.set(name, ""),
        hidden_fields=links.hidden(name),
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
