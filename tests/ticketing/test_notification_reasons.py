"""Why somebody is notified, asked for many notifications at once."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleet.actors import KnownActor
from fleet.models import Person
from fleet.selectors import groups_with, responsible_people
from messenger.models import Notification
from tests.cast import Cast, make_cast
from tests.factories import (
    CustomerFactory,
    CustomerTeamFactory,
    GroupFactory,
    MemberFactory,
    MetaTeamFactory,
    NotificationFactory,
    TeamFactory,
)
from ticketing.models import CreationFlow, TicketStatus, Visibility
from ticketing.office.pages.notification_reasons import ONCE, why_of
from ticketing.services import assignment, messages, properties, updates

pytestmark = pytest.mark.django_db
MAX_QUERIES = 8


def reasons(cast: Cast, role: str, kind: str) -> list[str]:
    person = cast.person(role)
    rows = Notification.objects.filter(person=person, kind=kind)
    return list(why_of(KnownActor(person=person), rows).values())


def write(cast: Cast) -> None:
    messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Any news?")


def test_each_is_told_their_own_reason() -> None:
    cast = make_cast()
    write(cast)

    assert reasons(cast, "offered", "ticket_offered") == ["This ticket is offered to you."]
    assert reasons(cast, "offered", "message_sent") == ["This ticket is offered to you, and no one has taken it yet."]
    assert reasons(cast, "manager", "message_sent") == ["You are a manager of this ticket's customer."]
    assert reasons(cast, "subscriber", "message_sent") == [
        "This ticket is yours: you created it, or it was recorded for you."
    ]


def test_the_reason_is_the_one_of_now() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast)
    assert reasons(cast, "responsible", "message_sent") == ["You are responsible for this ticket."]

    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))

    assert reasons(cast, "responsible", "message_sent") == [str(ONCE)]
    assert reasons(cast, "responsible", "responsibility_withdrawn") == ["This ticket was offered or assigned to you."]


def test_nothing_is_said_of_a_ticket_that_is_hidden_now() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast)
    rows = [NotificationFactory(person=cast.person("manager"), ticket=cast.ticket, kind="message_sent")]

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    assert why_of(cast.manager, rows) == {}
    assert why_of(cast.manager, []) == {}


def informed(cast: Cast, **members: Any) -> Person:
    """An employee in the notification group of the flow, by themselves or as `members` says."""
    person = MemberFactory()
    group = GroupFactory(template=cast.device.template, **(members or {"employees": [person]}))
    CreationFlow.objects.filter(pk=cast.flow.pk).update(notification_group=group)
    return person


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_rows(count: int) -> None:
    person = MemberFactory()
    for _ in range(count):
        cast = make_cast(TicketStatus.ASSIGNED)
        meta = MetaTeamFactory()
        CustomerTeamFactory(
            customer=cast.ticket.customer, meta_team=meta, team=TeamFactory(meta_team=meta, members=[person])
        )
        group = GroupFactory(template=cast.device.template, meta_teams=[meta])
        CreationFlow.objects.filter(pk=cast.flow.pk).update(notification_group=group)
        write(cast)
        updates.post_update(
            actor=cast.responsible, ticket_id=cast.ticket.pk, text="Pump.", is_internal=True, client_key=uuid.uuid4()
        )
    rows = list(Notification.objects.filter(person=person))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = why_of(KnownActor(person=person), rows)

    assert len(found) == 2 * count
    assert set(found.values()) == {"You are in the group that is informed about tickets of this kind."}
    assert len(queries) <= MAX_QUERIES


def test_who_is_in_a_group_is_found_for_many_groups_as_for_one() -> None:
    person, customer, other = MemberFactory(), CustomerFactory(), CustomerFactory()
    meta = MetaTeamFactory()
    team = TeamFactory(meta_team=meta, members=[person])
    CustomerTeamFactory(customer=customer, meta_team=meta, team=team)
    by_default = MetaTeamFactory()
    by_default.default_team = TeamFactory(meta_team=by_default, members=[person])
    by_default.save()
    CustomerTeamFactory(customer=other, meta_team=by_default, team=TeamFactory(meta_team=by_default))
    groups = [
        GroupFactory(employees=[person]),
        GroupFactory(employees=[MemberFactory()]),
        GroupFactory(teams=[team]),
        GroupFactory(meta_teams=[meta]),
        GroupFactory(meta_teams=[by_default]),
        GroupFactory(),
    ]
    pairs = [(group.pk, each) for group in groups for each in (customer.pk, other.pk, None)]
    by_key = {group.pk: group for group in groups}

    found = groups_with(person.pk, pairs)

    assert found == {pair for pair in pairs if person in responsible_people(by_key[pair[0]], pair[1]).people}
    assert len(found) == 3 + 3 + 1 + 2
    assert groups_with(person.pk, []) == set()
