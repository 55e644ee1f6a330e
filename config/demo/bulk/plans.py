"""Which ticket is copied when, and for which customer: three years, of which the last weeks hold the open work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from config.demo.bulk.branches import Branch
from config.demo.bulk.patterns import Pattern

DAYS = 3 * 365
# Together three per cent of all tickets: what is older has been dealt with.
LIVE_DAYS, LIVE_SHARE = 66, 0.5
# Seconds, so that copies of one ticket do not begin at the same time of day.
EARLIER, LATER = -1200, 1200


@dataclass(frozen=True)
class Plan:
    """A ticket to be: a copy whose times are all later or earlier by `shift`."""

    pattern: Pattern
    branch: Branch
    shift: timedelta

    @property
    def begins(self) -> datetime:
        return self.pattern.began + self.shift


@dataclass(frozen=True)
class Calendar:
    """Draws patterns for the days; nothing happens later than `now`."""

    patterns: Sequence[Pattern]
    branches: Mapping[int, list[Branch]]
    now: datetime
    random: Random

    @property
    def last_day(self) -> date:
        longest = max(pattern.ticket["changed_at"] - pattern.began for pattern in self.patterns)
        # Whole days are counted, and notifications are read some time after what they are about.
        return timezone.localdate(self.now - longest - timedelta(days=2))

    def plans(self, count: int) -> Iterator[Plan]:
        """In the order in which the tickets are opened."""
        last = self.last_day
        for number in range(DAYS):
            age = DAYS - 1 - number
            tickets = count * (number + 1) // DAYS - count * number // DAYS
            day = [self._plan(last - timedelta(days=age), age) for _ in range(tickets)]
            yield from sorted(day, key=lambda plan: plan.begins)

    def _plan(self, day: date, age: int) -> Plan:
        is_live = age < LIVE_DAYS and self.random.random() < LIVE_SHARE
        pattern = self._pattern(day.weekday(), is_live=is_live)
        jitter = timedelta(seconds=self.random.randint(EARLIER, LATER))
        branch = self.random.choice(self.branches[pattern.customer_id])
        return Plan(pattern, branch, day - pattern.day + jitter)

    def _pattern(self, weekday: int, *, is_live: bool) -> Pattern:
        """Rather one that began on this day of the week."""
        fitting = [pattern for pattern in self.patterns if pattern.is_live == is_live] or self.patterns
        same_day = [pattern for pattern in fitting if pattern.day.weekday() == weekday]
        return self.random.choice(same_day or fitting)
