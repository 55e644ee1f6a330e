"""Access functions return what they were asked for, however much else the actor may see."""

import uuid

import pytest

from config.common.errors import NotVisible
from fleet.actors import KnownActor
from tests.cast import Cast, make_cast, start
from tests.factories import CodeUserFactory, DeviceFactory
from ticketing import access
from ticketing.models import Answer, JournalEntry, TicketStatus
from ticketing.services import messages, updates

pytestmark = pytest.mark.django_db


def write(cast: Cast) -> None:
    for internal in (False, True):
        updates.post_update(
            actor=cast.responsible,
            ticket_id=cast.ticket.pk,
            client_key=uuid.uuid4(),
            is_internal=internal,
            text="News.",
        )
    messages.send_message(actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello.")


@pytest.fixture
def two() -> list[Cast]:
    """Two tickets, to which the same happened."""
    casts = [make_cast(TicketStatus.ASSIGNED) for _number in range(2)]
    for cast in casts:
        write(cast)
    return casts


@pytest.mark.parametrize("wanted", [0, 1])
def test_who_sees_all_tickets_reads_of_each_only_what_is_its_own(two: list[Cast], wanted: int) -> None:
    cast, actor = two[wanted], two[0].moderator

    ticket = access.ticket_for(actor, cast.ticket.pk)

    assert ticket == cast.ticket
    assert {message.conversation.ticket for message in access.messages_for(actor, ticket).rows} == {ticket}
    for internal in (False, True):
        assert {update.ticket for update in access.updates_for(actor, ticket, internal=internal).rows} == {ticket}
    journal = list(JournalEntry.objects.filter(ticket=ticket).order_by("sequence"))
    assert access.journal_for(actor, ticket).rows == journal
    assert access.answers_for(actor, ticket) == list(Answer.objects.filter(ticket=ticket))
    assert list(access.device_tickets_for(actor, cast.device)) == [ticket]


def test_drafts_are_those_of_the_person_and_the_device(two: list[Cast]) -> None:
    cast = two[0]
    other = DeviceFactory(template=cast.device.template)
    holder = KnownActor(person=cast.person("reporter"), device_ids=frozenset({cast.device.pk, other.pk}))
    neighbour = KnownActor(person=CodeUserFactory(), device_ids=frozenset({cast.device.pk}))
    here, there = start(holder, cast.device, cast.flow), start(holder, other, cast.flow)
    theirs = start(neighbour, cast.device, cast.flow)

    assert list(access.drafts_for(holder, cast.device)) == [here]
    assert list(access.drafts_for(holder, other)) == [there]
    assert list(access.drafts_for(neighbour, cast.device)) == [theirs]
    # A superior sees every draft, but these are not theirs to go on with.
    assert list(access.drafts_for(cast.moderator, cast.device)) == []


def test_an_unknown_flow_is_refused_like_a_hidden_one(two: list[Cast]) -> None:
    cast, other = two

    assert access.flow_for(cast.reporter, cast.device, cast.flow.pk) == cast.flow
    for flow_id in (other.flow.pk, 987_654_321):
        with pytest.raises(NotVisible):
            access.flow_for(cast.reporter, cast.device, flow_id)
