"""Fills an empty database with demo data and prints where to go and who can sign in."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.demo.database import TICKETS, fill_database, is_empty
from config.demo.fleet import DEMO_PIN, usable_codes
from config.demo.people import DEMO_PASSWORD, is_demo, signed_in_people
from fleet.models import Code
from fleet.services.code_tokens import url_of


class Command(BaseCommand):
    """`manage.py demo`: can be run twice; never touches a database that holds anything else, unless forced."""

    help = "Fill an empty database with demo data, and print where to go and the sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print people and devices as JSON and nothing else")
        parser.add_argument(
            "--tickets", type=int, default=TICKETS, metavar="N", help=f"how many tickets from codes ({TICKETS})"
        )
        parser.add_argument("--force", action="store_true", help="fill a database that is not empty")

    def handle(self, *args: object, **options: Any) -> None:
        if options["tickets"] < 0:
            raise CommandError("--tickets must be 0 or more.")
        is_there = self._is_there()
        if not is_there:
            self._check(is_forced=options["force"])
            if not options["json"]:
                self.stdout.write("Loading the demo data (once, about half a minute) ...")
                self.stdout.flush()
            fill_database(options["tickets"])
        if options["json"]:
            self.stdout.write(json.dumps(_for_programs(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("The demo data are there already." if is_there else "The demo data are loaded.")
            self.stdout.write(_for_people())

    def _is_there(self) -> bool:
        try:
            return is_demo()
        except DatabaseError as error:
            raise CommandError(f"The database is not ready. Run manage.py migrate first. ({error})") from error

    def _check(self, *, is_forced: bool) -> None:
        if not is_forced and not is_empty():
            raise CommandError(
                "This database is not empty and holds no demo, so nothing was changed. "
                "Point DATABASE_URL to an empty one, or add --force to put the demo data beside yours."
            )


def _for_programs() -> dict[str, object]:
    people = [{"name": p.name, "email": p.email, "role": p.role, "password": DEMO_PASSWORD} for p in signed_in_people()]
    devices = [{"name": _name_of(code), "url": url_of(code)} for code in usable_codes()]
    return {"people": people, "devices": devices}


def _for_people() -> str:
    rows = [(p.name, str(p.get_role_display()), p.email or "") for p in signed_in_people()]
    pins = {True: f"  (PIN {DEMO_PIN})", False: ""}
    codes = [(_name_of(code), url_of(code) + pins[code.has_pin]) for code in usable_codes()]
    parts = (
        "",
        f"Start here:  {settings.PUBLIC_URL}/",
        f"Password:    {DEMO_PASSWORD}  (of everyone)",
        "",
        *_table(("Name", "Role", "Sign-in e-mail"), rows),
        "",
        *_table(("Device", "Address behind its code"), codes),
    )
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _name_of(code: Code) -> str:
    return code.device.name if code.device else ""
