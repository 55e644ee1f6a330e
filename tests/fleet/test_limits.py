"""A code holder is limited by code and by address, in numbers that all processes share; employees never are."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.common import clock
from config.common.errors import TooMuch
from fleet.actors import actor_of
from fleet.models import Counted, Subject, Usage
from fleet.services.code_tokens import token_of
from fleet.services.limits import count, count_uploads
from tests.cast import holding
from tests.factories import CodeFactory, ManagerFactory, MemberFactory
from tests.fleet.limits import DEPOT, HOME, TWO, amounts, holder, limited

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("within_one_hour")]


# By code and by address ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", Counted)
def test_a_code_is_open_up_to_its_limit_and_another_one_stays_open(what: Counted) -> None:
    code, other = CodeFactory(), CodeFactory()

    with limited(what, per_code=2):
        for _number in range(2):
            count(actor=holder(code, HOME), what=what)
        with pytest.raises(TooMuch) as refusal:
            count(actor=holder(code, DEPOT), what=what)
        count(actor=holder(other, HOME), what=what)

    assert refusal.value.code == f"too_many_{what}"
    assert amounts(what) == {str(code.pk): 2, str(other.pk): 1, HOME: 3}


@pytest.mark.parametrize("what", Counted)
def test_an_address_is_open_up_to_its_limit_and_another_one_stays_open(what: Counted) -> None:
    codes = [CodeFactory() for _number in range(3)]

    with limited(what, per_address=2):
        for code in codes[:2]:
            count(actor=holder(code, HOME), what=what)
        with pytest.raises(TooMuch):
            count(actor=holder(codes[2], HOME), what=what)
        count(actor=holder(codes[2], DEPOT), what=what)

    assert amounts(what) == {HOME: 2, DEPOT: 1} | {str(code.pk): 1 for code in codes}


def test_what_the_second_limit_refuses_is_not_counted_by_the_first() -> None:
    code = CodeFactory()

    with limited(Counted.UPLOADS, per_code=5, per_address=5), limited(Counted.BYTES, per_code=100, per_address=50):
        count_uploads(actor=holder(code, HOME), device_id=None, number=1, size=50)
        with pytest.raises(TooMuch):
            count_uploads(actor=holder(code, HOME), device_id=None, number=1, size=1)

    assert amounts(Counted.UPLOADS) == {str(code.pk): 1, HOME: 1}
    assert amounts(Counted.BYTES) == {str(code.pk): 50, HOME: 50}


def test_the_code_of_the_device_counts_else_the_one_scanned_last() -> None:
    first, last = CodeFactory(), CodeFactory()
    actor = actor_of(None, holding(first, last))

    count(actor=actor, what=Counted.DRAFTS, device_id=first.device_id)
    count(actor=actor, what=Counted.PEOPLE)
    count(actor=actor, what=Counted.UPLOADS, device_id=CodeFactory().device_id)

    assert amounts(Counted.DRAFTS) == {str(first.pk): 1}
    assert amounts(Counted.PEOPLE) == amounts(Counted.UPLOADS) == {str(last.pk): 1}


def test_employees_are_never_limited_and_people_with_a_login_by_address_only() -> None:
    code = CodeFactory()
    member = actor_of(MemberFactory(), holding(code), HOME)
    manager = actor_of(ManagerFactory(), holding(code), HOME)

    with limited(Counted.DRAFTS, per_code=0, per_address=1):
        for actor in (member, member, manager):
            count(actor=actor, what=Counted.DRAFTS, device_id=code.device_id)
        with pytest.raises(TooMuch):
            count(actor=manager, what=Counted.DRAFTS, device_id=code.device_id)

    assert amounts(Counted.DRAFTS) == {HOME: 1}


def test_the_factor_of_the_operator_multiplies_every_limit(settings: Any) -> None:
    code = CodeFactory()
    settings.CODE_LIMITS_FACTOR = 3

    with limited(Counted.DRAFTS, per_code=1):
        for _number in range(3):
            count(actor=holder(code), what=Counted.DRAFTS)
        with pytest.raises(TooMuch):
            count(actor=holder(code), what=Counted.DRAFTS)


def test_no_row_holds_the_token_of_a_code() -> None:
    code = CodeFactory()

    count(actor=holder(code, HOME), what=Counted.DRAFTS)

    assert token_of(code) not in repr(list(Usage.objects.values()))


# The hour ------------------------------------------------------------------------------------------------------------


def test_the_next_hour_begins_at_zero_and_the_refusal_says_when() -> None:
    code = CodeFactory()

    with limited(Counted.DRAFTS, per_code=1):
        count(actor=holder(code), what=Counted.DRAFTS)
        with pytest.raises(TooMuch, match=r"with this code in this hour\. Please try again from 5 p\.m\. on") as no:
            count(actor=holder(code), what=Counted.DRAFTS)
        with clock.freeze(TWO + timedelta(seconds=no.value.retry_after - 1)), pytest.raises(TooMuch):
            count(actor=holder(code), what=Counted.DRAFTS)
        with clock.freeze(TWO + timedelta(seconds=no.value.retry_after)):
            count(actor=holder(code), what=Counted.DRAFTS)

    assert no.value.retry_after == 40 * 60


def test_old_hours_are_swept_when_a_new_one_begins() -> None:
    code = CodeFactory()

    for hours in range(4):
        with clock.freeze(TWO + timedelta(hours=hours)):
            count(actor=holder(code, HOME), what=Counted.DRAFTS)

    assert {row.hour.hour for row in Usage.objects.all()} == {16, 17}


# What it costs -------------------------------------------------------------------------------------------------------


def test_a_report_costs_two_statements_more_once_the_hour_has_begun() -> None:
    code = CodeFactory()
    actor = holder(code, HOME)
    count(actor=actor, what=Counted.DRAFTS)

    with CaptureQueriesContext(connection) as queries:
        count(actor=actor, what=Counted.DRAFTS)

    assert len([query for query in queries.captured_queries if "fleet_usage" in query["sql"]]) == 2


# Many at once --------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_get_through_as_the_limit_allows() -> None:
    code = CodeFactory()
    actor, crowd, outcomes = holder(code, HOME), 16, []
    barrier = threading.Barrier(crowd, timeout=30)

    def run() -> None:
        barrier.wait()
        try:
            count_uploads(actor=actor, device_id=code.device_id, number=1, size=100)
            outcomes.append(True)
        except TooMuch:
            outcomes.append(False)
        finally:
            connections.close_all()

    with limited(Counted.UPLOADS, per_code=10):
        threads = [threading.Thread(target=run) for _number in range(crowd)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    assert (outcomes.count(True), outcomes.count(False)) == (10, 6)
    assert amounts(Counted.UPLOADS) == {str(code.pk): 10, HOME: 10}
    assert amounts(Counted.BYTES) == {str(code.pk): 1000, HOME: 1000}


# Sentences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("what", Counted)
def test_every_refusal_has_its_sentence(what: Counted, subject: Subject) -> None:
    actor = holder(CodeFactory(), HOME)

    with limited(what, **{f"per_{subject}": 0}), translation.override("en"), pytest.raises(TooMuch) as refusal:
        count(actor=actor, what=what)

    assert ("this code" if subject == Subject.CODE else "this connection") in str(refusal.value)
