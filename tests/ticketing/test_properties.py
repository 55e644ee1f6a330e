"""Priority and visibility as properties of a ticket: D11 and D18."""

import pytest

from config.common.errors import NotAllowed
from tests.cast import make_cast
from ticketing.models import JournalEntry, Priority, TicketStatus, Visibility
from ticketing.services import properties

pytestmark = pytest.mark.django_db


def test_the_priority_is_normal_at_creation_and_changes_are_on_record() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    assert cast.ticket.priority == Priority.NORMAL

    properties.change_priority(actor=cast.responsible, ticket_id=cast.ticket.pk, priority=Priority.HIGH)

    row = JournalEntry.objects.get(kind="priority_changed")
    assert row.data == {"before": Priority.NORMAL, "after": Priority.HIGH}
    assert cast.fresh().priority == Priority.HIGH


def test_customers_see_the_priority_and_never_set_it() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    for role in ("holder", "reporter", "subscriber", "manager", "uninvolved", "offered", "rejecter"):
        with pytest.raises(NotAllowed):
            properties.change_priority(actor=cast.acting(role), ticket_id=cast.ticket.pk, priority=Priority.HIGH)
    assert cast.fresh().priority == Priority.NORMAL


@pytest.mark.parametrize("visibility", Visibility)
def test_the_present_value_again_records_nothing(visibility: Visibility) -> None:
    cast = make_cast(TicketStatus.ASSIGNED, visibility)
    before = cast.ticket.sequence

    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=visibility)
    properties.change_priority(actor=cast.responsible, ticket_id=cast.ticket.pk, priority=Priority.NORMAL)

    assert cast.fresh().sequence == before


def test_a_change_of_visibility_is_known_to_employees_only() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    for visibility in (Visibility.INTERNAL, Visibility.PUBLIC):
        properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=visibility)

    rows = JournalEntry.objects.filter(kind="visibility_changed")
    assert [row.public_sequence for row in rows] == [None, None]
