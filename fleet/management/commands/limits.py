"""`manage.py limits`: shows what was counted by code and by address in this hour, or forgets it."""

import argparse
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from redis.exceptions import RedisError

from config.common.addresses import network_of
from fleet.live_sockets import PlacesInRedis, shared_places
from fleet.models import Code, Counted, Subject, Usage
from fleet.services.limits import HOUR, SOCKETS, clear_usage, counter_of, limit_of, this_hour, usage_of_this_hour

HEAD = ("Counted by", "Name", "Belongs to", "What", "Amount", "Limit")
MEGABYTE = 1024 * 1024
COUNTED_ELSEWHERE = (
    "Sockets: without Redis the process that serves them counts them in its memory, where this command cannot look; "
    "starting it anew forgets them."
)


class Command(BaseCommand):
    help = "Shows what was counted in this hour by code and by address, or forgets it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clear", action="store_true", help="forget the counts, so that all may go on at once")
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--code", type=_code, dest="only", metavar="ID", help="only this code, by its id")
        chosen.add_argument("--address", type=_address, dest="only", metavar="IP", help="only this address")

    def handle(self, *args: object, **options: Any) -> None:
        subject, name = options["only"] or (None, "")
        if options["clear"]:
            self._clear(subject, name)
        else:
            self._show_usage(subject, name)
            self._show_sockets(subject, name)

    def _show_usage(self, subject: Subject | None, name: str) -> None:
        begin = this_hour()
        hour = " to ".join(f"{timezone.localtime(moment):%H:%M}" for moment in (begin, begin + HOUR))
        usages = usage_of_this_hour(subject=subject, name=name)
        self.stdout.write(f"Counted from {hour}:" if usages else f"Nothing was counted from {hour}.")
        self._write_table([_row_of_usage(usage) for usage in usages])

    def _show_sockets(self, subject: Subject | None, name: str) -> None:
        places = self._places()
        if places is None:
            return
        with _redis():
            counts = _narrowed(places.counts(), subject, name)
        self.stdout.write("Open sockets, counted in Redis:" if counts else "Redis counts no open socket.")
        self._write_table([_row_of_sockets(each, count) for each, count in counts.items()])

    def _clear(self, subject: Subject | None, name: str) -> None:
        self.stdout.write(f"Counts forgotten: {clear_usage(subject=subject, name=name)}")
        places = self._places()
        if places is not None:
            with _redis():
                places.clear(_narrowed(places.counts(), subject, name))
            self.stdout.write("Sockets: forgotten in Redis; those that are open are counted again within two minutes.")

    def _places(self) -> PlacesInRedis | None:
        places = shared_places()
        if places is None:
            self.stdout.write(COUNTED_ELSEWHERE)
        return places

    def _write_table(self, rows: list[tuple[str, ...]]) -> None:
        if not rows:
            return
        labels = _labels({row[1] for row in rows if row[0] == Subject.CODE})
        lines = [HEAD, *((row[0], row[1], labels.get(row[1], ""), *row[2:]) for row in rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  " + "  ".join(cells).rstrip())


@contextmanager
def _redis() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise CommandError(f"Redis, which counts the sockets, is away ({type(error).__name__}).") from error


def _code(text: str) -> tuple[Subject, str]:
    try:
        return Subject.CODE, str(uuid.UUID(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no id of a code. Copy one of those that are shown.") from None


def _address(text: str) -> tuple[Subject, str]:
    found = network_of(text.removesuffix("/64"))
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no IP address.")
    return Subject.ADDRESS, found


def _narrowed(counts: dict[str, int], subject: Subject | None, name: str) -> dict[str, int]:
    wanted = f"{subject}:{name}"
    return {each: count for each, count in counts.items() if subject is None or each == wanted}


def _row_of_usage(usage: Usage) -> tuple[str, ...]:
    counter = counter_of(usage)
    figures = [str(number) for number in (usage.amount, counter.limit)]
    if counter.what == Counted.BYTES:
        figures = [f"{number / MEGABYTE:.1f} MB" for number in (usage.amount, counter.limit)]
    return (counter.subject.value, counter.name, counter.what.value, *figures)


def _row_of_sockets(each: str, count: int) -> tuple[str, ...]:
    subject, _colon, name = each.partition(":")
    return (subject, name, "sockets", str(count), str(limit_of(SOCKETS, Subject(subject))))


def _labels(code_ids: Iterable[str]) -> dict[str, str]:
    """For each code, where its sticker is and which device it opens."""
    labels = dict.fromkeys(code_ids, "(deleted)")
    for code in Code.objects.select_related("device").filter(pk__in=labels):
        parts = (code.label, code.device.name if code.device else "(no device)")
        labels[str(code.pk)] = ", ".join(part for part in parts if part)
    return labels
