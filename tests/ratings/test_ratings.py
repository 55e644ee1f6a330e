"""Rating a ticket over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible
from config.common.rules import may
from fleet.models import Person
from messenger.models import Notification
from ratings.models import Rating, Score
from ratings.services import rate_ticket
from tests.cast import Cast, client_of, holding, make_cast
from ticketing.models import Ticket, TicketStatus, Visibility
from ticketing.services.life_cycle import finish_ticket, reopen_ticket
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db
Travel = Callable[..., None]


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Moves the clock on: `travel(seconds=9)`."""
    real, passed = clock.now, timedelta()

    def go(**time: float) -> None:
        nonlocal passed
        passed += timedelta(**time)
        monkeypatch.setattr(clock, "now", lambda: real() + passed)

    return go


def rate(cast: Cast, role: str, **data: Any) -> Any:
    return cast.client(role).post(reverse("ratings:rate", args=[cast.ticket.pk]), data)


def page_of(cast: Cast, role: str = "reporter") -> str:
    address = reverse("portal:ticket_detail", args=[cast.device.slug, cast.ticket.pk])
    return str(cast.client(role).get(address).content.decode())


def test_one_tap_rates_and_closes_the_ticket() -> None:
    cast = make_cast(TicketStatus.DONE)
    here = reverse("portal:ticket_detail", args=[cast.device.slug, cast.ticket.pk])
    assert "How satisfied are you?" in page_of(cast)

    answer = rate(cast, "reporter", score="4", next=here)

    rating, page = Rating.objects.get(), page_of(cast)
    assert (answer.status_code, answer.url) == (303, here)
    assert cast.fresh().status == TicketStatus.CLOSED
    assert (rating.score, rating.comment, rating.person) == (4, "", cast.person("reporter"))
    assert "How satisfied are you?" not in page
    assert "Good" in page


def test_a_comment_goes_with_it() -> None:
    cast = make_cast(TicketStatus.DONE)
    rate(cast, "reporter", score="5", comment="  Quick and friendly ")
    assert Rating.objects.get().comment == "Quick and friendly"


def test_tapping_the_same_face_twice_rates_once() -> None:
    cast = make_cast(TicketStatus.DONE)
    assert [rate(cast, "reporter", score="5").status_code for _twice in range(2)] == [303, 303]
    assert Rating.objects.get().score == 5
    assert cast.ticket.journal.filter(kind__startswith="rat").count() == 1


def test_the_wrong_face_is_changed_for_ten_seconds_and_then_refused_with_a_reason(travel: Travel) -> None:
    cast = make_cast(TicketStatus.DONE)
    rate(cast, "reporter", score="1")
    assert "You can change it now" in page_of(cast)

    travel(seconds=9)
    assert rate(cast, "reporter", score="5").status_code == 303
    assert (Rating.objects.get().score, cast.fresh().score) == (5, 5)
    assert list(verify_ticket(cast.fresh())) == []

    travel(seconds=2)
    refused = rate(cast, "reporter", score="2")
    assert refused.status_code == 409
    assert "has been rated already" in refused.content.decode()
    assert "You can change it now" not in page_of(cast)
    assert (Rating.objects.get().score, cast.fresh().score) == (5, 5)


def test_a_comment_is_written_after_the_face_and_read_by_its_author_only(travel: Travel) -> None:
    cast = make_cast(TicketStatus.DONE)
    rate(cast, "reporter", score="4")
    travel(minutes=3)

    assert rate(cast, "reporter", score="4", comment="Quick, thank you").status_code == 303

    assert Rating.objects.get().comment == "Quick, thank you"
    assert "Quick, thank you" in page_of(cast)
    assert "Quick, thank you" not in page_of(cast, "holder")
    assert list(verify_ticket(cast.fresh())) == []
    assert rate(cast, "reporter", score="4", comment="Slow").status_code == 409


def test_a_changed_comment_breaks_the_proof_of_a_changed_rating(travel: Travel) -> None:
    cast = make_cast(TicketStatus.DONE)
    rate(cast, "reporter", score="4")
    rate(cast, "reporter", score="5", comment="Good")

    Rating.objects.update(comment="Bad")

    assert [fault.problem for fault in verify_ticket(cast.fresh())] == ["The text is not the one that was recorded."]


def test_the_first_rating_counts_and_the_second_is_refused() -> None:
    cast = make_cast(TicketStatus.DONE)

    rate(cast, "reporter", score="5")

    assert rate(cast, "manager", score="1").status_code == 409
    assert Rating.objects.get().score == 5


def test_a_holder_who_only_looked_may_rate_and_becomes_a_person_then() -> None:
    cast = make_cast(TicketStatus.DONE)
    before = Person.objects.count()

    assert rate(cast, "holder", score="3").status_code == 303
    assert Person.objects.count() == before + 1
    assert Rating.objects.get().person.is_code_user


@pytest.mark.parametrize("score", ["", "0", "6", "x", "4.5"])
def test_a_wrong_score_is_asked_again_with_what_was_typed(score: str) -> None:
    cast = make_cast(TicketStatus.DONE)

    answer = rate(cast, "reporter", score=score, comment="Nearly lost")

    assert answer.status_code == 400
    assert "Choose one of the five faces." in answer.content.decode()
    assert "Nearly lost" in answer.content.decode()
    assert cast.fresh().status == TicketStatus.DONE


def test_a_comment_that_is_too_long_stays_typed_and_the_face_chosen() -> None:
    cast = make_cast(TicketStatus.DONE)

    answer = rate(cast, "reporter", score="2", comment="x" * 2001)

    assert answer.status_code == 400
    assert "x" * 2001 in answer.content.decode()
    assert 'value="2" checked' in " ".join(answer.content.decode().split())


def test_a_later_comment_that_is_too_long_stays_typed_too(travel: Travel) -> None:
    cast = make_cast(TicketStatus.DONE)
    rate(cast, "reporter", score="2")
    travel(minutes=3)

    answer = rate(cast, "reporter", score="2", comment="x" * 2001)

    assert (answer.status_code, "x" * 2001 in answer.content.decode()) == (400, True)
    assert rate(cast, "manager", score="2", comment="x" * 2001).status_code == 409
    assert rate(cast, "reporter", score="2", comment="x" * 2000).status_code == 303


def test_a_new_line_is_one_character_as_while_it_is_typed() -> None:
    cast = make_cast(TicketStatus.DONE)
    assert rate(cast, "reporter", score="2", comment="x\r\n" * 999 + "xx").status_code == 303
    assert Rating.objects.get().comment == "x\n" * 999 + "xx"


@pytest.mark.parametrize("role", ["responsible", "moderator"])
def test_employees_do_not_rate(role: str) -> None:
    cast = make_cast(TicketStatus.DONE)

    assert rate(cast, role, score="5").status_code == 403
    assert rate(cast, role, score="").status_code == 403
    assert not Rating.objects.exists()


@pytest.mark.parametrize("role", ["stranger", "other_holder", "other_customers_manager"])
def test_strangers_learn_nothing(role: str) -> None:
    cast = make_cast(TicketStatus.DONE)
    assert rate(cast, role, score="5").status_code == 404
    assert rate(cast, role, score="").status_code == 404


@pytest.mark.parametrize("status", [TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.CLOSED])
def test_nothing_is_asked_before_and_after(status: TicketStatus) -> None:
    cast = make_cast(status)

    assert "How satisfied are you?" not in page_of(cast)
    assert rate(cast, "reporter", score="5").status_code == 409
    assert rate(cast, "reporter", score="").status_code == 409


def test_with_ratings_off_the_ticket_closes_at_once() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS, template={"ratings_enabled": False})

    finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert cast.fresh().status == TicketStatus.CLOSED
    assert "How satisfied are you?" not in page_of(cast)


def test_an_internal_ticket_is_not_rated() -> None:
    cast = make_cast(TicketStatus.DONE, Visibility.INTERNAL)
    assert rate(cast, "reporter", score="5").status_code == 404


def test_after_reopening_the_next_done_asks_again_and_the_old_rating_stays() -> None:
    cast = make_cast(TicketStatus.DONE)
    rate(cast, "reporter", score="1")

    reopen_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)
    assert "Very bad" not in page_of(cast)

    finish_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)
    assert "How satisfied are you?" in page_of(cast)

    rate(cast, "reporter", score="5")
    assert sorted(Rating.objects.values_list("score", flat=True)) == [1, 5]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_in_the_house(target: str) -> None:
    cast = make_cast(TicketStatus.DONE)
    answer = rate(cast, "reporter", score="5", next=target)
    assert answer.url == reverse("portal:ticket_detail", args=[cast.device.slug, cast.ticket.pk])


def test_a_get_rates_nothing() -> None:
    cast = make_cast(TicketStatus.DONE)
    client = client_of(None, holding(cast.code, person=cast.person("reporter")))

    assert client.get(reverse("ratings:rate", args=[cast.ticket.pk]), {"score": 5}).status_code == 405
    assert not Rating.objects.exists()


def test_a_comment_has_at_most_2000_characters_for_every_caller_of_the_service() -> None:
    cast = make_cast(TicketStatus.DONE)
    rating: dict[str, Any] = {"actor": cast.reporter, "ticket_id": cast.ticket.pk, "score": Score.FAIR}

    with pytest.raises(InvalidInput, match="too long"):
        rate_ticket(**rating, comment="x" * 2001)
    assert not Rating.objects.exists()
    assert rate_ticket(**rating, comment="x" * 2000).comment == "x" * 2000


def test_who_rated_and_sees_the_ticket_no_more_gets_no_rating_back() -> None:
    cast = make_cast(TicketStatus.DONE)
    rating: dict[str, Any] = {"actor": cast.reporter, "ticket_id": cast.ticket.pk, "score": Score.GOOD}
    first = rate_ticket(**rating)
    assert rate_ticket(**rating) == first

    Ticket.objects.filter(pk=cast.ticket.pk).update(visibility=Visibility.INTERNAL)

    with pytest.raises(NotVisible):
        rate_ticket(**rating)


def test_each_ticket_of_a_person_is_rated_by_itself_and_its_responsible_people_hear_of_it() -> None:
    first, second = (
        make_cast(TicketStatus.DONE, creator="subscriber"),
        make_cast(TicketStatus.DONE, creator="subscriber"),
    )
    Ticket.objects.filter(pk=second.ticket.pk).update(creator=first.person("subscriber"))

    ratings = [
        rate_ticket(actor=first.subscriber, ticket_id=cast.ticket.pk, score=Score.GOOD) for cast in (first, second)
    ]

    assert [rating.ticket for rating in ratings] == [first.ticket, second.ticket]
    notified = Notification.objects.filter(kind="ticket_rated").values_list("person", "ticket")
    assert set(notified) == {(cast.person("responsible").pk, cast.ticket.pk) for cast in (first, second)}


def test_a_done_ticket_that_asks_for_no_rating_takes_none() -> None:
    asking, silent = make_cast(TicketStatus.DONE), make_cast(TicketStatus.DONE, template={"ratings_enabled": False})

    assert rate(silent, "reporter", score="5").status_code == 409
    assert rate(asking, "reporter", score="5").status_code == 303
    assert Rating.objects.get().ticket == asking.ticket


def test_the_rule_hides_what_its_reader_must_not_know_and_says_no_to_employees() -> None:
    done, draft = make_cast(TicketStatus.DONE), make_cast(TicketStatus.DRAFT)
    expected = {
        "reporter": None,
        "responsible": NotAllowed,
        "uninvolved": NotAllowed,
        "stranger": NotVisible,
        "other_holder": NotVisible,
        "other_customers_manager": NotVisible,
    }

    for role, error in expected.items():
        verdict = may(done[role], "ratings.rate_ticket", done.ticket)
        assert bool(verdict) is (error is None)
        assert verdict or verdict.error is error
    assert may(draft.holder, "ratings.rate_ticket", draft.ticket).error is NotVisible
