"""The search for tickets: what is found never tells more than the reader may read."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from config.common.searching import Term, search_terms
from fleet.actors import Actor
from fleet.models import Assignment, Customer, Decision, Device, Offer, Person
from ticketing.models.tickets import NOTHING, TicketQuerySet

# Columns by the rule that guards what is in them, as conditions: `seen_by` is asked already.
Columns = dict[str, Q]
# Of one word, by the column that says the same: tickets whose device or customer is called so by now.
Named = dict[str, Q]
MOST_NAMED = 20  # What fits more is no name to find a few by, and makes PostgreSQL read whole tables.
SHORTEST_NAME = 3  # Characters, for which the database has an index.


def search_tickets(tickets: TicketQuerySet, actor: Actor, words: str) -> TicketQuerySet:
    """Tickets in which all words are found, each in a text that the actor may read."""
    columns = _readable(actor)
    for term in search_terms(words):
        tickets = tickets.filter(_holds(term, columns, _named(term, columns)))
    return tickets


def place_of_words(words: str, actor: Actor) -> Case:
    """Where `search_tickets` found the words of a ticket, at least one: ``details``, ``internal``, ``contact`` or
    ``messages``.
    """
    columns = _readable(actor)
    terms = [(term, _named(term, columns)) for term in search_terms(words)]
    wholes = (("details", ("search_public",)), ("internal", ("search_public", "search_internal")))
    contact = ("contact", ("search_public", "search_internal", "search_contact"))
    cases = [
        When(_hold(terms, {name: columns[name] for name in names if name in columns}), then=Value(place))
        for place, names in (*wholes, contact)
    ]
    return Case(*cases, default=Value("messages"))


def _readable(actor: Actor) -> Columns:
    """Says the same as ``ticketing.read_messages`` and ``ticketing.see_reporter_contact`` of a ticket that is seen."""
    messages, contact = reads_messages(actor), sees_contact(actor)
    columns = {"search_public": Q(), "search_messages": messages, "search_contact": contact}
    if actor.is_employee:
        columns |= {"search_internal": Q(), "search_internal_messages": messages}
    return columns


def reads_messages(actor: Actor) -> Q:
    """Superiors, members who are responsible or decide about an offer, and the customers' side."""
    if actor.is_superior or not actor.is_employee:
        return Q()
    asked = Offer.objects.filter(person=actor.person_id, decision=Decision.OPEN)
    return _is_responsible(actor) | Q(pk__in=asked.values("ticket"))


def sees_contact(actor: Actor) -> Q:
    """Superiors, responsible members, who reported it, and the customer's managers unless another's person is named."""
    if actor.is_superior:
        return Q()
    if actor.is_employee:
        return _is_responsible(actor)
    if actor.person_id is None:
        return NOTHING
    if not actor.is_customer_person:
        return Q(creator=actor.person_id)
    reported = Q(person=actor.person_id) | Q(person=None, creator=actor.person_id)
    if not actor.is_manager:
        return reported
    # Not by a join: the search has enough of them.
    own = Q(person=None) | Q(person__in=Person.objects.filter(customer=actor.customer_id).values("pk"))
    return reported | (own & (Q(customer=actor.customer_id) | Q(creator=actor.person_id)))


def _is_responsible(actor: Actor) -> Q:
    return Q(pk__in=Assignment.objects.filter(person=actor.person_id, ended_at=None).values("ticket"))


def _named(term: Term, columns: Columns) -> Named:
    """So that a new name of a device or customer finds its tickets at once, however many these are."""
    if len(term.words) > 1:
        return {}
    forms = [form for forms in term.words for form in forms if len(form) >= SHORTEST_NAME]
    is_inside = "search_internal" in columns
    in_device = _contains("search_public", forms) | (_contains("search_internal", forms) if is_inside else NOTHING)
    devices = _few(Device.objects.filter(in_device).values_list("pk", "search_public"))
    public = {pk for pk, text in devices if any(form in text for form in forms)}
    named = {"search_public": Q(device__in=public)}
    if is_inside:
        customers = {pk for (pk,) in _few(Customer.objects.filter(_contains("search", forms)).values_list("pk"))}
        others = {pk for pk, _text in devices} - public
        named["search_internal"] = Q(device__in=others) | Q(customer__in=customers)
    return named


def _few(rows: QuerySet[Any, Any]) -> list[Any]:
    found = list(rows.order_by()[: MOST_NAMED + 1])
    return found if len(found) <= MOST_NAMED else []


def _contains(column: str, forms: Iterable[str]) -> Q:
    found = NOTHING
    for form in forms:
        found |= Q(**{f"{column}__contains": form})
    return found


def _hold(terms: Iterable[tuple[Term, Named]], columns: Columns) -> Q:
    found = Q()
    for term, named in terms:
        found &= _holds(term, columns, named)
    return found


def _holds(term: Term, columns: Columns, named: Named) -> Q:
    found = Q()
    for forms in term.words:
        found &= _any(forms, columns)
    for name in named.keys() & columns.keys():
        found |= named[name]
    number = {"search_contact": columns["search_contact"]} if term.digits and "search_contact" in columns else {}
    return found | _any((term.digits,), number) if number else found


def _any(forms: Iterable[str], columns: Columns) -> Q:
    found = NOTHING
    for name, condition in columns.items():
        for form in forms:
            found |= Q(**{f"{name}__contains": form}) & condition
    return found
