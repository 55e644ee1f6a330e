"""How much can be done by a code and from an address in an hour, and how many sockets may be open at once.

Employees are never limited, and people with a login by their address only: who they are is known. The hours are those
of the clock, so that a refusal can say when it ends.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

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
    """The most of something; an address gets more, because many codes hang behind one connection of a depot."""

    per_code: int
    per_address: int


LIMITS = {
    # One a minute: more than pass by one machine, and enough for a class that is shown it.
    Counted.PEOPLE: Limit(60, 120),
    # A shared phone from which a whole depot reports what the day broke.
    Counted.DRAFTS: Limit(60, 120),
    # Five photos to each of these reports.
    Counted.UPLOADS: Limit(300, 600),
    # Twenty films of a minute; a disk of 100 GB lasts two days, not two hours.
    Counted.BYTES: Limit(2 * GIGABYTE, 4 * GIGABYTE),
}
# A tab each; who finds no place gets the news all the same, only every five seconds.
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
    """One row of the count of an hour."""

    subject: Subject
    name: str
    what: Counted

    @property
    def limit(self) -> int:
        return limit_of(LIMITS[self.what], self.subject)


def limit_of(limit: Limit, subject: Subject) -> int:
    """The limit as the operator wants it."""
    return settings.CODE_LIMITS_FACTOR * (limit.per_code if subject == Subject.CODE else limit.per_address)


def count(*, actor: Actor, what: Counted, device_id: int | None = None) -> None:
    """Count one thing that the actor begins, by the code of the device and by the address.

    Without a device, or with one whose code the browser does not hold, the code scanned last counts. Raises `TooMuch`
    at a limit; what is refused is not counted.
    """
    _count(actor, device_id, {what: 1})


def count_uploads(*, actor: Actor, device_id: int | None, number: int, size: int) -> None:
    """Count files with their bytes before they are looked at: an unusable one costs as much as a good one.

    A file that arrives in pieces is counted without its bytes, and each piece by its bytes alone.

    Not to be called inside a transaction that goes on for long: others with the same code wait for its end. Raises
    `TooMuch` at a limit; what is refused is not counted.
    """
    amounts = {Counted.UPLOADS: number, Counted.BYTES: size}
    _count(actor, device_id, {what: amount for what, amount in amounts.items() if amount})


def socket_places(actor: Actor) -> dict[str, int]:
    """By what an open socket of the actor counts, each with how many may be open.

    Empty for people who signed in, and for strangers, who get no socket.
    """
    if actor.is_signed_in or not actor.code_ids:
        return {}
    return {f"{subject}:{name}": limit_of(SOCKETS, subject) for subject, name in _subjects(actor, None)}


def usage_of_this_hour(*, subject: Subject | None = None, name: str = "") -> list[Usage]:
    """What is counted now, those that are nearest to their limit first."""
    found = Usage.objects.filter(hour=this_hour(), **_narrowed(subject, name))
    return sorted(found, key=lambda usage: (-usage.amount / counter_of(usage).limit, usage.pk))


def clear_usage(*, subject: Subject | None = None, name: str = "") -> int:
    """Forget what was counted, of all or of one subject; answers with how many counts were forgotten."""
    return Usage.objects.filter(**_narrowed(subject, name)).delete()[0]


def counter_of(usage: Usage) -> Counter:
    """What the row counts."""
    return Counter(Subject(usage.subject), usage.name, Counted(usage.what))


def this_hour() -> datetime:
    """When the hour began that is counted now."""
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
    # Together: a limit that the second counter meets takes back what the first one counted.
    with transaction.atomic():
        # In one order for everybody: two who count the same must not wait for each other.
        for counter in sorted(counters):
            _add(counter, counters[counter], hour)


def _add(counter: Counter, amount: int, hour: datetime) -> None:
    """The comparison is part of the statement: of many at once, no more than the limit get through."""
    key: dict[str, Any] = {"hour": hour, "subject": counter.subject, "name": counter.name, "what": counter.what}
    fitting = Usage.objects.filter(**key, amount__lte=counter.limit - amount)
    if fitting.update(amount=F("amount") + amount):
        return
    _row, is_first = Usage.objects.get_or_create(**key)
    if is_first:
        _sweep(hour)
    if not fitting.update(amount=F("amount") + amount):
        raise _refusal(counter, hour + HOUR)


def _sweep(hour: datetime) -> None:
    """Addresses are kept no longer than they are needed; the last hour stays for a server whose clock is behind."""
    old = Usage.objects.filter(hour__lt=hour - HOUR).select_for_update(skip_locked=True)
    Usage.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()


def _refusal(counter: Counter, until: datetime) -> TooMuch:
    again = _("Please try again from %(time)s on; if it is urgent, please call.")
    again %= {"time": date_format(timezone.localtime(until), "TIME_FORMAT")}
    seconds = math.ceil((until - clock.now()).total_seconds())
    reason = _REASONS[counter.what][counter.subject]
    return TooMuch(f"{reason} {again}", code=f"too_many_{counter.what}", retry_after=seconds)
