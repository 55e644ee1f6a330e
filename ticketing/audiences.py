"""Who is notified of an entry of the journal. The notification leaves out the person who caused it."""

from collections.abc import Callable, Iterable
from copy import copy

from django.db.models import Prefetch, Q, prefetch_related_objects

from config.common.rules import may
from fleet.actors import KnownActor
from fleet.models import Assignment, Decision, Offer, Person, Role
from fleet.selectors import responsible_of
from ticketing.models import JournalEntry, Ticket, TicketStatus
from ticketing.selectors import informed_people

Audience = Callable[[JournalEntry], Iterable[Person]]


def superiors(_entry: JournalEntry) -> Iterable[Person]:
    return Person.objects.superiors()


def told_of_opening(entry: JournalEntry) -> Iterable[Person]:
    """The notification group; of what their people and code users report also the customer's managers."""
    ticket = entry.ticket
    is_from_outside = entry.person is None or not entry.person.is_employee
    managers = _managers_of(ticket.customer_id) if is_from_outside and ticket.is_public else ()
    return [*informed_people(ticket), *managers]


def told_of_end(entry: JournalEntry) -> Iterable[Person]:
    """Both sides; where the ticket closes at once, and the service ended it, only customers hear something new."""
    people = participants(entry)
    if entry.ticket.asks_for_rating or (entry.person is not None and not entry.person.is_employee):
        return people
    return [person for person in people if person.is_customer_person]


def managers_of_person(entry: JournalEntry) -> list[Person]:
    """The managers of the customer of the ticket's person, as far as they see the ticket."""
    ticket = entry.ticket
    return _allowed("ticketing.view_ticket", ticket, _managers_of(ticket.person.customer_id if ticket.person else None))


def responsible(entry: JournalEntry) -> Iterable[Person]:
    return responsible_of(entry.ticket)


def offered(entry: JournalEntry) -> Iterable[Person]:
    """The employees whose offer of the ticket is open."""
    ticket = copy(entry.ticket)
    # The rule looks at the offers of each person. On the service's own ticket they would stay as they are now.
    prefetch_related_objects([ticket], Prefetch("offers", Offer.objects.select_related("person")))
    people = [offer.person for offer in ticket.offers.all() if offer.decision == Decision.OPEN]
    return _allowed("ticketing.be_notified_of_offer", ticket, people)


def responsible_and_superiors(entry: JournalEntry) -> Iterable[Person]:
    return [*responsible_of(entry.ticket), *Person.objects.superiors()]


def responsible_and_offered(entry: JournalEntry) -> Iterable[Person]:
    return [*responsible_of(entry.ticket), *_with_open_offer(entry.ticket)]


def participants(entry: JournalEntry) -> Iterable[Person]:
    """Both sides of what is public: responsible people, customers who sign in, and the notification group.

    While no one is responsible for an OPEN ticket, those who may take it: someone in the service is always notified.
    """
    # On the service's own ticket, what is read for the rules would stay as it is now: a reopened one is offered next.
    ticket = copy(entry.ticket)
    # The rule looks at them for each person.
    prefetch_related_objects([ticket], Prefetch("assignments", Assignment.objects.select_related("person")))
    involved = responsible_of(ticket)
    if ticket.status == TicketStatus.OPEN:
        involved += _waiting(ticket)
    if ticket.is_public:
        managers = Q(role=Role.MANAGER, customer=ticket.customer_id) if ticket.customer_id else Q(pk=None)
        named = Q(pk__in=[ticket.creator_id, ticket.person_id], role__in=(Role.MANAGER, Role.SUBSCRIBER))
        involved += Person.objects.filter(managers | named, is_active=True)
    return [*_allowed("ticketing.be_notified_of_messages", ticket, involved), *_still_informed(ticket)]


def internal_participants(entry: JournalEntry) -> Iterable[Person]:
    """The employees among the participants: responsible people and the notification group."""
    ticket = entry.ticket
    people = _allowed("ticketing.be_notified_of_internal_updates", ticket, responsible_of(ticket))
    return [*people, *_still_informed(ticket)]


def employee_in(key: str) -> Audience:
    """The employee whose id the entry holds under the key."""
    # An employee who becomes a customer loses their tickets, but is not notified of it.
    return lambda entry: Person.objects.employees().filter(pk=entry.data[key])


def _managers_of(customer_id: int | None) -> Iterable[Person]:
    return Person.objects.filter(role=Role.MANAGER, customer=customer_id, is_active=True) if customer_id else ()


def _allowed(rule: str, ticket: Ticket, people: Iterable[Person]) -> list[Person]:
    return [person for person in people if person.is_active and may(KnownActor(person=person), rule, ticket)]


def _waiting(ticket: Ticket) -> list[Person]:
    """Those who hold an open offer; if there are none, superiors."""
    # The rule looks at the offers of each person.
    prefetch_related_objects([ticket], Prefetch("offers", Offer.objects.select_related("person")))
    offered = [offer.person for offer in ticket.offers.all() if offer.decision == Decision.OPEN]
    active = [person for person in offered if person.is_active and person.is_employee]
    return active or list(Person.objects.superiors())


def _with_open_offer(ticket: Ticket) -> Iterable[Person]:
    return Person.objects.filter(offers__ticket=ticket, offers__decision=Decision.OPEN)


def _still_informed(ticket: Ticket) -> list[Person]:
    # Employees who rejected an offer of the ticket are not interested in it.
    people = informed_people(ticket)
    rejected = ticket.offers.filter(person__in=people, decision=Decision.REJECTED) if people else ()
    gone = {offer.person_id for offer in rejected}
    return [person for person in people if person.pk not in gone]
