"""Limits of code holders: lowered for a test, and what was counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest import mock

from fleet.actors import KnownActor, actor_of
from fleet.models import Code, Counted, Usage
from fleet.services.limits import LIMITS, Limit
from tests.cast import holding
from tests.factories import CodeUserFactory

HOME, DEPOT = "203.0.113.7", "198.51.100.20"
TWO = datetime(2026, 5, 4, 14, 20, tzinfo=UTC)  # 16:20 in Berlin.


@contextmanager
def limited(what: Counted, *, per_code: int = 99, per_address: int = 99) -> Iterator[None]:
    with mock.patch.dict(LIMITS, {what: Limit(per_code, per_address)}):
        yield


def holder(code: Code, address: str = "") -> KnownActor:
    return actor_of(None, holding(code), address).with_person(CodeUserFactory())


def amounts(what: Counted) -> dict[str, int]:
    return dict(Usage.objects.filter(what=what).values_list("name", "amount"))
