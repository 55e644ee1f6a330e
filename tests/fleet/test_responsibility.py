"""What the database itself keeps true of people, groups, offers and assignments."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from config.common import clock
from fleet.models import Decision, Offer, Role
from fleet.services import offers as rows
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    CustomerTeamFactory,
    GroupFactory,
    MemberFactory,
    MetaTeamFactory,
    OfferFactory,
    PersonFactory,
    TeamFactory,
    TicketFactory,
    make_flow,
)

pytestmark = pytest.mark.django_db


def second_open_offer() -> None:
    offer = OfferFactory()
    OfferFactory(ticket=offer.ticket, person=offer.person)


def second_assignment() -> None:
    assignment = AssignmentFactory()
    AssignmentFactory(ticket=assignment.ticket, person=assignment.person)


def second_team_of_a_customer() -> None:
    mapping = CustomerTeamFactory()
    CustomerTeamFactory(customer=mapping.customer, team=TeamFactory(meta_team=mapping.meta_team))


IMPOSSIBLE: dict[str, Callable[[], Any]] = {
    "two open offers for one person": second_open_offer,
    "responsible twice": second_assignment,
    "two teams of a meta team for one customer": second_team_of_a_customer,
    "decided without a time": lambda: OfferFactory(decision=Decision.ACCEPTED, decided_at=None),
    "undecided with a time": lambda: OfferFactory(decided_at=clock.now()),
    "an employee of a customer": lambda: PersonFactory(customer=CustomerFactory()),
    "a manager of nobody": lambda: PersonFactory(role=Role.MANAGER),
    "a code user who signs in": lambda: PersonFactory(role=Role.CODE_USER),
    "an employee who cannot sign in": lambda: PersonFactory(email=None),
    "an e-mail address twice": lambda: [PersonFactory(email="a@example.org") for _ in range(2)],
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_database_refuses(name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IMPOSSIBLE[name]()


def test_a_decided_offer_makes_room_for_a_new_one() -> None:
    offer = OfferFactory(decision=Decision.REJECTED)
    assert [o.person for o in rows.make_offers(offer.ticket, [offer.person])] == [offer.person]


def test_offers_go_to_those_who_have_none_and_are_not_responsible() -> None:
    ticket = TicketFactory()
    asked, responsible, new = OfferFactory(ticket=ticket), AssignmentFactory(ticket=ticket), MemberFactory()

    made = rows.make_offers(ticket, [asked.person, responsible.person, new])

    assert [offer.person for offer in made] == [new]
    assert rows.make_offers(ticket, [new]) == []


def test_making_a_person_responsible_leaves_them_nothing_to_decide() -> None:
    offer = OfferFactory()

    assert rows.make_responsible(offer.ticket, offer.person, assigned_by=None)
    assert rows.make_responsible(offer.ticket, offer.person, assigned_by=None) is None
    assert Offer.objects.get().decision == Decision.WITHDRAWN


def test_teams_belong_to_the_meta_team_that_names_them() -> None:
    meta, stranger = MetaTeamFactory(), TeamFactory()
    mapping = CustomerTeamFactory.build(customer=CustomerFactory(), team=stranger, meta_team=meta)

    with pytest.raises(ValidationError):
        mapping.clean()

    meta.default_team = stranger
    with pytest.raises(ValidationError):
        meta.clean()

    meta.default_team = TeamFactory(meta_team=meta)
    meta.clean()


def test_a_flow_names_groups_of_its_own_template() -> None:
    flow = make_flow()
    flow.responsible_group = GroupFactory()

    with pytest.raises(ValidationError):
        flow.clean()

    flow.responsible_group = GroupFactory(template=flow.template)
    flow.clean()
