"""Indexes that keep search and list fast with many tickets: for words inside texts, and for the orders of the list.

PostgreSQL only. They belong to no field, so the model does not name them.
"""

import logging
from typing import Any

from django.db import migrations

logger = logging.getLogger(__name__)

ORDERS = {
    "ticket_newest_first": "COALESCE(opened_at, created_at) DESC, id DESC",
    "ticket_by_number": "COALESCE(number, 0) DESC, id DESC",
}
SEARCH_COLUMNS = ("search_public", "search_internal", "search_messages")
CAN_HAVE_TRIGRAMS = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
        OR (EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted)
            AND has_database_privilege(current_database(), 'CREATE'))
"""


def add_indexes(apps: Any, schema_editor: Any) -> None:
    """Where the extension is neither there nor allowed the search works all the same, only slower."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, order in ORDERS.items():
        schema_editor.execute(f"CREATE INDEX {name} ON ticketing_ticket ({order})")
    if not _can_have_trigrams(schema_editor.connection):
        logger.warning("Search is slow without the extension pg_trgm: have it installed before migrating.")
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for column in SEARCH_COLUMNS:
        schema_editor.execute(f"CREATE INDEX ticket_{column} ON ticketing_ticket USING gin ({column} gin_trgm_ops)")


def remove_indexes(apps: Any, schema_editor: Any) -> None:
    """The extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        for name in (*ORDERS, *(f"ticket_{column}" for column in SEARCH_COLUMNS)):
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


def _can_have_trigrams(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CAN_HAVE_TRIGRAMS)
        return bool(cursor.fetchone()[0])


class Migration(migrations.Migration):
    dependencies = [("ticketing", "0001_initial")]

    operations = [migrations.RunPython(add_indexes, remove_indexes)]
