"""Failed sign-ins of an account, which are shown after the next good one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from config.common import clock
from fleet.models import Person

WORTH_A_WARNING = 3  # Fewer are typing errors.


@dataclass(frozen=True)
class FailedSignIns:
    """How often a wrong password was entered for one account, and when last."""

    count: int
    last_at: datetime


@transaction.atomic
def note_failed_sign_in(*, email: str) -> None:
    """Count a failed sign-in of the account; executes the same statements for an address without one."""
    if connection.vendor == "postgresql":
        # The time of waiting for the disk would show that there is an account; one lost count does no harm.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")
    Person.objects.filter(email=email).update(failed_sign_ins=F("failed_sign_ins") + 1, failed_sign_in_at=clock.now())


def take_failed_sign_ins(*, person: Person) -> FailedSignIns | None:
    """The failed sign-ins since the last good one, if they are worth a warning; the count starts again at zero."""
    count, last_at = person.failed_sign_ins, person.failed_sign_in_at
    if count:
        # Only what was read is subtracted: others may fail or succeed meanwhile.
        known = Person.objects.filter(pk=person.pk, failed_sign_ins__gte=count)
        known.update(failed_sign_ins=F("failed_sign_ins") - count)
    return FailedSignIns(count, last_at) if last_at and count >= WORTH_A_WARNING else None
