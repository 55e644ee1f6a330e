"""Live hints over the channel layer: that something changed, never the content, which stays in the database."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

HINT = "live.hint"
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
    """Send no hints inside the block, for filling in thousands of rows that no page shows yet."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def send_on_commit(group: str, event: Mapping[str, object]) -> None:
    """Send the event to a group of the channel layer, when the transaction is committed."""
    if _is_silent.get():
        return
    # Robust: a request whose work is committed must not fail because the channel layer is away.
    transaction.on_commit(lambda: _send(group, event), robust=True)


def _send(group: str, event: Mapping[str, object]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, event)
