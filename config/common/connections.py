"""The connection to the database of this thread."""

import sqlite3

from django.db import OperationalError, connection

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code.


def give_back_connection() -> None:
    """Return this thread's connection to the pool until the next query, before slow work that needs no database.

    Does nothing inside a transaction.
    """
    if not connection.in_atomic_block:
        connection.close()


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether a statement waited too long for what another transaction holds, and nothing else is wrong."""
    cause = error.__cause__
    is_busy = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return is_busy or getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE
