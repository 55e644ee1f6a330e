"""The search for tickets: what is found never tells more than the reader may read."""

from collections.abc import Iterable

from django.db.models import Case, Q, Value, When

from config.common.searching import Term, search_terms
from fleet.actors import Actor
from fleet.models import Assignment, Decision, Offer, Person
from ticketing.models.tickets import NOTHING, TicketQuerySet

# Columns by the rule that guards what is in them, as conditions: `seen_by` is asked already.
Columns = dict[str, Q]


def search_tickets(tickets: TicketQuerySet, actor: Actor, words: str) -> TicketQuerySet:
    """Tickets in which all words are found, each in a text that the actor may read."""
    columns = _readable(actor)
    for term in search_terms(words):
        tickets = tickets.filter(_holds(term, columns))
    return tickets


def place_of_words(words: str, actor: Actor) -> Case:
    """Where `search_tickets` found the words of a ticket, at least one: ``details``, ``internal``, ``contact`` or
    ``messages``.
    """
    terms, columns = search_terms(words), _readable(actor)
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


def _hold(terms: Iterable[Term], columns: Columns) -> Q:
    found = Q()
    for term in terms:
        found &= _holds(term, columns)
    return found


def _holds(term: Term, columns: Columns) -> Q:
    found = Q()
    for forms in term.words:
        found &= _any(forms, columns)
    number = {"search_contact": columns["search_contact"]} if term.digits and "search_contact" in columns else {}
    return found | _any((term.digits,), number) if number else found


def _any(forms: Iterable[str], columns: Columns) -> Q:
    found = NOTHING
    for name, condition in columns.items():
        for form in forms:
            found |= Q(**{f"{name}__contains": form}) & condition
    return found
