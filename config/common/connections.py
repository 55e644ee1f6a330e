"""The connection to the database of this thread."""

from django.db import connection


def give_back_connection() -> None:
    """Return this thread's connection to the pool until the next query, before slow work that needs no database.

    Does nothing inside a transaction.
    """
    if not connection.in_atomic_block:
        connection.close()
