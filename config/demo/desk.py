"""Tickets of the desk form: a car-sharing customer's, in every stage."""

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from config.demo.toml import Table, read_toml
from fleet.actors import KnownActor
from fleet.models import Device, Person, Reservation
from ticketing.models import Category, Ticket, Visibility
from ticketing.services import assignment, life_cycle
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.stages import archive_ticket

ROWS: list[Table] = read_toml("desk.toml")["tickets"]
# Working minutes from one thing to the next.
TAKEN_AFTER, STARTED_AFTER, FINISHED_AFTER = 12, 35, 190
Timed = tuple[float, Callable[[], None]]


class DeskTicket:
    """One row; each method is what somebody does to the ticket at its moment."""

    def __init__(self, row: Table, categories: dict[str, Category], people: dict[str, Person], random: Random) -> None:
        self.row, self.category = row, categories[row["category"]]
        self.people, self.random = people, random
        self.ticket: Ticket | None = None

    def timeline(self) -> Iterator[Timed]:
        """What happens, each with the working minutes that have passed since."""
        back, end = self.row["back"], self.row["end"]
        yield back, self.create
        if end == "archived":
            yield back - FINISHED_AFTER, self.archive
        if end in ("assigned", "in_progress", "closed"):
            yield back - TAKEN_AFTER, self.accept
        if end in ("in_progress", "closed"):
            yield back - STARTED_AFTER, partial(self._work, life_cycle.start_work)
        if end == "closed":
            yield back - FINISHED_AFTER, partial(self._work, life_cycle.finish_ticket)

    def create(self) -> None:
        author, person = self.people[self.row["by"]], self.people[self.row["person"]]
        reservation = self._reservation(person) if self.row.get("reserved") else None
        device = reservation.device if reservation else None
        if name := self.row.get("vehicle"):
            device = Device.objects.select_related("template", "customer").get(name=name)
        fields = DeskFields(
            category=self.category,
            subject=self.row["subject"],
            person=person,
            device=device,
            reservation=reservation,
            description=self.row["description"],
            comment=self.row.get("comment", ""),
        )
        self.ticket = create_desk_ticket(
            actor=KnownActor(person=author),
            client_key=uuid.UUID(int=self.random.getrandbits(128), version=4),
            fields=fields,
            visibility=Visibility.PUBLIC if author.is_employee else None,
            sends_to_managers=self.row.get("sends_to_managers", False),
        )

    def _reservation(self, person: Person) -> Reservation | None:
        return Reservation.objects.filter(person=person).select_related("device__template", "device__customer").first()

    def accept(self) -> None:
        """The first who was asked takes it; without anyone a moderator does."""
        assert self.ticket is not None
        offer = self.ticket.offers.select_related("person").order_by("pk").first()
        if offer is not None:
            assignment.accept_offer(actor=KnownActor(person=offer.person), ticket_id=self.ticket.pk)
        else:
            moderator = self._moderator()
            assignment.assign(actor=moderator, ticket_id=self.ticket.pk, person=moderator.person)

    def _work(self, verb: Callable[..., Ticket]) -> None:
        assert self.ticket is not None
        verb(actor=self._moderator(), ticket_id=self.ticket.pk)

    def archive(self) -> None:
        assert self.ticket is not None
        manager = next(person for person in self.people.values() if person.customer_id == self.ticket.customer_id)
        archive_ticket(actor=KnownActor(person=manager), ticket_id=self.ticket.pk)

    def _moderator(self) -> KnownActor:
        return KnownActor(person=next(person for person in self.people.values() if person.role == "moderator"))


def desk_tickets(categories: dict[str, Category], people: dict[str, Person], random: Random) -> list[DeskTicket]:
    return [DeskTicket(row, categories, people, random) for row in ROWS]
