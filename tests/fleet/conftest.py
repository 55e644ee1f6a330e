"""The clock of the tests of limits."""

from collections.abc import Iterator

import pytest

from config.common import clock
from tests.fleet.limits import TWO


@pytest.fixture
def within_one_hour() -> Iterator[None]:
    """No test runs across the end of an hour by chance."""
    with clock.freeze(TWO):
        yield
