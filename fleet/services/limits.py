"""Limits by code and by address: how much can be done in an hour, and how many sockets may be open at once.

Employees have no limits, and other people who signed in only those by address.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.common import clock
from config.common.errors import TooMuch
from fleet.actors import Actor
from fleet.models import Counted, Subject, Usage

HOUR = timedelta(hours=1)
GIGABYTE = 1024**3


class Limit(NamedTuple):
    """The greatest number by code and by address."""

    per_code: int
    # An address gets more: a depot has many codes and one connection.
    per_address: int


LIMITS = {
    # One a minute: more than pass by one machine, and enough for a class of trainees around it.
    Counted.PEOPLE: Limit(60, 120),
    # A shared phone from which a whole depot reports what the day broke.
    Counted.DRAFTS: Limit(60, 120),
    # Five photos to each of these reports.
    Counted.UPLOADS: Limit(300, 600),
    # Twenty films of a minute; a disk of 100 GB lasts two days, not two hours.
    Counted.BYTES: Limit(2 * GIGABYTE, 4 * GIGABYTE),
}
# A tab each; a page without a socket asks every five seconds instead.
SOCKETS = Limit(60, 200)

_FILES = {
    Subject.CODE: gettext_lazy("Unusually many or large files were sent with this code in this hour."),
    Subject.ADDRESS: gettext_lazy("Unusually many or large files were sent over this connection in this hour."),
}
_REASONS: Mapping[Counted, Mapping[Subject, str | Promise]] = {
    Counted.PEOPLE: {
        Subject.CODE: gettext_lazy("Unusually many people began to use this code in this hour."),
        Subject.ADDRESS: gettext_lazy("Unusually many people began to use codes over this connection in this hour."),
    },
    Counted.DRAFTS: {
        Subject.CODE: gettext_lazy("Unusually many reports were started with this code in this hour."),
        Subject.ADDRESS: gettext_lazy("Unusually many reports were started over this connection in this hour."),
    },
    Counted.UPLOADS: _FILES,
    Counted.BYTES: _FILES,
}


@dataclass(frozen=True, order=True)
class Counter:
    """What one row of an hour counts."""

    subject: Subject
    name: str
    what: Counted

    @property
    def limit(self) -> int:
        return limit_of(LIMITS[self.what], self.subject)


def limit_of(limit: Limit, subject: Subject) -> int:
    """The limit for the kind of subject, multiplied by `CODE_LIMITS_FACTOR`."""
    return settings.CODE_LIMITS_FACTOR * (limit.per_code if subject == Subject.CODE else limit.per_address)


def count(*, actor: Actor, what: Counted, device_id: int | None = None) -> None:
    """Count one act of the actor, by the code of the device and by the address.

    Without a device, or with one whose code the browser does not hold, it counts for the code scanned last. Raises
    `TooMuch` at a limit and counts nothing then.
    """
    _count(actor, device_id, {what: 1})


def count_uploads(*, actor: Actor, device_id: int | None, number: int, size: int) -> None:
    """Count `number` files of `size` bytes in sum before they are checked: unusable ones cost as much as good ones.

    Of a file that arrives in pieces, the caller counts the file and each piece's bytes apart. Not to be called inside a
    long transaction: others with the same code wait for its end. Raises `TooMuch` at a limit and counts nothing then.
    """
    amounts = {Counted.UPLOADS: number, Counted.BYTES: size}
    _count(actor, device_id, {what: amount for what, amount in amounts.items() if amount})


def socket_places(actor: Actor) -> dict[str, int]:
    """The names under which an open socket of the actor counts, each with its limit.

    Empty for people who signed in, and for visitors without a code or private link, who get no socket.
    """
    if actor.is_signed_in or not (actor.code_ids or actor.links):
        return {}
    return {f"{subject}:{name}": limit_of(SOCKETS, subject) for subject, name in _subjects(actor, None)}


def usage_of_this_hour(*, subject: Subject | None = None, name: str = "") -> list[Usage]:
    """The counts of this hour, those nearest to their limit first."""
    found = Usage.objects.filter(hour=this_hour(), **_narrowed(subject, name))
    return sorted(found, key=lambda usage: (-usage.amount / counter_of(usage).limit, usage.pk))


def clear_usage(*, subject: Subject | None = None, name: str = "") -> int:
    """Delete the counts of all subjects or of one; returns how many counts were deleted."""
    return Usage.objects.filter(**_narrowed(subject, name)).delete()[0]


def counter_of(usage: Usage) -> Counter:
    """Raises `ValueError` for a row of an unknown subject or kind."""
    return Counter(Subject(usage.subject), usage.name, Counted(usage.what))


def this_hour() -> datetime:
    """In UTC, on the full hour."""
    # An hour of the clock, so that a refusal can name its end.
    return clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _narrowed(subject: Subject | None, name: str) -> dict[str, str]:
    return {"subject": subject.value, "name": name} if subject else {}


def _subjects(actor: Actor, device_id: int | None) -> Iterator[tuple[Subject, str]]:
    if actor.is_employee:
        return
    code = actor.code_ids.get(device_id) if device_id else None
    code = code or next(reversed(actor.code_ids.values()), None)
    if code and not actor.is_signed_in:
        yield Subject.CODE, str(code)
    if actor.address:
        yield Subject.ADDRESS, actor.address


def _count(actor: Actor, device_id: int | None, amounts: Mapping[Counted, int]) -> None:
    subjects = list(_subjects(actor, device_id))
    counters = {Counter(*subject, what): amount for subject in subjects for what, amount in amounts.items()}
    if not counters:
        return
    hour = this_hour()
    # In one transaction: a limit at the second counter takes back what the first one counted.
    with transaction.atomic():
        # Always in the same order: two transactions that count the same must not wait for each other.
        for counter in sorted(counters):
            _add(counter, counters[counter], hour)


def _add(counter: Counter, amount: int, hour: datetime) -> None:
    row = Usage.objects.filter(hour=hour, subject=counter.subject, name=counter.name, what=counter.what)
    # The comparison is part of the UPDATE: of many requests at once, no more than the limit get through.
    fitting = row.filter(amount__lte=counter.limit - amount)
    if fitting.update(amount=F("amount") + amount):
        return
    _row, is_first = row.get_or_create(hour=hour, subject=counter.subject, name=counter.name, what=counter.what)
    if is_first:
        # Addresses are kept no longer than they are needed; the last hour stays for a server whose clock is behind.
        old = Usage.objects.filter(hour__lt=hour - HOUR).select_for_update(skip_locked=True)
        Usage.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    if not fitting.update(amount=F("amount") + amount):
        until = hour + HOUR
        again = _("Please try again from %(time)s on; if it is urgent, please call.")
        again %= {"time": date_format(timezone.localtime(until), "TIME_FORMAT")}
        seconds = math.ceil((until - clock.now()).total_seconds())
        reason = _REASONS[counter.what][counter.subject]
        raise TooMuch(f"{reason} {again}", code=f"too_many_{counter.what}", retry_after=seconds)
