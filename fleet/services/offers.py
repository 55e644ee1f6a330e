"""Offers and assignments. Callers hold the ticket's lock, ask the rules and write the journal."""

from collections.abc import Iterable

from config.common import clock
from fleet.models import Assignment, Decision, Offer, Person
from fleet.models.responsibility import TicketLike


def make_offers(ticket: TicketLike, people: Iterable[Person], *, is_first: bool = False) -> list[Offer]:
    """Offer the ticket to all who have no open offer and are not responsible yet; returns the new offers.

    With `is_first` nobody was asked before.
    """
    known: set[int] = set()
    if not is_first:
        asked = ticket.offers.filter(decision=Decision.OPEN).order_by().values_list("person_id", flat=True)
        responsible = ticket.assignments.filter(ended_at=None).order_by().values_list("person_id", flat=True)
        known = set(asked.union(responsible))
    offers = [Offer(ticket_id=ticket.pk, person=p, made_at=clock.now()) for p in people if p.pk not in known]
    return Offer.objects.bulk_create(offers)


def open_offer_of(ticket: TicketLike, person_id: int | None) -> Offer | None:
    """The person's undecided offer of the ticket, if there is one."""
    return ticket.offers.filter(person=person_id, decision=Decision.OPEN).first()


def decide(offer: Offer, decision: Decision) -> Offer:
    """Store the decision and its time."""
    offer.decision = decision
    offer.decided_at = clock.now()
    offer.save(update_fields=["decision", "decided_at"])
    return offer


def make_responsible(ticket: TicketLike, person: Person, *, assigned_by: Person | None) -> Assignment | None:
    """Assign the ticket and withdraw the person's open offer of it; None if the person is responsible already."""
    if ticket.assignments.filter(person=person, ended_at=None).exists():
        return None
    offer = open_offer_of(ticket, person.pk)
    if offer is not None:
        decide(offer, Decision.WITHDRAWN)
    return Assignment.objects.create(
        ticket_id=ticket.pk, person=person, assigned_by=assigned_by, started_at=clock.now()
    )


def end_assignment(assignment: Assignment) -> Assignment:
    """The person is responsible until now; the row stays as history."""
    assignment.ended_at = clock.now()
    assignment.save(update_fields=["ended_at"])
    return assignment
