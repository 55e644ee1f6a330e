"""Customers and people are found by folded text, as devices are."""

import logging
from typing import Any

from django.db import migrations, models

import config.common.folded_field
from config.common.text import fold_names

logger = logging.getLogger(__name__)

BATCH = 1000  # Rows.
SOURCES = {
    "Customer": ("name", "number"),
    "Person": ("first_name", "last_name", "email", "contact_email", "phone"),
}
CAN_HAVE_TRIGRAMS = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"


def add_indexes(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL only, where the search for devices has brought the extension."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CAN_HAVE_TRIGRAMS)
        if not cursor.fetchone()[0]:
            logger.warning("Search is slow without the extension pg_trgm: have it installed before migrating.")
            return
    for table in ("customer", "person"):
        schema_editor.execute(f"CREATE INDEX {table}_search ON fleet_{table} USING gin (search gin_trgm_ops)")


def remove_indexes(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in ("customer", "person"):
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_search")


def fill_columns(apps: Any, schema_editor: Any) -> None:
    """What saving a row writes. Doing it again changes nothing."""
    for name, sources in SOURCES.items():
        rows, last = apps.get_model("fleet", name).objects.order_by("pk"), 0
        while batch := list(rows.filter(pk__gt=last)[:BATCH]):
            for row in batch:
                row.search = fold_names(*(getattr(row, source) for source in sources))
            rows.model.objects.bulk_update(batch, ["search"])
            last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0016_private_links"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=name.lower(),
                name="search",
                field=config.common.folded_field.FoldedField(
                    blank=True, db_default="", default="", editable=False, sources=sources
                ),
            )
            for name, sources in SOURCES.items()
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("role", "code_user"), _negated=True),
                fields=["last_name", "id"],
                name="person_by_last_name",
            ),
        ),
        # Before the rows are changed: PostgreSQL makes no index while changes of the same transaction wait for checks.
        migrations.RunPython(add_indexes, remove_indexes),
        migrations.RunPython(fill_columns, migrations.RunPython.noop),
    ]
