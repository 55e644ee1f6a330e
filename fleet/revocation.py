"""Revocation: sockets are asked again when what their rights rest on has changed.

An event on the channel layer says so at once. An event may get lost, so the epoch in the database moves with it, and
each process that has sockets reads it twice a second.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable

from django.db import transaction

from config.common.live import send_on_commit
from fleet.actors import Actor
from fleet.models import AccessEpoch

REVOCATION_GROUP = "revocation"
REVOKED = "access.revoked"

# What a right rests on: a kind, such as ``person``, and its key.
Ground = tuple[str, str]
_listeners: list[Callable[[], None]] = []


def on_revocation(listener: Callable[[], None]) -> None:
    """Have it called after each revocation that was committed; at start-up."""
    _listeners.append(listener)


def revoke_access(
    *,
    session: str | None = None,
    person: int | None = None,
    code: uuid.UUID | None = None,
    ticket: int | None = None,
) -> None:
    """Have the sockets asked again that rest on all of what is named, or every one, when the transaction is committed.

    Pages and downloads ask at each request anyway.
    """
    named = {"person": person, "code": code, "ticket": ticket}
    cause = [(kind, str(key)) for kind, key in named.items() if key is not None]
    cause += [session_ground(session)] if session is not None else []
    with transaction.atomic():
        stamp = _move_epoch()
        send_on_commit(REVOCATION_GROUP, {"type": REVOKED, "cause": cause, "stamp": stamp})
        for listener in _listeners:
            # Robust: what is committed must not fail because of what follows from it.
            transaction.on_commit(listener, robust=True)


def session_ground(key: str) -> Ground:
    # Its digest: a session's key opens the session, so it does not travel.
    return "session", hashlib.sha256(key.encode()).hexdigest()


def grounds_of(actor: Actor, session_key: str | None) -> frozenset[Ground]:
    """What the rights of the actor rest on."""
    grounds = {("code", str(key)) for key in actor.code_ids.values()}
    people = {person.pk for person in (actor.person, *actor.links.values()) if person is not None}
    grounds |= {("person", str(key)) for key in people}
    if session_key is not None:
        grounds.add(session_ground(session_key))
    return frozenset(grounds)


def read_epoch() -> dict[int, int]:
    """The value of each row; every revocation that is committed has moved one of them by one."""
    return dict(AccessEpoch.objects.values_list("pk", "value"))


def stamps_between(before: dict[int, int], after: dict[int, int]) -> set[str]:
    """The stamps of all revocations that were committed between two readings."""
    return {_stamp(row, value) for row in after for value in range(before.get(row, 0) + 1, after[row] + 1)}


def stamps_until(stamps: Iterable[str], epoch: dict[int, int]) -> set[str]:
    """Those of the stamps that this reading includes."""
    included = set()
    for stamp in stamps:
        row, value = map(int, stamp.split("."))
        if value <= epoch.get(row, 0):
            included.add(stamp)
    return included


def _move_epoch() -> str:
    # A row stays locked until the commit, which may be far away, and its transaction may want locks of other tickets.
    # So no one waits here: a row that is taken is passed over, and where all are, there is a new one.
    row = AccessEpoch.objects.select_for_update(skip_locked=True).order_by("pk").first() or AccessEpoch()
    row.value += 1
    row.save()
    return _stamp(row.pk, row.value)


def _stamp(row: int, value: int) -> str:
    return f"{row}.{value}"
