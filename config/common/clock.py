"""The one source of time, which the demo's history and tests can freeze."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """The present time, or the moment at which `freeze` stopped it; always aware."""
    return _frozen_at.get() or timezone.now()


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Let `now` return `moment` inside the block."""
    token = _frozen_at.set(moment)
    try:
        yield
    finally:
        _frozen_at.reset(token)
