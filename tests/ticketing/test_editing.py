"""Editing the fields of a ticket: who, what the journal says of it, and two people at once."""

import random
import uuid
from typing import Any

import pytest

from config.common.errors import DomainError, InvalidInput, WrongStatus
from fleet.actors import KnownActor
from fleet.models import Customer, Decision
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ManagerFactory,
    ModeratorFactory,
    OfferFactory,
    SubscriberFactory,
    VehicleFactory,
)
from ticketing.access import journal_for
from ticketing.history import history_entries
from ticketing.models import JournalEntry, Ticket, TicketStatus, Visibility
from ticketing.services import life_cycle
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.editing import EditConflict, edit_fields
from ticketing.services.stages import archive_ticket, set_stage
from ticketing.services.verification import verify_ticket
from ticketing.transitions import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return CustomerFactory()


@pytest.fixture
def manager(customer: Customer) -> KnownActor:
    return KnownActor(person=ManagerFactory(customer=customer))


@pytest.fixture
def moderator() -> KnownActor:
    return KnownActor(person=ModeratorFactory())


@pytest.fixture
def ticket(manager: KnownActor, customer: Customer) -> Ticket:
    person = SubscriberFactory(customer=customer)
    fields = DeskFields(category=CategoryFactory(), subject="Badge", person=person, description="Lost", comment="Angry")
    return create_desk_ticket(actor=manager, client_key=uuid.uuid4(), fields=fields)


def edit(actor: KnownActor, ticket: Ticket, version: int | None = None, **values: Any) -> tuple[str, ...]:
    version = ticket.sequence if version is None else version
    return edit_fields(actor=actor, ticket_id=ticket.pk, version=version, values=values).fields


def stored(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_a_changed_field_is_an_entry_with_both_values(manager: KnownActor, ticket: Ticket) -> None:
    vehicle = VehicleFactory(customer=manager.person.customer, name="Zoe 12")
    assert edit(manager, ticket, subject="Badge lost", device=vehicle) == ("subject", "device")
    rows = journal_for(manager, stored(ticket)).rows[::-1]
    entries = history_entries(rows, for_employee=False)
    assert [(e.change.before, e.change.after) for e in entries if e.change] == [("Badge", "Badge lost")]
    # Whose it was before may be none of their business.
    inside = [e.change for e in history_entries(rows, for_employee=True) if e.change]
    assert [(change.before, change.after) for change in inside] == [("", "Zoe 12"), ("Badge", "Badge lost")]
    assert list(verify_ticket(stored(ticket))) == []


def test_the_journal_holds_no_text(manager: KnownActor, ticket: Ticket) -> None:
    edit(manager, ticket, description="Stolen at the station")
    assert "station" not in str(list(JournalEntry.objects.values_list("data", flat=True)))


def test_a_changed_text_is_found_and_the_old_one_is_not(manager: KnownActor, ticket: Ticket) -> None:
    edit(manager, ticket, description="Stolen at the station")
    assert "station" in stored(ticket).search_public
    assert "lost" not in stored(ticket).search_public


def test_a_forged_text_is_noticed(manager: KnownActor, ticket: Ticket) -> None:
    edit(manager, ticket, description="Stolen")
    Ticket.objects.filter(pk=ticket.pk).update(description="Never happened")
    assert [fault.problem for fault in verify_ticket(stored(ticket))]


def test_saving_without_a_change_records_nothing(manager: KnownActor, ticket: Ticket) -> None:
    before = stored(ticket).sequence
    assert edit(manager, ticket, subject="Badge") == ()
    assert stored(ticket).sequence == before


def test_the_author_edits_while_nobody_works_on_it(manager: KnownActor, moderator: KnownActor, ticket: Ticket) -> None:
    life_cycle.start_work(actor=moderator, ticket_id=ticket.pk)
    with pytest.raises(WrongStatus):
        edit(manager, ticket, subject="Other")
    assert edit(moderator, ticket, subject="Other") == ("subject",)


def test_the_person_does_not_edit_what_others_wrote(ticket: Ticket) -> None:
    assert ticket.person is not None
    with pytest.raises(DomainError):
        edit(KnownActor(person=ticket.person), ticket, subject="Mine")


def test_different_fields_are_both_kept(manager: KnownActor, moderator: KnownActor, ticket: Ticket) -> None:
    version = ticket.sequence
    edit(moderator, ticket, version, subject="From the moderator", description="Lost")
    edit(manager, ticket, version, subject="Badge", description="From the manager")
    now = stored(ticket)
    assert (now.subject, now.description) == ("From the moderator", "From the manager")


def test_the_same_field_is_a_choice_with_both_texts(manager: KnownActor, moderator: KnownActor, ticket: Ticket) -> None:
    version = ticket.sequence
    edit(moderator, ticket, version, subject="Hers")
    with pytest.raises(EditConflict) as conflict:
        edit(manager, ticket, version, subject="Mine", comment="Calm")
    assert conflict.value.theirs == {"subject": "Hers"}
    assert stored(ticket).comment == "Angry"
    assert edit(manager, ticket, conflict.value.version, subject="Mine", comment="Calm") == ("subject", "comment")


def test_the_same_change_twice_is_no_conflict(manager: KnownActor, ticket: Ticket) -> None:
    version = ticket.sequence
    assert edit(manager, ticket, version, subject="New") == ("subject",)
    assert edit(manager, ticket, version, subject="New") == ()


@pytest.mark.parametrize("seed", range(12))
def test_no_field_is_lost_in_any_order_of_edits(
    manager: KnownActor, moderator: KnownActor, ticket: Ticket, seed: int
) -> None:
    """Several forms are read and saved in a random order; a text is replaced only by one who had seen it."""
    chance = random.Random(seed)
    fields = ("subject", "description", "comment")
    forms = [(chance.choice((manager, moderator)), chance.choice(fields), f"text {n}") for n in range(8)]
    seen: dict[int, tuple[int, str]] = {}
    waiting = [(step, n) for n in range(len(forms)) for step in ("read", "save")]
    chance.shuffle(waiting)
    expected = {name: getattr(ticket, name) for name in fields}
    for _step, n in waiting:
        actor, field, text = forms[n]
        if n not in seen:
            now = stored(ticket)
            seen[n] = (now.sequence, getattr(now, field))
            continue
        version, before = seen[n]
        if expected[field] == before:
            edit(actor, ticket, version, **{field: text})
            expected[field] = text
            continue
        with pytest.raises(EditConflict) as conflict:
            edit(actor, ticket, version, **{field: text})
        assert conflict.value.theirs == {field: expected[field]}
    now = stored(ticket)
    assert {name: getattr(now, name) for name in fields} == expected
    assert list(verify_ticket(now)) == []


def test_another_person_moves_an_open_ticket_to_their_customer(moderator: KnownActor, ticket: Ticket) -> None:
    other = SubscriberFactory()
    edit(moderator, ticket, person=other)
    assert stored(ticket).customer == other.customer


def test_work_that_began_stays_with_its_customer(moderator: KnownActor, ticket: Ticket, customer: Customer) -> None:
    life_cycle.start_work(actor=moderator, ticket_id=ticket.pk)
    edit(moderator, ticket, person=SubscriberFactory())
    assert stored(ticket).customer == customer


def test_a_person_is_mandatory(moderator: KnownActor, ticket: Ticket) -> None:
    with pytest.raises(InvalidInput) as refusal:
        edit(moderator, ticket, person=None)
    assert refusal.value.field == "person"


# Stages --------------------------------------------------------------------------------------------------------------


def test_a_manager_archives_a_new_ticket(manager: KnownActor, ticket: Ticket) -> None:
    archive_ticket(actor=manager, ticket_id=ticket.pk)
    assert stored(ticket).status == TicketStatus.CANCELLED
    assert stored(ticket).status.stage == Stage.DEALT_WITH
    archive_ticket(actor=manager, ticket_id=ticket.pk)


def test_a_manager_archives_own_work_in_progress(manager: KnownActor, moderator: KnownActor, ticket: Ticket) -> None:
    life_cycle.start_work(actor=moderator, ticket_id=ticket.pk)
    OfferFactory(ticket=ticket)
    set_stage(actor=manager, ticket_id=ticket.pk, stage=Stage.DEALT_WITH)
    assert stored(ticket).status == TicketStatus.CLOSED
    assert not ticket.offers.filter(decision=Decision.OPEN).exists()


def test_a_colleague_archives_only_what_is_new(
    manager: KnownActor, moderator: KnownActor, ticket: Ticket, customer: Customer
) -> None:
    colleague = KnownActor(person=ManagerFactory(customer=customer))
    life_cycle.start_work(actor=moderator, ticket_id=ticket.pk)
    with pytest.raises(WrongStatus):
        set_stage(actor=colleague, ticket_id=ticket.pk, stage=Stage.DEALT_WITH)


def test_a_superior_deals_with_an_open_ticket_in_one_go(moderator: KnownActor, ticket: Ticket) -> None:
    set_stage(actor=moderator, ticket_id=ticket.pk, stage=Stage.DEALT_WITH)
    assert stored(ticket).status == TicketStatus.CLOSED
    assert [a.person for a in ticket.assignments.all()] == [moderator.person]


def test_nothing_becomes_new_by_its_form(moderator: KnownActor, ticket: Ticket) -> None:
    set_stage(actor=moderator, ticket_id=ticket.pk, stage=Stage.ONGOING)
    with pytest.raises(WrongStatus):
        set_stage(actor=moderator, ticket_id=ticket.pk, stage=Stage.NEW)


def test_internal_tickets_are_not_the_managers_to_archive(moderator: KnownActor, manager: KnownActor) -> None:
    fields = DeskFields(category=CategoryFactory(), subject="x", person=manager.person)
    hidden = create_desk_ticket(actor=moderator, client_key=uuid.uuid4(), fields=fields, visibility=Visibility.INTERNAL)
    with pytest.raises(DomainError):
        archive_ticket(actor=manager, ticket_id=hidden.pk)
