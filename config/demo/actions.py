"""What the people of a ticket do: each action calls the product's services as a page would."""

import uuid
from dataclasses import dataclass
from random import Random

from config.common import clock
from config.demo.answers import Answers, photo_files
from config.demo.conversations import MESSAGES, Line, Voice, phrases_in
from config.demo.flows import DemoFlow
from config.demo.people import languages_of
from config.demo.plans import Plan
from fleet.actors import KnownActor
from fleet.models import Assignment, Decision, Person
from ratings.models import Score
from ratings.services import rate_ticket
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.services import assignment, drafts, life_cycle
from ticketing.services.messages import send_message
from ticketing.services.properties import change_priority, change_visibility
from ticketing.services.updates import post_update

USUAL_SCORES = (5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 2, 1)
SCORES_AFTER_RELAPSE = (4, 3, 3, 2)


@dataclass
class TicketActions:
    """Everything that can happen to one ticket; `employee` is the one who is responsible for it."""

    plan: Plan
    flow: DemoFlow
    author: KnownActor
    employees: list[Person]
    random: Random
    ticket_id: int = 0
    employee: Person | None = None
    has_relapsed: bool = False

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.select_related("device__template").get(pk=self.ticket_id)

    @property
    def worker(self) -> KnownActor:
        """Who is responsible; a superior where there is no such employee."""
        return KnownActor(person=self.employee) if self.employee else self.superior

    @property
    def superior(self) -> KnownActor:
        """A moderator who speaks the language."""
        moderators = [person for person in self.employees if person.role == "moderator"]
        return KnownActor(person=self._speaker(moderators))

    def _speaker(self, people: list[Person]) -> Person:
        speaking = [person for person in people if self.plan.language in languages_of(person.email)]
        return self.random.choice(speaking or people)

    def _phrase(self, kind: str) -> str:
        return str(self.random.choice(phrases_in(self.plan.language)[kind]))

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    # Creating --------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        flow = self.flow.creation_flow
        draft = drafts.start_draft(actor=self.author, device=self.plan.device, flow=flow, client_key=self._key())
        self.ticket_id = draft.pk

    def answer(self, *steps: int) -> None:
        """The author answers the questions of these steps, or of all."""
        given = Answers(self.plan, self.flow, clock.now(), self.random)
        chosen = steps or range(len(self.flow.steps))
        answers = {question: answer for step in chosen for question, answer in given.of_step(step).items()}
        drafts.save_answers(actor=self.author, ticket_id=self.ticket_id, answers=answers)

    def send(self) -> None:
        visibility = Visibility.INTERNAL if self.plan.conversation.is_internal else None
        drafts.open_ticket(actor=self.author, ticket_id=self.ticket_id, visibility=visibility)

    # Responsibility --------------------------------------------------------------------------------------------------

    def _asked(self) -> list[Person]:
        offers = self.ticket.offers.filter(decision=Decision.OPEN).select_related("person").order_by("pk")
        return [offer.person for offer in offers]

    def _assigned(self) -> Person | None:
        found = Assignment.objects.filter(ticket=self.ticket_id, ended_at=None).select_related("person").first()
        return found.person if found else None

    def reject_one(self) -> None:
        asked = self._asked()
        # Rather one who does not speak the language of the ticket.
        strangers = [person for person in asked if self.plan.language not in languages_of(person.email)]
        if asked:
            assignment.reject_offer(actor=KnownActor(person=(strangers or asked)[0]), ticket_id=self.ticket_id)

    def accept(self) -> None:
        """An employee who was asked accepts, unless a group has assigned the ticket; else a superior assigns it."""
        self.employee = self._assigned()
        asked = self._asked()
        if self.employee is None and asked:
            self.employee = self._speaker(asked)
            assignment.accept_offer(actor=KnownActor(person=self.employee), ticket_id=self.ticket_id)
        elif self.employee is None:
            self.assign()

    def assign(self) -> None:
        members = [person for person in self.employees if person.role == "member" and person != self.employee]
        self.employee = self._speaker(self._asked() or members)
        assignment.assign(actor=self.superior, ticket_id=self.ticket_id, person=self.employee)

    def accept_too(self) -> None:
        asked = self._asked()
        if asked:
            assignment.accept_offer(actor=KnownActor(person=self._speaker(asked)), ticket_id=self.ticket_id)

    def withdraw(self) -> None:
        assert self.employee is not None
        assignment.withdraw(actor=self.superior, ticket_id=self.ticket_id, person=self.employee)

    def hand_over(self) -> None:
        """Another employee is assigned, and a superior says why."""
        self.assign()
        self._update(self.superior, self._phrase("withdrawn"), is_internal=True)

    # Working ---------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        life_cycle.start_work(actor=self.worker, ticket_id=self.ticket_id)

    def set_back(self) -> None:
        life_cycle.set_back(actor=self.worker, ticket_id=self.ticket_id)

    def finish(self) -> None:
        life_cycle.finish_ticket(actor=self.worker, ticket_id=self.ticket_id)

    def close(self) -> None:
        if self.ticket.status == TicketStatus.DONE:
            life_cycle.close_ticket(actor=self.worker, ticket_id=self.ticket_id)

    def reopen(self) -> None:
        life_cycle.reopen_ticket(actor=self.worker, ticket_id=self.ticket_id)

    def reopen_for_all(self) -> None:
        self.reopen()
        # The responsible employee is away, so the ticket is offered anew.
        self.withdraw()
        self.employee = None

    def cancel(self) -> None:
        by_author = self.employee is None and not self.plan.conversation.is_internal
        life_cycle.cancel_ticket(actor=self.author if by_author else self.worker, ticket_id=self.ticket_id)

    def raise_priority(self) -> None:
        change_priority(actor=self.worker, ticket_id=self.ticket_id, priority=Priority.HIGH)

    def lower_priority(self) -> None:
        change_priority(actor=self.worker, ticket_id=self.ticket_id, priority=Priority.LOW)

    def hide(self) -> None:
        change_visibility(actor=self.worker, ticket_id=self.ticket_id, visibility=Visibility.INTERNAL)

    def publish(self) -> None:
        change_visibility(actor=self.worker, ticket_id=self.ticket_id, visibility=Visibility.PUBLIC)

    # Talking ---------------------------------------------------------------------------------------------------------

    def say(self, line: Line) -> None:
        """A line of the conversation."""
        actor = self.author if line.voice in (Voice.CUSTOMER, Voice.CUSTOMER_UPDATE) else self.worker
        files = photo_files(self.random, line.photo)
        if line.voice in MESSAGES:
            send_message(actor=actor, ticket_id=self.ticket_id, client_key=self._key(), text=line.text, files=files)
        else:
            post_update(
                actor=actor,
                ticket_id=self.ticket_id,
                client_key=self._key(),
                is_internal=line.voice == Voice.INTERNAL_UPDATE,
                text=line.text,
                files=files,
            )

    def _update(self, actor: KnownActor, text: str, *, is_internal: bool) -> None:
        post_update(actor=actor, ticket_id=self.ticket_id, client_key=self._key(), is_internal=is_internal, text=text)

    def _say_as_customer(self, kind: str) -> None:
        ticket = self.ticket
        # Customers write while the ticket is theirs to see and not closed.
        if not self.plan.conversation.is_internal and ticket.is_public and ticket.status != TicketStatus.CLOSED:
            self.say(Line(Voice.CUSTOMER, self._phrase(kind)))

    def need_nothing(self) -> None:
        self._say_as_customer("no_need")

    def thank(self) -> None:
        self._say_as_customer("thanks")

    def complain(self) -> None:
        self.has_relapsed = True
        self._say_as_customer("again")

    def reply(self) -> None:
        self.say(Line(Voice.EMPLOYEE, self._phrase("reply")))

    def post_solution(self) -> None:
        self._update(self.worker, self._phrase("solved"), is_internal=not self.ticket.is_public)

    def rate(self) -> None:
        """Only where it is asked for."""
        ticket = self.ticket
        if ticket.status != TicketStatus.DONE or not ticket.asks_for_rating:
            return
        score = self.random.choice(SCORES_AFTER_RELAPSE if self.has_relapsed else USUAL_SCORES)
        comment = self.random.choice(phrases_in(self.plan.language)["comments"][str(score)])
        rate_ticket(actor=self.author, ticket_id=self.ticket_id, score=Score(score), comment=comment)
