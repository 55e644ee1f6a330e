"""The queue of films and recordings that are to be prepared: claimed with a lease, one after the other.

Newest first: somebody waits to hear what was just said, and nobody for what came before an update.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from config.common import clock
from messenger.models import Attachment, AttachmentKind, Preparation, PreparationState

logger = logging.getLogger(__name__)

PREPARED = (AttachmentKind.VIDEO, AttachmentKind.AUDIO)
# Longer than a step takes; it is renewed before each. When it is over another worker begins again.
LEASE = timedelta(minutes=4)
# A file at which this process dies is left alone then.
MOST_ATTEMPTS = 3
PAUSE = timedelta(minutes=1)
_AT_ONCE = 2000


def order_preparation(attachment: Attachment) -> None:
    """Has a new film or recording prepared; does nothing for other files. The caller holds the transaction."""
    if attachment.kind in PREPARED:
        Preparation.objects.create(attachment=attachment, take_at=clock.now())
        transaction.on_commit(_wake, robust=True)


def order_missing(*, has_program: bool) -> None:
    """Has prepared what came before there was a queue, and with `has_program` again what came before ffmpeg."""
    missing = Attachment.objects.filter(kind__in=PREPARED, preparation=None).order_by()
    while found := missing.values_list("pk", "created_at")[:_AT_ONCE]:
        rows = [Preparation(attachment_id=pk, take_at=created_at) for pk, created_at in found]
        Preparation.objects.bulk_create(rows, ignore_conflicts=True)
    if has_program:
        limited = Preparation.objects.filter(state=PreparationState.LIMITED)
        limited.update(state=PreparationState.WAITING, attempts=0, take_at=F("finished_at"), finished_at=None)


def claim() -> Preparation | None:
    """Takes the newest that is due, with its attachment, for as long as the lease lasts; None where none is due."""
    while True:
        now = clock.now()
        due = Preparation.objects.filter(finished_at=None, take_at__lte=now)
        found = due.select_related("attachment").order_by("-take_at").first()
        if found is None:
            return None
        # Only if nobody else took it meanwhile.
        mine = Preparation.objects.filter(pk=found.pk, attempts=found.attempts, finished_at=None)
        if found.attempts >= MOST_ATTEMPTS:
            error = found.error or "The process ended each time."
            mine.update(state=PreparationState.FAILED, finished_at=now, error=error)
            logger.error("The film or recording %s is not prepared after %d attempts.", found.pk, found.attempts)
        elif mine.update(state=PreparationState.WORKING, attempts=F("attempts") + 1, take_at=now + LEASE):
            found.attempts += 1
            return found


def is_still_mine(taken: Preparation) -> bool:
    """Renews the lease; False if it was over and another worker took it, or the file was deleted."""
    mine = Preparation.objects.filter(pk=taken.pk, attempts=taken.attempts, finished_at=None)
    return bool(mine.update(take_at=clock.now() + LEASE))


@transaction.atomic
def finish(taken: Preparation, state: PreparationState, error: str, made: dict[str, object]) -> bool:
    """Ends it and gives the attachment what was made; False if it is not this worker's any more."""
    mine = Preparation.objects.select_for_update().filter(pk=taken.pk, attempts=taken.attempts, finished_at=None)
    if not mine.update(state=state, error=error[:500], finished_at=clock.now()):
        return False
    if made:
        Attachment.objects.filter(pk=taken.pk).update(**made)
    for tell in _tellers:
        tell(taken.pk)
    return True


def is_being_prepared(attachment: Attachment) -> bool:
    """Whether more may soon be known of it; one query."""
    return Preparation.objects.filter(pk=attachment.pk, finished_at=None).exists()


def try_again(taken: Preparation, error: str) -> None:
    """Lets it wait for another try after something that may not happen again, such as a full disk."""
    mine = Preparation.objects.filter(pk=taken.pk, attempts=taken.attempts, finished_at=None)
    mine.update(state=PreparationState.WAITING, error=error[:500], take_at=clock.now() + PAUSE)


# Of the app above, which knows who is shown a file.
_tellers: list[Callable[[UUID], None]] = []


def on_finish(tell: Callable[[UUID], None]) -> None:
    """Calls `tell` with the id of each file that is prepared, in the transaction that says so; called at start-up."""
    _tellers.append(tell)


# A worker in this process, if there is one: it need not wait for its next look.
_wakers: list[Callable[[], None]] = []


def on_order(wake: Callable[[], None]) -> None:
    """Calls `wake` after each commit that adds something to the queue."""
    _wakers.append(wake)


def _wake() -> None:
    for wake in _wakers:
        wake()
