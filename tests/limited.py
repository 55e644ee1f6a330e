"""Tests of what must not take long, however much is sent: a regular expression may need the square of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def limited(*, seconds: float) -> Iterator[None]:
    """Of this process's own time: on a busy machine the clock on the wall says nothing."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds
