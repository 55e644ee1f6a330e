"""Working hours: in the demo, people write by day only."""

from datetime import datetime, time, timedelta

from django.utils import timezone

WEEKDAY_HOURS = (time(5), time(23))
SUNDAY_HOURS = (time(7), time(22))
SUNDAY = 6
DAYS = 90


class WorkingTime:
    """Counts minutes backwards from now, over working hours only."""

    def __init__(self, now: datetime) -> None:
        local = timezone.localtime(now)
        self._spans = []
        for day in (local - timedelta(days=days) for days in range(DAYS)):
            first, last = SUNDAY_HOURS if day.weekday() == SUNDAY else WEEKDAY_HOURS
            begin = day.replace(hour=first.hour, minute=0, second=0, microsecond=0)
            end = min(day.replace(hour=last.hour, minute=0, second=0, microsecond=0), local)
            if begin < end:
                self._spans.append((begin, end))

    def before(self, minutes: float) -> datetime:
        """The moment that lies that many working minutes back; the beginning of all counting if it is too far."""
        left = timedelta(minutes=minutes)
        for begin, end in self._spans:
            if left < end - begin:
                return end - left
            left -= end - begin
        return self._spans[-1][0]
