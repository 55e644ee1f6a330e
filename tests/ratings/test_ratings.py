"""Ratings: D15, D16 and D19."""

import pytest
from django.db import IntegrityError, transaction

from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from fleet.models import Template
from messenger.models import Notification
from ratings.models import Rating, Score
from ratings.services import MAX_COMMENT_LENGTH, rate_ticket
from tests.cast import Cast, make_cast
from tests.factories import RatingFactory
from ticketing.models import JournalEntry, TicketStatus, Visibility
from ticketing.services import progress, properties

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.DONE)


def rate(cast: Cast, letter: str, score: Score = Score.GOOD, comment: str = "") -> Rating:
    return rate_ticket(actor=cast.acting(letter), ticket_id=cast.ticket.pk, score=score, comment=comment)


@pytest.mark.parametrize("letter", ["H", "C", "P", "G"])
def test_a_rating_by_a_customer_closes_the_ticket_and_tells_the_responsible(cast: Cast, letter: str) -> None:
    rating = rate(cast, letter, Score.VERY_GOOD, " Thank you. ")
    assert (rating.score, rating.comment, rating.phase) == (5, "Thank you.", 1)
    assert cast.fresh().status == TicketStatus.CLOSED
    rows = list(JournalEntry.objects.filter(ticket=cast.ticket).order_by("sequence"))[-2:]
    assert [row.kind for row in rows] == ["rated", "status_changed"]
    assert rows[0].data == {"score": 5}
    assert [n.person for n in Notification.objects.filter(kind="ticket_rated")] == [cast.person("M")]


@pytest.mark.parametrize("letter", ["N", "O", "M", "F", "Mo", "Ad"])
def test_an_employee_never_rates(cast: Cast, letter: str) -> None:
    with pytest.raises(NotAllowed):
        rate(cast, letter)
    assert rate(cast, "C")


def test_the_first_rating_of_a_phase_counts(cast: Cast) -> None:
    first = rate(cast, "C", Score.BAD)
    assert rate(cast, "C", Score.VERY_GOOD) == first
    with pytest.raises(WrongStatus):
        rate(cast, "G", Score.VERY_GOOD)
    assert [r.score for r in Rating.objects.all()] == [Score.BAD]


def test_the_database_keeps_a_second_rating_of_a_phase_out(cast: Cast) -> None:
    rate(cast, "C")
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingFactory(ticket=cast.ticket, phase=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingFactory(ticket=cast.ticket, phase=2, score=6)


def test_after_reopening_the_old_rating_stays_and_the_next_done_is_rated_anew(cast: Cast) -> None:
    rate(cast, "C", Score.BAD)
    progress.reopen_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    with pytest.raises(WrongStatus):
        rate(cast, "G")
    progress.finish_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    rate(cast, "C", Score.GOOD)
    assert sorted(Rating.objects.values_list("phase", "score")) == [(1, Score.BAD), (2, Score.GOOD)]
    assert cast.fresh().status == TicketStatus.CLOSED


def test_a_ticket_that_was_asked_is_rated_though_ratings_were_switched_off_meanwhile(cast: Cast) -> None:
    Template.objects.update(ratings_enabled=False)
    assert rate(cast, "C")


def test_a_hidden_ticket_is_not_rated_and_says_nothing_of_an_earlier_rating(cast: Cast) -> None:
    rate(cast, "C")
    progress.reopen_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    progress.finish_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    rate(cast, "C")
    progress.reopen_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    properties.change_visibility(actor=cast["M"], ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    for letter in ("C", "H", "P"):
        with pytest.raises(NotVisible):
            rate(cast, letter)


def test_a_very_long_comment_is_refused_and_nothing_is_closed(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as caught:
        rate(cast, "C", comment="x" * (MAX_COMMENT_LENGTH + 1))
    assert caught.value.field == "comment"
    assert cast.fresh().status == TicketStatus.DONE
    assert rate(cast, "C", comment="x" * MAX_COMMENT_LENGTH)


def test_the_same_person_again_gets_the_first_rating_of_this_phase_only(cast: Cast) -> None:
    first = rate(cast, "C")
    progress.reopen_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    progress.finish_ticket(actor=cast["M"], ticket_id=cast.ticket.pk)
    assert rate(cast, "C") != first
