"""The connection to the database of this thread."""

from django.db import connection


def give_back_connection() -> None:
    """Let others use this thread's connection while something slow is done without it; inside a transaction, nothing.

    The next query takes one again.
    """
    if not connection.in_atomic_block:
        connection.close()
