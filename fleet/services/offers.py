"""Offers and assignments as rows. Callers hold the ticket's lock, check the rules and write the journal."""

from collections.abc import Iterable
from typing import Any

from config.common import clock
from fleet.models import Assignment, Decision, Offer, Person


def make_offers(ticket: Any, people: Iterable[Person]) -> list[Offer]:
    """Offer the ticket to everybody who has no open offer and is not responsible yet; answers with the new offers."""
    known = set(ticket.offers.filter(decision=Decision.OPEN).values_list("person_id", flat=True))
    known |= set(ticket.assignments.filter(ended_at=None).values_list("person_id", flat=True))
    offers = [Offer(ticket=ticket, person=p, made_at=clock.now()) for p in people if p.pk not in known]
    return Offer.objects.bulk_create(offers)


def open_offer_of(ticket: Any, person_id: int | None) -> Offer | None:
    """The undecided offer of the person, if there is one."""
    return ticket.offers.filter(person=person_id, decision=Decision.OPEN).first()


def decide(offer: Offer, decision: Decision) -> Offer:
    """Write the decision down."""
    offer.decision = decision
    offer.decided_at = clock.now()
    offer.save(update_fields=["decision", "decided_at"])
    return offer


def make_responsible(ticket: Any, person: Person, *, assigned_by: Person | None) -> Assignment | None:
    """Make the person responsible, with no offer left to decide; None if they are already."""
    if ticket.assignments.filter(person=person, ended_at=None).exists():
        return None
    offer = open_offer_of(ticket, person.pk)
    if offer is not None:
        decide(offer, Decision.WITHDRAWN)
    return Assignment.objects.create(ticket=ticket, person=person, assigned_by=assigned_by, started_at=clock.now())


def end_assignment(assignment: Assignment) -> Assignment:
    """The person is no longer responsible."""
    assignment.ended_at = clock.now()
    assignment.save(update_fields=["ended_at"])
    return assignment
