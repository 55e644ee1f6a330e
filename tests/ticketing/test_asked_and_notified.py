"""Who is asked, made responsible, withdrawn and notified: each condition by itself."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.common.errors import NotVisible
from config.common.rules import may
from fleet.actors import KnownActor
from fleet.models import Role
from fleet.services.people import PersonDetails
from messenger.models import Notification
from tests.cast import Cast, make_cast
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    DeskTicketFactory,
    GroupFactory,
    OfferFactory,
)
from ticketing.models import CreationFlow, JournalEntry, Ticket, TicketStatus
from ticketing.selectors import informed_people, responsible_group
from ticketing.services import assignment, life_cycle, messages
from ticketing.services.people import change_person

pytestmark = pytest.mark.django_db


def leaves(cast: Cast, role: str) -> KnownActor:
    """The employee becomes a manager of another customer."""
    details = PersonDetails(email=f"{role}@example.org", role=Role.MANAGER, customer=CustomerFactory())
    return KnownActor(person=change_person(actor=cast.administrator, person=cast.person(role), details=details))


def test_a_former_employee_has_nothing_of_a_closed_ticket_though_its_record_names_them() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    assert may(cast.responsible, "ticketing.reopen", cast.ticket)

    former = leaves(cast, "responsible")

    assert cast.ticket.assignments.filter(person=former.person, ended_at=None).exists()
    for rule in ("reopen", "view_ticket", "read_messages", "see_reporter_contact", "be_notified_of_internal_updates"):
        assert not may(former, f"ticketing.{rule}", cast.fresh())
    Ticket.objects.filter(pk=cast.ticket.pk).update(customer=former.customer_id)
    assert may(former, "ticketing.view_ticket", cast.fresh())
    for rule in ("reopen", "post_internal_update", "read_internal_updates", "be_notified_of_internal_updates"):
        assert not may(former, f"ticketing.{rule}", cast.fresh())


def test_a_former_employee_neither_accepts_nor_rejects_again_what_was_decided() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    for role, verb in (("responsible", assignment.accept_offer), ("rejecter", assignment.reject_offer)):
        assert verb(actor=KnownActor(person=cast.person(role)), ticket_id=cast.ticket.pk) == cast.ticket

        former = leaves(cast, role)

        with pytest.raises(NotVisible):
            verb(actor=former, ticket_id=cast.ticket.pk)


def test_an_offer_to_a_former_employee_is_withdrawn_without_telling_them() -> None:
    cast = make_cast()
    OfferFactory(ticket=cast.ticket, person=cast.person("manager"))
    notified = Notification.objects.filter(kind="responsibility_withdrawn")

    for role in ("manager", "offered"):
        assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person(role))

    assert set(notified.values_list("person", flat=True)) == {cast.person("offered").pk}


def test_a_new_name_hands_over_no_work_and_empties_no_bell() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    told_before = set(cast.person("manager").notifications.all())
    assert told_before

    for role in ("responsible", "offered", "manager"):
        person = cast.person(role)
        email = person.email or ""
        details = PersonDetails(email=email, role=person.role, first_name="Mara", customer=person.customer)
        change_person(actor=cast.administrator, person=person, details=details)

    ticket = cast.fresh()
    assert ticket.status == TicketStatus.ASSIGNED
    assert [a.person for a in ticket.assignments.filter(ended_at=None)] == [cast.person("responsible")]
    assert [o.person for o in ticket.offers.filter(decision="open")] == [cast.person("offered")]
    assert set(cast.person("manager").notifications.all()) == told_before


def test_each_decision_about_an_offer_is_kept_as_it_was_made() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    withdrawn, assigned = (OfferFactory(ticket=cast.ticket).person for _number in range(2))

    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=withdrawn)
    assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=assigned)

    decisions = dict(cast.ticket.offers.values_list("person", "decision"))
    people = (cast.person("responsible"), cast.person("rejecter"), cast.person("offered"), withdrawn, assigned)
    assert [decisions[person.pk] for person in people] == ["accepted", "rejected", "open", "withdrawn", "withdrawn"]
    assert not cast.ticket.offers.exclude(decision="open").filter(decided_at=None).exists()


def test_assigning_and_withdrawing_again_records_and_notifies_nothing() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    assignment.accept_offer(actor=cast.offered, ticket_id=cast.ticket.pk)
    again: dict[str, Any] = {"actor": cast.moderator, "ticket_id": cast.ticket.pk, "person": cast.person("offered")}

    def facts() -> tuple[object, ...]:
        assignments = cast.ticket.assignments.values_list("person", "started_at", "ended_at").order_by("pk")
        return cast.fresh().sequence, Notification.objects.count(), list(assignments)

    for verb in (assignment.assign, assignment.withdraw):
        verb(**again)
        before = facts()
        verb(**again)
        assert facts() == before


def test_superiors_are_alarmed_by_a_withdrawal_only_when_no_one_is_left() -> None:
    alarms = Notification.objects.filter(kind="nobody_responsible")
    cast, taken = make_cast(), make_cast(TicketStatus.ASSIGNED)

    assignment.withdraw(actor=taken.moderator, ticket_id=taken.ticket.pk, person=taken.person("offered"))
    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("offered"))
    assert not alarms.exists()

    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))
    assert alarms.filter(ticket=cast.ticket, person=cast.person("administrator")).count() == 1


def test_who_had_left_is_on_record_as_withdrawn_when_the_ticket_is_reopened() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    leaves(cast, "responsible")

    life_cycle.reopen_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    row = JournalEntry.objects.get(ticket=cast.ticket, kind="withdrawn")
    ended = cast.ticket.assignments.get(person=cast.person("responsible"))
    assert row.data == {"withdrawn": ended.person_id, "assignment": ended.pk}
    assert row.public_sequence is None


def test_an_open_ticket_is_started_by_superiors_only_even_if_a_member_were_responsible() -> None:
    cast = make_cast()
    AssignmentFactory(ticket=cast.ticket, person=cast.person("uninvolved"))

    assert not may(cast.uninvolved, "ticketing.start", cast.fresh())
    assert may(cast.moderator, "ticketing.start", cast.fresh())


def test_who_was_responsible_before_is_asked_and_assigned_anew() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    by_superior: dict[str, Any] = {"actor": cast.moderator, "ticket_id": cast.ticket.pk}
    assignment.withdraw(person=cast.person("responsible"), **by_superior)
    assignment.assign(person=cast.person("offered"), **by_superior)

    ticket = assignment.withdraw(person=cast.person("offered"), **by_superior)
    assert cast.person("responsible").pk in ticket.offers.filter(decision="open").values_list("person", flat=True)

    ticket = assignment.assign(person=cast.person("offered"), **by_superior)
    assert [a.person for a in ticket.assignments.filter(ended_at=None)] == [cast.person("offered")]
    assert ticket.assignments.filter(person=cast.person("offered")).count() == 2


def test_a_notification_group_is_notified_but_those_who_rejected() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    employees = [cast.person(role) for role in ("offered", "rejecter", "uninvolved")]
    group = GroupFactory(template=cast.device.template, employees=employees, position=9)
    CreationFlow.objects.filter(pk=cast.flow.pk).update(notification_group=group)

    messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello.")

    assert cast.notified("message_sent") & {"offered", "rejecter", "uninvolved"} == {"offered", "uninvolved"}


def test_a_ticket_without_device_and_flow_asks_and_notifies_no_group() -> None:
    with_device, without = make_cast(), DeskTicketFactory(device=None)

    assert responsible_group(with_device.ticket) == with_device.group
    assert responsible_group(without) is None
    assert informed_people(without) == []


def test_a_message_on_an_open_ticket_rings_those_who_may_take_it() -> None:
    cast = make_cast()
    message: dict[str, Any] = {"actor": cast.reporter, "ticket_id": cast.ticket.pk, "text": "Hello."}

    messages.send_message(client_key=uuid.uuid4(), **message)
    assert cast.notified("message_sent") == {"offered", "responsible", "manager", "subscriber"}

    for role in ("offered", "responsible"):
        assignment.reject_offer(actor=KnownActor(person=cast.person(role)), ticket_id=cast.ticket.pk)
    Notification.objects.all().delete()
    messages.send_message(client_key=uuid.uuid4(), **message)
    assert cast.notified("message_sent") == {"moderator", "administrator", "manager", "subscriber"}


def test_telling_more_people_costs_no_more_queries() -> None:
    numbers = []
    for others in (1, 5):
        cast = make_cast(TicketStatus.IN_PROGRESS)
        AssignmentFactory.create_batch(others, ticket=cast.ticket)
        with CaptureQueriesContext(connection) as queries:
            messages.send_message(
                actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="It leaks again"
            )
        assert Notification.objects.filter(ticket=cast.ticket, kind="message_sent").count() > others
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]


def test_superiors_are_not_bothered_by_messages_of_a_ticket_that_someone_has() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello.")

    assert cast.notified("message_sent") == {"responsible", "manager", "subscriber"}


@pytest.mark.parametrize(("role", "verb"), [("offered", "accept_offer"), ("offered", "reject_offer")])
def test_an_offer_that_was_decided_leaves_the_bell(role: str, verb: str) -> None:
    cast = make_cast()
    assert cast.notified("ticket_offered") >= {role}

    getattr(assignment, verb)(actor=cast.acting(role), ticket_id=cast.ticket.pk)

    assert role not in cast.notified("ticket_offered")


def test_an_offer_leaves_the_bells_of_all_once_the_ticket_is_taken_or_cancelled() -> None:
    taken, cancelled, withdrawn = make_cast(), make_cast(), make_cast()

    assignment.assign(actor=taken.moderator, ticket_id=taken.ticket.pk, person=taken.person("uninvolved"))
    life_cycle.cancel_ticket(actor=cancelled.moderator, ticket_id=cancelled.ticket.pk)
    assignment.withdraw(actor=withdrawn.moderator, ticket_id=withdrawn.ticket.pk, person=withdrawn.person("offered"))

    for cast in (taken, cancelled):
        assert not Notification.objects.filter(kind="ticket_offered", ticket=cast.ticket).exists()
    assert "offered" not in withdrawn.notified("ticket_offered")
