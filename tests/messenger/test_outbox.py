"""The outbox: what is due goes out once, in as few letters as possible; what fails comes again and holds up no one."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.common import clock
from config.common.live import silence
from fleet.models import Role
from messenger.models import Channel, Delivery, DeliveryState, Mute, Notification, Reason
from messenger.services import outbox
from messenger.services.delivering import deliver_due
from messenger.services.notifications import notify, read_notifications_of_ticket
from messenger.services.outbox import LEASE, PAUSES, WINDOW, Letter, PermanentError, claim, put, queue_state, retry
from tests.cast import Cast, make_cast
from tests.factories import AdministratorFactory, AssignmentFactory, MemberFactory
from tests.messenger.carriers import MemoryCarrier, deliver, states
from ticketing.models import Ticket, TicketStatus
from ticketing.services import assignment, messages

pytestmark = pytest.mark.django_db
EMAIL, PUSH = Channel.EMAIL, Channel.PUSH
NOW = datetime.fromisoformat("2026-11-25T10:00:00+00:00")


@pytest.fixture
def carrier() -> MemoryCarrier:
    return MemoryCarrier()


@pytest.fixture
def cast() -> Iterator[Cast]:
    """A ticket in work, of which nothing waits to be sent."""
    with clock.freeze(NOW):
        cast = make_cast(TicketStatus.IN_PROGRESS)
        Delivery.objects.all().delete()
        yield cast


def say(cast: Cast, text: str = "It leaks again", at: timedelta = timedelta()) -> None:
    with clock.freeze(NOW + at):
        messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text)


def deliver_after(carrier: MemoryCarrier, after: timedelta, *channels: Channel) -> int:
    with clock.freeze(NOW + after):
        return deliver(carrier, *channels)


# When, and together with what ----------------------------------------------------------------------------------------


def test_messages_gather_for_a_minute_and_go_in_one_e_mail(cast: Cast, carrier: MemoryCarrier) -> None:
    for number in range(3):
        say(cast, f"Word {number}", at=timedelta(seconds=number * 10))

    assert deliver_after(carrier, WINDOW - timedelta(seconds=1), EMAIL) == 0
    deliver_after(carrier, WINDOW, EMAIL)

    (sent,) = carrier.of(cast.person("responsible"))
    assert sent.sentences == [f"{cast.reporter.person.name} · 3 messages"]
    assert sent.news[0].lines[0].text == "Word 0\n\nWord 1\n\nWord 2"
    assert states(person=cast.person("responsible"), channel=EMAIL) == [("sent", "")] * 3
    assert deliver_after(carrier, timedelta(hours=1), EMAIL) == 0


def test_what_is_urgent_goes_at_once_and_takes_along_what_waits(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))
    assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))

    deliver(carrier, EMAIL)

    (sent,) = carrier.of(cast.person("responsible"))
    assert sent.news[0].lines[0].is_urgent
    assert any("message" in sentence for sentence in sent.sentences)


def test_push_is_told_at_once_of_a_message(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)

    deliver(carrier, PUSH)

    assert len(carrier.of(cast.person("responsible"))) == 1


def test_letters_of_two_tickets_are_two(cast: Cast, carrier: MemoryCarrier) -> None:
    other = make_cast(TicketStatus.IN_PROGRESS)
    AssignmentFactory(ticket=other.ticket, person=cast.person("responsible"))
    Delivery.objects.all().delete()
    say(cast)
    say(other)

    deliver(carrier, PUSH)

    assert {sent.news[0].ticket_id for sent in carrier.of(cast.person("responsible"))} == {
        cast.ticket.pk,
        other.ticket.pk,
    }


def test_a_fact_is_told_once_however_often_it_is_put(cast: Cast) -> None:
    person = cast.person("responsible")
    fact: dict[str, Any] = {"ticket_id": cast.ticket.pk, "kind": "message_sent", "sequence": 1, "actor": None}

    put(people=[person, person], **fact)
    put(people=[person], **fact)

    assert Delivery.objects.filter(person=person).count() == len(Channel)


def test_a_history_that_is_over_is_not_sent(cast: Cast) -> None:
    with silence():
        say(cast)

    assert Notification.objects.filter(kind="message_sent").exists()
    assert not Delivery.objects.exists()


# Not sent ------------------------------------------------------------------------------------------------------------


def test_what_was_read_in_the_meantime_is_not_sent(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    read_notifications_of_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)

    deliver_after(carrier, WINDOW)

    assert carrier.of(cast.person("responsible")) == []
    assert set(states(person=cast.person("responsible"))) == {("not_needed", "read")}


def test_an_offer_that_was_decided_in_the_meantime_is_not_sent(carrier: MemoryCarrier) -> None:
    cast = make_cast()
    offers = {"person": cast.person("offered"), "kind": "ticket_offered"}
    assert set(states(**offers)) == {("waiting", "")}

    assignment.reject_offer(actor=cast.offered, ticket_id=cast.ticket.pk)
    deliver(carrier)

    assert {reason for _state, reason in states(**offers)} <= {"not_concerned", "taken_back"}
    assert not any(sent.letter.person == cast.person("offered") for sent in carrier.sent)


def test_the_rules_are_asked_again_when_it_is_sent(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    gone = cast.person("responsible")
    gone.assignments.update(ended_at=NOW)
    cast.person("manager").__class__.objects.filter(pk=cast.person("manager").pk).update(is_active=False)

    deliver_after(carrier, WINDOW)

    for role in ("responsible", "manager"):
        assert carrier.of(cast.person(role)) == []
        assert set(states(person=cast.person(role))) == {("not_needed", "not_concerned")}
    assert carrier.of(cast.person("subscriber"))


def test_a_hidden_ticket_is_told_to_no_customer(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    Ticket.objects.filter(pk=cast.ticket.pk).update(visibility="internal")

    deliver_after(carrier, WINDOW)

    assert {sent.letter.person.role for sent in carrier.sent} == {Role.MEMBER}


def test_a_muted_ticket_is_silent_until_its_day(cast: Cast, carrier: MemoryCarrier) -> None:
    Mute.objects.create(person=cast.person("responsible"), ticket=cast.ticket, until=NOW + timedelta(days=1))
    say(cast)
    deliver_after(carrier, WINDOW)
    assert set(states(person=cast.person("responsible"))) == {("not_needed", "muted")}

    say(cast, at=timedelta(days=2))
    deliver_after(carrier, timedelta(days=2) + WINDOW)
    assert carrier.of(cast.person("responsible"))


def test_who_cannot_be_reached_by_a_channel_is_left_in_peace(cast: Cast, carrier: MemoryCarrier) -> None:
    carrier.reason = Reason.NO_DEVICE
    say(cast)

    deliver(carrier, PUSH)

    assert carrier.sent == []
    assert set(states(channel=PUSH)) == {("not_needed", "no_device")}


# Failing -------------------------------------------------------------------------------------------------------------


def broken(_letter: object) -> None:
    raise RuntimeError("Out of paper")


def test_a_letter_that_fails_comes_again_with_growing_pauses_and_then_is_dead(
    cast: Cast, carrier: MemoryCarrier
) -> None:
    AdministratorFactory()
    assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("uninvolved"))
    carrier.before = broken
    keys = set()
    at = timedelta()
    for pause in PAUSES:
        assert deliver_after(carrier, at, EMAIL) >= 1
        delivery = Delivery.objects.get(person=cast.person("uninvolved"), channel=EMAIL)
        keys.add(delivery.letter)
        assert (delivery.state, delivery.take_at) == ("waiting", NOW + at + pause)
        assert delivery.error == "RuntimeError: Out of paper"
        at += pause
    deliver_after(carrier, at, EMAIL)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, len(keys)) == ("dead", "failed", 1)
    notices = Notification.objects.filter(kind="delivery_failed", ticket=cast.ticket)
    assert {each.person.role for each in notices} == {Role.ADMINISTRATOR}
    assert queue_state().dead == 1


def test_a_notice_of_a_failure_that_fails_makes_no_other(cast: Cast, carrier: MemoryCarrier) -> None:
    administrator = AdministratorFactory()
    fact: dict[str, Any] = {"kind": "delivery_failed", "sequence": cast.fresh().sequence, "actor": None}
    notify(ticket_id=cast.ticket.pk, people=[administrator], **fact)
    Delivery.objects.exclude(channel=PUSH).delete()

    def refuse(_letter: object) -> None:
        raise PermanentError

    carrier.before = refuse
    deliver(carrier)

    assert states(kind="delivery_failed") == [("dead", "refused")]


def test_what_the_server_will_never_take_is_dead_at_once_and_can_be_tried_again(
    cast: Cast, carrier: MemoryCarrier
) -> None:
    def refuse(_letter: object) -> None:
        raise PermanentError("550 no such user")

    carrier.before = refuse
    assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("uninvolved"))
    deliver(carrier, EMAIL)
    dead = Delivery.objects.get(state="dead")
    assert (dead.person, dead.reason, dead.error) == (
        cast.person("uninvolved"),
        "refused",
        "PermanentError: 550 no such user",
    )

    carrier.before = lambda _letter: None
    assert retry(Delivery.objects.all()) == 1
    deliver(carrier, EMAIL)
    assert [sent.letter.key for sent in carrier.of(cast.person("uninvolved"))] == [dead.letter]


def test_what_another_worker_sent_after_the_lease_is_not_reported_as_failed(cast: Cast, carrier: MemoryCarrier) -> None:
    def refuse_late(letter: Letter) -> None:
        outbox.finish(letter.rows, DeliveryState.SENT)
        raise PermanentError("550 no such user")

    carrier.before = refuse_late
    assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("uninvolved"))

    deliver(carrier, EMAIL)

    assert states(kind="ticket_assigned", channel=EMAIL) == [("sent", "")]
    assert not Delivery.objects.filter(kind="delivery_failed").exists()


def test_a_letter_that_cannot_be_sent_holds_up_no_other(cast: Cast, carrier: MemoryCarrier) -> None:
    poisoned = cast.person("responsible")

    def stumble(letter: Any) -> None:
        if letter.person == poisoned:
            broken(letter)

    carrier.before = stumble
    say(cast)

    deliver_after(carrier, WINDOW, EMAIL)

    assert {sent.letter.person for sent in carrier.sent} == {cast.person("manager"), cast.person("subscriber")}


def test_while_no_server_answers_nothing_is_tried_and_nothing_counts(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    carrier.is_down = True
    up = MemoryCarrier()

    for hours in range(1, 30):
        with clock.freeze(NOW + timedelta(hours=hours)):
            deliver_due({EMAIL: carrier, PUSH: up})
    assert set(Delivery.objects.filter(channel=EMAIL).values_list("state", "attempts")) == {("waiting", 0)}
    assert up.sent, "the other channel goes on"
    with clock.freeze(NOW + timedelta(hours=30)):
        assert queue_state().is_late

    carrier.is_down = False
    deliver_after(carrier, timedelta(hours=30), EMAIL)
    assert len(carrier.sent) == 3
    with clock.freeze(NOW + timedelta(hours=30)):
        assert not queue_state().is_late


def test_a_letter_of_a_worker_that_died_is_sent_again_as_it_was(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    person = cast.person("responsible")
    Delivery.objects.exclude(person=person, channel=EMAIL).delete()
    with clock.freeze(NOW + WINDOW):
        letter = claim()
    assert letter is not None
    say(cast, "Still leaks", at=WINDOW)

    assert deliver_after(carrier, WINDOW + LEASE - timedelta(seconds=1), EMAIL) == 0 or all(
        sent.letter.key != letter.key for sent in carrier.sent
    )
    deliver_after(carrier, WINDOW + LEASE, EMAIL)

    again = [sent for sent in carrier.of(person) if sent.letter.key == letter.key]
    assert [row.pk for sent in again for row in sent.letter.rows] == [row.pk for row in letter.rows]
    assert len(carrier.of(person)) == 2, "what came later is a letter of its own"


def test_a_letter_that_kills_its_workers_is_given_up(cast: Cast, carrier: MemoryCarrier) -> None:
    say(cast)
    Delivery.objects.exclude(person=cast.person("responsible"), channel=EMAIL).delete()
    at = WINDOW
    for _each in range(len(PAUSES) + 1):
        with clock.freeze(NOW + at):
            assert claim() is not None
        at += LEASE

    deliver_after(carrier, at, EMAIL)

    assert carrier.sent == []
    assert states(person=cast.person("responsible"), channel=EMAIL) == [("dead", "failed")]


def test_the_number_of_statements_does_not_grow_with_the_people(cast: Cast, django_assert_num_queries: Any) -> None:
    people = MemberFactory.create_batch(5)
    fact: dict[str, Any] = {"ticket_id": cast.ticket.pk, "kind": "message_sent", "actor": None}
    with django_assert_num_queries(1):
        put(people=people[:1], sequence=1, **fact)
    with django_assert_num_queries(1):
        put(people=people, sequence=2, **fact)


def test_the_queue_says_what_is_due_and_since_when(cast: Cast) -> None:
    assert queue_state() == outbox.QueueState(0, None, 0)
    say(cast)
    Delivery.objects.filter(channel=PUSH).delete()
    assert queue_state() == outbox.QueueState(0, None, 0)

    with clock.freeze(NOW + timedelta(hours=1)):
        state = queue_state()
        assert (state.due, state.oldest, state.is_late) == (3, NOW + WINDOW, True)
