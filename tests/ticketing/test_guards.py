"""Guards that other guards stand in front of: each holds when it is the only one."""

import pytest

from config.common.rules import may
from fleet.actors import Actor
from tests.cast import make_cast
from ticketing.models import TicketStatus, Visibility
from ticketing.permissions import belongs_by_login, is_outside
from ticketing.services import drafts

pytestmark = pytest.mark.django_db


def test_a_draft_belongs_to_its_creator_alone_and_once_sent_to_its_customer() -> None:
    draft, sent = make_cast(TicketStatus.DRAFT, creator="P"), make_cast(TicketStatus.OPEN, creator="P")

    for cast, is_sent in ((draft, False), (sent, True)):
        assert belongs_by_login(cast["P"], cast.ticket)
        assert belongs_by_login(cast["G"], cast.ticket) is is_sent
        assert is_outside(cast["G"], cast.ticket) is is_sent


@pytest.mark.parametrize("visibility", Visibility)
def test_the_employee_who_created_a_ticket_sees_the_contact_until_it_is_sent(visibility: Visibility) -> None:
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)
    creator = cast["Y"]
    assert may(creator, "ticketing.see_reporter_contact", cast.ticket)

    ticket = drafts.open_ticket(actor=creator, ticket_id=cast.ticket.pk, visibility=visibility)

    assert may(creator, "ticketing.view_ticket", ticket)
    assert not may(creator, "ticketing.see_reporter_contact", ticket)


def test_the_code_user_who_created_a_ticket_sees_the_own_contact_before_and_after() -> None:
    for status in (TicketStatus.DRAFT, TicketStatus.OPEN):
        cast = make_cast(status)

        assert may(cast["C"], "ticketing.see_reporter_contact", cast.ticket)
        assert not may(Actor(device_ids=cast["C"].device_ids), "ticketing.see_reporter_contact", cast.ticket)
