"""Statements that are put together once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.common import clock
from config.common.kept import Given, Kept
from tests.factories import DeviceFactory, MemberFactory, TicketFactory
from ticketing.models import Ticket, TicketStatus

pytestmark = pytest.mark.django_db


def of_device() -> "QuerySet[Ticket, Ticket]":
    late = Given("since", DateTimeField())
    found = Ticket.objects.filter(device=Given("device", BigIntegerField()), created_at__gte=late)
    return found.filter(status=TicketStatus.OPEN).select_related("device__template", "creator").order_by("pk")


def test_rows_are_those_of_the_values_that_are_given(django_assert_num_queries: Any) -> None:
    first, second = DeviceFactory(), DeviceFactory()
    tickets = {device: TicketFactory.create_batch(2, device=device) for device in (first, second)}
    kept, before = Kept(of_device), clock.now() - timedelta(days=1)

    for device in (first, second, first):
        with django_assert_num_queries(1):
            found = kept.rows(device=device.pk, since=before)
            assert [each.device.template.pk for each in found if each.device] == [device.template_id] * 2
        assert found == sorted(tickets[device], key=lambda each: each.pk)
    assert kept.rows(device=first.pk, since=clock.now() + timedelta(days=1)) == []


def test_it_says_the_same_as_a_statement_that_is_put_together_anew() -> None:
    ticket = TicketFactory()
    assert ticket.device is not None
    before = clock.now() - timedelta(days=1)
    with CaptureQueriesContext(connection) as asked:
        Kept(of_device).rows(device=ticket.device.pk, since=before)
        plain = Ticket.objects.filter(device=ticket.device.pk, created_at__gte=before, status=TicketStatus.OPEN)
        list(plain.select_related("device__template", "creator").order_by("pk"))

    kept, anew = (statement["sql"].replace("(", "").replace(")", "") for statement in asked.captured_queries)
    assert kept == anew


def test_rows_are_read_anew_each_time() -> None:
    ticket = TicketFactory()
    assert ticket.device is not None
    kept, before = Kept(of_device), clock.now() - timedelta(days=1)
    [as_it_was] = kept.rows(device=ticket.device.pk, since=before)
    Ticket.objects.update(subject="Changed")

    [again] = kept.rows(device=ticket.device.pk, since=before)

    assert (again.subject, as_it_was.subject) == ("Changed", ticket.subject)


@pytest.mark.parametrize("number", [-1, 0, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**40])
def test_numbers_that_no_row_can_have_find_nothing(number: int) -> None:
    assert Kept(of_device).rows(device=number, since=clock.now()) == []


@pytest.mark.parametrize("text", ["", "'", "%s", "%(name)s", "\\", "Ünal", "x" * 5000])
def test_texts_are_values_and_nothing_else(text: str) -> None:
    named = MemberFactory(last_name=text[:30])
    kept = Kept(lambda: type(named).objects.filter(last_name=Given("name", CharField())))

    assert (named in kept.rows(name=text)) == (len(text) <= 30)


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        Kept(of_device).rows(device=1)


def test_languages_read_the_same_statement() -> None:
    written = set()
    for language in ("en", "de", "fr"):
        with translation.override(language):
            written.add(of_device().query.get_compiler(connection=connection).as_sql()[0])

    assert len(written) == 1
