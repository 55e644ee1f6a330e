"""Who is responsible and who has least to do."""

import pytest

from fleet.models import Decision
from fleet.selectors import (
    group_for,
    has_open_offer,
    is_responsible,
    responsible_of,
    responsible_people,
    teams_for,
)
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    CustomerTeamFactory,
    GroupFactory,
    MemberFactory,
    MetaTeamFactory,
    OfferFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
)
from ticketing.models import Ticket, TicketStatus
from ticketing.selectors import least_busy

pytestmark = pytest.mark.django_db


def test_the_first_group_by_position_is_the_default_of_its_template() -> None:
    template = TemplateFactory()
    late, early = GroupFactory(template=template, position=2), GroupFactory(template=template, position=1)

    assert group_for(template, None) == early
    assert group_for(template, late) == late
    assert group_for(TemplateFactory(), None) is None
    assert group_for(None, None) is None


def test_a_group_is_its_employees_teams_and_meta_teams_each_person_once_and_active() -> None:
    alone, both, in_team = MemberFactory(), MemberFactory(), MemberFactory()
    team = TeamFactory(members=[both, in_team, MemberFactory(is_active=False)])
    meta = MetaTeamFactory()
    served = TeamFactory(meta_team=meta, members=[both])
    customer = CustomerFactory()
    CustomerTeamFactory(customer=customer, team=served)
    group = GroupFactory(employees=[alone, both], teams=[team], meta_teams=[meta])

    found = responsible_people(group, customer.pk)

    assert found.people == sorted([alone, both, in_team], key=lambda p: p.pk)
    assert found.unresolved == []
    assert responsible_people(group, None).unresolved == [meta]
    assert responsible_people(None, customer.pk).people == []


def test_an_empty_team_serves_its_customer_all_the_same() -> None:
    meta = MetaTeamFactory()
    meta.default_team = TeamFactory(meta_team=meta, members=[MemberFactory()])
    meta.save()
    mapping = CustomerTeamFactory(team=TeamFactory(meta_team=meta))

    assert teams_for([meta], mapping.customer.pk) == {meta: mapping.team}
    assert teams_for([meta], CustomerFactory().pk) == {meta: meta.default_team}
    assert teams_for([meta], None) == {meta: meta.default_team}


def test_the_least_busy_has_the_fewest_running_tickets_and_ties_go_to_the_longest_known() -> None:
    first, second, third = MemberFactory(), MemberFactory(), MemberFactory()

    assert least_busy([third, second, first]) == first

    AssignmentFactory(person=first)
    assert least_busy([first, second, third]) == second

    AssignmentFactory(person=second, ticket=TicketFactory(status=TicketStatus.DONE))
    assert least_busy([first, second]) == second

    AssignmentFactory(person=third).delete()
    assert least_busy([]) is None


def test_ended_assignments_and_decided_offers_bind_no_one() -> None:
    ticket = TicketFactory(status=TicketStatus.ASSIGNED)
    running = AssignmentFactory(ticket=ticket)
    ended = AssignmentFactory(ticket=ticket, ended_at=running.started_at)
    open_offer = OfferFactory(ticket=ticket)
    rejected = OfferFactory(ticket=ticket, decision=Decision.REJECTED)

    assert [is_responsible(a.person_id, ticket) for a in (running, ended)] == [True, False]
    assert [has_open_offer(o.person_id, ticket) for o in (open_offer, rejected)] == [True, False]
    assert responsible_of(ticket) == [running.person]
    assert not is_responsible(None, ticket)
    assert not has_open_offer(None, ticket)


def test_prefetched_offers_and_assignments_are_not_asked_again(django_assert_num_queries) -> None:
    assignment = AssignmentFactory()
    ticket = Ticket.objects.prefetch_related("assignments", "offers").get(pk=assignment.ticket.pk)

    with django_assert_num_queries(0):
        assert is_responsible(assignment.person_id, ticket)
        assert not has_open_offer(assignment.person_id, ticket)
