"""Who is notified of an entry of the journal, and why. The notification leaves out the person who caused it.

An audience is made of circles. Each is asked twice: who is in it when the entry is made, and, when something is sent,
whether a person of it is still concerned.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.rules import may
from fleet.actors import Actor, KnownActor
from fleet.models import Assignment, Decision, Offer, Person, Role
from fleet.selectors import has_open_offer, is_responsible, responsible_of
from ticketing.models import JournalEntry, Ticket, TicketStatus
from ticketing.permissions import is_affected
from ticketing.selectors import informed_people

# The key under which an entry holds the ids of those whom its text names.
MENTIONS = "mentions"


class Situation:
    """An entry and its ticket at one moment, each read once for all circles; `offers` where they are known already."""

    def __init__(self, entry: JournalEntry, offers: Sequence[Offer] | None = None) -> None:
        self.entry = entry
        self._offers = offers

    @cached_property
    def ticket(self) -> Ticket:
        # On the service's own ticket, what is read for the rules would stay as it is now: a reopened one is offered
        # next.
        return copy(self.entry.ticket)

    @cached_property
    def responsible(self) -> list[Person]:
        # The rule for messages looks at them for each person.
        prefetch_related_objects([self.ticket], Prefetch("assignments", Assignment.objects.select_related("person")))
        return responsible_of(self.ticket)

    @cached_property
    def offered(self) -> list[Person]:
        """Active employees whose offer is open."""
        if self._offers is None:
            prefetch_related_objects([self.ticket], Prefetch("offers", Offer.objects.select_related("person")))
        else:
            known = self.ticket.offers.all()
            known._result_cache = [*self._offers]
            vars(self.ticket)["_prefetched_objects_cache"] = {"offers": known}
        people = [offer.person for offer in self.ticket.offers.all() if offer.decision == Decision.OPEN]
        return [person for person in people if person.is_active and person.is_employee]

    @cached_property
    def superiors(self) -> list[Person]:
        return list(Person.objects.superiors())

    @cached_property
    def informed(self) -> list[Person]:
        """The notification group, without those who rejected an offer of the ticket: they are not interested in it."""
        people = informed_people(self.ticket)
        rejected = self.ticket.offers.filter(person__in=people, decision=Decision.REJECTED) if people else ()
        gone = {offer.person_id for offer in rejected}
        return [person for person in people if person.pk not in gone]

    @cached_property
    def customers(self) -> list[Person]:
        """The managers of the ticket's customer, and the people who sign in of whom the ticket is."""
        if not self.ticket.is_public:
            return []
        customer = self.ticket.customer_id
        managers = Q(role=Role.MANAGER, customer=customer) if customer else Q(pk=None)
        named = Q(pk__in=self.own, role__in=(Role.MANAGER, Role.SUBSCRIBER))
        return list(Person.objects.filter(managers | named, is_active=True))

    @cached_property
    def affected(self) -> list[Person]:
        """Who joined the ticket, code users among them."""
        if not self.ticket.is_public or not self.ticket.affected_count:
            return []
        roles = (Role.MANAGER, Role.SUBSCRIBER, Role.CODE_USER)
        return list(Person.objects.filter(affected_by__ticket=self.ticket, role__in=roles, is_active=True))

    @property
    def own(self) -> tuple[int | None, ...]:
        return (self.ticket.creator_id, self.ticket.person_id)

    @cached_property
    def code_users(self) -> list[Person]:
        """Those whose browsers want to hear of the ticket."""
        if not self.ticket.is_public or self.ticket.is_from_desk:
            return []
        registered = Person.objects.filter(push_devices__tickets__ticket=self.ticket, role=Role.CODE_USER)
        return list(registered.filter(is_active=True).distinct())

    @property
    def mentioned(self) -> list[int]:
        """The ids of those whom the entry's text names."""
        found: list[int] = self.entry.data.get(MENTIONS, [])
        return found

    @property
    def is_open(self) -> bool:
        return self.ticket.status == TicketStatus.OPEN

    @property
    def is_by_service(self) -> bool:
        """Whether an employee, or the product itself, caused the entry."""
        return self.entry.person is None or self.entry.person.is_employee

    @property
    def is_from_outside(self) -> bool:
        """Whether a customer or code user opened the ticket."""
        return self.entry.person is None or not self.entry.person.is_employee

    def allowed(self, rule: str, people: Iterable[Person]) -> list[Person]:
        return [each for each in people if each.is_active and may(KnownActor(person=each), rule, self.ticket)]


@dataclass(frozen=True)
class Circle:
    """People who hear of an entry for the same reason; `why` says it to one of them.

    `still` is asked with the ticket as it is when something is sent, or when somebody asks why it was.
    """

    name: str
    why: str | Promise
    members: Callable[[Situation], Iterable[Person]]
    still: Callable[[Actor, Ticket, JournalEntry], bool]

    def where(self, condition: Callable[[Situation], bool]) -> "Circle":
        """The same circle, empty for entries that do not fulfil the condition."""
        return replace(self, members=lambda case: self.members(case) if condition(case) else ())


Audience = Sequence[Circle]


def people_of(audience: Audience, entry: JournalEntry, offers: Sequence[Offer] | None = None) -> list[Person]:
    case = Situation(entry, offers)
    return [person for circle in audience for person in circle.members(case)]


def circle_of(
    audience: Audience, actor: Actor, ticket: Ticket, entry: JournalEntry, *, is_informed: bool | None = None
) -> Circle | None:
    """The first circle in which the actor is still concerned of the entry; None where there is none.

    The ticket is as it is now, and its offers and assignments are best prefetched. `is_informed` says whether the actor
    is in the notification group, where that was found for many tickets at once.
    """
    # What was hidden from customers when it happened stays hidden.
    if not actor.is_employee and entry.public_sequence is None:
        return None
    if not may(actor, "ticketing.view_ticket", ticket):
        return None

    def concerns(circle: Circle) -> bool:
        if circle.name == INFORMED.name and is_informed is not None:
            return is_informed and not _has_rejected(actor, ticket)
        return circle.still(actor, ticket, entry)

    return next((circle for circle in audience if concerns(circle)), None)


def _has_rejected(actor: Actor, ticket: Ticket) -> bool:
    return any(o.person_id == actor.person_id and o.decision == Decision.REJECTED for o in ticket.offers.all())


def _is_responsible(actor: Actor, ticket: Ticket, _entry: JournalEntry) -> bool:
    return actor.is_employee and is_responsible(actor.person_id, ticket)


def _may_still_take(actor: Actor, ticket: Ticket, _entry: JournalEntry) -> bool:
    return actor.is_employee and has_open_offer(actor.person_id, ticket)


def _is_unattended(actor: Actor, ticket: Ticket, _entry: JournalEntry) -> bool:
    return actor.is_superior and not any(a.ended_at is None for a in ticket.assignments.all())


def _is_manager_of(actor: Actor, ticket: Ticket, _entry: JournalEntry) -> bool:
    return actor.is_manager and ticket.customer_id == actor.customer_id is not None


def _is_own(actor: Actor, ticket: Ticket, _entry: JournalEntry) -> bool:
    return actor.is_customer_person and actor.person_id in (ticket.creator_id, ticket.person_id)


def assigned(key: str) -> Circle:
    """The employee whose id the entry holds under the key, as long as they are responsible."""
    return Circle(
        "assigned",
        _("You were made responsible for this ticket."),
        _employee_in(key),
        lambda actor, ticket, entry: entry.data[key] == actor.person_id and _is_responsible(actor, ticket, entry),
    )


def former(key: str) -> Circle:
    """The employee whose id the entry holds under the key, and who has nothing to do with the ticket any more."""
    return Circle(
        "former",
        _("This ticket was offered or assigned to you."),
        _employee_in(key),
        lambda actor, _ticket, entry: actor.is_employee and entry.data[key] == actor.person_id,
    )


def _employee_in(key: str) -> Callable[[Situation], Iterable[Person]]:
    # An employee who becomes a customer loses their tickets, but is not notified of it.
    return lambda case: Person.objects.employees().filter(pk=case.entry.data[key])


# The circles ---------------------------------------------------------------------------------------------------------

_MAY_HEAR = "ticketing.be_notified_of_messages"

OFFERED = Circle(
    "offered",
    _("This ticket is offered to you."),
    lambda case: case.allowed("ticketing.be_notified_of_offer", case.offered),
    lambda actor, ticket, _entry: bool(may(actor, "ticketing.be_notified_of_offer", ticket)),
)
OFFERED_IN_ANY_STATUS = Circle(
    "offered_in_any_status", _("This ticket was offered to you."), lambda case: case.offered, _may_still_take
)
RESPONSIBLE = Circle(
    "responsible", _("You are responsible for this ticket."), lambda case: case.responsible, _is_responsible
)
RESPONSIBLE_FOR_MESSAGES = replace(RESPONSIBLE, members=lambda case: case.allowed(_MAY_HEAR, case.responsible))
RESPONSIBLE_FOR_INTERNAL_UPDATES = replace(
    RESPONSIBLE, members=lambda case: case.allowed("ticketing.be_notified_of_internal_updates", case.responsible)
)
# While no one is responsible for an OPEN ticket, those who may take it: someone in the service is always notified.
WAITING = Circle(
    "waiting",
    _("This ticket is offered to you, and no one has taken it yet."),
    lambda case: case.allowed(_MAY_HEAR, case.offered) if case.is_open else (),
    _may_still_take,
)
SUPERIORS_WHERE_NO_ONE_WAITS = Circle(
    "superiors_where_no_one_waits",
    _("No one is responsible for this ticket, and you are a moderator or administrator."),
    lambda case: case.allowed(_MAY_HEAR, case.superiors) if case.is_open and not case.offered else (),
    _is_unattended,
)
SUPERIORS_WHERE_NO_ONE_IS_LEFT = Circle(
    "superiors_where_no_one_is_left",
    _("You are a moderator or administrator, and someone has to find a person for this ticket."),
    lambda case: case.superiors,
    _is_unattended,
)
SUPERIORS = Circle(
    "superiors",
    _("You are a moderator or administrator."),
    lambda case: case.superiors,
    lambda actor, _ticket, _entry: actor.is_superior,
)
INFORMED = Circle(
    "informed",
    _("You are in the group that is informed about tickets of this kind."),
    lambda case: case.informed,
    lambda actor, ticket, _entry: (
        actor.is_employee
        and not _has_rejected(actor, ticket)
        and any(person.pk == actor.person_id for person in informed_people(ticket))
    ),
)
MANAGERS = Circle(
    "managers",
    _("You are a manager of this ticket's customer."),
    lambda case: case.allowed(
        "ticketing.view_ticket",
        [each for each in case.customers if each.role == Role.MANAGER and each.customer_id == case.ticket.customer_id],
    ),
    _is_manager_of,
)
OWN = Circle(
    "own",
    _("This ticket is yours: you created it, or it was recorded for you."),
    lambda case: case.allowed("ticketing.view_ticket", [each for each in case.customers if each.pk in case.own]),
    _is_own,
)
MANAGERS_OF_PERSON = Circle(
    "managers_of_person",
    _("An employee sent you this ticket as a manager."),
    # As far as they see the ticket.
    lambda case: case.allowed("ticketing.view_ticket", _managers_of_person(case.ticket)),
    lambda actor, ticket, _entry: (
        actor.is_manager and ticket.person is not None and ticket.person.customer_id == actor.customer_id
    ),
)
AFFECTED = Circle(
    "affected",
    _("You said that you are affected, too."),
    lambda case: case.allowed("ticketing.view_ticket", [each for each in case.affected if not each.is_code_user]),
    lambda actor, ticket, _entry: actor.is_customer_person and is_affected(actor, ticket),
)
CODE_USERS = Circle(
    "code_users",
    _("You wanted to hear about this ticket in this browser."),
    lambda case: case.code_users,
    lambda actor, _ticket, _entry: actor.person is not None and actor.person.is_code_user,
)
AFFECTED_CODE_USERS = replace(
    CODE_USERS, members=lambda case: [each for each in case.affected if each in case.code_users]
)
MENTIONED = Circle(
    "mentioned",
    _("Somebody mentioned you."),
    lambda case: Person.objects.employees().filter(pk__in=case.mentioned) if case.mentioned else (),
    lambda actor, _ticket, entry: actor.is_employee and actor.person_id in entry.data.get(MENTIONS, ()),
)
ADMINISTRATORS = Circle(
    "administrators",
    _("You are an administrator."),
    lambda case: [each for each in case.superiors if each.is_administrator],
    lambda actor, _ticket, _entry: actor.is_administrator,
)


def _managers_of_person(ticket: Ticket) -> Iterable[Person]:
    customer = ticket.person.customer_id if ticket.person else None
    return Person.objects.filter(role=Role.MANAGER, customer=customer, is_active=True) if customer else ()


def _while_live(circle: Circle) -> Circle:
    """The customers' side of messages and updates, as the rule says: until the ticket is CLOSED or CANCELLED."""
    return replace(circle, members=lambda case: case.allowed(_MAY_HEAR, circle.members(case)))


def _unless_mentioned(circle: Circle) -> Circle:
    return replace(
        circle, members=lambda case: [each for each in circle.members(case) if each.pk not in case.mentioned]
    )


def _is_worth_saying(case: Situation) -> bool:
    # Where a ticket closes at once, and the service ended it, only customers hear something new.
    return case.ticket.asks_for_rating or not (case.entry.person is not None and case.entry.person.is_employee)


# The audiences -------------------------------------------------------------------------------------------------------

# The notification group; of what their people and code users report also the customer's managers.
OF_OPENING: Audience = (INFORMED, MANAGERS.where(lambda case: case.is_from_outside))
_SERVICE = (RESPONSIBLE_FOR_MESSAGES, WAITING, SUPERIORS_WHERE_NO_ONE_WAITS)
_CUSTOMERS = (_while_live(MANAGERS), _while_live(OWN), CODE_USERS)
# Both sides of what is public: responsible people, customers who sign in, code users who asked for it, and the
# notification group.
OF_CONVERSATION: Audience = (*_SERVICE, *_CUSTOMERS, INFORMED)
# Where somebody is in danger, superiors do not wait for those who are responsible.
OF_DANGER: Audience = (SUPERIORS, *OF_CONVERSATION)
OF_END: Audience = (*(each.where(_is_worth_saying) for each in (*_SERVICE, INFORMED)), *_CUSTOMERS)
OF_CANCELLING: Audience = (
    RESPONSIBLE,
    OFFERED_IN_ANY_STATUS,
    *(each.where(lambda case: case.is_by_service) for each in (MANAGERS, OWN, CODE_USERS)),
    # Who reported it decides for all who joined.
    AFFECTED,
    AFFECTED_CODE_USERS,
)
# Managers hear of all else anyway; who joined hears also of this.
OF_PROGRESS: Audience = (RESPONSIBLE, _while_live(OWN), _while_live(AFFECTED), CODE_USERS)
# What those who have the problem say with one tap is for those who work on it.
OF_AFFECTED: Audience = _SERVICE
# Who is mentioned hears of that.
OF_INTERNAL_UPDATES: Audience = tuple(map(_unless_mentioned, (RESPONSIBLE_FOR_INTERNAL_UPDATES, INFORMED)))
