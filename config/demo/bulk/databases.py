"""Which of the two ways of writing in bulk is that of the database."""

from typing import Any

from django.db import connection

from config.demo.bulk import postgresql, sqlite


def database() -> Any:
    """The module that writes; both have the same functions."""
    return postgresql if connection.vendor == "postgresql" else sqlite
