"""Several workers at one outbox, on a real database."""

import threading

import pytest
from django.db import connections, transaction

from fleet.models import Person
from messenger.models import Channel, Delivery
from messenger.services.outbox import claim
from tests.cast import make_cast
from ticketing.models import TicketStatus

FACTS = 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_passes_a_person_over_splits_no_letter() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    Delivery.objects.all().delete()
    person = cast.person("responsible")
    Delivery.objects.bulk_create(
        Delivery(person=person, ticket=cast.ticket, kind="message_sent", sequence=number, channel=Channel.EMAIL)
        for number in range(FACTS)
    )
    has_looked, is_over = threading.Event(), threading.Event()
    found: list[object] = []

    def look() -> None:
        try:
            # Its locks last as long as its transaction.
            with transaction.atomic():
                found.append(claim())
                has_looked.set()
                is_over.wait(30)
        finally:
            connections.close_all()

    other = threading.Thread(target=look)
    try:
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
            other.start()
            assert has_looked.wait(30)
            letter = claim()
    finally:
        is_over.set()
        other.join(30)

    assert found == [None]
    assert letter is not None
    assert len(letter.rows) == FACTS
