"""The fixed cast around one ticket: one actor for each column of the authorization table.

``make_cast(TicketStatus.DONE, Visibility.PUBLIC)`` brings a ticket there through the services. ``cast["M"]`` is the
actor of a letter; a letter that cannot exist in that cell raises `Impossible`.

S stranger · H holder of a code of the device · C code user who created it · X holder of another device's code ·
P subscriber who created it or, once posted, is its person · G manager of its customer · K manager of another customer ·
N member without offer · O member with an open offer · M responsible member · F member who rejected · Mo moderator ·
Ad administrator · Y employee who created the draft · E deactivated employee
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from fleet.actors import ANONYMOUS, CODE_USER_KEY, CODES_KEY, Actor, actor_of
from fleet.models import Code, Device, Group, Person
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
from ticketing.models import CreationFlow, Question, Ticket, TicketStatus, Visibility
from ticketing.services import assignment, drafts, progress, properties
from ticketing.services.drafts import AnswerInput

LETTERS = ("S", "H", "C", "X", "P", "G", "K", "N", "O", "M", "F", "Mo", "Ad", "Y", "E")


class Impossible(LookupError):
    """The authorization table says that there is no such actor in this status and visibility."""


def is_possible(letter: str, status: TicketStatus, visibility: Visibility) -> bool:
    """Whether the cell exists: nobody responsible before ASSIGNED, no offers in DRAFT, employees' drafts INTERNAL."""
    draft = status == TicketStatus.DRAFT
    if letter == "M":
        return status not in (TicketStatus.DRAFT, TicketStatus.OPEN)
    if letter in ("O", "F"):
        return not draft
    if letter == "Y":
        return draft and visibility == Visibility.INTERNAL
    return not (letter == "C" and draft and visibility == Visibility.INTERNAL)


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

    def __getitem__(self, letter: str) -> Actor:
        if letter not in self.actors:
            raise Impossible(letter)
        return self.actors[letter]

    def __contains__(self, letter: str) -> bool:
        return letter in self.actors

    def person(self, letter: str) -> Person:
        """The person behind a letter, also of E and of letters that are impossible for this ticket."""
        return self.people[letter]

    def acting(self, letter: str) -> Actor:
        """The actor with a person, as it is when it writes: a code user gets one the first time."""
        actor = self[letter]
        if actor.person is None and actor.device_ids:
            self.actors[letter] = Actor(person=CodeUserFactory(), device_ids=actor.device_ids)
        return self.actors[letter]

    def fresh(self) -> Ticket:
        """The ticket as it is in the database now."""
        return Ticket.objects.select_related("device__template", "flow", "conversation").get(pk=self.ticket.pk)

    def client(self, letter: str) -> Client:
        """A browser of that actor: signed in, or with the codes it scanned."""
        return client_of(self.people.get(letter), self.sessions.get(letter, {}))


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


def answer_everything(actor: Actor, ticket: Ticket, text: str = "It does not start.") -> None:
    """Answer every text question of the draft's flow."""
    questions = Question.objects.filter(step__flow=ticket.flow)
    drafts.save_answers(actor=actor, ticket_id=ticket.pk, answers={q: AnswerInput({"text": text}) for q in questions})


def start(actor: Actor, device: Device, flow: CreationFlow) -> Ticket:
    """A draft with every question answered."""
    ticket = drafts.start_draft(actor=actor, device=device, flow=flow, client_key=uuid.uuid4())
    answer_everything(actor, ticket)
    return ticket


def open_for(actor: Actor, device: Device, flow: CreationFlow, visibility: Visibility = Visibility.PUBLIC) -> Ticket:
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

    The ticket is C's; an INTERNAL draft is Y's; ``creator`` names another letter. Posted tickets have P as their person
    and one open (O) and one rejected (F) offer; INTERNAL ones were PUBLIC while they were OPEN. P is in a PUBLIC draft
    only as its creator.
    ``template`` gives the template's fields, such as ``{"ratings_enabled": False}``.
    """
    cast = _surroundings(template or {})
    creator = creator or ("Y" if (status, visibility) == (TicketStatus.DRAFT, Visibility.INTERNAL) else "C")
    cast.ticket = start(cast[creator], cast.device, cast.flow)
    if status != TicketStatus.DRAFT:
        _post(cast, creator)
        if visibility == Visibility.INTERNAL:
            properties.change_visibility(actor=cast["Mo"], ticket_id=cast.ticket.pk, visibility=visibility)
        _move_to(cast, status)
    cast.ticket = cast.fresh()
    assert (cast.ticket.status, cast.ticket.visibility) == (status, visibility)
    cast.actors = {letter: cast.actors[letter] for letter in LETTERS if _takes_part(letter, cast, creator)}
    return cast


def _takes_part(letter: str, cast: Cast, creator: str) -> bool:
    if letter in ("C", "Y") and creator != letter:
        return False
    if letter == "P" and cast.ticket.is_draft and cast.ticket.is_public and creator != letter:
        return False
    return is_possible(letter, TicketStatus(cast.ticket.status), Visibility(cast.ticket.visibility))


def _surroundings(template_fields: dict[str, Any]) -> Cast:
    customer = CustomerFactory()
    template = TemplateFactory(name="Washing machine", **template_fields)
    device = DeviceFactory(template=template, customer=customer, name="Washer 3", serial_number="SN-77")
    people = _people(customer)
    group = GroupFactory(template=template, employees=[people["O"], people["M"], people["F"]])
    code, other = CodeFactory(device=device), CodeFactory(device=DeviceFactory(name="Dryer 9"))
    flow = make_flow(template, name="Problem report", responsible_group=group)
    sessions = {"H": holding(code), "C": holding(code, person=people["C"]), "X": holding(other)}
    actors = {letter: Actor(person=people.get(letter)) for letter in LETTERS}
    actors |= {letter: actor_of(None, session) for letter, session in sessions.items()}
    actors |= {"S": ANONYMOUS, "E": actor_of(people["E"], {})}
    return Cast(Ticket(), device, code, flow, group, actors, sessions, people)


def _people(customer: Any) -> dict[str, Person]:
    employees: dict[str, Any] = dict.fromkeys(("N", "O", "M", "F", "Y"), MemberFactory)
    employees |= {"Mo": ModeratorFactory, "Ad": AdministratorFactory}
    people = {letter: made(first_name=letter, last_name="Employee") for letter, made in employees.items()}
    people["E"] = MemberFactory(first_name="E", last_name="Former", is_active=False)
    people["C"] = CodeUserFactory()
    people["P"] = SubscriberFactory(first_name="P", last_name="Subscriber", customer=customer)
    people["G"] = ManagerFactory(first_name="G", last_name="Manager", customer=customer)
    people["K"] = ManagerFactory(first_name="K", last_name="Stranger")
    return people


def _post(cast: Cast, creator: str) -> None:
    drafts.open_ticket(actor=cast[creator], ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    # Only the desk form names a person other than the creator.
    Ticket.objects.filter(pk=cast.ticket.pk).update(person=cast.person("P"))
    assignment.reject_offer(actor=cast["F"], ticket_id=cast.ticket.pk)


def _move_to(cast: Cast, status: TicketStatus) -> None:
    if status == TicketStatus.OPEN:
        return
    worker = {"actor": cast["M"], "ticket_id": cast.ticket.pk}
    assignment.accept_offer(**worker)  # type: ignore[arg-type]
    if status in (TicketStatus.IN_PROGRESS, TicketStatus.DONE, TicketStatus.CLOSED):
        progress.start_work(**worker)  # type: ignore[arg-type]
    if status in (TicketStatus.DONE, TicketStatus.CLOSED):
        progress.finish_ticket(**worker)  # type: ignore[arg-type]
    if status == TicketStatus.CLOSED:
        progress.close_ticket(**worker)  # type: ignore[arg-type]
    if status == TicketStatus.CANCELLED:
        progress.cancel_ticket(**worker)  # type: ignore[arg-type]
    if status == TicketStatus.DONE:
        _stay_done(cast)


def _stay_done(cast: Cast) -> None:
    """No service leaves a ticket DONE that is INTERNAL or has ratings off; the rules must hold there all the same."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ticketing_ticket SET status = 'done' WHERE id = %s", [cast.ticket.pk])
