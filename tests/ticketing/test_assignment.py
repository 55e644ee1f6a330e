"""Offers and responsibility: D13, D20, D21, D22 and D23."""

from collections.abc import Callable

import pytest

from config.common.errors import InvalidInput, NotAllowed, NotVisible
from fleet.actors import KnownActor
from fleet.models import Decision, Group, Person, Role
from fleet.services.people import PersonDetails
from messenger.models import Notification
from tests.cast import Cast, make_cast, open_for, start
from tests.factories import (
    AdministratorFactory,
    AssignmentFactory,
    CustomerFactory,
    CustomerTeamFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    MetaTeamFactory,
    TeamFactory,
    TicketFactory,
)
from ticketing.models import JournalEntry, Ticket, TicketStatus, Visibility
from ticketing.services import assignment, drafts, life_cycle, people

pytestmark = pytest.mark.django_db


def notifications_of(person: Person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def kinds_of(ticket: Ticket) -> list[str]:
    return list(JournalEntry.objects.filter(ticket=ticket).order_by("sequence").values_list("kind", flat=True))


def offered_to(ticket: Ticket) -> set[Person]:
    return {offer.person for offer in ticket.offers.filter(decision=Decision.OPEN)}


def open_with(cast: Cast, **group: object) -> Ticket:
    """A new ticket of the cast's flow, with a group that has only these people."""
    cast.flow.responsible_group = GroupFactory(template=cast.device.template, **group)
    cast.flow.save()
    return open_for(cast.reporter, cast.device, cast.flow)


# Who is asked --------------------------------------------------------------------------------------------------------


def test_the_group_that_the_flow_names_is_asked() -> None:
    cast = make_cast()
    second = GroupFactory(template=cast.device.template, employees=[cast.person("uninvolved")], position=5)
    GroupFactory(template=cast.device.template, employees=[cast.person("drafting_employee")], position=9)
    cast.flow.responsible_group = second
    cast.flow.save()

    ticket = open_for(cast.reporter, cast.device, cast.flow)

    assert offered_to(ticket) == {cast.person("uninvolved")}


def test_the_first_group_of_the_template_is_asked_when_the_flow_names_none() -> None:
    cast = make_cast()
    GroupFactory(template=cast.device.template, employees=[cast.person("uninvolved")], position=5)
    cast.flow.responsible_group = None
    cast.flow.save()

    ticket = open_for(cast.reporter, cast.device, cast.flow)

    assert offered_to(ticket) == {cast.person(role) for role in ("offered", "responsible", "rejecter")}


def test_a_meta_team_asks_the_team_of_the_customer_else_its_default_team() -> None:
    cast = make_cast()
    meta = MetaTeamFactory()
    mapped, default = (TeamFactory(meta_team=meta, members=[MemberFactory()]) for _ in range(2))
    meta.default_team = default
    meta.save()

    assert offered_to(open_with(cast, meta_teams=[meta])) == set(default.members.all())

    CustomerTeamFactory(customer=cast.device.customer, team=mapped)
    assert offered_to(open_with(cast, meta_teams=[meta])) == set(mapped.members.all())


def test_superiors_are_notified_of_a_meta_team_that_leads_to_no_one() -> None:
    cast = make_cast()

    ticket = open_with(cast, meta_teams=[MetaTeamFactory()])

    assert offered_to(ticket) == set()
    for role in ("moderator", "administrator"):
        assert {"team_missing", "nobody_responsible"} <= set(notifications_of(cast.person(role)))


@pytest.mark.parametrize("automatically", [True, False])
def test_superiors_are_notified_of_an_empty_meta_team_also_when_others_can_be_asked(automatically: bool) -> None:
    cast = make_cast()
    employees = [cast.person("uninvolved")]

    open_with(cast, meta_teams=[MetaTeamFactory()], employees=employees, assigns_automatically=automatically)

    assert [k for k in notifications_of(cast.person("moderator")) if k != "everybody_rejected"] == ["team_missing"]


def test_superiors_are_notified_when_there_is_no_one_to_ask() -> None:
    cast = make_cast()
    MemberFactory(is_active=False)

    open_with(cast, employees=[MemberFactory(is_active=False)])

    assert "nobody_responsible" in notifications_of(cast.person("administrator"))


def test_a_person_is_asked_once_however_often_the_group_holds_them() -> None:
    cast = make_cast()
    twice = MemberFactory()
    team = TeamFactory(members=[twice])

    ticket = open_with(cast, employees=[twice], teams=[team])

    assert [offer.person for offer in ticket.offers.all()] == [twice]
    assert notifications_of(twice) == ["ticket_offered"]


def test_a_group_that_assigns_automatically_makes_the_least_busy_responsible_at_once() -> None:
    cast = make_cast()
    busy, free, finished = MemberFactory(), MemberFactory(), MemberFactory()
    AssignmentFactory(person=busy)
    AssignmentFactory(person=free)
    AssignmentFactory(person=busy, ticket=TicketFactory(status=TicketStatus.IN_PROGRESS))
    for _ in range(3):
        AssignmentFactory(person=finished, ticket=TicketFactory(status=TicketStatus.CLOSED))

    ticket = open_with(cast, employees=[busy, free, finished], assigns_automatically=True)

    assert ticket.status == TicketStatus.ASSIGNED
    assert [a.person for a in ticket.assignments.all()] == [finished]
    assert kinds_of(ticket) == ["opened", "assigned_automatically", "status_changed"]
    assert not ticket.offers.exists()
    assert notifications_of(finished) == ["responsible_automatically"]
    assert notifications_of(busy) == notifications_of(free) == []


# Accepting and rejecting ---------------------------------------------------------------------------------------------


def test_the_first_acceptance_assigns_and_every_other_offer_stays() -> None:
    cast = make_cast()

    ticket = assignment.accept_offer(actor=cast.offered, ticket_id=cast.ticket.pk)
    assert ticket.status == TicketStatus.ASSIGNED
    assert offered_to(ticket) == {cast.person("responsible")}

    second = assignment.accept_offer(actor=KnownActor(person=cast.person("responsible")), ticket_id=cast.ticket.pk)
    assert second.status == TicketStatus.ASSIGNED
    assert second.assignments.filter(ended_at=None).count() == 2


def test_rejecting_ends_the_notifications_and_the_decision_stays_on_record() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    assert cast.ticket.offers.get(person=cast.person("rejecter")).decision == Decision.REJECTED
    before = notifications_of(cast.person("rejecter"))

    life_cycle.start_work(actor=cast.responsible, ticket_id=cast.ticket.pk)
    life_cycle.cancel_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert notifications_of(cast.person("rejecter")) == before
    assert "ticket_cancelled" in notifications_of(cast.person("offered"))


def test_when_all_have_rejected_the_ticket_stays_open_and_superiors_are_notified_once() -> None:
    cast = make_cast()

    assignment.reject_offer(actor=cast.offered, ticket_id=cast.ticket.pk)
    assert notifications_of(cast.person("moderator")) == []

    ticket = assignment.reject_offer(actor=KnownActor(person=cast.person("responsible")), ticket_id=cast.ticket.pk)
    assignment.reject_offer(actor=KnownActor(person=cast.person("responsible")), ticket_id=cast.ticket.pk)
    assert ticket.status == TicketStatus.OPEN
    for role in ("moderator", "administrator"):
        assert notifications_of(cast.person(role)) == ["everybody_rejected"]


def test_rejecting_a_ticket_that_a_colleague_took_alarms_no_superior() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    assignment.reject_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    assert notifications_of(cast.person("moderator")) == []


def test_members_learn_that_the_ticket_is_not_offered_to_them() -> None:
    cast = make_cast()

    for role in ("uninvolved", "rejecter"):
        with pytest.raises(NotAllowed):
            assignment.accept_offer(actor=cast.acting(role), ticket_id=cast.ticket.pk)
    with pytest.raises(NotVisible):
        assignment.accept_offer(actor=cast.acting("other_holder"), ticket_id=cast.ticket.pk)


# Assigning and withdrawing -------------------------------------------------------------------------------------------


def test_superiors_assign_any_active_employee_with_or_without_an_offer_and_members_none() -> None:
    cast = make_cast()
    people = [cast.person(role) for role in ("uninvolved", "offered", "moderator")]
    with pytest.raises(NotAllowed):
        assignment.assign(actor=cast.uninvolved, ticket_id=cast.ticket.pk, person=cast.person("uninvolved"))

    for person in people:
        ticket = assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=person)

    assert {a.person for a in ticket.assignments.filter(ended_at=None)} == set(people)
    assert not ticket.offers.filter(person=cast.person("offered"), decision=Decision.OPEN).exists()
    assert notifications_of(cast.person("uninvolved")) == ["ticket_assigned"]
    assert notifications_of(cast.person("moderator")) == []


@pytest.mark.parametrize("role", [Role.SUBSCRIBER, Role.MANAGER, Role.CODE_USER, Role.MEMBER])
def test_only_active_employees_can_be_assigned(role: Role) -> None:
    cast = make_cast()
    people = {
        Role.SUBSCRIBER: cast.person("subscriber"),
        Role.MANAGER: cast.person("manager"),
        Role.CODE_USER: cast.person("reporter"),
        Role.MEMBER: cast.person("former_employee"),
    }

    with pytest.raises(InvalidInput):
        assignment.assign(actor=cast.administrator, ticket_id=cast.ticket.pk, person=people[role])


@pytest.mark.parametrize("status", [TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS])
def test_when_the_last_responsible_person_goes_others_are_asked_and_superiors_notified(status: TicketStatus) -> None:
    cast = make_cast(status)
    assignment.reject_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    ticket = assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))

    assert ticket.status == TicketStatus.OPEN
    # Also those who rejected before: it is a new question. Only the withdrawn one is not asked.
    assert offered_to(ticket) == {cast.person("offered"), cast.person("rejecter")}
    assert notifications_of(cast.person("administrator")) == ["nobody_responsible"]
    assert notifications_of(cast.person("moderator")) == []
    assert notifications_of(cast.person("responsible"))[-1] == "responsibility_withdrawn"


def test_when_no_one_is_left_to_ask_superiors_are_notified_once() -> None:
    cast = make_cast()
    ticket = open_with(cast, employees=[cast.person("uninvolved")])
    assignment.accept_offer(actor=cast.uninvolved, ticket_id=ticket.pk)

    assignment.withdraw(actor=cast.moderator, ticket_id=ticket.pk, person=cast.person("uninvolved"))

    assert notifications_of(cast.person("administrator")) == ["nobody_responsible"]


def test_withdrawing_an_offer_takes_it_away_and_changes_no_status() -> None:
    cast = make_cast()

    ticket = assignment.withdraw(actor=cast.administrator, ticket_id=cast.ticket.pk, person=cast.person("offered"))

    assert ticket.status == TicketStatus.OPEN
    assert offered_to(ticket) == {cast.person("responsible")}
    with pytest.raises(NotAllowed):
        assignment.accept_offer(actor=cast.offered, ticket_id=cast.ticket.pk)


def test_automatic_assignment_after_a_withdrawal_chooses_another_person() -> None:
    cast = make_cast()
    first, second = MemberFactory(), MemberFactory()

    ticket = open_with(cast, employees=[first, second], assigns_automatically=True)
    assert [a.person for a in ticket.assignments.all()] == [first]

    ticket = assignment.withdraw(actor=cast.administrator, ticket_id=ticket.pk, person=first)
    assert ticket.status == TicketStatus.ASSIGNED
    assert [a.person for a in ticket.assignments.filter(ended_at=None)] == [second]


# Leaving -------------------------------------------------------------------------------------------------------------


def change_role(cast: Cast, person: Person) -> None:
    details = PersonDetails(email=person.email or "", role=Role.MANAGER, customer=CustomerFactory())
    people.change_person(actor=cast.administrator, person=person, details=details)


def deactivate(cast: Cast, person: Person) -> None:
    people.deactivate_person(actor=cast.administrator, person=person)


@pytest.mark.parametrize("leave", [deactivate, change_role])
def test_the_work_of_a_person_who_leaves_goes_to_others(leave: Callable[[Cast, Person], None]) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    waiting = open_with(cast, employees=[cast.person("responsible")])
    cast.flow.responsible_group = cast.group
    cast.flow.save()

    leave(cast, cast.person("responsible"))

    ticket = cast.fresh()
    assert ticket.status == TicketStatus.OPEN
    assert not ticket.assignments.filter(ended_at=None).exists()
    assert offered_to(ticket) == {cast.person("offered"), cast.person("rejecter")}
    assert offered_to(waiting) == set()
    assert notifications_of(cast.person("moderator")) == ["nobody_responsible", "nobody_responsible"]
    assert notifications_of(cast.person("responsible")) == []


def test_a_colleague_who_stays_keeps_the_ticket() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    assignment.accept_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    deactivate(cast, cast.person("responsible"))

    assert cast.fresh().status == TicketStatus.IN_PROGRESS
    assert [a.person for a in cast.ticket.assignments.filter(ended_at=None)] == [cast.person("offered")]


def test_a_reopened_ticket_is_offered_when_its_people_have_left() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    deactivate(cast, cast.person("responsible"))
    assert cast.ticket.assignments.filter(ended_at=None).exists()

    ticket = life_cycle.reopen_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert ticket.status == TicketStatus.OPEN
    assert not cast.ticket.assignments.filter(ended_at=None).exists()


def test_everyone_who_is_asked_again_is_told_when_a_ticket_is_reopened() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    deactivate(cast, cast.person("responsible"))
    Notification.objects.all().delete()

    life_cycle.reopen_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    # Who rejected it before is asked as well.
    assert cast.ticket.offers.filter(person=cast.person("rejecter"), decision=Decision.OPEN).exists()
    assert cast.notified("ticket_offered") == {"offered", "rejecter"}


def test_a_reopened_ticket_is_assigned_by_itself_when_its_people_have_left() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    deactivate(cast, cast.person("responsible"))
    Group.objects.update(assigns_automatically=True)

    ticket = life_cycle.reopen_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert ticket.status == TicketStatus.ASSIGNED
    assert cast.ticket.assignments.filter(ended_at=None).count() == 1


def test_a_finished_ticket_keeps_its_status_when_its_people_are_withdrawn() -> None:
    cast = make_cast(TicketStatus.DONE)
    ticket = assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))
    assert ticket.status == TicketStatus.DONE


def test_customers_and_outsiders_are_never_notified_of_offers() -> None:
    manager = ManagerFactory()
    administrator = AdministratorFactory()
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)

    drafts.open_ticket(actor=cast.drafting_employee, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    start(KnownActor(person=administrator), cast.device, cast.flow)

    for person in (manager, cast.person("manager"), cast.person("subscriber"), cast.person("uninvolved")):
        assert notifications_of(person) == []
