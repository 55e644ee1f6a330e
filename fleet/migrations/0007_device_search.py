"""Devices are found by folded text, as tickets are, and chosen in the order of their names."""

import logging
from typing import Any

from django.conf import settings
from django.db import migrations, models

from config.common.text import fold_names

logger = logging.getLogger(__name__)

COLUMNS = ("search_public", "search_internal")
BATCH = 1000  # Devices.
CAN_HAVE_TRIGRAMS = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
        OR (EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted)
            AND has_database_privilege(current_database(), 'CREATE'))
"""


def add_indexes(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL only. Without the extension the search works all the same, only slower."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CAN_HAVE_TRIGRAMS)
        if not cursor.fetchone()[0]:
            logger.warning("Search is slow without the extension pg_trgm: have it installed before migrating.")
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for column in COLUMNS:
        schema_editor.execute(f"CREATE INDEX device_{column} ON fleet_device USING gin ({column} gin_trgm_ops)")


def remove_indexes(apps: Any, schema_editor: Any) -> None:
    """The extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(f"DROP INDEX IF EXISTS device_{column}")


def fill_columns(apps: Any, schema_editor: Any) -> None:
    """What `fleet.services.devices.fill_search` writes. Doing it again changes nothing."""
    device_model = apps.get_model("fleet", "Device")
    rows, last = device_model.objects.select_related("template", "customer").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for device in batch:
            _fill(device)
        device_model.objects.bulk_update(batch, COLUMNS)
        last = batch[-1].pk


def _fill(device: Any) -> None:
    template, customer = device.template, device.customer
    default = getattr(template, f"name_{settings.LANGUAGE_CODE}")
    of_template = [getattr(template, f"name_{language}") or default for language, _name in settings.LANGUAGES]
    identification = device.licence_plate or device.serial_number
    device.search_public = fold_names(device.name, device.model, identification, *of_template)
    device.search_internal = fold_names(customer and customer.name, device.location, device.serial_number)


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0006_list_indexes"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="device",
                name=column,
                field=models.TextField(blank=True, db_default="", default="", editable=False),
            )
            for column in COLUMNS
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["name", "id"], name="device_by_name"),
        ),
        # Before the rows are changed: PostgreSQL makes no index while changes of the same transaction wait for checks.
        migrations.RunPython(add_indexes, remove_indexes),
        migrations.RunPython(fill_columns, migrations.RunPython.noop),
    ]
