"""Offers and responsibility: who is asked, who accepts, who is assigned or withdrawn."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput
from fleet.actors import KnownActor
from fleet.models import Decision, Person
from fleet.revocation import revoke_access
from fleet.selectors import is_responsible, responsible_people
from fleet.services.offers import decide, end_assignment, make_offers, make_responsible, open_offer_of
from messenger.services.notifications import take_back
from ticketing.entry_kinds import (
    ALL_OFFERS_REJECTED,
    ASSIGNED,
    ASSIGNED_AUTOMATICALLY,
    NO_EMPLOYEE_RESPONSIBLE,
    OFFER_ACCEPTED,
    OFFER_REJECTED,
    OFFERS_SENT,
    TEAM_MISSING,
    TICKET_OFFERED,
    WITHDRAWN,
)
from ticketing.models import JournalEntry, Ticket, TicketStatus
from ticketing.selectors import least_busy, responsible_group
from ticketing.services.journal import change_status, lock_ticket, notify_of, record
from ticketing.services.numbers import give_number
from ticketing.services.repetition import find_repetition
from ticketing.transitions import LIVE, WORK


@transaction.atomic
def accept_offer(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """Make the actor responsible; the first acceptance makes an OPEN ticket ASSIGNED. Other people's offers stay.

    Accepting again changes nothing. Raises `NotAllowed` without an open offer, `WrongStatus` when it is too late.
    """
    ticket = lock_ticket(ticket_id, actor)
    offer = open_offer_of(ticket, actor.person_id)
    has_accepted = offer is None and actor.is_employee and is_responsible(actor.person_id, ticket)
    if find_repetition(actor, "ticketing.accept_offer", ticket, has_accepted, is_own=True):
        return ticket
    assert offer is not None
    decide(offer, Decision.ACCEPTED)
    entry = record(ticket, OFFER_ACCEPTED, actor.person, offer=offer.pk)
    _assign_to(ticket, actor.person, None, entry)
    return ticket


@transaction.atomic
def reject_offer(*, actor: KnownActor, ticket_id: int) -> Ticket:
    """Reject the offer to the actor, and notify superiors when all offers are rejected. Again, it changes nothing."""
    ticket = lock_ticket(ticket_id, actor)
    offer = open_offer_of(ticket, actor.person_id)
    last = ticket.offers.filter(person=actor.person_id).order_by("-id").first()
    has_rejected = actor.is_employee and last is not None and last.decision == Decision.REJECTED
    if find_repetition(actor, "ticketing.reject_offer", ticket, has_rejected, is_own=True):
        return ticket
    assert offer is not None
    decide(offer, Decision.REJECTED)
    entry = record(ticket, OFFER_REJECTED, actor.person, offer=offer.pk)
    take_back(ticket_id=ticket.pk, kind=TICKET_OFFERED.name, person_id=actor.person.pk)
    undecided = ticket.offers.filter(decision=Decision.OPEN).exists()
    if ticket.status == TicketStatus.OPEN and not undecided:
        notify_of(entry, ALL_OFFERS_REJECTED)
    revoke_access(person=actor.person_id, ticket=ticket.pk)
    return ticket


@transaction.atomic
def assign(*, actor: KnownActor, ticket_id: int, person: Person) -> Ticket:
    """Make an employee responsible, with or without an offer. Assigning again changes nothing.

    Raises `InvalidInput` for a person who is no active employee.
    """
    ticket = lock_ticket(ticket_id, actor)
    if find_repetition(actor, "ticketing.assign", ticket, is_responsible(person.pk, ticket)):
        return ticket
    if not (person.is_active and person.is_employee):
        raise InvalidInput(_("Choose an active employee."), field="person")
    entry = record(ticket, ASSIGNED, actor.person, assignee=person.pk)
    _assign_to(ticket, person, actor.person, entry)
    return ticket


@transaction.atomic
def withdraw(*, actor: KnownActor, ticket_id: int, person: Person) -> Ticket:
    """Take the person's open offer and responsibility away. Withdrawing again changes nothing.

    A ticket with no employee left falls back to OPEN and is offered again. Superiors are notified of it, and of an OPEN
    ticket without any open offer.
    """
    ticket = lock_ticket(ticket_id, actor)
    offer = open_offer_of(ticket, person.pk)
    assignment = ticket.assignments.filter(person=person, ended_at=None).first()
    is_withdrawn = offer is None and assignment is None and not ticket.is_draft
    if find_repetition(actor, "ticketing.assign", ticket, is_withdrawn):
        return ticket
    if offer is not None:
        decide(offer, Decision.WITHDRAWN)
        take_back(ticket_id=ticket.pk, kind=TICKET_OFFERED.name, person_id=person.pk)
    if assignment is not None:
        end_assignment(assignment)
    what = {"assignment": assignment.pk} if assignment is not None else {"offer": offer.pk if offer else None}
    entry = record(ticket, WITHDRAWN, actor.person, withdrawn=person.pk, **what)
    if ticket.status in WORK and not ticket.assignments.filter(ended_at=None).exists():
        notify_of(change_status(ticket, actor.person, ticket.fall_back), NO_EMPLOYEE_RESPONSIBLE)
        send_offers(ticket, actor.person, without=person)
    elif ticket.status == TicketStatus.OPEN and not ticket.offers.filter(decision=Decision.OPEN).exists():
        notify_of(entry, NO_EMPLOYEE_RESPONSIBLE)
    revoke_access(person=person.pk, ticket=ticket.pk)
    return ticket


@transaction.atomic
def release_person(*, actor: KnownActor, person: Person) -> None:
    """Withdraw everything that waits for an employee who leaves, so that others are asked."""
    # CLOSED and CANCELLED tickets keep their people as history, until one is reopened.
    held = Q(offers__person=person, offers__decision=Decision.OPEN) | Q(
        assignments__person=person, assignments__ended_at=None
    )
    waiting = Ticket.objects.filter(held, status__in=LIVE).order_by("pk").values_list("pk", flat=True).distinct()
    for ticket_id in list(waiting):
        withdraw(actor=actor, ticket_id=ticket_id, person=person)


def end_assignments_of_former(ticket: Ticket, actor: KnownActor) -> None:
    """End the assignments of people who are no active employees any more. A building block under the caller's lock."""
    for assignment in ticket.assignments.filter(ended_at=None).exclude(person__in=Person.objects.employees()):
        end_assignment(assignment)
        record(ticket, WITHDRAWN, actor.person, withdrawn=assignment.person_id, assignment=assignment.pk)


def send_offers(ticket: Ticket, person: Person | None, *, without: Person | None = None) -> None:
    """Offer an OPEN ticket to its responsible group, or assign it where the group assigns automatically.

    Superiors are notified where no employee can be asked. A building block under the caller's lock.
    """
    group = responsible_group(ticket)
    responsible = responsible_people(group, ticket.customer_id)
    people = [each for each in responsible.people if each != without]
    chosen = least_busy(people) if group is not None and group.assigns_automatically else None
    if chosen is not None:
        entry = record(ticket, ASSIGNED_AUTOMATICALLY, None, assignee=chosen.pk)
        _assign_to(ticket, chosen, None, entry)
    else:
        # A ticket that is being opened has no number yet, and was offered to no one.
        is_first = ticket.number is None
        offers = make_offers(ticket, people, is_first=is_first)
        entry = record(ticket, OFFERS_SENT, person, people=[offer.person_id for offer in offers])
        # Later, those whose offer was open already are told again.
        notify_of(entry, TICKET_OFFERED, offers if is_first else None)
    if responsible.unresolved:
        notify_of(entry, TEAM_MISSING)
    # After a withdrawal superiors have been notified already.
    if not people and without is None:
        notify_of(entry, NO_EMPLOYEE_RESPONSIBLE)


def become_responsible(ticket: Ticket, actor: KnownActor) -> None:
    """Make the superior responsible who starts an OPEN ticket. A building block under the caller's lock."""
    if make_responsible(ticket, actor.person, assigned_by=actor.person) is not None:
        record(ticket, ASSIGNED, actor.person, assignee=actor.person.pk)


def _assign_to(ticket: Ticket, person: Person, assigned_by: Person | None, entry: JournalEntry) -> None:
    make_responsible(ticket, person, assigned_by=assigned_by)
    if ticket.status == TicketStatus.OPEN:
        # A ticket that is assigned while it is opened has none yet, and none is stored without.
        give_number(ticket)
        change_status(ticket, entry.person, ticket.assign)
