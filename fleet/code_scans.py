"""What the counted scans of codes say: their sums, and whether they are odd."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from config.common import clock
from fleet.models import Code, CodeDay

SHOWN_DAYS = 30
# A sticker of which a picture goes round is suddenly scanned by many who never had it; guessing PINs leaves wrong ones.
ODD_BROWSERS, ODD_TIMES, ODD_REFUSED = 10, 5, 20


@dataclass(frozen=True)
class OddScans:
    """A day that is not like those before it: `usual` is the mean of new browsers a day."""

    day: date
    browsers: int
    usual: float
    refused: int

    @property
    def has_many_browsers(self) -> bool:
        return self.browsers >= ODD_BROWSERS and self.browsers >= ODD_TIMES * self.usual

    @property
    def has_many_refused(self) -> bool:
        return self.refused >= ODD_REFUSED


def today() -> date:
    """The day by which scans are counted."""
    return clock.now().astimezone(UTC).date()


def counted_days(code: Code) -> list[CodeDay]:
    """One for each of the last `SHOWN_DAYS` and the two that oddness compares, oldest first; one query.

    Also where nothing was scanned.
    """
    last = today()
    first = last - timedelta(days=SHOWN_DAYS + 1)
    counted = {each.day: each for each in code.days.filter(day__gte=first)}
    days = [first + timedelta(days=after) for after in range(SHOWN_DAYS + 2)]
    return [counted.get(day) or CodeDay(code=code, day=day) for day in days]


def odd_scans(days: Iterable[CodeDay], last: date) -> OddScans | None:
    """Today or yesterday, if it is odd. Says of one code the same as `with_odd_scans`."""
    counted = {each.day: each for each in days}
    for day in (last, last - timedelta(days=1)):
        here = counted.get(day)
        before = [counted.get(day - timedelta(days=back)) for back in range(1, SHOWN_DAYS + 1)]
        usual = sum(each.browsers for each in before if each) / SHOWN_DAYS
        found = OddScans(day, here.browsers, usual, here.refused) if here else None
        if found is not None and (found.has_many_browsers or found.has_many_refused):
            return found
    return None


def with_odd_scans(codes: QuerySet[Code]) -> QuerySet[Code]:
    """Those of which today or yesterday is odd."""
    last = today()
    return codes.filter(Exists(_odd_on(last)) | Exists(_odd_on(last - timedelta(days=1))))


def _odd_on(day: date) -> QuerySet[CodeDay]:
    before = CodeDay.objects.filter(code=OuterRef("code"), day__lt=day, day__gte=day - timedelta(days=SHOWN_DAYS))
    usual = Subquery(before.order_by().values("code").annotate(n=Sum("browsers")).values("n"))
    days = CodeDay.objects.filter(code=OuterRef("pk"), day=day)
    # Multiplied, so that both sides are whole numbers.
    days = days.annotate(these=F("browsers") * SHOWN_DAYS, those=Coalesce(usual, 0) * ODD_TIMES)
    return days.filter(Q(refused__gte=ODD_REFUSED) | Q(browsers__gte=ODD_BROWSERS, these__gte=F("those")))


def scans_of(codes: Collection[Code]) -> dict[object, int]:
    """How often each was scanned in the last `SHOWN_DAYS`; no query for none."""
    if not codes:
        return {}
    lately = CodeDay.objects.filter(code__in=codes, day__gt=today() - timedelta(days=SHOWN_DAYS))
    return dict(lately.order_by().values("code").annotate(n=Sum("scans")).values_list("code", "n"))
