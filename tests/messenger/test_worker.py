"""The worker: when it looks again, what rests while its server is away, and that it ends when it is asked to."""

from itertools import pairwise

import pytest
from django.db import DatabaseError

from fleet.models import Person
from messenger.models import Channel, Delivery
from messenger.services import worker as module
from messenger.services.outbox import claim
from messenger.services.worker import LONGEST_REST, PAUSE, REST, Worker
from tests.cast import make_cast
from tests.factories import DeliveryFactory
from tests.messenger.carriers import MemoryCarrier

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the worker, whose only entry a test changes."""
    moment = [1000.0]
    monkeypatch.setattr("messenger.services.worker.time.monotonic", lambda: moment[0])
    # The test's own connection stays.
    monkeypatch.setattr(module, "close_old_connections", lambda: None)
    monkeypatch.setattr("messenger.services.worker.connections.close_all", lambda: None)
    return moment


def test_a_server_that_is_away_is_tried_again_after_rests_that_grow(now: list[float]) -> None:
    mail, push = MemoryCarrier(is_down=True), MemoryCarrier()
    tries: list[float] = []
    mail_open = mail.open

    def count() -> None:
        tries.append(now[0])
        mail_open()

    mail.open = count  # type: ignore[method-assign]
    worker = Worker({Channel.EMAIL: mail, Channel.PUSH: push})
    offer = make_offer()
    for _second in range(200):
        assert worker.look() == PAUSE
        now[0] += 1

    rests = [later - earlier for earlier, later in pairwise(tries)]
    assert rests[:4] == [REST, 2 * REST, 4 * REST, 8 * REST]
    assert max(rests) <= LONGEST_REST
    assert [sent.letter.person for sent in push.sent] == [offer], "the other channel does not wait"

    mail.is_down = False
    now[0] += LONGEST_REST
    worker.look()
    assert [sent.letter.person for sent in mail.sent] == [offer]


def make_offer() -> Person:
    """Nothing but an offer waits, for its employee."""
    cast = make_cast()
    Delivery.objects.exclude(person=cast.person("offered"), kind="ticket_offered").delete()
    return cast.person("offered")


def test_whatever_happens_the_worker_goes_on(now: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (DatabaseError("gone"), RuntimeError("never thought of")):

        def fail(*_arguments: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(module, "deliver_due", fail)
        assert Worker({}).look() == REST


def test_a_worker_that_is_asked_to_end_begins_no_other_letter(now: list[float]) -> None:
    DeliveryFactory()
    worker = Worker({Channel.EMAIL: MemoryCarrier()})
    worker.end()

    worker.look()
    worker.run()

    assert claim() is not None
