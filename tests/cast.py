"""The fixed cast around one ticket: one actor for each role of the authorization table.

``make_cast(TicketStatus.DONE, Visibility.PUBLIC)`` brings a ticket there through the services. ``cast.reporter`` is the
actor in that role, ``cast[role]`` the actor in a role that a variable names; a role that is impossible in that status
and visibility raises `Impossible`. ``cast.person("reporter")`` is the person, ``cast.client("reporter")`` a browser of
theirs.
"""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypedDict, TypeVar

from django.db import connection
from django.test import Client

from config.common.errors import NotVisible
from fleet.actors import ANONYMOUS, CODE_USER_KEY, CODES_KEY, Actor, KnownActor, actor_of
from fleet.models import Code, Customer, Device, Group, Person
from messenger.models import Notification
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TemplateFactory,
    make_flow,
)
from tests.prepared import prepared
from ticketing.models import CreationFlow, Question, Ticket, TicketStatus, Visibility
from ticketing.services import assignment, drafts, life_cycle, properties
from ticketing.services.drafts import AnswerInput

A = TypeVar("A", bound=Actor)


class CastRole(StrEnum):
    """What an actor is to the ticket; `fleet.models.Role` is what a person is to the service desk."""

    STRANGER = "stranger"
    HOLDER = "holder"  # Of a code of the device.
    REPORTER = "reporter"  # The code user who created the ticket.
    OTHER_HOLDER = "other_holder"  # Of a code of another device.
    SUBSCRIBER = "subscriber"  # Who created the ticket or, once it is posted, is its person.
    MANAGER = "manager"
    OTHER_CUSTOMERS_MANAGER = "other_customers_manager"
    UNINVOLVED = "uninvolved"  # A member without an offer.
    OFFERED = "offered"  # A member with an open offer.
    RESPONSIBLE = "responsible"
    REJECTER = "rejecter"  # A member who rejected the offer.
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    DRAFTING_EMPLOYEE = "drafting_employee"
    FORMER_EMPLOYEE = "former_employee"  # Deactivated.


class Impossible(LookupError):
    """The authorization table says that there is no such actor in this status and visibility."""


def is_possible(role: str, status: TicketStatus, visibility: Visibility) -> bool:
    """Whether the role exists: no responsible before ASSIGNED, no offers in DRAFT, employees' drafts INTERNAL."""
    draft = status == TicketStatus.DRAFT
    match CastRole(role):
        case CastRole.RESPONSIBLE:
            return status not in (TicketStatus.DRAFT, TicketStatus.OPEN)
        case CastRole.OFFERED | CastRole.REJECTER:
            return not draft
        case CastRole.DRAFTING_EMPLOYEE:
            return draft and visibility == Visibility.INTERNAL
        case CastRole.REPORTER:
            return not (draft and visibility == Visibility.INTERNAL)
    return True


class ActorOf(Generic[A]):
    """The actor in the role that the attribute is named after."""

    def __init__(self, kind: type[A]) -> None:
        self.kind = kind

    def __set_name__(self, owner: type["Cast"], name: str) -> None:
        self.role = CastRole(name)

    def __get__(self, cast: "Cast", owner: type["Cast"]) -> A:
        actor = cast[self.role]
        assert isinstance(actor, self.kind)
        return actor


@dataclass
class Cast:
    """A ticket, its surroundings, and who acts around it."""

    ticket: Ticket
    device: Device
    code: Code
    flow: CreationFlow
    group: Group
    actors: dict[str, Actor]
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    stranger = ActorOf(Actor)
    holder = ActorOf(Actor)
    reporter = ActorOf(KnownActor)
    other_holder = ActorOf(Actor)
    subscriber = ActorOf(KnownActor)
    manager = ActorOf(KnownActor)
    other_customers_manager = ActorOf(KnownActor)
    uninvolved = ActorOf(KnownActor)
    offered = ActorOf(KnownActor)
    responsible = ActorOf(KnownActor)
    rejecter = ActorOf(KnownActor)
    moderator = ActorOf(KnownActor)
    administrator = ActorOf(KnownActor)
    drafting_employee = ActorOf(KnownActor)
    former_employee = ActorOf(Actor)

    def __getitem__(self, role: str) -> Actor:
        if role not in self:
            raise Impossible(role)
        return self.actors[role]

    def __contains__(self, role: str) -> bool:
        return CastRole(role) in self.actors

    def person(self, role: str) -> Person:
        """The person in a role, also the former employee and those who are impossible for this ticket."""
        return self.people[role]

    def acting(self, role: str) -> KnownActor:
        """The actor as it is when it writes: a code user gets a person the first time. Strangers are refused."""
        actor = self[role]
        if not isinstance(actor, KnownActor):
            if not actor.device_ids:
                raise NotVisible
            actor = self.actors[role] = actor.with_person(CodeUserFactory())
        return actor

    def notified(self, kind: str) -> set[str]:
        """The roles of the people who were notified of the ticket in that way."""
        roles = {person.pk: role for role, person in self.people.items()}
        rows = Notification.objects.filter(ticket=self.ticket, kind=kind)
        return {roles[person_id] for person_id in rows.values_list("person", flat=True)}

    def fresh(self) -> Ticket:
        """The ticket as it is in the database now."""
        return Ticket.objects.select_related("device__template", "flow", "conversation").get(pk=self.ticket.pk)

    def client(self, role: str) -> Client:
        """A browser of that actor: signed in, or with the codes it scanned."""
        return client_of(self.people.get(CastRole(role)), self.sessions.get(role, {}))


def client_of(person: Person | None = None, session: dict[str, Any] | None = None) -> Client:
    """A browser with that session; people who can sign in are signed in, also those deactivated since."""
    client = Client()
    if person is not None and not person.is_code_user:
        client.force_login(person)
    if session:
        stored = client.session
        stored.update(session)
        stored.save()
    return client


def holding(*codes: Code, person: Person | None = None) -> dict[str, Any]:
    """The session of a browser that scanned the codes; with a code user who acted before."""
    session: dict[str, Any] = {CODES_KEY: {str(code.pk): code.epoch for code in codes}}
    return session | ({CODE_USER_KEY: person.pk} if person is not None and person.is_code_user else {})


def answer_everything(actor: KnownActor, ticket: Ticket, text: str = "It does not start.") -> None:
    """Answer every text question of the draft's flow."""
    questions = Question.objects.filter(step__flow=ticket.flow)
    drafts.save_answers(actor=actor, ticket_id=ticket.pk, answers={q: AnswerInput({"text": text}) for q in questions})


def start(actor: KnownActor, device: Device, flow: CreationFlow) -> Ticket:
    """A draft with every question answered."""
    ticket = drafts.start_draft(actor=actor, device=device, flow=flow, client_key=uuid.uuid4())
    answer_everything(actor, ticket)
    return ticket


def open_for(
    actor: KnownActor, device: Device, flow: CreationFlow, visibility: Visibility = Visibility.PUBLIC
) -> Ticket:
    """An OPEN ticket of the actor, with its offers sent."""
    ticket = start(actor, device, flow)
    return drafts.open_ticket(actor=actor, ticket_id=ticket.pk, visibility=visibility)


def make_cast(
    status: TicketStatus = TicketStatus.OPEN,
    visibility: Visibility = Visibility.PUBLIC,
    *,
    creator: str = "",
    template: dict[str, Any] | None = None,
) -> Cast:
    """The cast around a ticket in that status and visibility, brought there by services.

    The ticket is the reporter's; an INTERNAL draft is the drafting employee's; ``creator`` names another role. Posted
    tickets have the subscriber as their person, one open and one rejected offer; INTERNAL ones were PUBLIC while they
    were OPEN. The subscriber takes part in a PUBLIC draft only as its creator.
    ``template`` gives the template's fields, such as ``{"ratings_enabled": False}``.
    """
    key = ("cast", status, visibility, creator, tuple(sorted((template or {}).items())))
    return prepared(key, lambda: _make_cast(status, visibility, creator, template))


def _make_cast(status: TicketStatus, visibility: Visibility, creator: str, template: dict[str, Any] | None) -> Cast:
    cast = _surroundings(template or {})
    is_internal_draft = (status, visibility) == (TicketStatus.DRAFT, Visibility.INTERNAL)
    creator = creator or ("drafting_employee" if is_internal_draft else "reporter")
    cast.ticket = start(cast.acting(creator), cast.device, cast.flow)
    if status != TicketStatus.DRAFT:
        _post(cast, creator)
        if visibility == Visibility.INTERNAL:
            properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=visibility)
        _move_to(cast, status)
    cast.ticket = cast.fresh()
    assert (cast.ticket.status, cast.ticket.visibility) == (status, visibility)
    cast.actors = {role: cast.actors[role] for role in CastRole if _takes_part(role, cast, creator)}
    return cast


def _takes_part(role: CastRole, cast: Cast, creator: str) -> bool:
    if role in ("reporter", "drafting_employee") and creator != role:
        return False
    if role == "subscriber" and cast.ticket.is_draft and cast.ticket.is_public and creator != role:
        return False
    return is_possible(role, cast.ticket.status, cast.ticket.visibility)


def _surroundings(template_fields: dict[str, Any]) -> Cast:
    customer = CustomerFactory()
    template = TemplateFactory(name="Washing machine", **template_fields)
    device = DeviceFactory(template=template, customer=customer, name="Washer 3", serial_number="SN-77")
    people = _people(customer)
    group = GroupFactory(template=template, employees=[people["offered"], people["responsible"], people["rejecter"]])
    code, other = CodeFactory(device=device), CodeFactory(device=DeviceFactory(name="Dryer 9"))
    flow = make_flow(template, name="Problem report", responsible_group=group)
    sessions = {
        "holder": holding(code),
        "reporter": holding(code, person=people["reporter"]),
        "other_holder": holding(other),
    }
    actors: dict[str, Actor] = {role: KnownActor(person=person) for role, person in people.items()}
    actors |= {role: actor_of(None, session) for role, session in sessions.items()}
    actors |= {"stranger": ANONYMOUS, "former_employee": actor_of(people["former_employee"], {})}
    return Cast(Ticket(), device, code, flow, group, actors, sessions, people)


def _people(customer: Customer) -> dict[str, Person]:
    """Those with a name; their first names begin like their roles."""
    return {
        "reporter": CodeUserFactory(),
        "subscriber": SubscriberFactory(first_name="Sam", last_name="Subscriber", customer=customer),
        "manager": ManagerFactory(first_name="Max", last_name="Manager", customer=customer),
        "other_customers_manager": ManagerFactory(first_name="Otto", last_name="Elsewhere"),
        "uninvolved": MemberFactory(first_name="Una", last_name="Uninvolved"),
        "offered": MemberFactory(first_name="Olga", last_name="Offered"),
        "responsible": MemberFactory(first_name="Rosa", last_name="Responsible"),
        "rejecter": MemberFactory(first_name="Rex", last_name="Rejecter"),
        "moderator": ModeratorFactory(first_name="Mona", last_name="Moderator"),
        "administrator": AdministratorFactory(first_name="Ada", last_name="Administrator"),
        "drafting_employee": MemberFactory(first_name="Dora", last_name="Drafting"),
        "former_employee": MemberFactory(first_name="Finn", last_name="Former", is_active=False),
    }


def _post(cast: Cast, creator: str) -> None:
    drafts.open_ticket(actor=cast.acting(creator), ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    # Only the desk form names a person other than the creator.
    Ticket.objects.filter(pk=cast.ticket.pk).update(person=cast.person("subscriber"))
    assignment.reject_offer(actor=cast.rejecter, ticket_id=cast.ticket.pk)


class Doing(TypedDict):
    """What services of a ticket take that need no more."""

    actor: KnownActor
    ticket_id: int


def _move_to(cast: Cast, status: TicketStatus) -> None:
    if status == TicketStatus.OPEN:
        return
    worker: Doing = {"actor": cast.responsible, "ticket_id": cast.ticket.pk}
    assignment.accept_offer(**worker)
    if status in (TicketStatus.IN_PROGRESS, TicketStatus.DONE, TicketStatus.CLOSED):
        life_cycle.start_work(**worker)
    if status in (TicketStatus.DONE, TicketStatus.CLOSED):
        life_cycle.finish_ticket(**worker)
    if status == TicketStatus.CLOSED:
        life_cycle.close_ticket(**worker)
    if status == TicketStatus.CANCELLED:
        life_cycle.cancel_ticket(**worker)
    if status == TicketStatus.DONE:
        _stay_done(cast)


def _stay_done(cast: Cast) -> None:
    """No service leaves a ticket DONE that is INTERNAL or has ratings off; the rules must hold there all the same."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ticketing_ticket SET status = 'done' WHERE id = %s", [cast.ticket.pk])
