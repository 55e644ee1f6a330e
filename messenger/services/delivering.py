"""Letters of the outbox on their way: asked once more who is concerned and what they have chosen, then sent."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import override

from config.common import clock
from fleet.models import Person, Role
from messenger.kinds import DELIVERY_FAILED, require_kind
from messenger.models import Channel, Delivery, DeliveryState, Notification, Reason
from messenger.preferences import Wishes, wishes_of
from messenger.services import outbox
from messenger.services.notifications import notify
from messenger.services.outbox import ChannelDown, Letter, Unneeded
from messenger.source import News, ticket_source

logger = logging.getLogger(__name__)


class Carrier(Protocol):
    """Takes letters of one channel to its servers."""

    def obstacle(self, person: Person) -> Reason | None:
        """Why nothing can be sent to the person at all; None where it can."""

    def open(self) -> None:
        """Raises `ChannelDown` while no server takes letters."""

    def send(self, letter: Letter, wishes: Wishes, news: Sequence[News]) -> None:
        """Sends one letter, in the language that is active.

        Raises `PermanentError` where trying again is no use, and `Unneeded` where nothing had to be sent.
        """

    def close(self) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """The number of letters that were tried, and the channels of which no server takes letters now."""

    count: int
    down: frozenset[Channel]


def deliver_due(carriers: Mapping[Channel, Carrier], goes_on: Callable[[], bool] = lambda: True) -> Outcome:
    """Sends what is due by these channels until nothing is, or until `goes_on` says no."""
    up, count = dict(carriers), 0
    try:
        while up and goes_on() and (letter := outbox.claim(up)) is not None:
            count += 1
            try:
                _deliver(letter, up[letter.channel])
            except ChannelDown as error:
                logger.warning("No server takes letters by %s now (%s).", letter.channel, error)
                outbox.hand_back(letter)
                del up[letter.channel]
    finally:
        for carrier in carriers.values():
            carrier.close()
    return Outcome(count, frozenset(carriers.keys() - up.keys()))


def _deliver(letter: Letter, carrier: Carrier) -> None:
    """Raises `ChannelDown` and errors of the database; a letter that cannot be sent must not keep back the others."""
    if letter.rows[0].attempts > outbox.MOST_ATTEMPTS:
        _fail(letter, RuntimeError("Each worker that had this letter ended without a word."))
        return
    try:
        wishes = wishes_of(letter.person, clock.now())
        rows = _sorted_out(letter, wishes, carrier)
        if not rows:
            return
        carrier.open()
        with override(letter.person.language):
            carrier.send(letter, wishes, _news_of(letter.person, rows))
    except ChannelDown:
        raise
    except Unneeded as end:
        outbox.finish(rows, DeliveryState.NOT_NEEDED, end.reason)
    except Exception as error:  # Whatever is wrong with this one.
        logger.warning("A letter by %s was not sent (%s).", letter.channel, type(error).__name__, exc_info=True)
        _fail(letter, error)
    else:
        # A letter that was sent has not failed, even if that cannot be written down just now.
        outbox.finish(rows, DeliveryState.SENT)


@transaction.atomic
def _fail(letter: Letter, error: Exception) -> None:
    if outbox.fail(letter, error):
        _tell_administrators(letter)


def _sorted_out(letter: Letter, wishes: Wishes, carrier: Carrier) -> list[Delivery]:
    """The rows that are to be sent now; the others are ended or put off."""
    now = clock.now()
    left: dict[Reason, list[Delivery]] = defaultdict(list)
    rows = []
    obstacle = carrier.obstacle(letter.person)
    for row, reason in zip(letter.rows, _reasons(letter, wishes), strict=True):
        if found := obstacle or reason:
            left[found].append(row)
        else:
            rows.append(row)
    for reason, unneeded in left.items():
        outbox.finish(unneeded, DeliveryState.NOT_NEEDED, reason)
    until, is_digest = _later(letter, wishes, now)
    if until > now:
        outbox.put_off(letter, rows, until, is_digest=is_digest)
        return []
    return rows


def _later(letter: Letter, wishes: Wishes, now: datetime) -> tuple[datetime, bool]:
    digest_at = wishes.digest_at(now) if letter.channel == Channel.EMAIL and not letter.is_digest else None
    if digest_at is not None:
        return digest_at, True
    return wishes.may_be_sent_at(now), letter.is_digest


def _reasons(letter: Letter, wishes: Wishes) -> list[Reason | None]:
    """For each row why it is not sent, or None."""
    source, person = ticket_source(), letter.person
    by_ticket = _by_ticket(letter.rows)
    concerned = {
        key for ticket, rows in by_ticket.items() if person.is_active for key in source.concerned(person, ticket, rows)
    }
    scopes = {ticket: source.scope(ticket) for ticket in by_ticket}
    bell = _bell_of(person, by_ticket)

    def reason(row: Delivery) -> Reason | None:
        if row.pk not in concerned:
            return Reason.NOT_CONCERNED
        if not person.is_code_user:
            if (row.ticket_id, row.kind, row.sequence) not in bell:
                return Reason.TAKEN_BACK
            if bell[row.ticket_id, row.kind, row.sequence] is not None:
                return Reason.READ
        if row.ticket_id in wishes.muted:
            return Reason.MUTED
        if not wishes.wants(require_kind(row.kind).occasion, letter.channel, scopes[row.ticket_id]):
            return Reason.SWITCHED_OFF
        return None

    return [reason(row) for row in letter.rows]


def _bell_of(person: Person, tickets: Iterable[int]) -> dict[tuple[int, str, int], datetime | None]:
    """When what the bell says of the tickets was read, by ticket, kind and sequence."""
    found = Notification.objects.filter(person=person, ticket__in=[*tickets])
    return {(ticket, kind, number): at for ticket, kind, number, at in found.values_list(*_BELL)}


_BELL = ("ticket", "kind", "sequence", "read_at")


def _by_ticket(rows: Iterable[Delivery]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found


def _news_of(person: Person, rows: Sequence[Delivery]) -> list[News]:
    """What there is to say of each ticket, the most urgent one first, then in order of time."""
    news = [ticket_source().news(person, ticket, of_ticket) for ticket, of_ticket in _by_ticket(rows).items()]
    return sorted(news, key=lambda each: not any(line.is_urgent for line in each.lines))


def _tell_administrators(letter: Letter) -> None:
    # A failed notice of a failure would never end.
    if letter.rows[0].kind != DELIVERY_FAILED.name:
        first = letter.rows[0]
        people = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
        notify(ticket_id=first.ticket_id, kind=DELIVERY_FAILED.name, people=people, sequence=first.sequence, actor=None)
