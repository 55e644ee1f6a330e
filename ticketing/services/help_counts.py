"""What an assistant did for people: the path that led to a ticket, and how often each element was of use."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Literal

from django.db import DatabaseError, connection, transaction

from config.common import clock
from fleet.actors import Actor
from ticketing.assistants.shown import LookedAt, ShownAssistant
from ticketing.models import Assistant, HelpPath, Ticket

logger = logging.getLogger(__name__)

Count = Literal["seen", "helped", "reported"]
MOST_AT_ONCE = 50  # Elements.
# One statement for all of them, which Django cannot make: an insert that adds to what is there.
_ADD = """
    INSERT INTO ticketing_elementday (assistant_id, key, day, seen, helped, reported) VALUES {rows}
    ON CONFLICT (assistant_id, key, day) DO UPDATE SET {what} = ticketing_elementday.{what} + 1
"""


def count_help(*, actor: Actor, shown: ShownAssistant, what: Count, keys: Iterable[str]) -> None:
    """Counts elements that were seen, or that helped, on the day on which it is heard of.

    Employees, who try things out, count nowhere. Never raises: a number is worth no page.
    """
    known = {element.key for element in shown.content.elements}
    wanted = sorted(known.intersection(keys))[:MOST_AT_ONCE]
    if wanted and not actor.is_employee:
        _add(shown.assistant_id, wanted, what)


def keep_path(ticket: Ticket, elements: Sequence[LookedAt]) -> None:
    """With a draft that begins."""
    if elements:
        HelpPath.objects.create(ticket=ticket, elements=list(elements))


def count_report(*, actor: Actor, ticket: Ticket) -> None:
    """Counts, when the ticket is committed, the last element that was looked at before it; not for employees.

    The ticket was read with its path.
    """
    path: HelpPath | None = getattr(ticket, "help_path", None)
    if path is not None and not actor.is_employee:
        # Nobody waits for the row of a number, and the ticket is sent whatever happens to it.
        transaction.on_commit(partial(_report, ticket, path.elements[-1]["key"]), robust=True)


def _report(ticket: Ticket, key: str) -> None:
    assert ticket.device is not None
    assistant_id = Assistant.objects.filter(template=ticket.device.template_id).values_list("pk", flat=True).first()
    if assistant_id is not None:
        _add(assistant_id, [key], "reported")


def _add(assistant_id: int, keys: Sequence[str], what: Count) -> None:
    zeros_and_one = [int(column == what) for column in ("seen", "helped", "reported")]
    today = clock.now().date()
    rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(keys))
    values: list[int | str | date] = []
    for key in keys:
        values += (assistant_id, key, today, *zeros_and_one)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD.format(rows=rows, what=what), values)
    except DatabaseError:
        logger.warning("Elements of assistant %s were not counted.", assistant_id, exc_info=True)
