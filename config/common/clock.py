"""The one source of time, so that demo history and tests can tell their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """The present time, aware; or the time told by `told`."""
    return _told.get() or timezone.now()


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Let `now` answer with `moment` inside the block."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
