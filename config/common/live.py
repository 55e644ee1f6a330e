"""Live hints over the channel layer: that something changed, never the content, which stays in the database."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

HINT = "live.hint"
SEND_SECONDS, REST_SECONDS = 3, 10  # A layer that takes no hint for so long is away, and is tried again after a rest.
_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


def group_name(topic: str) -> str:
    """The name under which the channel layer knows a topic such as ``ticket.5.inside``."""
    # Channels allows fewer characters than topics have.
    return "topic." + re.sub(r"[^a-zA-Z0-9_.-]", "-", topic)


def publish(topic: str, kind: str, **numbers: int | None) -> None:
    """Send a hint to all sockets that follow the topic, when the transaction is committed.

    A lost hint delays what a page shows and makes nothing wrong.
    """
    send_on_commit(group_name(topic), {"type": HINT, "topic": topic, "kind": kind, **numbers})


@contextmanager
def silence() -> Iterator[None]:
    """Send nothing inside the block, neither hints nor letters, for filling in a history that is over."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def is_silent() -> bool:
    """Whether this is inside `silence`."""
    return _is_silent.get()


def send_on_commit(group: str, event: Mapping[str, object]) -> None:
    """Send the event to a group of the channel layer, when the transaction is committed."""
    if is_silent():
        return
    # Robust: a request whose work is committed must not fail because the channel layer is away.
    transaction.on_commit(lambda: _send(group, event), robust=True)


def _send(group: str, event: Mapping[str, object]) -> None:
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        # Its queues belong to the event loop of the sockets.
        async_to_sync(layer.group_send)(group, event)
    elif layer is not None:
        _sender().send(layer.group_send(group, event))


class _Sender:
    """One event loop for all hints of this process, on a thread of its own.

    The layer keeps a connection for each loop: with a new loop for each hint, connecting would be most of the work.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._rests_until = 0.0
        threading.Thread(target=self._loop.run_forever, name="live-hints", daemon=True).start()

    def send(self, sending: Coroutine[Any, Any, None]) -> None:
        """Returns when it is sent. Raises `TimeoutError` at once while the layer took nothing a moment ago."""
        # Of the many hints of one commit, only the first may keep its request waiting.
        if time.monotonic() < self._rests_until:
            sending.close()
            raise TimeoutError
        sent = asyncio.run_coroutine_threadsafe(sending, self._loop)
        try:
            sent.result(SEND_SECONDS)
        except TimeoutError:
            sent.cancel()
            self._rests_until = time.monotonic() + REST_SECONDS
            raise


@cache
def _only_sender() -> _Sender:
    return _Sender()


def _sender() -> _Sender:
    # Two threads that fill the cache at once would each make one.
    with _making:
        return _only_sender()


_making = threading.Lock()
# A child of this process has the loop, but not its thread.
os.register_at_fork(after_in_child=_only_sender.cache_clear)
