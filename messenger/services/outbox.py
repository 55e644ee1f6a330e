"""The outbox: letters are claimed with a lease, sent outside the transaction, and tried again with growing pauses.

A letter is what goes to one person by one channel at once: the facts of one ticket that gathered meanwhile, or of all
tickets in a digest. Many processes may work on it.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Min, QuerySet

from config.common import clock
from config.common.live import is_silent
from fleet.models import Person
from messenger.kinds import require_kind
from messenger.models import Channel, Delivery, DeliveryState, Reason

logger = logging.getLogger(__name__)

# For a worker to send a letter; longer than a mail server may take. When it is over another worker takes the letter.
LEASE = timedelta(minutes=2)
# E-mails about what is not urgent wait for more of the same ticket, and for being read in Fleetdesk.
WINDOW = timedelta(seconds=60)
# After the last one a letter is dead. Together about nine hours.
PAUSES = tuple(timedelta(seconds=each) for each in (10, 30, 120, 600, 1800, 3600, 3 * 3600, 5 * 3600))
MOST_ATTEMPTS = len(PAUSES) + 1
# What should have gone so long ago says that nothing is delivered any more.
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Letter:
    """Deliveries that travel together, oldest first; `key` stays the same when it is sent again."""

    key: uuid.UUID
    person: Person
    channel: Channel
    rows: Sequence[Delivery]

    @property
    def is_digest(self) -> bool:
        return self.rows[0].is_digest


class PermanentError(Exception):
    """The receiving server will never take this letter."""


class Unneeded(Exception):
    """On the way it turned out that there is nothing to send."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class ChannelDown(Exception):
    """No server takes letters of this channel now: none of them is at fault."""


def put(*, ticket_id: int, kind: str, people: Iterable[Person], sequence: int, actor: Person | None) -> None:
    """Adds a row for each person and channel. A building block: the caller holds the transaction.

    Settings are asked when it is sent.
    """
    if is_silent():
        return
    now = clock.now()
    waits_until = now if require_kind(kind).is_urgent else now + WINDOW
    rows = [
        Delivery(
            person=person,
            ticket_id=ticket_id,
            kind=kind,
            sequence=sequence,
            actor=actor,
            channel=channel,
            created_at=now,
            due_at=(due := waits_until if channel == Channel.EMAIL else now),
            take_at=due,
        )
        for person in people
        for channel in _channels_of(person)
    ]
    # A person who was told of this fact before is not told again.
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(_wake, robust=True)


def _channels_of(person: Person) -> list[Channel]:
    # Code users have no address that was proven to be theirs.
    return [Channel.PUSH] if person.is_code_user else [Channel.EMAIL, Channel.PUSH]


def claim(channels: Iterable[Channel] = tuple(Channel)) -> Letter | None:
    """Takes the letter that is due first, for as long as the lease lasts; None where none is due."""
    now = clock.now()
    due = Delivery.objects.filter(finished_at=None, take_at__lte=now, channel__in=[*channels])
    # Outside the transaction: on SQLite each one keeps all others from writing, and mostly nothing is due.
    return _claim(due.order_by("take_at", "pk"), now) if due.exists() else None


@transaction.atomic
def _claim(due: QuerySet[Delivery], now: datetime) -> Letter | None:
    # Who holds the person takes all that belongs together, and others pass the person over. They lock no delivery: they
    # would keep the locks of those that they passed over, and split the letter.
    found = _locked(due.select_related("person"), "person", skip_locked=True).first()
    if found is None:
        return None
    # Read again: another worker may have taken it just before.
    first = due.filter(person=found.person_id).first()
    together = _together_with(first, now) if first else due.none()
    rows = list(_locked(together.select_related("actor"), "self").order_by("pk"))
    if first is None or not rows:
        return _claim(due, now)
    key = first.letter or uuid.uuid4()
    changed = {"state": DeliveryState.SENDING, "letter": key, "take_at": now + LEASE, "attempts": first.attempts + 1}
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(**changed)
    for row in rows:
        row.person, row.attempts, row.letter = found.person, first.attempts + 1, key
    return Letter(key, found.person, Channel(first.channel), rows)


def _together_with(first: Delivery, now: datetime) -> QuerySet[Delivery]:
    if first.letter:
        # Sent before, or by a worker that died: the same again, whatever has come since.
        return Delivery.objects.filter(letter=first.letter, finished_at=None)
    waiting = Delivery.objects.filter(person=first.person_id, channel=first.channel, state=DeliveryState.WAITING)
    waiting = waiting.filter(letter=None, is_digest=first.is_digest)
    return waiting.filter(take_at__lte=now) if first.is_digest else waiting.filter(ticket=first.ticket_id)


def _locked(rows: QuerySet[Delivery], table: str, *, skip_locked: bool = False) -> QuerySet[Delivery]:
    if not connection.features.has_select_for_update_skip_locked:
        # SQLite lets one connection write at a time.
        return rows
    return rows.select_for_update(skip_locked=skip_locked, of=(table,), no_key=True)


def finish(rows: Iterable[Delivery], state: DeliveryState, reason: Reason | str = "") -> None:
    """Ends the rows of a claimed letter."""
    keys = [row.pk for row in rows]
    if keys:
        found = Delivery.objects.filter(pk__in=keys, finished_at=None)
        found.update(state=state, reason=reason, error="", finished_at=clock.now())


def put_off(letter: Letter, rows: Iterable[Delivery], until: datetime, *, is_digest: bool = False) -> None:
    """Lets some rows of a claimed letter wait for quiet hours or a digest; they may travel with others then.

    Those of a letter that was tried before stay together under its key: part of its receivers may have it already.
    """
    found = Delivery.objects.filter(pk__in=[row.pk for row in rows], finished_at=None)
    later = {"state": DeliveryState.WAITING, "due_at": until, "take_at": until, "is_digest": is_digest}
    if (earlier := letter.rows[0].attempts - 1) > 0:
        found.update(**later, attempts=earlier)
    else:
        found.update(**later, attempts=0, letter=None)


def reconsider(person: Person) -> None:
    """Lets workers look now at what waits for a digest or the end of quiet hours, as the person has set it before.

    A building block: the caller holds the transaction.
    """
    now = clock.now()
    unfinished = Delivery.objects.filter(finished_at=None, take_at__gt=now + WINDOW, person=person)
    waiting = unfinished.filter(state=DeliveryState.WAITING, letter=None)
    if waiting.update(due_at=now, take_at=now, is_digest=False):
        transaction.on_commit(_wake, robust=True)


def hand_back(letter: Letter) -> None:
    """Gives up the lease of a letter that could not even be tried; it counts as no attempt."""
    found = Delivery.objects.filter(letter=letter.key, finished_at=None)
    found.update(state=DeliveryState.WAITING, attempts=F("attempts") - 1, take_at=clock.now())


def fail(letter: Letter, error: Exception) -> bool:
    """Sends the letter again after a pause, or gives it up; returns whether it is dead now.

    It is not where nothing is left of it, because another worker sent it after the lease.
    """
    rows = Delivery.objects.filter(letter=letter.key, finished_at=None)
    said = f"{type(error).__name__}: {error}"[:500]
    attempts = letter.rows[0].attempts
    if not isinstance(error, PermanentError) and attempts < MOST_ATTEMPTS:
        rows.update(state=DeliveryState.WAITING, error=said, take_at=clock.now() + PAUSES[attempts - 1])
        return False
    reason = Reason.REFUSED if isinstance(error, PermanentError) else Reason.FAILED
    if not rows.update(state=DeliveryState.DEAD, reason=reason, error=said, finished_at=clock.now()):
        return False
    logger.error("A letter by %s is dead after %d attempts (%s).", letter.channel, attempts, type(error).__name__)
    return True


@transaction.atomic
def retry(rows: QuerySet[Delivery]) -> int:
    """Puts dead deliveries back into the queue; returns how many. Each is a letter of its own number as before."""
    now = clock.now()
    return rows.filter(state=DeliveryState.DEAD).update(
        state=DeliveryState.WAITING, reason="", attempts=0, due_at=now, take_at=now, finished_at=None
    )


@dataclass(frozen=True)
class QueueState:
    """How many deliveries wait that are due, since when the oldest of them is, and how many are dead."""

    due: int
    oldest: datetime | None
    dead: int

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and clock.now() - self.oldest > LATE


def queue_state() -> QueueState:
    """Three queries over partial indexes."""
    due = Delivery.objects.filter(finished_at=None, due_at__lte=clock.now())
    oldest: datetime | None = due.aggregate(oldest=Min("due_at"))["oldest"]
    return QueueState(due.count(), oldest, Delivery.objects.filter(state=DeliveryState.DEAD).count())


# A worker in this process, if there is one: it need not wait for its next look.
_wakers: list[Callable[[], None]] = []


def on_put(wake: Callable[[], None]) -> None:
    """Calls `wake` after each commit that adds something to the outbox."""
    _wakers.append(wake)


def _wake() -> None:
    for wake in _wakers:
        wake()
