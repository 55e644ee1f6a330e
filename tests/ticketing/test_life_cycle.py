"""Progress by hand: D14, D15 and D16, and who is notified of it."""

import pytest

from config.common.errors import NotAllowed, NotVisible, WrongStatus
from fleet.models import Template
from tests.cast import Cast, make_cast
from ticketing.models import JournalEntry, TicketStatus, Visibility
from ticketing.services import assignment, life_cycle

pytestmark = pytest.mark.django_db


def moves(cast: Cast) -> list[tuple[str, str]]:
    """The status changes on record, oldest first."""
    rows = JournalEntry.objects.filter(ticket=cast.ticket, kind="status_changed").order_by("sequence")
    return [(row.data["before"], row.data["after"]) for row in rows]


def test_with_ratings_off_finishing_goes_done_and_then_closed_and_both_are_on_record() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS, template={"ratings_enabled": False})

    ticket = life_cycle.finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert ticket.status == TicketStatus.CLOSED
    assert moves(cast)[-2:] == [("in_progress", "done"), ("done", "closed")]
    # No one rates it, but the customers hear of it.
    assert cast.notified("ticket_finished") == {"manager", "subscriber"}


def test_an_internal_ticket_is_closed_at_once_when_it_is_done() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)

    ticket = life_cycle.finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert ticket.status == TicketStatus.CLOSED
    assert moves(cast)[-2:] == [("assigned", "done"), ("done", "closed")]


def test_with_ratings_on_a_public_ticket_stays_done_and_asks() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)

    ticket = life_cycle.finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert (ticket.status, ticket.asks_for_rating, ticket.done_count) == (TicketStatus.DONE, True, 1)
    assert cast.notified("ticket_finished") == {"subscriber", "manager"}


def test_switching_ratings_off_later_changes_no_ticket_that_was_asked() -> None:
    cast = make_cast(TicketStatus.DONE)
    Template.objects.update(ratings_enabled=False)

    assert cast.fresh().asks_for_rating
    assert cast.fresh().status == TicketStatus.DONE


def test_finishing_twice_counts_one_phase() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)

    for _ in range(2):
        ticket = life_cycle.finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert ticket.done_count == 1


@pytest.mark.parametrize("status", [TicketStatus.DONE, TicketStatus.CLOSED, TicketStatus.CANCELLED])
def test_reopening_leads_back_to_the_responsible_people(status: TicketStatus) -> None:
    cast = make_cast(status)

    ticket = life_cycle.reopen_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert ticket.status == TicketStatus.ASSIGNED
    assert not ticket.asks_for_rating
    assert cast.notified("ticket_reopened") == {"subscriber", "manager"}


@pytest.mark.parametrize("status", [TicketStatus.DONE, TicketStatus.CLOSED, TicketStatus.CANCELLED])
def test_reopening_without_a_responsible_person_opens_the_ticket_with_new_offers(status: TicketStatus) -> None:
    cast = make_cast(status)
    cast.ticket.assignments.all().delete()

    ticket = life_cycle.reopen_ticket(actor=cast.administrator, ticket_id=cast.ticket.pk)

    assert ticket.status == TicketStatus.OPEN
    undecided = {o.person for o in ticket.offers.filter(decision="open")}
    assert undecided == {cast.person(role) for role in ("offered", "responsible", "rejecter")}


def test_a_reopened_ticket_asks_for_a_rating_again_when_it_is_done() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    life_cycle.reopen_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    ticket = life_cycle.finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert (ticket.status, ticket.asks_for_rating, ticket.done_count) == (TicketStatus.DONE, True, 2)


def test_cancelling_notifies_the_responsible_those_who_were_asked_and_the_customer() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    life_cycle.cancel_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)
    assert cast.notified("ticket_cancelled") == {"responsible", "offered", "manager", "subscriber"}


def test_the_code_user_cancels_only_the_own_ticket_and_only_while_it_is_open() -> None:
    cast = make_cast()
    with pytest.raises(NotAllowed):
        life_cycle.cancel_ticket(actor=cast.acting("holder"), ticket_id=cast.ticket.pk)
    with pytest.raises(NotVisible):
        life_cycle.cancel_ticket(actor=cast.acting("other_holder"), ticket_id=cast.ticket.pk)
    assert life_cycle.cancel_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk).status == TicketStatus.CANCELLED

    assigned = make_cast(TicketStatus.ASSIGNED)
    with pytest.raises(WrongStatus):
        life_cycle.cancel_ticket(actor=assigned.reporter, ticket_id=assigned.ticket.pk)


def test_a_ticket_that_does_not_exist_is_not_visible() -> None:
    administrator = make_cast().administrator

    for verb in (life_cycle.start_work, life_cycle.finish_ticket, assignment.accept_offer):
        with pytest.raises(NotVisible):
            verb(actor=administrator, ticket_id=987_654_321)


def test_a_superior_closes_what_was_not_rated_and_it_is_on_record() -> None:
    cast = make_cast(TicketStatus.DONE)

    life_cycle.close_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert moves(cast)[-1] == ("done", "closed")
    assert not cast.ticket.ratings.exists()
