"""Adds many tickets to the demo, to try everything with as much as years bring."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.common import clock
from config.demo.bulk.filling import generate_tickets
from config.demo.bulk.patterns import Pattern, read_patterns

STEP = 5  # Per cent, after which progress is shown.


class Command(BaseCommand):
    """`manage.py generate`: each run adds to what is there, with customers and devices of its own."""

    help = "Add many tickets to the demo, made after those of manage.py demo and spread over three years."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, metavar="N", help="how many tickets")

    def handle(self, *args: object, **options: Any) -> None:
        wanted = options["tickets"]
        if wanted < 1:
            raise CommandError("--tickets must be 1 or more.")
        patterns, begun, shown = self._patterns(), clock.now(), 0
        for made in generate_tickets(patterns, wanted):
            per_cent = 100 * made // wanted
            if per_cent >= shown + STEP:
                seconds = (clock.now() - begun).total_seconds()
                self.stdout.write(f"{made:,} of {wanted:,} tickets, {seconds:.0f} s")
                self.stdout.flush()
                shown = per_cent

    def _patterns(self) -> list[Pattern]:
        try:
            patterns = read_patterns()
        except DatabaseError as error:
            raise CommandError(f"The database is not ready. Run manage.py migrate first. ({error})") from error
        if not patterns:
            raise CommandError("There are no tickets of the demo to copy. Run manage.py demo first.")
        return patterns
