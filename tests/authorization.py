"""The authorization table as data: who may do what to a ticket, when.

``tests/data/authorization.csv`` has one line for each action and visibility, one column for each role of the cast under
its letter, and in each cell the statuses in which it is allowed: d DRAFT, o OPEN, a ASSIGNED, p IN PROGRESS, n DONE,
c CLOSED, x CANCELLED. The lines ``exists`` name the statuses that can exist for an actor at all.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.cast import CastRole
from ticketing.models import TicketStatus, Visibility

STATUS_LETTERS = dict(zip("doapncx", TicketStatus, strict=True))
COLUMNS = {
    "S": CastRole.STRANGER,
    "H": CastRole.HOLDER,
    "C": CastRole.REPORTER,
    "X": CastRole.OTHER_HOLDER,
    "P": CastRole.SUBSCRIBER,
    "G": CastRole.MANAGER,
    "K": CastRole.OTHER_CUSTOMERS_MANAGER,
    "N": CastRole.UNINVOLVED,
    "O": CastRole.OFFERED,
    "M": CastRole.RESPONSIBLE,
    "F": CastRole.REJECTER,
    "Mo": CastRole.MODERATOR,
    "Ad": CastRole.ADMINISTRATOR,
    "Y": CastRole.DRAFTING_EMPLOYEE,
    "E": CastRole.FORMER_EMPLOYEE,
}
EXISTS = "exists"


@cache
def _table() -> dict[tuple[str, Visibility, str], frozenset[TicketStatus]]:
    path = Path(__file__).parent / "data" / "authorization.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return {
            (row["action"], Visibility(row["visibility"]), role): frozenset(STATUS_LETTERS[s] for s in row[letter])
            for row in csv.DictReader(handle)
            for letter, role in COLUMNS.items()
        }


def actions() -> list[str]:
    """Every action, such as ``12 write a message``."""
    return sorted({action for action, _, _ in _table()} - {EXISTS})


def is_allowed(action: str, role: str, status: TicketStatus, visibility: Visibility) -> bool:
    """What the table says about a cell; the action may be named by its number."""
    return status in _table()[_full_name(action), visibility, role]


def is_ever_allowed(action: str, role: str, visibility: Visibility) -> bool:
    """Whether the actor may do it in some status."""
    return bool(_table()[_full_name(action), visibility, role])


def exists(role: str, status: TicketStatus, visibility: Visibility) -> bool:
    """Whether there can be such an actor in that status and visibility."""
    return status in _table()[EXISTS, visibility, role]


def cells() -> Iterator[tuple[CastRole, TicketStatus, Visibility]]:
    """Every role, status and visibility, possible or not."""
    for visibility in Visibility:
        for status in TicketStatus:
            yield from ((role, status, visibility) for role in CastRole)


@cache
def _full_name(action: str) -> str:
    return next(name for name in actions() if name == action or name.split()[0] == action)
