"""Who is told what: the audiences of notifications, each asked of its rule."""

from collections.abc import Iterable

from django.db.models import Q

from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Decision, Group, Person, Role
from fleet.selectors import group_for, responsible_of, responsible_people
from messenger.services.notifications import notify
from ticketing.models import JournalEntry, Ticket


def responsible_group(ticket: Ticket) -> Group | None:
    """Which group gets the offers: the flow's, else the template's default group."""
    template = ticket.device.template if ticket.device else None
    chosen = ticket.flow.responsible_group if ticket.flow else None
    return group_for(template, chosen)


def informed_people(ticket: Ticket) -> list[Person]:
    """Who is told of a new ticket without an offer."""
    group = ticket.flow.notification_group if ticket.flow else None
    return responsible_people(group, ticket.customer_id).people


def tell(ticket: Ticket, kind: str, people: Iterable[Person], entry: JournalEntry) -> None:
    """Put a fact on people's bell, except on that of whoever caused it."""
    notify(ticket_id=ticket.pk, kind=kind, people=people, sequence=entry.sequence, actor=entry.person)


def tell_superiors(ticket: Ticket, kind: str, entry: JournalEntry) -> None:
    """Put a fact on the bell of moderators and administrators."""
    tell(ticket, kind, Person.objects.superiors(), entry)


def tell_participants(ticket: Ticket, kind: str, entry: JournalEntry) -> None:
    """Tell both sides of a public fact: responsible people, the notification group, and customers who sign in."""
    involved = [*responsible_of(ticket), *_customer_people(ticket)]
    people = _allowed(ticket, "ticketing.be_notified_of_messages", involved)
    tell(ticket, kind, [*people, *_still_informed(ticket)], entry)


def tell_responsible(ticket: Ticket, kind: str, entry: JournalEntry) -> None:
    """Tell the responsible people and the notification group of an internal fact."""
    people = _allowed(ticket, "ticketing.be_notified_of_internal_updates", responsible_of(ticket))
    tell(ticket, kind, [*people, *_still_informed(ticket)], entry)


def _still_informed(ticket: Ticket) -> list[Person]:
    """The notification group; whoever rejected an offer of the ticket hears nothing more of it."""
    informed = informed_people(ticket)
    rejected = ticket.offers.filter(person__in=informed, decision=Decision.REJECTED) if informed else ()
    gone = {offer.person_id for offer in rejected}
    return [person for person in informed if person.pk not in gone]


def _customer_people(ticket: Ticket) -> list[Person]:
    if not ticket.is_public:
        return []
    managers = Q(role=Role.MANAGER, customer=ticket.customer_id) if ticket.customer_id else Q(pk=None)
    named = Q(pk__in=[ticket.creator_id, ticket.person_id], role__in=(Role.MANAGER, Role.SUBSCRIBER))
    return list(Person.objects.filter(managers | named, is_active=True))


def tell_asked(ticket: Ticket, entry: JournalEntry) -> None:
    """Tell everybody whose decision about an offer is open."""
    asked = Person.objects.filter(offers__ticket=ticket, offers__decision=Decision.OPEN)
    tell(ticket, "ticket_offered", _allowed(ticket, "ticketing.be_notified_of_offer", asked), entry)


def _allowed(ticket: Ticket, rule: str, people: Iterable[Person]) -> list[Person]:
    return [person for person in people if person.is_active and may(Actor(person=person), rule, ticket)]
