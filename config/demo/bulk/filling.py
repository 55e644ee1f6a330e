"""From patterns to a filled database, a batch after the other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from django.db import connection, transaction

from config.common import clock
from config.demo.bulk.branches import make_branches
from config.demo.bulk.copying import Rows, TicketCopy
from config.demo.bulk.databases import database
from config.demo.bulk.patterns import Pattern
from config.demo.bulk.plans import DAYS, Calendar, Plan
from config.demo.bulk.stamps import Cells
from config.demo.bulk.tables import ALL, TICKETS, Table
from ticketing.services.numbers import take_numbers

BATCH = 1000  # Tickets of a transaction: some 35,000 rows, which are in memory together.
MARKS = [f"E{number}" for number in range(1000, 10_000)]


def generate_tickets(patterns: Sequence[Pattern], count: int) -> Iterator[int]:
    """Adds copies of the patterns, and customers for them; yields after each batch how many there are.

    A batch is written whole or not at all, so that it can be interrupted at any time. Nothing that exists is changed,
    no one is notified, and open pages get no hints.
    """
    random = Random()  # noqa: S311  nothing secret
    now = clock.now()
    with transaction.atomic():
        branches = make_branches(patterns, count, since=now - timedelta(days=DAYS + 365))
    plans = Calendar(patterns, branches, now, random).plans(count)
    batches = iter(lambda: list(islice(plans, BATCH)), [])
    yield from _written(_copies(batch, random) for batch in batches)
    database().finish()


def _copies(batch: list[Plan], random: Random) -> Rows:
    ids = {table: map(str, database().reserve_ids(table, _needed(table, batch))) for table in ALL}
    rows: Rows = defaultdict(list)
    for plan in batch:
        for table, made in TicketCopy(plan, ids, random, random.choice(MARKS)).rows().items():
            rows[table] += made
    return rows


def _needed(table: Table, batch: list[Plan]) -> int:
    return sum(len(plan.pattern.stamps[table]) for plan in batch)


def _written(batches: Iterable[Rows]) -> Iterator[int]:
    """Writes in a thread with a connection of its own: a server works on a batch while the next one is made."""
    total = 0
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            last: Future[int] | None = None
            for rows in batches:
                packed = {table: database().packed(rows[table]) for table in ALL if table is not TICKETS}
                if last is not None:
                    total += last.result()
                    yield total
                last = thread.submit(_write, packed, rows[TICKETS])
                if not database().WORKS_ALONE:
                    wait([last])
            if last is not None:
                yield total + last.result()
        finally:
            thread.submit(connection.close)


@transaction.atomic
def _write(packed: Mapping[Table, Any], tickets: list[Cells]) -> int:
    database().prepare()
    for table, rows in packed.items():
        database().write(table, rows)
    # Last, because no one else can open a ticket from now until the commit.
    _give_numbers(tickets)
    database().write(TICKETS, database().packed(tickets))
    return len(tickets)


def _give_numbers(tickets: list[Cells]) -> None:
    opened_at, number, words = (TICKETS.places[name] for name in ("opened_at", "number", "search_public"))
    none = database().NULL
    opened = [ticket for ticket in tickets if ticket[opened_at] != none]
    for ticket, given in zip(opened, take_numbers(len(opened)), strict=True):
        ticket[number] = str(given)
        ticket[words] = f"{given} {ticket[words]}"
