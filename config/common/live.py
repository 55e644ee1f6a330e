"""Live hints over the channel layer: what changed, never the content. The database is the truth."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

REVOCATION_GROUP = "revocation"
_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


def group_name(topic: str) -> str:
    """The channel layer's name of a topic such as ``ticket.5.inside``; it allows fewer characters than we do."""
    return "topic." + re.sub(r"[^a-zA-Z0-9_.-]", "-", topic)


def publish(topic: str, kind: str, **payload: Any) -> None:
    """Tell everybody who follows the topic, on commit; a lost hint is only late, never wrong."""
    _send_on_commit(group_name(topic), {"type": "live.hint", "topic": topic, "kind": kind, **payload})


def revoke_access() -> None:
    """Make every open socket ask its rules again, once the transaction is committed."""
    _send_on_commit(REVOCATION_GROUP, {"type": "access.revoked"})


@contextmanager
def silence() -> Iterator[None]:
    """Send no hints of what is done inside: thousands of rows are filled in that nobody can be watching yet."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def _send_on_commit(group: str, event: dict[str, Any]) -> None:
    if _is_silent.get():
        return
    transaction.on_commit(lambda: _send(group, event), robust=True)


def _send(group: str, event: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, event)
