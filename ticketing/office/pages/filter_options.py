"""What the menus of the list's filters show when they are opened: values with the number of tickets they leave."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.forms import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleet.actors import Actor
from ticketing.access import tickets_for
from ticketing.forms.search import OptionSearchForm
from ticketing.models import Priority, Stage, TicketStatus, Visibility
from ticketing.office.filters import SOURCES, TicketFilter, name_of
from ticketing.office.listing import option_counts
from ticketing.office.pages.list_filters import DATES, MORE, OFTEN, SELDOM, ListLinks
from ticketing.transitions import OPEN_WORK

Text = str | Promise
MOST_OPTIONS = 20
# Labels whose colours are those of the rows.
_LABELS: dict[str, Iterable[TicketStatus | Stage | Priority | Visibility]] = {
    "stage": Stage,
    "status": TicketStatus,
    "priority": Priority,
    "visibility": Visibility,
}


@dataclass(frozen=True)
class Value:
    """A value of a filter; `count` is how many tickets it leaves."""

    name: str
    value: str
    label: Text
    is_chosen: bool
    count: str
    tone: str = ""


@dataclass(frozen=True)
class FilterOptions:
    """The values of one filter. Those that are `found` come from a source, which `search` looks through.

    Without a search all are there; `is_cut` says that words of a name find others.
    """

    label: Text
    own: list[Value]
    found: list[Value]
    search: OptionSearchForm | None = None
    search_url: str = ""
    is_cut: bool = False
    has_source: bool = False


@dataclass(frozen=True)
class FilterPage:
    """All that one menu shows, `dates` included; `hidden_fields` go along with its form where it is a page."""

    label: Text
    parts: list[FilterOptions]
    dates: list[BoundField]
    back_url: str
    hidden_fields: list[tuple[str, str]]


def filter_page(actor: Actor, name: str, query: QueryDict) -> FilterPage | None:
    """The menu of this name, or what it has of one filter; None where the reader has no such filter."""
    filters = TicketFilter(query, tickets_for(actor), actor=actor)
    names = [each for each in (SELDOM if name == MORE else (name,)) if _is_offered(filters, each)]
    days = DATES if name == MORE else ()
    if not (names or days):
        return None
    links = ListLinks(query, reverse("office:ticket_list"))
    return FilterPage(
        label=_("More") if name == MORE else filters.form[name].label,
        parts=[_options(actor, each, query) for each in names],
        dates=[filters.form[day] for day in days],
        back_url=links.present(),
        hidden_fields=links.hidden(*names, *days),
    )


def _is_offered(filters: TicketFilter, name: str) -> bool:
    """Of what the reader has, ratings only where a ticket can have one, or is looked for by one."""
    if name not in (*OFTEN, *SELDOM) or name not in filters.form.fields:
        return False
    return name != "rating" or filters.has_ratings or "rating" in filters.chosen


def _options(actor: Actor, name: str, query: QueryDict) -> FilterOptions:
    """Numbers do not depend on the other values of the same filter, but on all else that the list is narrowed by."""
    others = query.copy()
    others.pop(name, None)
    filters, wanted = TicketFilter(others, tickets_for(actor), actor=actor), query.getlist(name)
    # Of a source the form has only what is chosen, which here is nothing.
    own = {
        key: label
        for value, label in filters.form.fields[name].choices
        if (key := str(value)) in wanted or filters.is_offered(name, key)
    }
    label = filters.form[name].label
    if name not in SOURCES:
        return FilterOptions(label, _values(filters, name, own, query), [])
    address = reverse("office:filter_options", args=[name])
    search = OptionSearchForm(query, address=address, prefix=name)
    words = search.cleaned_data["name"] if search.is_valid() else ""
    source = SOURCES[name]
    chosen = dict(source.chosen(actor, wanted))
    rows = list(source.found(actor, source.rows(actor), words)[: MOST_OPTIONS + 1])
    found = chosen | {key: name_of(row) for row in rows[:MOST_OPTIONS] if (key := str(row.pk)) not in chosen}
    is_cut = len(rows) > MOST_OPTIONS
    values = _values(filters, name, own | found, query)
    return FilterOptions(
        label,
        own=values[: len(own)],
        found=values[len(own) :],
        search=search if is_cut or words else None,
        search_url=address,
        is_cut=is_cut,
        has_source=True,
    )


def _values(filters: TicketFilter, name: str, labels: dict[str, Text], query: QueryDict) -> list[Value]:
    options = {value: filters.option(name, value) for value in labels}
    # Of all tickets the newest, along an index. What is worked on is few.
    order = () if filters.statuses <= set(OPEN_WORK) else ("-opened_at", "-pk")
    counts = option_counts(filters.actor, f"{name} {query.urlencode()}", filters.tickets.order_by(*order), options)
    tones = {str(label.value): label.tone for label in _LABELS.get(name, ())}
    chosen = query.getlist(name)
    return [
        # One that is new was not there when they were counted.
        Value(name, value, label, value in chosen, counts.get(value, ""), tones.get(value, ""))
        for value, label in labels.items()
    ]
